"""Why this date: the trace of a deadline as numbered sentences in Finnish, Swedish or English.

A trace is the list of JSON steps that engine.deadline.compute gives (the table in engine/reckoning.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel import dates

from engine import citation
from engine.law import Law
from web import formats, i18n

Step = Mapping[str, Any]
Texts = Mapping[str, str]
WEEKEND = ("saturday", "sunday")
# more Saturdays and Sundays than this are counted, not listed
LISTED_WEEKEND = 4


@dataclass(frozen=True, slots=True)
class ValueWords:
    """What the folder of a parameter says of it and of one of its rows, each by language."""

    name: Texts = field(default_factory=dict)
    folder: Texts = field(default_factory=dict)
    source: Texts = field(default_factory=dict)
    doubt: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What the folder of a rule says, each by language, where known: a trace has only ids and Finnish.

    `folder` is the process that the rule comes from, `reasons` names the codes that a pause may have, `values` are the
    parameters that the length was read from, by name and first day.
    """

    name: Texts = field(default_factory=dict)
    event: Texts = field(default_factory=dict)
    folder: Texts = field(default_factory=dict)
    doubt: Texts = field(default_factory=dict)
    reasons: Mapping[str, Texts] = field(default_factory=dict)
    values: Mapping[tuple[str, str | None], ValueWords] = field(default_factory=dict)


def values_of(law: Law, trace: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str | None], ValueWords]:
    """What the parameters of a trace are called, and what their folders say of them in each language."""
    found = {}
    for step in trace:
        if step.get("step") != "value":
            continue
        bundle = law.content(step["process"], step["version"])
        parameter = bundle.parameters.get(step["name"]) if bundle else None
        if bundle is None or parameter is None:
            continue
        since = step["valid_from"]
        row = next((row for row in parameter.rows if row.from_on.isoformat() == since), None)
        doubt = (row.doubt if row else {}) or parameter.doubt
        found[step["name"], since] = ValueWords(parameter.names, bundle.manifest.name, parameter.source, doubt)
    return found


def explain(trace: Sequence[Step], language: str | None = None, words: Words | None = None) -> tuple[str, ...]:
    """The sentences of a trace, the result last; sections of law are written in the language."""
    return tuple(_Teller(trace, language or i18n.language(), words or Words()).sentences())


def doubt(told: Mapping[str, str], language: str | None = None) -> str:
    """What is uncertain, as a sentence of the page; one that was written in Finnish only says so. Empty for none."""
    chosen = language or i18n.language()
    key = "explain.doubt" if chosen in told else "explain.doubt_finnish"
    return i18n.translate(key, chosen, doubt=i18n.pick(told, chosen)) if told else ""


