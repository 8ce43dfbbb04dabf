"""A rule of a deadline in words: one sentence made of its data, its reminders, its pause, its validity and its doubt.

The sentence is "{length} siitä, kun {event}; {roll}.": the event is a clause of deadlines.toml that goes on after
"when" in every language ("asianosainen on saanut päätöksen tiedoksi").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.duration import parse_length
from engine.errors import DeadlineError
from engine.feel import Expression
from engine.law import Law
from engine.register import FIRST_DAY, LAST_DAY, DeadlineDefinition, DeadlineRow, Parameter
from web import formats, i18n, words
from web.explain import doubt

Values = Callable[[str], object]
"""parameter -> its value, or None where it has none"""

_ONE_PARAMETER = re.compile(r'\s*parameter\(\s*"[^"]*"\s*\)\s*')
HALF = "50"


@dataclass(frozen=True, slots=True)
class RuleTold:
    """One dated row of a rule in the language of the page; what it does not have is empty."""

    sentence: str
    length: str
    valid: str
    reminders: tuple[str, ...]
    escalation: str
    pause: str
    statute: str
    doubt: str


def tell(definition: DeadlineDefinition, row: DeadlineRow, values: Values) -> RuleTold:
    """Tell a row of a rule; `values` gives the parameters that its length names."""
    length = length_in_words(row, values)
    return RuleTold(
        sentence=sentence(definition, row, length),
        length=length,
        valid=_valid(row.from_on, row.to_on),
        reminders=tuple(reminder(offset) for offset in definition.reminders),
        escalation=_escalation(definition.escalation, definition.escalate_to),
        pause=i18n.pick(definition.suspension)
        or i18n.t("rule.no_pause" if definition.pauses is None else "rule.pauses"),
        statute=words.statute(row.statute),
        doubt=doubt(row.doubt),
    )


def values_on(law: Law, process: str, on: date) -> Values:
    """The parameters of a process, or of the law, as they are on a day."""

    def value(name: str) -> object:
        try:
            return law.parameter(process, name, on)
        except DeadlineError:
            return None

    return value


def sentence(definition: DeadlineDefinition, row: DeadlineRow, length: str) -> str:
    """The rule in one sentence: "30 päivää siitä, kun päätös on saatu tiedoksi; siirtyy seuraavaan arkipäivään."."""
    event = i18n.pick(definition.event)
    if row.length == 0:
        told = i18n.t("rule.same_day", event=event)
    elif definition.direction == "before" or row.roll == "backward":
        told = i18n.t("rule.before", length=length, event=event)
    else:
        told = i18n.t("rule.inclusive" if definition.inclusive else "rule.after", length=length, event=event)
    whole = f"{told}; {i18n.t(f'rule.roll_{row.roll}')}."
    return whole[:1].upper() + whole[1:]


def length_in_words(row: DeadlineRow, values: Values) -> str:
    """A length with its unit: a number, a parameter by its value, or what it may be by the data of the case."""
    if not isinstance(row.length, Expression):
        return formats.remaining(row.length, row.unit)
    named = [arguments[0] for call, arguments in row.length.calls if call == "parameter" and arguments]
    found = [value for value in (values(str(name)) for name in named if name) if str(value).isdecimal()]
    if found and _ONE_PARAMETER.fullmatch(row.length.source):
        return formats.remaining(int(str(found[0])), row.unit)
    numbers = sorted({int(str(value)) for value in found})
    if not numbers:
        return i18n.t("rule.by_case")
    *first, last = [*(str(number) for number in numbers[:-1]), formats.remaining(numbers[-1], row.unit)]
    told = i18n.t("rule.either", first=", ".join(first), last=last) if first else last
    return i18n.t("rule.by_case_of", lengths=told)


def reminder(offset: str) -> str:
    """When a reminder is given: "kun puolet ajasta on kulunut", "2 työpäivää ennen"."""
    share = offset.strip().removesuffix("%").strip()
    if share != offset.strip():
        return i18n.t("rule.half" if share == HALF else "rule.share", n=share)
    return i18n.t("rule.ahead", length=formats.remaining(*parse_length(offset)))


def _escalation(offset: str, role: str) -> str:
    if not offset:
        return ""
    return i18n.t("rule.escalation", length=formats.remaining(*parse_length(offset)), role=words.work_role(role))


def _valid(from_on: date, to_on: date) -> str:
    first = "" if from_on == FIRST_DAY else formats.day(from_on)
    last = "" if to_on == LAST_DAY else formats.day(to_on)
    if not first and not last:
        return ""
    return i18n.t("rule.valid_between" if last else "rule.valid_from", first=first, last=last)


def value_in_words(parameter: Parameter, value: object) -> str:
    """The value of a parameter with its unit: "14 päivää", "1 260,00 € kuukaudessa", "kyllä"."""
    if isinstance(value, (list, tuple)):
        return ", ".join(value_in_words(parameter, item) for item in value)
    if isinstance(value, bool):
        return i18n.t("frame.yes" if value else "frame.no").lower()
    unit = parameter.unit
    if unit in ("days", "working_days", "weeks", "months", "years") and str(value).isdecimal():
        return formats.remaining(int(str(value)), unit)
    if unit == "euro":
        return formats.money(str(value))
    if unit == "euro_per_month":
        return i18n.t("rule.a_month", money=formats.money(str(value)))
    if unit == "percent":
        return f"{formats.number(str(value))}{formats.NBSP}%"
    return str(value)


def searchable(told: RuleTold, *more: str) -> str:
    """Everything of a rule that a search looks through, in small letters."""
    parts = (told.sentence, told.valid, *told.reminders, told.escalation, told.pause, told.statute, told.doubt, *more)
    return " ".join(parts).replace(formats.NBSP, " ").casefold()


def names_of(texts: Mapping[str, str]) -> str:
    """A name in every language: people search by the word that they know."""
    return " ".join(texts.values())
