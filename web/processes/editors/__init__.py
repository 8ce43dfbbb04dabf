"""Editors of a draft's files in words: deadlines and amounts, tables, conditions, forms, letters, settings, stories."""

from __future__ import annotations

from web.processes.editors import (
    columns,  # noqa: F401
    conditions,  # noqa: F401
    dates,  # noqa: F401  # the views register themselves
    field,  # noqa: F401
    forms,  # noqa: F401
    letter_rules,  # noqa: F401
    letters,  # noqa: F401
    new_letter,  # noqa: F401
    overview,  # noqa: F401
    settings,  # noqa: F401
    stories,  # noqa: F401
    story_head,  # noqa: F401
    tables,  # noqa: F401
    values,  # noqa: F401
    worked,  # noqa: F401
)
