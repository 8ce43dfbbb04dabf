"""Files of others are exactly what their makers published."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "web/static/vendor"


def test_every_vendored_file_is_in_the_manifest_with_its_hash() -> None:
    manifest = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    expected = {item["file"]: item["sha256"] for item in manifest["file"]}
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }
    assert found == expected


def test_every_vendored_part_ships_its_licence() -> None:
    manifest = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    for part in manifest["part"]:
        assert (VENDOR / part["licence_file"]).read_text(encoding="utf-8")


def test_nothing_of_ours_restyles_the_watermark() -> None:
    ours = [*VENDOR.parent.glob("*.css"), *VENDOR.parent.glob("*.js")]
    assert not [path.name for path in ours if "bjs-powered-by" in path.read_text(encoding="utf-8")]
