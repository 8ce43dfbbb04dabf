"""A supervisor gives many tasks of the list to a colleague or puts them back: each tells what became of it."""

from __future__ import annotations

from typing import Any

from web import handover
from web.tasks import blueprint
from web.tasks.inbox import draw


@blueprint.post("/hand-over")
def hand() -> Any:
    """Give the chosen tasks to a person, or put them back, each in the version that the list showed."""
    chosen, status = handover.carry_out()
    return draw(chosen), status
