"""Which version of the product this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def release() -> str:
    """The version of the installed product; "0" for a checkout that is not installed."""
    try:
        return version("asiavirta")
    except PackageNotFoundError:
        return "0"
