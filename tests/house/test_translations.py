"""Every text of the pages exists in Finnish, Swedish and English, and is used."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from web.i18n import LANGUAGES, Text, texts

WEB = Path(__file__).resolve().parents[2] / "web"
SAME = {
    # id: why a Swedish or English text may equal the Finnish one
    "tasks.done_by": "a name and a time only",
}
CALLS = re.compile(r"""\b(?:t|translate|i18n\.t|i18n\.translate)\(\s*["']([a-z0-9_.]+)["']\s*[,)]""")


def forms(text: Text) -> dict[str, str]:
    """A text by its plural form."""
    return {"": text} if isinstance(text, str) else dict(text)


def fields(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def sources() -> list[Path]:
    """Our own templates and modules."""
    return [path for path in WEB.rglob("*") if path.suffix in (".py", ".html") and "vendor" not in path.parts]


@pytest.mark.parametrize("key", sorted(texts()))
def test_a_text_is_complete_in_all_three_languages(key: str) -> None:
    entry = texts()[key]
    assert set(entry) == set(LANGUAGES)
    shapes = {language: forms(text) for language, text in entry.items()}
    assert len({frozenset(shape) for shape in shapes.values()}) == 1, "plural forms differ"
    for shape in shapes.values():
        assert all(text.strip() for text in shape.values())
    for plural in shapes["fi"]:
        assert len({frozenset(fields(shape[plural])) for shape in shapes.values()}) == 1, "values differ"


@pytest.mark.parametrize("key", sorted(set(texts()) - set(SAME)))
def test_swedish_and_english_are_translated(key: str) -> None:
    finnish = forms(texts()[key]["fi"])
    for language in ("sv", "en"):
        for plural, text in forms(texts()[key][language]).items():
            told = re.sub(r"\{[^}]*\}|[^A-Za-zÅÄÖåäö]", "", text)
            assert text != finnish[plural] or not told, f"{language} equals Finnish: {text!r}"
            assert text != key, f"{language} is the id"


def test_the_list_of_equal_texts_has_only_texts_that_are_equal() -> None:
    for key, reason in SAME.items():
        entry = texts()[key]
        assert reason
        assert entry["fi"] in (entry["sv"], entry["en"])


def test_every_text_that_a_page_asks_for_exists() -> None:
    asked = {(key, path.name) for path in sources() for key in CALLS.findall(path.read_text(encoding="utf-8"))}
    assert {(key, name) for key, name in asked if key not in texts()} == set()


def test_every_text_is_asked_for_by_some_page() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    # ids put together from parts: t("tasks.group_" ~ group), f"date.{side}_days"
    starts = tuple(set(re.findall(r"""["']([a-z0-9_]+(?:\.[a-z0-9_]+)*[._])["'{]""", everything)))
    unused = [key for key in texts() if f'"{key}"' not in everything and f"'{key}'" not in everything]
    assert [key for key in unused if not key.startswith(starts)] == []


@pytest.mark.parametrize("name", ["contact_channels", "notice_channels"])
def test_every_way_in_and_out_has_words(name: str) -> None:
    codes = tomllib.loads((WEB.parent / "workflows" / "codes" / f"{name}.toml").read_text(encoding="utf-8"))["codes"]
    assert [row["code"] for row in codes if f"case.channel_{row['code']}" not in texts()] == []