class _Teller:
    """One trace being told in one language."""

    def __init__(self, trace: Sequence[Step], language: str, words: Words) -> None:
        self.language = language
        self.trace = trace
        self.words = words
        self.rule: Step = next((step for step in trace if step["step"] == "rule"), {})
        self.event_on: str = next((step["on"] for step in trace if step["step"] == "event"), "")
        self.extra: dict[str, Mapping[str, str]] = {
            day["on"]: day["name"] for step in trace if step["step"] == "calendar" for day in step["closed"]
        }

    def sentences(self) -> Iterator[str]:
        # what started it comes before the rule, as one would tell it, and where the length comes from behind it
        order = {"start": 0, "event": 1, "rule": 2, "value": 3}
        for step in sorted(self.trace, key=lambda step: order.get(step["step"], 4)):
            tell: Callable[[Step], Iterator[str]] | None = getattr(self, f"tell_{step['step']}", None)
            if tell is not None:
                yield from tell(step)

    def say(self, key: str, **values: object) -> str:
        text = i18n.translate(f"explain.{key}", self.language, **values)
        text = text.removesuffix(".") if text.endswith("..") else text  # a short date (26.12.) at the end
        return text[:1].upper() + text[1:] if text.endswith(".") else text

    def on(self, day: str) -> str:
        return formats.weekday(day, self.language)

    def weekday_name(self, day: str) -> str:
        return dates.format_date(date.fromisoformat(day), "cccc", locale=formats.LOCALES[self.language])

    def cited(self, law: str | None) -> str:
        """A section of law in brackets, in the language of the telling."""
        return f" ({formats.unbroken(citation.write(law, self.language))})" if law else ""

    def length(self, amount: int, unit: str) -> str:
        return formats.remaining(amount, unit, self.language)

    def tell_start(self, step: Step) -> Iterator[str]:
        if "channel" not in step:
            return
        how = self.say(f"sent_{step['channel']}")
        yield self.say("sent", day=self.on(step["sent_on"]), how=how)
        if step.get("received_on"):
            yield self.say("received_known", day=self.on(step["received_on"]))
        elif step.get("assumed"):
            yield self.say("received_assumed")

    def tell_event(self, step: Step) -> Iterator[str]:
        if self.words.event:
            words = i18n.pick(self.words.event, self.language)
            yield self.say("event_before" if self.counts_back else "event", words=words, day=self.on(step["on"]))
        else:
            yield self.say("event_unnamed", day=self.on(step["on"]))

    def tell_rule(self, step: Step) -> Iterator[str]:
        name = i18n.pick(self.words.name, self.language)
        length = self.length(step["length"], step["unit"])
        direction = "before" if self.counts_back else "after"
        rule = self.say("rule_back" if self.looks_back else f"rule_{direction}", length=length)
        # the number in the rule base is for those without a section
        law = self.cited(step.get("statute") or step.get("law"))
        yield self.say("rule", name=f"{name}: " if name else "", rule=rule, law=law)
        if step.get("version"):
            since = f", {self.say('in_force', day=formats.day(step['valid_from']))}" if step.get("valid_from") else ""
            yield self.say("version", version=self.version(step["version"], self.words.folder), since=since)
        if step.get("doubt"):
            yield doubt(self.words.doubt or {"fi": step["doubt"]}, self.language)

    def tell_value(self, step: Step) -> Iterator[str]:
        """A parameter that the length was read from: "Vastausaika: 14 päivää, voimassa 1.3.2026 alkaen (HL 33 §)."."""
        words = self.words.values.get((step["name"], step["valid_from"]), ValueWords())
        since = f", {self.say('in_force', day=formats.day(step['valid_from']))}" if step["valid_from"] else ""
        name = i18n.pick(words.name, self.language) or step["name"]
        source = self.cited(i18n.pick(words.source, self.language) or step["source"])
        yield self.say("value", name=name, value=self.value(step), since=since, law=source)
        if step["area"]:
            yield self.say("value_area")
            return
        if step["version"]:
            yield self.say("value_version", version=self.version(step["version"], words.folder))
        if step["on"] != self.event_on:
            yield self.say("value_on", day=self.on(step["on"]))
        if step["doubt"]:
            yield doubt(words.doubt or {"fi": step["doubt"]}, self.language)

    def value(self, step: Step) -> str:
        """A value with its unit; one that is no length as it stands."""
        if isinstance(step["value"], bool):
            return i18n.translate("frame.yes" if step["value"] else "frame.no", self.language).lower()
        if isinstance(step["value"], int):
            counted = i18n.known(f"date.unit_{step['unit']}")
            return self.length(step["value"], step["unit"]) if counted else formats.number(step["value"], self.language)
        return str(step["value"])

    @property
    def counts_back(self) -> bool:
        """Whether the time is counted before its event (engine.rule.Rule.before)."""
        return self.rule.get("direction") == "before" or self.rule.get("roll") == "backward"

    @property
    def looks_back(self) -> bool:
        """Whether the day begins a period behind the event: nothing is done by it, so it is nobody's last day."""
        return self.rule.get("roll") == "period" and self.rule.get("direction") == "before"

    def version(self, label: str, folder: Texts) -> str:
        """A version label by its folder's name: "pay_subsidy@1" is "Palkkatuki, versio 1"; a draft has no number."""
        name, number = i18n.pick(folder, self.language), label.partition("@")[2]
        return self.say("version_of", name=name, number=number) if name and number else name or label

    def tell_count(self, step: Step) -> Iterator[str]:
        if not step["length"]:
            return
        length = self.length(step["length"], step["unit"])
        basis = self.cited(step.get("basis"))
        if step["inclusive"]:
            key = "count_inclusive"
        else:
            key = "count_before" if step["direction"] == "before" else "count"
        yield self.say(key, length=length, start=self.on(step["from"]), day=self.on(step["to"]), basis=basis)
        if step.get("clamped"):
            yield self.say("clamped")

    def tell_skip(self, step: Step) -> Iterator[str]:
        yield self.say("skip", days=self.days(step["days"]))

    def tell_pause(self, step: Step) -> Iterator[str]:
        reason = (
            f": {i18n.pick(self.words.reasons.get(step['reason'], {'fi': step['reason']}), self.language)}"
            if step.get("reason")
            else ""
        )
        yield self.say("pause", day=self.on(step["on"]), reason=reason)

    def tell_resume(self, step: Step) -> Iterator[str]:
        paused = self.length(step["paused"], step["unit"])
        yield self.say(
            "resume", day=self.on(step["on"]), paused=paused, start=self.on(step["from"]), moved=self.on(step["to"])
        )
        if step.get("days"):
            yield self.say("skip", days=self.days(step["days"]))

    def tell_roll(self, step: Step) -> Iterator[str]:
        basis = self.cited(step.get("basis"))
        key = "roll_choice" if step.get("choice") else "roll"
        yield self.say(key, days=self.days(step["days"]), day=self.on(step["to"]), basis=basis)

    def tell_stay(self, step: Step) -> Iterator[str]:
        why = self.weekday_name(step["on"]) if step["why"] in WEEKEND else self.why(step)
        yield self.say(f"stay_{step['mode']}", day=self.on(step["on"]), why=why)

    def tell_target(self, step: Step) -> Iterator[str]:
        yield self.say("target", day=self.on(step["to"]))

    def tell_result(self, step: Step) -> Iterator[str]:
        if step.get("paused_on"):
            unit = "working days" if self.rule.get("unit") == "working days" else "days"
            left = self.length(step.get("remaining") or 0, unit)
            yield self.say("result_paused", day=self.on(step["paused_on"]), left=left)
        elif step["target"] != step["legal"]:
            yield self.say("result_target", day=self.on(step["legal"]), target=self.on(step["target"]))
        else:
            yield self.say("result_back" if self.looks_back else "result", day=self.on(step["legal"]))

    def days(self, days: Sequence[Step]) -> str:
        """Skipped days by name: "24.12. jouluaatto, 25.12. joulupäivä, la 26.12."; many weekends are counted."""
        weekend = [day for day in days if day["why"] in WEEKEND]
        named = [day for day in days if day["why"] not in WEEKEND or len(weekend) <= LISTED_WEEKEND]
        told = [self.why(day) for day in named]
        if len(weekend) > LISTED_WEEKEND:
            told.append(self.say("weekend", n=len(weekend)))
        return ", ".join(told)

    def why(self, day: Step) -> str:
        """One day off with its name: "24.12. jouluaatto", "la 26.12."."""
        on = date.fromisoformat(day["on"])
        short = f"{on.day}.{on.month}."
        if day["why"] in WEEKEND:
            return f"{formats.weekday(on, self.language).split(formats.NBSP)[0]}{formats.NBSP}{short}"
        if day["why"].startswith("extra:"):
            names = self.extra.get(day["on"])
            return f"{short} {i18n.pick(names, self.language) if names else self.say('day_extra')}"
        key = f"explain.day_{day['why']}"
        return f"{short} {i18n.translate(key, self.language) if i18n.known(key) else day['why'].replace('_', ' ')}"
