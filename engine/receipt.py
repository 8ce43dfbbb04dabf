"""When a notice counts as received: by the way it was sent and by who receives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from engine.calendar import Calendar
from engine.errors import DeadlineError
from engine.reckoning import compute
from engine.rule import Computed, Rule, TraceStep
from engine.said import say

CHANNELS = ("letter", "e_notice", "proof", "handed_over")
_AT_ARRIVAL = Rule("receipt", 0, roll="period")
# Used where the caller has no dated rows of D-GEN-06 and D-GEN-07 of its own.
RULES: Mapping[str, Rule] = {
    "letter": Rule("letter_received", 7, roll="period", law="D-GEN-06", statute="HL 59 §"),
    "e_notice": Rule("e_notice_received", 3, roll="period", law="D-GEN-07", statute="SAL 19 §"),
}


def _unknown(channel: str) -> DeadlineError:
    names = ", ".join(CHANNELS)
    return DeadlineError(
        say("channel {channel!r} is not known, expected one of: {names}", channel=channel[:40], names=names)
    )


def deemed_receipt(
    sent_on: date,
    channel: str,
    calendar: Calendar | None = None,
    *,
    authority: bool = False,
    received_on: date | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> Computed:
    """The day on which a notice counts as received (`legal_on`), with its trace; the day is never rolled.

    `channel` is letter (7th day, HL 59 §), e_notice (3rd day, SAL 19 §), proof or handed_over (that day, HL 60 §). An
    authority receives a letter or notice on its arrival day (HL 59.2 §, law.md K3). `received_on` is the day that is
    known or shown: it wins for every channel. Where only it could tell and it is not known, the day of sending stands
    in and the trace says `assumed`. DeadlineError for another channel or a receipt before the sending.
    """
    if channel not in CHANNELS:
        raise _unknown(channel)
    if received_on is not None and received_on < sent_on:
        raise DeadlineError(
            say("received on {received_on}, before it was sent on {sent_on}", received_on=received_on, sent_on=sent_on)
        )
    by_rule = channel in rules and not authority and received_on is None
    start: TraceStep = {
        "step": "start",
        "channel": channel,
        "authority": authority,
        "sent_on": sent_on.isoformat(),
        "received_on": received_on.isoformat() if received_on else None,
        "assumed": not by_rule and received_on is None and channel != "handed_over",
    }
    if by_rule:
        return compute(rules[channel], sent_on, calendar or Calendar(), start=[start])
    if channel in RULES:
        statute = "HL 59.2 §" if authority else RULES[channel].statute
    else:
        statute = "HL 60 §"
    return compute(replace(_AT_ARRIVAL, statute=statute), received_on or sent_on, calendar or Calendar(), start=[start])
