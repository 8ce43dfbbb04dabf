"""The memory of a process that serves pages: what it reads once and keeps is not gone through again and again.

The published versions and the program itself are a quarter of a million objects that stay for the life of the process.
Python's collector of cycles went through all of them every few pages of the board, some 150 ms each time.
"""

from __future__ import annotations

import gc

from tasks.db import Database
from tasks.published import read_ahead

YOUNG = 50_000
"""how many new objects there may be before the young ones are looked at: one page of the board makes about as many"""


def settle(database: Database) -> None:
    """Read the published versions and take everything read so far out of the collector's sight."""
    read_ahead(database)
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    gc.collect()
    gc.freeze()
