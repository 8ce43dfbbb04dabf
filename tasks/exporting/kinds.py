"""Which kinds of events leave in an export, and as which transition of the XES standard's lifecycle."""

from __future__ import annotations

COMPLETE = "complete"
TRANSITIONS = {
    "case_started": COMPLETE,
    "case_closed": COMPLETE,
    "case_cancelled": COMPLETE,
    "case_called_off": COMPLETE,
    "case_migrated": COMPLETE,
    "case_linked": COMPLETE,
    "message_received": COMPLETE,
    "task_opened": "start",
    "task_claimed": "assign",
    "task_assigned": "assign",
    "task_released": "reassign",
    "task_held": "suspend",
    "task_resumed": "resume",
    "task_completed": COMPLETE,
    "task_withdrawn": "withdraw",
    "step_chosen": COMPLETE,
    "deadline_opened": COMPLETE,
    "deadline_changed": COMPLETE,
    "deadline_met": COMPLETE,
    "deadline_missed": COMPLETE,
    "deadline_passed": COMPLETE,
    "deadline_lapsed": COMPLETE,
    "deadline_ended": COMPLETE,
    "deadline_cancelled": COMPLETE,
    "deadline_escalated": COMPLETE,
    "reminder_given": COMPLETE,
    "timer_fired": COMPLETE,
    "call_ordered": COMPLETE,
    "call_answered": COMPLETE,
    "call_refused": COMPLETE,
    "call_retried": COMPLETE,
    "call_answered_late": COMPLETE,
    "letter_written": COMPLETE,
    "letter_sent": COMPLETE,
    "receipt_corrected": COMPLETE,
}
"""The kinds that leave. A kind that stands in neither table does not: it is to be thought about first."""

LEFT_OUT = {
    "commented": "what colleagues write to each other",
    "attachment_added": "what customers and colleagues hand in",
    "party_added": "who the people of a case are",
    "party_ended": "who the people of a case are",
    "consent_recorded": "what a customer has agreed to",
    "consent_withdrawn": "what a customer has agreed to",
    "disqualification_declared": "how a colleague is related to a customer",
    "disqualification_ended": "how a colleague is related to a customer",
    "emergency_access": "who looked at a case",
    "case_raised": "what a supervisor says of one case",
    "case_lowered": "what a supervisor says of one case",
    "legal_hold": "what is kept beyond its time",
}
"""Kinds that tell of people and not of the flow, and what they would tell."""

OF_TASK = tuple(kind for kind in TRANSITIONS if kind.startswith("task_"))
"""Kinds whose activity is the task itself: the transition says what happened to it."""
OF_DEADLINE = (*(kind for kind in TRANSITIONS if kind.startswith("deadline_")), "reminder_given")
OF_LETTER = ("letter_written", "letter_sent", "receipt_corrected")
OF_CUSTOMERS = ("case_started", "case_closed", "case_cancelled", *OF_LETTER)
"""Kinds that concern the customers of the case; letters the one they are written to."""
