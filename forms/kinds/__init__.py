"""The kinds of fields, by their name in a form file (`x-kind`)."""

from __future__ import annotations

from forms.kinds.choices import Choice, Many, YesNo
from forms.kinds.identifiers import BusinessId, Email, File, Iban, Identity, Phone
from forms.kinds.numbers import Integer, Money, Number
from forms.kinds.text import LongText, Text, Value
from forms.kinds.times import Day, Moment

__all__ = ["ALL_KINDS", "KINDS", "Choice", "Integer", "LongText", "Many", "Text", "Value"]

KINDS: dict[str, type[Value]] = {
    kind.kind: kind
    for kind in (
        *(Text, LongText, Integer, Number, Money, Day, Moment, YesNo, Choice, Many),
        *(Identity, BusinessId, Iban, Email, Phone, File),
    )
}
# without a value of their own: rows of fields, and a text to read
ALL_KINDS = (*KINDS, "group", "info")
