"""Pages about the service itself: accessibility, privacy, the parts it is made of."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from web import current, navigation
from web.auth import public

blueprint = Blueprint("pages", __name__)

STATEMENT = Path(__file__).parent / "accessibility.toml"
MANIFEST = Path(__file__).parent / "static" / "vendor" / "vendor.toml"


@dataclass(frozen=True, slots=True)
class Part:
    """A part made by others: its name, version and licence, and where its licence text is."""

    name: str
    version: str
    licence: str
    text: str = ""


@blueprint.get("/")
def home() -> Response:
    """The first page after signing in is the person's own work: the first one of the menu."""
    return redirect(navigation.menu()[0].address)


@blueprint.get("/accessibility")
@public
def accessibility() -> Any:
    """The accessibility statement (306/2019 § 8, after the model of Decision (EU) 2018/1523)."""
    return render_template("pages/accessibility.html", statement=statement(), config=current.house().config)


@blueprint.get("/saavutettavuus")
@public
def accessibility_in_finnish() -> Response:
    """The address that people in Finland look for."""
    return redirect(url_for("pages.accessibility"))


@blueprint.get("/privacy")
@public
def privacy() -> Any:
    """What personal data the service handles and who sees that it was looked at."""
    return render_template("pages/privacy.html", config=current.house().config)


@blueprint.get("/notices")
@public
def notices() -> Any:
    """The parts made by others, with their licences."""
    return render_template("pages/notices.html", python=python_parts(), browser=browser_parts())


@cache
def statement() -> dict[str, Any]:
    """The data of the accessibility statement, which the operating organisation keeps up."""
    return tomllib.loads(STATEMENT.read_text(encoding="utf-8"))


@cache
def python_parts() -> tuple[Part, ...]:
    """The installed Python distributions with their licences, by name."""
    found = {item.name.lower(): Part(item.name, item.version, _licence(item)) for item in distributions()}
    found.pop("asiavirta", None)
    return tuple(found[name] for name in sorted(found))


@cache
def browser_parts() -> tuple[Part, ...]:
    """The vendored browser files, from their manifest."""
    if not MANIFEST.exists():
        return ()
    return tuple(
        Part(item["package"], item["version"], item["licence"], f"vendor/{item['licence_file']}")
        for item in tomllib.loads(MANIFEST.read_text(encoding="utf-8")).get("part", [])
    )


def _licence(item: Distribution) -> str:
    told = dict(item.metadata.json)
    if declared := told.get("license_expression"):
        return str(declared)
    classified = [line.rsplit(" :: ", 1)[1] for line in told.get("classifier", ()) if line.startswith("License ::")]
    return ", ".join(classified) or str(told.get("license", "")).split("\n")[0][:80]
