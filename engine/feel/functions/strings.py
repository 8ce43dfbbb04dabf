"""Texts (DMN 1.5, 10.3.4.3), and what regular expressions do with them."""

from __future__ import annotations

from decimal import Decimal

from engine.errors import FeelError, LimitError
from engine.feel import limits
from engine.feel.functions.builtin import builtin
from engine.feel.matcher import Matcher, compiled
from engine.feel.values import Value
from engine.said import say


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


def _matcher(pattern: str, flags: str | None = None) -> Matcher:
    return compiled(pattern, "".join(sorted(set(flags))) if flags else "")


@builtin("matches(input: string, pattern: string, flags?: string)")
def _matches(subject: str, pattern: str, flags: str | None = None) -> Value:
    return _matcher(pattern, flags).is_in(subject)


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string)")
def _replace(subject: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    matcher = _matcher(pattern, flags)
    if matcher.is_in(""):
        raise FeelError(
            say(
                "the regular expression {value!r} is found in an empty text: nothing can be replaced by it",
                value=pattern,
            )
        )
    parts = _replacement(replacement, matcher.groups) if "q" not in (flags or "") else [replacement]
    if (len(subject) + 1) * (len(replacement) + 1) > limits.PATTERN:
        raise LimitError(f"replacing in a text of {len(subject)} characters by {len(replacement)} makes too much text")
    made: list[str] = []
    done = 0
    for found in matcher.find(subject):
        made.append(subject[done : found.start])
        groups = (subject[found.start : found.end], *found.groups)
        made += [groups[part] if isinstance(part, int) else part for part in parts]
        done = found.end
    return "".join((*made, subject[done:]))


def _replacement(text: str, groups: int) -> list[str | int]:
    """Read `$1` (a group, with as many digits as there are groups), `\\$` and `\\\\` in what replaces."""
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        sign, after = text[at], text[at + 1 : at + 2]
        at += 1
        if sign == "\\":
            if after not in ("\\", "$"):
                raise FeelError(
                    say(
                        "the replacement {text!r} has a backslash before {after!r}; expected \\\\ or \\$",
                        text=text,
                        after=after,
                    )
                )
            parts.append(after)
            at += 1
        elif sign != "$":
            parts.append(sign)
        elif not after.isdigit():
            raise FeelError(
                say(
                    "the replacement {text!r} has a $ before {after!r}; expected a group's number, or \\$",
                    text=text,
                    after=after,
                )
            )
        else:
            number, at = int(after), at + 1
            while text[at : at + 1].isdigit() and number * 10 + int(text[at]) <= groups:
                number, at = number * 10 + int(text[at]), at + 1
            parts.append(number if number <= groups else "")
    return parts


@builtin("split(string: string, delimiter: string)")
def _split(string: str, delimiter: str) -> Value:
    parts: list[Value] = []
    done = 0
    for found in _matcher(delimiter).find(string):
        if found.end > found.start:
            parts.append(string[done : found.start])
            done = found.end
    return (*parts, string[done:])


@builtin("extract(string: string, pattern: string)")
def _extract(string: str, pattern: str) -> Value:
    return tuple(string[found.start : found.end] for found in _matcher(pattern).find(string))
