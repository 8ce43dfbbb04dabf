"""How much one expression may ask for: source, nesting, steps, text and lists."""

from __future__ import annotations

from engine.errors import LimitError

SOURCE = 10_000  # characters of one expression
DEPTH = 50  # brackets, conditions and signs inside each other
CHAIN = 100  # operators of one level beside each other
STEPS = 100_000  # loop rounds, calls and list items looked at in one evaluation
CALLS = 60  # functions of the expression calling each other
STRING = 100_000  # characters of one text value
LIST = 10_000  # items of one list
PATTERN = 10_000_000  # steps that a regular expression might take in the worst case


def check_string(value: str) -> str:
    """Return the text, or raise LimitError when it is longer than STRING characters."""
    if len(value) > STRING:
        raise LimitError(f"a text of {len(value)} characters; at most {STRING} are allowed")
    return value


def check_list(size: int) -> None:
    """Raise LimitError when a list of this size may not be made."""
    if size > LIST:
        raise LimitError(f"a list of {size} items; at most {LIST} are allowed")
