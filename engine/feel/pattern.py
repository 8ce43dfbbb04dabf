"""Regular expressions as FEEL has them (XPath 3.1, 5.6.1, on XML Schema's), read into parts and into Python's own form.

Not everything that Python knows is one: no look-around, no \\b, no possessive quantifiers; classes may be subtracted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from engine.errors import FeelError
from engine.said import Said, say

LONGEST = 500
"""characters of one pattern"""
MOST = 1000
"""repetitions that `{n}` may ask for"""

_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d{1,6})(?:(,)(\d{1,6})?)?\})(\?)?")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_NAME_START = ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
_NAME_PART = _NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
_SETS = {"s": r"\t\n\r ", "d": r"\d", "w": r"\w", "i": _NAME_START, "c": _NAME_PART}
_BLOCKS = {
    "BasicLatin": "\x00-\x7f",
    "Latin-1Supplement": "\x80-\xff",
    "LatinExtended-A": "\u0100-\u017f",
    "LatinExtended-B": "\u0180-\u024f",
    "Greek": "\u0370-\u03ff",
    "GreekandCoptic": "\u0370-\u03ff",
    "Cyrillic": "\u0400-\u04ff",
}
_CATEGORY = re.compile(r"[LMNPZSC][a-z]?")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: `kind` is one, all, any, many, group, start, end or again; `python` the same for `re`.

    `one` is a single character, `all` its parts in a row, `any` a choice of them, `many` the only one repeated from
    `least` to `most` times (None: for ever), `group` a remembered one with its `number`, `again` what it remembered.
    """

    kind: str
    python: str
    parts: tuple[Part, ...] = ()
    least: int = 0
    most: int | None = None
    greedy: bool = True
    number: int = 0


