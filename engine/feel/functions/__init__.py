"""The built-in functions of FEEL (DMN 1.5, 10.3.4), by name.

`today` and `now` are not among them: the caller hands in the day.
"""

from __future__ import annotations

from engine.feel.functions import contexts, conversion, dates, lists, numbers, ranges, strings
from engine.feel.functions.builtin import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "conversion", "dates", "lists", "numbers", "ranges", "strings"]
