"""A folder becomes a bundle: the same content gives the same hash, and what is wrong is found beforehand."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.errors import BundleError, DeadlineError
from engine.law import Edition, Law
from engine.register import FIRST_DAY, OwnValue

ROOT = Path(__file__).resolve().parents[2]
LAW = ROOT / "workflows" / "law"


def test_a_folder_and_its_zip_are_the_same_bundle() -> None:
    folder = bundles.read(LAW)
    assert bundles.read(folder.to_zip()).hash == folder.hash


def test_zipping_is_reproducible() -> None:
    folder = bundles.read(LAW)
    assert folder.to_zip() == bundles.read(folder.to_zip()).to_zip()


def test_one_changed_byte_changes_the_hash(tmp_path: Path) -> None:
    files = dict(bundles.read(LAW).files)
    files["parameters.toml"] += b"\n"
    assert bundles.fingerprint(files) != bundles.read(LAW).hash


def test_a_folder_without_process_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"has no process\.toml"):
        bundles.read(tmp_path)


def test_a_missing_diagram_is_found(tmp_path: Path) -> None:
    (tmp_path / "process.toml").write_text('id = "x"\nkind = "part"\nowner = "o"\nname = {fi="a", sv="b", en="c"}')
    rules = {finding.rule for finding in bundles.inspect(tmp_path).findings}
    assert {"folder-name", "folder-diagram"} <= rules


@pytest.mark.parametrize("name", ["../evil.toml", "/etc/passwd", "a\\b"])
def test_a_zip_that_reaches_outside_is_refused(name: str) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(BundleError, match="outside its folder"):
        bundles.read(data.getvalue())


def test_something_else_than_a_zip_is_refused() -> None:
    with pytest.raises(BundleError, match="not a usable zip"):
        bundles.read(b"hello")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.toml", b"0" * (bundles.MAX_FOLDER + 1))
    with pytest.raises(BundleError, match="bytes are read"):
        bundles.read(data.getvalue())


def test_the_newest_version_with_a_row_for_the_day_is_the_law() -> None:
    old = bundles.read(LAW)
    law = Law.of([Edition("law@1", old), Edition("law@2", old)])
    name = next(iter(old.deadlines))
    assert law.deadline("anything", name, date(2026, 1, 1))[2] == "law@2"
    with pytest.raises(DeadlineError, match="1999"):
        law.deadline("anything", name, date(1999, 1, 1))


def test_an_area_overrides_only_what_is_marked_local() -> None:
    law = Law.of([Edition("law@1", bundles.read(LAW))])
    parameters = bundles.read(LAW).parameters.values()
    local = next(p.name for p in parameters if p.local)
    fixed = next(p.name for p in parameters if not p.local)
    day = date(2026, 6, 1)
    assert law.parameter("law", local, day, {local: [OwnValue(day, 99)]}) == 99
    own = [OwnValue(FIRST_DAY, 7), OwnValue(day, 99)]
    assert [law.parameter("law", local, on, {local: own}) for on in (date(2026, 5, 31), day)] == [7, 99]
    published = law.parameter("law", local, date(2026, 5, 31))
    assert law.parameter("law", local, date(2026, 5, 31), {local: own[1:]}) == published
    assert law.parameter("law", fixed, day, {fixed: [OwnValue(day, 99)]}) == law.parameter("law", fixed, day)
