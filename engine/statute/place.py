"""Which sections a citation or a running sentence names: "380/2023 82–84 §" -> 82, 83 and 84 of 380/2023."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine import citation
from engine.errors import CitationError

NUMBERS = {
    "HL": "434/2003", "hallintolaki": "434/2003", "HOL": "808/2019", "SAL": "13/2003", "MAL": "150/1930",
    "PL": "731/1999", "TTL": "1290/2002", "TSL": "55/2001", "YT": "1333/2021", "PTL": "866/1998", "KTL": "189/2001",
    "VL": "1552/2011", "KuntaL": "410/2015", "JulkL": "621/1999", "korkolaki": "633/1982",
}  # fmt: skip
"""The numbers of the acts that files cite by a name."""
_BY_SWEDISH = {swedish: NUMBERS[name] for name, (swedish, _) in citation.ACTS.items()}
_NUMBER = re.compile(r"(\d+)(?: ?([a-z]))?(?:\.\d+)?")
_NUMBERED = re.compile(r"\d+/\d{4}$")
ANY = 200
"""sections in one "from–to"; a wider one is a slip of the pen"""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of one act: `act` by its number ("380/2023"), `number` as "84" or "143 a"."""

    act: str
    number: str

    @property
    def order(self) -> tuple[str, int, str]:
        """Sorts sections as an act has them."""
        digits, _, letter = self.number.partition(" ")
        return self.act, int(digits), letter

    @property
    def citation(self) -> str:
        """The section as a Finnish file cites it, without the kind of its act."""
        return f"{self.act} {self.number} §"


def cited(text: str, widest: int = ANY) -> tuple[Section, ...]:
    """The sections that a citation names, in its order; none for a text that is no citation.

    A "from–to" of more than `widest` sections gives none.

    Articles of the Union's acts and sections inside a chapter are left out: they are numbered in another way.
    """
    try:
        references = citation.read(text)
    except CitationError:
        return ()
    found: dict[Section, None] = {}
    act = ""
    for reference in references:
        act = _act(reference.act[0]) if any(reference.act) else act
        for place in reference.places:
            if not place.article and not place.chapter and act:
                found |= dict.fromkeys(Section(act, number) for number in _numbers(place.numbers, widest))
    return tuple(found)


def _act(swedish: str) -> str:
    """The number of an act; "" for what has none, such as a court's decision."""
    number = swedish.rpartition(" ")[2]
    return _BY_SWEDISH.get(swedish, number if _NUMBERED.match(number) else "")


def _numbers(text: str, widest: int) -> Iterator[str]:
    """Single sections of "82–84", "85, 93–94 ja 138", "120 a"; subsections (83.3) count as their section."""
    for part in re.split(r", | ja | tai ", text):
        ends = [_NUMBER.fullmatch(end) for end in part.split("–")]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            continue
        if len(ends) > 1 and not first[2] and not last[2]:
            span = range(int(first[1]), int(last[1]) + 1)
            yield from map(str, span if len(span) <= widest else ())
        else:
            yield from (f"{match[1]} {match[2]}" if match[2] else match[1] for match in (first, last))


_LAW_WORD = r"\w*(?:laki|lain|laissa|laista|lakia|kaari|kaaren|asetus|asetuksen|asetuksessa|asetusta)\b"
_NAME = "|".join(citation.ACTS)
_ONE = r"\d+(?: ?[a-z](?![\wäöå]))?(?:\.\d+)?"
_TOKEN = re.compile(
    rf"(?P<act>(?<![\d./])\d+/\d{{4}}(?!\d))|(?<!\w)(?P<name>{_NAME})(?![\w/])|(?P<word>{_LAW_WORD})"
    r"|(?<![\w./:])(?P<chapter>\d+(?: ?[a-z])?(?::| luvun | luku ))?"
    rf"(?P<numbers>{_ONE}(?:(?:, | ja | tai |–){_ONE})*) §"
)


def mentioned(text: str, widest: int = ANY) -> tuple[Section, ...]:
    """The sections that a running Finnish text names: "(laki … 380/2023, 145 §)", "380/2023 92 §. Tarkista 83.3 §:n …".

    A section belongs to the act named before it. One after a law that has neither number nor short name, or before any
    act, belongs to no act that could be told, and is left out.
    """
    found: dict[Section, None] = {}
    act = ""
    for match in _TOKEN.finditer(" ".join(text.split())):
        if match["act"] or match["name"]:
            act = match["act"] or NUMBERS[match["name"]]
        elif match["word"]:
            act = ""
        elif act and not match["chapter"]:
            found |= dict.fromkeys(Section(act, number) for number in _numbers(match["numbers"], widest))
    return tuple(found)
