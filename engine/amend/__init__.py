"""Changes made to a stored TOML or JSON file, with everything else byte for byte as it was (formats.md 6).

The place of a value is found in the text and only that is written: comments, order, spacing, quotes and line ends stay.
Every result is read again and compared with what was meant; a file that would read otherwise is left as it was.
"""

from __future__ import annotations

from engine.amend.change import Add, Change, Drop, Place, Put, differences
from engine.amend.json_text import amend_json
from engine.amend.toml_text import amend_toml

__all__ = ["Add", "Change", "Drop", "Place", "Put", "amend_json", "amend_toml", "differences"]
