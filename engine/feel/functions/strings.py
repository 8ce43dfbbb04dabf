"""Texts (DMN 1.5, 10.3.4.3), and regular expressions whose worst case is counted before they run."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from engine.errors import FeelError, LimitError
from engine.feel import limits
from engine.feel.functions.builtin import builtin
from engine.feel.values import Value

_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)


@builtin("string length(string: string)")
def _length(string: str) -> Value:
    return Decimal(len(string))


@builtin("substring(string: string, start position: number, length?: number)")
def _substring(string: str, start: Decimal, length: Decimal | None = None) -> Value:
    if not 1 <= abs(start) <= len(string) or (length is not None and not 1 <= length <= limits.STRING):
        return None
    first = int(start) - 1 if start > 0 else len(string) + int(start)
    return string[first:] if length is None else string[first : first + int(length)]


@builtin("upper case(string: string)")
def _upper(string: str) -> Value:
    return string.upper()


@builtin("lower case(string: string)")
def _lower(string: str) -> Value:
    return string.lower()


@builtin("trim(string: string)")
def _trim(string: str) -> Value:
    return string.strip()


@builtin("substring before(string: string, match: string)")
def _before(string: str, match: str) -> Value:
    return string.partition(match)[0] if match and match in string else ""


@builtin("substring after(string: string, match: string)")
def _after(string: str, match: str) -> Value:
    return string.partition(match)[2] if match else string


@builtin("contains(string: string, match: string)")
def _contains(string: str, match: str) -> Value:
    return match in string


@builtin("starts with(string: string, match: string)")
def _starts(string: str, match: str) -> Value:
    return string.startswith(match)


@builtin("ends with(string: string, match: string)")
def _ends(string: str, match: str) -> Value:
    return string.endswith(match)


@builtin("string join(list: list, delimiter?: string)")
def _join(items: tuple[Value, ...], delimiter: str | None = None) -> Value:
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) != sum(item is not None for item in items):
        return None
    size = sum(map(len, texts)) + len(delimiter or "") * len(texts)
    if size > limits.STRING:
        raise LimitError(f"a text of {size} characters; at most {limits.STRING} are allowed")
    return (delimiter or "").join(texts)


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> tuple[re.Pattern[str], int, int]:
    """Read a pattern; gives it with its number of repetitions and of choices; refuses look-arounds."""
    if len(pattern) > 500 or set(flags) - set("smix"):
        raise FeelError(f"the regular expression {pattern[:40]!r} is too long, or has a flag other than s, m, i, x")
    if re.search(r"\\\d|\(\?(?!:)", pattern):
        raise FeelError(f"the regular expression {pattern!r} has a back-reference or look-around, which are refused")
    repeats, choices = _cost(pattern)
    number = 0
    for flag in flags:
        number |= {"s": re.S, "m": re.M, "i": re.I, "x": re.X}[flag]
    try:
        return re.compile(pattern, number), repeats, choices
    except (re.error, OverflowError, RecursionError) as error:
        raise FeelError(f"the regular expression {pattern!r} cannot be read: {error}") from None


def _cost(pattern: str) -> tuple[int, int]:
    """Count repetitions and choices; raises FeelError when a group that has either is repeated: it may never end."""
    groups: list[int] = [0]  # choices and repetitions inside each open group
    repeats = choices = position = 0
    closed = 0  # those of the group that has just been closed
    while position < len(pattern):
        if found := _QUANTIFIER.match(pattern, position):
            if closed and found[0] != "?":
                raise FeelError(f"the regular expression {pattern!r} repeats a group that itself repeats or chooses")
            many = found[0] in "*+" or "," in found[0]
            repeats, choices = repeats + many, choices + (found[0] == "?")
            groups[-1] += 1
            closed, position = 0, found.end()
            continue
        atom = _ATOM.match(pattern, position)
        assert atom is not None
        position, closed = atom.end(), 0
        if atom[0] == "(":
            groups.append(0)
            position += 2 * pattern.startswith("?:", position)
        elif atom[0] == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] += closed
        elif atom[0] == "|":
            groups[-1] += 1
            choices += 1
    return repeats, choices


def _regex(pattern: str, flags: str | None, subject: str) -> re.Pattern[str]:
    """Give the pattern when its worst case on this text is bounded; raises LimitError otherwise."""
    compiled, repeats, choices = _compiled(pattern, flags or "")
    if len(subject) ** (repeats + 1) * 2**choices > limits.PATTERN:
        raise LimitError(f"the regular expression {pattern!r} may take too long on a text of {len(subject)} characters")
    return compiled


@builtin("matches(input: string, pattern: string, flags?: string)")
def _matches(subject: str, pattern: str, flags: str | None = None) -> Value:
    return _regex(pattern, flags, subject).search(subject) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string)")
def _replace(subject: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    compiled = _regex(pattern, flags, subject)
    if (len(subject) + 1) * (len(replacement) + 1) > limits.PATTERN:
        raise LimitError(f"replacing in a text of {len(subject)} characters by {len(replacement)} makes too much text")

    def expand(found: re.Match[str]) -> str:
        def group(reference: re.Match[str]) -> str:
            number = int(reference[1])
            return (found[number] or "") if number <= compiled.groups else ""

        return re.sub(r"\$(\d)", group, replacement)

    return compiled.sub(expand, subject)


@builtin("split(string: string, delimiter: string)")
def _split(string: str, delimiter: str) -> Value:
    parts = _regex(delimiter, None, string).split(string)
    return tuple(part or "" for part in parts)


@builtin("extract(string: string, pattern: string)")
def _extract(string: str, pattern: str) -> Value:
    return tuple(found[0] for found in _regex(pattern, None, string).finditer(string))
