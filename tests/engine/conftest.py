"""Property tests here have no time limit per example: the machine may be busy, and the first one fills the caches."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
