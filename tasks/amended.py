"""A folder with some dated rows replaced: how a story lets the law change while its case runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from engine import bundle as bundles
from engine.bundle import Bundle


def amend(bundle: Bundle, change: Mapping[str, Any]) -> Bundle:
    """The folder with `deadlines` and `parameters` changed key by key; everything else stays byte for byte."""
    files = dict(bundle.files)
    for table in ("deadlines", "parameters"):
        if table in change:
            path = f"{table}.toml"
            document = tomlkit.parse(files.get(path, b"").decode())
            for name, values in change[table].items():
                for key, value in values.items():
                    document[name][key] = value
            files[path] = tomlkit.dumps(document).encode()
    return bundles.read(bundles.pack(files))
