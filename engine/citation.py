"""Sections of law as Finnish files cite them, written in Swedish and English.

A file cites in the Finnish form; the grammar (docs/process-folder.md, "Sections of law"):

    citation  = reference {"; " reference}
    reference = act [" " places] [" (" act " " day (" alkaen" | " asti") ")"] | places      (of the act before)
    act       = abbreviation | [kind " "] number "/" year | "(EU) " number
    places    = place {(", " | " ja " | " tai ") place}
    place     = [chapter] numbers " §" [" " number " mom."] [" " numbers " kohta"] [" " letter " alakohta"]
              | numbers " artikla" [" " numbers " kohta"] [" " letter " alakohta"]
    chapter   = number " luku " | number ":"
    numbers   = number {(", " | " ja " | " tai " | "–") number};    number = 120, 120 a, 83.3 (section 83, mom. 3)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import CitationError
from engine.said import say

LANGUAGES = ("fi", "sv", "en")

# Finnish -> (Swedish, English). What has no abbreviation that people know is cited by its number.
ACTS: Mapping[str, tuple[str, str]] = {
    "HL": ("FörvL", "Administrative Procedure Act"),
    "hallintolaki": ("förvaltningslagen", "Administrative Procedure Act"),
    "HOL": ("L 808/2019", "Administrative Judicial Procedure Act"),
    "SAL": ("L 13/2003", "Act 13/2003"),
    "MAL": ("L 150/1930", "Act 150/1930"),
    "PL": ("grundlagen", "Constitution"),
    "TTL": ("L 1290/2002", "Unemployment Security Act"),
    "TSL": ("ArbAvtL", "Employment Contracts Act"),
    "YT": ("samarbetslagen", "Co-operation Act"),
    "PTL": ("lönegarantilagen", "Pay Security Act"),
    "KTL": ("L 189/2001", "Act 189/2001"),
    "VL": ("beredskapslagen", "Emergency Powers Act"),
    "KuntaL": ("kommunallagen", "Local Government Act"),
    "JulkL": ("offentlighetslagen", "Act on the Openness of Government Activities"),
    "korkolaki": ("räntelagen", "Interest Act"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "": ("", "Act"),
    "L": ("L", "Act"),
    "laki": ("L", "Act"),
    "A": ("F", "Decree"),
    "VNa": ("SRF", "Government Decree"),
    "TEMa": ("ANM:s förordning", "Ministerial Decree"),
    "STMa": ("SHM:s förordning", "Ministerial Decree"),
    "OKMa": ("UKM:s förordning", "Ministerial Decree"),
    "VMa": ("FM:s förordning", "Ministerial Decree"),
    "HE": ("RP", "Government proposal HE"),
    "KHO": ("HFD", "Supreme Administrative Court"),
}
JOINTS: Mapping[str, tuple[str, str]] = {
    ", ": (", ", ", "), " ja ": (" och ", " and "), " tai ": (" eller ", " or "), "–": ("–", "–"),
}  # fmt: skip
SWEDISH, ENGLISH = 0, 1

_NUMBER = r"\d+(?: ?[a-z](?![\wäö]))?(?:\.\d+)?"
_NUMBERS = rf"{_NUMBER}(?:(?:, | ja | tai |–){_NUMBER})*"
_ACT = re.compile(
    rf"(?P<name>{'|'.join(ACTS)})(?![\w/])"
    r"|(?P<eu>\((?:EU|EY|ETY)\) (?:N:o )?\d+/\d+)"
    rf"|(?:(?P<kind>{'|'.join(filter(None, KINDS))}) )?(?P<number>\d+\.\d+\.\d{{4}}/\d+|\d+/\d{{4}}(?!\d))"
)
_PLACE = re.compile(
    rf"(?:(?P<chapter>{_NUMBER})(?: luku |:))?(?P<numbers>{_NUMBERS}) (?P<sign>§|artikla)"
    rf"(?: (?P<part>\d+) mom\.)?(?: (?P<items>{_NUMBERS}) kohta)?(?: (?P<letter>[a-z]) alakohta)?"
)
_VALIDITY = re.compile(r"(?P<day>\d+\.\d+\.\d{4}) (?P<side>alkaen|asti)")
_VALID: Mapping[str, tuple[str, str]] = {"alkaen": ("fr.o.m. {}", "from {}"), "asti": ("t.o.m. {}", "until {}")}
_JOINT = re.compile(r", | ja | tai |–")


@dataclass(frozen=True, slots=True)
class Place:
    """Sections or articles with their subsections and items; `joint` is what stands before it ("" at the first)."""

    joint: str
    chapter: str
    numbers: str
    article: bool
    part: str
    items: str
    letter: str

    @property
    def many(self) -> bool:
        """Whether it names more than one section."""
        return bool(_JOINT.search(self.numbers))


@dataclass(frozen=True, slots=True)
class Reference:
    """One act with its places; `act` is Swedish and English, empty where the act is that of the reference before."""

    act: tuple[str, str]
    places: tuple[Place, ...]
    validity: tuple[str, str] = ("", "")


def read(text: str) -> tuple[Reference, ...]:
    """Read a citation; CitationError says which part of it is not understood."""
    found = tuple(_reference(part) for part in text.split("; "))
    if not any(found[0].act):
        raise CitationError(say("the citation {text!r} names no act before its first section", text=text[:80]))
    return found


@lru_cache(maxsize=4096)
def write(text: str, language: str) -> str:
    """The citation in fi, sv or en; a text that is no citation (an area's own rule, say) stays as it is."""
    if language not in LANGUAGES[1:]:
        return text
    try:
        references = read(text)
    except CitationError:
        return text
    told = _swedish if language == "sv" else _english
    return "; ".join(told(reference) for reference in references)


def _reference(part: str) -> Reference:
    act, rest = ("", ""), part
    if match := _ACT.match(part):
        act, rest = _act(match), part[match.end() :]
        if rest and not rest.startswith(" "):
            raise _unread(part, rest)
        rest = rest.removeprefix(" ")
    validity = ("", "")
    if rest.endswith(")"):
        rest, _, inside = rest.removesuffix(")").rpartition("(")
        rest, validity = rest.rstrip(), _validity(part, inside)
    return Reference(act, _places(part, rest), validity)


def _act(match: re.Match[str]) -> tuple[str, str]:
    if name := match["name"]:
        return ACTS[name]
    if eu := match["eu"]:
        return f"förordning {eu}", f"Regulation {eu}"
    swedish, english = KINDS[match["kind"] or ""]
    return f"{swedish} {match['number']}".strip(), f"{english} {match['number']}"


def _validity(part: str, inside: str) -> tuple[str, str]:
    act = _ACT.match(inside)
    told = _VALIDITY.fullmatch(inside[act.end() :].strip() if act else inside)
    if told is None:
        raise _unread(part, inside)
    # the act that came or went, in the same kind as the one before the bracket when it says none
    names = (act["number"],) * 2 if act and act["number"] and not act["kind"] else _act(act) if act else ("", "")
    sides = (side.format(told["day"]) for side in _VALID[told["side"]])
    swedish, english = (f"{name} {side}".strip() for name, side in zip(names, sides, strict=True))
    return swedish, english


def _places(part: str, rest: str) -> tuple[Place, ...]:
    places: list[Place] = []
    joint = ""
    while rest:
        match = _PLACE.match(rest)
        if match is None:
            raise _unread(part, rest)
        article = match["sign"] == "artikla"
        given = [match[name] or "" for name in ("part", "items", "letter")]
        places.append(Place(joint, match["chapter"] or "", match["numbers"], article, *given))
        rest = rest[match.end() :]
        if rest:
            following = _JOINT.match(rest)
            if following is None or following[0] == "–":
                raise _unread(part, rest)
            joint, rest = following[0], rest[following.end() :]
            if not rest:
                raise _unread(part, joint)
    return tuple(places)


def _unread(part: str, rest: str) -> CitationError:
    return CitationError(
        say(
            "the citation {part!r} is not understood at {rest!r}; expected a form like 'HL 33 §', "
            "'380/2023 83.3 § 5 kohta' or 'VNa 385/2024 18 §', several with '; ' between",
            part=part[:80],
            rest=rest[:40],
        )
    )


def _each(numbers: str, language: int, told: Callable[[str], str]) -> str:
    """Numbers with their joints in a language, each one told."""
    pieces = re.split(rf"({_JOINT.pattern})", numbers)
    return "".join(JOINTS[piece][language] if i % 2 else told(piece) for i, piece in enumerate(pieces))


def _joined(places: tuple[Place, ...], language: int, told: Callable[[Place], str]) -> str:
    return "".join((JOINTS[place.joint][language] if place.joint else "") + told(place) for place in places)


def _swedish(reference: Reference) -> str:
    told = [reference.act[SWEDISH], _joined(reference.places, SWEDISH, _swedish_place)]
    told += [f"({reference.validity[SWEDISH]})"] if reference.validity[SWEDISH] else []
    return " ".join(part for part in told if part)


def _swedish_place(place: Place) -> str:
    items = _each(place.items, SWEDISH, str) if place.items else ""
    if place.article:
        # as the Union's own acts cite in Swedish: artikel 3.2 a
        numbers = _each(place.numbers, SWEDISH, str) + (f".{items}" if items else "")
        return f"{'artiklarna' if place.many else 'artikel'} {numbers}{f' {place.letter}' if place.letter else ''}"
    told = f"{place.chapter} kap. " if place.chapter else ""
    if "." in place.numbers:
        told += _each(place.numbers, SWEDISH, _swedish_section)
    else:
        told += f"{_each(place.numbers, SWEDISH, str)} §"
    told += f" {place.part} mom." if place.part else ""
    told += f" {items} punkten" if items else ""
    return told + (f" underpunkt {place.letter}" if place.letter else "")


def _swedish_section(number: str) -> str:
    section, _, part = number.partition(".")
    return f"{section} § {part} mom." if part else f"{section} §"


def _english(reference: Reference) -> str:
    places, told = reference.places, reference.act[ENGLISH]
    if places:
        noun = "Article" if places[0].article else "section"
        # a place with a chapter says its own noun, so the first one's number is about itself and what follows bare
        alone = all(place.chapter and place.joint for place in places[1:])
        plural = "" if alone and not places[0].many else "s"
        chapter = f"chapter {places[0].chapter}, " if places[0].chapter else ""
        where = f"{chapter}{noun}{plural} {_joined(places, ENGLISH, _english_place)}"
        told = f"{told}, {where}" if told else where
    return f"{told} ({reference.validity[ENGLISH]})" if reference.validity[ENGLISH] else told


def _english_place(place: Place) -> str:
    told = f"chapter {place.chapter}, section{'s' if place.many else ''} " if place.chapter and place.joint else ""
    told += _each(place.numbers, ENGLISH, _english_section)
    told += f"({place.part})" if place.part else ""
    told += _each(place.items, ENGLISH, "({})".format) if place.items else ""
    return told + (f"({place.letter})" if place.letter else "")


def _english_section(number: str) -> str:
    section, _, part = number.replace(" ", "").partition(".")
    return f"{section}({part})" if part else section
