"""Failed logins of the last quarter of an hour, counted in this process, by name and by address."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
MOST_KEYS = 10_000


class Attempts:
    """Counts failures so that guessing is slow; a restart forgets them, the proxy limits the rest."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def too_many(self, keys: tuple[str, ...], limit: int, now: datetime) -> bool:
        """Whether the first key (the name) failed `limit` times, or any other (the address) ten times as often."""
        with self._lock:
            return any(
                len(self._recent(key, now)) >= (limit if index == 0 else limit * 10) for index, key in enumerate(keys)
            )

    def failed(self, keys: tuple[str, ...], now: datetime) -> None:
        """Count one failure for each key."""
        with self._lock:
            if len(self._failures) > MOST_KEYS:
                self._failures.clear()
            for key in keys:
                self._failures.setdefault(key, deque()).append(now)

    def forget(self, keys: tuple[str, ...]) -> None:
        """A right password clears the name's failures; those of the address stay."""
        with self._lock:
            self._failures.pop(keys[0], None)

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        found = self._failures.get(key, deque())
        while found and now - found[0] > WINDOW:
            found.popleft()
        return found