@dataclass(slots=True)
class Reading:
    """A pattern while it is read; `repeats` and `choices` count what may make the search branch."""

    text: str
    flags: str
    position: int = 0
    groups: int = 0
    closed: set[int] = field(default_factory=set)
    repeats: int = 0
    choices: int = 0
    risky: bool = False
    again: bool = False

    def fail(self, message: Said) -> FeelError:
        """Make the error that names the pattern and the place in it."""
        return FeelError(
            say(
                "the regular expression {text!r} has {message} at character {value}",
                text=self.text,
                message=message,
                value=self.position + 1,
            )
        )

    def here(self) -> str:
        """Give the character at the present place, "" at the end."""
        return self.text[self.position : self.position + 1]

    def choice(self) -> Part:
        """Read parts with `|` between them."""
        branches = [self.row()]
        while self.here() == "|":
            self.position += 1
            self.choices += 1
            branches.append(self.row())
        if len(branches) == 1:
            return branches[0]
        return Part("any", f"(?:{'|'.join(b.python for b in branches)})", tuple(branches))

    def row(self) -> Part:
        """Read parts behind each other, each with its quantifier."""
        made: list[Part] = []
        while self.here() not in ("", "|", ")"):
            before = (self.repeats, self.choices)
            made.append(self.quantified(self.atom(), (self.repeats, self.choices) != before))
        return Part("all", "".join(part.python for part in made), tuple(made))

    def quantified(self, part: Part, branches: bool) -> Part:
        """Read the quantifier behind a part; one that repeats what itself branches needs the patient matcher."""
        found = _QUANTIFIER.match(self.text, self.position)
        if found is None:
            if self.here() == "{":
                raise self.fail(say("a '{{' that is no quantifier; write \\{{ for the sign itself"))
            return part
        self.position = found.end()
        sign, low, comma, high, lazy = found.groups()
        least = {"*": 0, "+": 1, "?": 0}.get(sign, int(low or 0))
        most = {"*": None, "+": None, "?": 1}[sign] if sign else (int(high) if high else None) if comma else least
        if max(least, most or 0) > MOST or (most is not None and most < least):
            raise self.fail(say("a quantifier that is not between 0 and {most}", most=MOST))
        once = most == 1
        self.risky = self.risky or (branches and not once)
        self.repeats, self.choices = self.repeats + (most != least and not once), self.choices + once
        if _QUANTIFIER.match(self.text, self.position):
            raise self.fail(say("two quantifiers behind each other"))
        return Part("many", f"(?:{part.python}){found[0]}", (part,), least, most, not lazy)

    def atom(self) -> Part:
        """Read a character, a class, a group, an anchor or a back-reference."""
        sign = self.here()
        if sign == "(":
            return self.group()
        if sign == "[":
            return Part("one", self.character_class())
        self.position += 1
        if sign == "\\":
            return self.escape()
        if sign == ".":
            return Part("one", "(?s:.)" if "s" in self.flags else r"[^\n\r]")
        if sign == "^":
            return Part("start", "(?m:^)" if "m" in self.flags else r"\A")
        if sign == "$":
            return Part("end", "(?m:$)" if "m" in self.flags else r"\Z")
        if sign in "*+?{}]":
            self.position -= 1
            raise self.fail(say("a {sign!r} with nothing to belong to; write \\{sign} for the sign itself", sign=sign))
        return Part("one", re.escape(sign))

    def group(self) -> Part:
        """Read `(…)` or `(?:…)`."""
        remembered = not self.text.startswith("(?", self.position)
        if not remembered and not self.text.startswith("(?:", self.position):
            raise self.fail(say("'(?', of which only '(?:' is known; look-arounds are refused"))
        self.position += 1 if remembered else 3
        number = self.groups = self.groups + remembered
        inner = self.choice()
        if self.here() != ")":
            raise self.fail(say("no ')' for a '('"))
        self.position += 1
        if not remembered:
            return inner
        self.closed.add(number)
        return Part("group", f"({inner.python})", (inner,), number=number)

    def escape(self) -> Part:
        """Read what stands behind a backslash, outside a class."""
        if self.here().isdigit():
            return self.reference()
        negated, inside = self.escaped()
        return Part("one", f"[{'^' if negated else ''}{inside}]")

    def reference(self) -> Part:
        """Read the number of a group that is closed; more digits count while such a group is there."""
        number = int(self.here())
        self.position += 1
        while self.here().isdigit() and number * 10 + int(self.here()) in self.closed:
            number = number * 10 + int(self.here())
            self.position += 1
        if number not in self.closed:
            raise self.fail(say("a reference to group {number}, which is not closed before it", number=number))
        self.again = True
        return Part("again", f"(?:\\{number})", number=number)

    def escaped(self) -> tuple[bool, str]:
        """Read an escape: whether it is negated, and what it stands for inside Python's brackets."""
        sign = self.here()
        self.position += 1
        if sign in ("p", "P"):
            end = self.text.find("}", self.position)
            name = self.text[self.position + 1 : end] if self.here() == "{" and end > 0 else ""
            inside = _BLOCKS.get(name.removeprefix("Is"), "") if name.startswith("Is") else category(name)
            if not inside:
                raise self.fail(say("an unknown property {name!r}", name=name))
            self.position = end + 1
            return sign == "P", inside
        if sign.lower() in _SETS and sign:
            return sign.isupper(), _SETS[sign.lower()]
        if sign in _PLAIN_ESCAPES:
            return False, re.escape(_PLAIN_ESCAPES[sign])
        if sign and sign in "\\|.-^?*+{}()[]$":
            return False, re.escape(sign)
        raise self.fail(say("an unknown escape \\{sign}", sign=sign))

    def character_class(self) -> str:
        """Read `[…]` with ranges, negation and subtraction into Python's form."""
        self.position += 1
        negated = self.here() == "^"
        self.position += negated
        made, others = "", ""
        taken = ""
        while self.here() != "]" or not (made or others):
            if self.here() in ("", "]"):
                raise self.fail(say("no ']' for a '['"))
            if self.text.startswith("-[", self.position) and (made or others):
                self.position += 1
                taken = f"(?!{self.character_class()})"
                break
            one, inverse = self.member()
            made += one
            others += f"|[^{inverse}]" if inverse else ""
        if self.here() != "]":
            raise self.fail(say("something behind what is taken away; expected ']'"))
        self.position += 1
        choice = f"(?:[{made}]{others})" if made else f"(?:{others[1:]})"
        if negated:
            choice = f"(?!{choice})(?s:.)"
        return f"(?:{taken}{choice})" if taken or negated else choice

    def member(self) -> tuple[str, str]:
        """Read a character, a range or an escape of a class: what it adds, and what it adds all but."""
        if self.here() == "\\":
            self.position += 1
            if self.here().isdigit():
                raise self.fail(say("a reference to a group inside brackets"))
            negated, inside = self.escaped()
            low = inside if len(inside.lstrip("\\")) <= 1 and not negated else ""
            if not low or not self.ranged():
                return ("", inside) if negated else (inside, "")
        else:
            if self.here() == "[":
                raise self.fail(say("a '[' inside brackets; write \\[ for the sign itself"))
            low = re.escape(self.here())
            self.position += 1
            if not self.ranged():
                return low, ""
        self.position += 1
        if self.here() == "\\":
            self.position += 1
            high = self.escaped()[1]
        else:
            high = re.escape(self.here())
            self.position += 1
        return f"{low}-{high}", ""

    def ranged(self) -> bool:
        """Say whether a range goes on here: a minus sign that is neither last nor takes something away."""
        return self.here() == "-" and self.text[self.position + 1 : self.position + 2] not in ("]", "[", "")


@lru_cache(maxsize=64)
def category(name: str) -> str:
    """Give the characters of a Unicode category of the basic plane as ranges for brackets; "" for an unknown one."""
    if not _CATEGORY.fullmatch(name):
        return ""
    codes = [code for code in range(0x10000) if unicodedata.category(chr(code)).startswith(name)]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in ranges)


def read(pattern: str, flags: str) -> tuple[Part, Reading]:
    """Read a pattern; raises FeelError for one that is too long or that XPath does not have."""
    if len(pattern) > LONGEST or set(flags) - set("smixq"):
        raise FeelError(
            say(
                "the regular expression {value!r} is too long, or has a flag other than s, m, i, x, q",
                value=pattern[:40],
            )
        )
    reading = Reading(_without_blanks(pattern) if "x" in flags and "q" not in flags else pattern, flags)
    if "q" in flags:
        return Part("all", re.escape(pattern), tuple(Part("one", re.escape(sign)) for sign in pattern)), reading
    tree = reading.choice()
    if reading.here() == ")":
        raise reading.fail(say("a ')' without its '('"))
    return tree, reading


def _without_blanks(pattern: str) -> str:
    """Drop blanks outside brackets, as the flag x asks."""
    kept = ""
    depth = 0
    escaped = False
    for sign in pattern:
        depth += 0 if escaped else (sign == "[") - (sign == "]" and depth > 0)
        if depth or sign not in " \t\n\r":
            kept += sign
            escaped = sign == "\\" and not escaped
    return kept
