"""What a form file may say: its keys, its limits, the names it may not use."""

from __future__ import annotations

import re

# the language that a text is missing in, as sentences of each language name it
LANGUAGE_NAMES = {
    "fi": {"fi": "suomeksi", "sv": "finska", "en": "Finnish"},
    "sv": {"fi": "ruotsiksi", "sv": "svenska", "en": "Swedish"},
    "en": {"fi": "englanniksi", "sv": "engelska", "en": "English"},
}
SECRECY = ("ordinary", "secret", "health")

# fmt: off
FORM_KEYS = frozenset({
    "$schema", "$id", "$comment", "title", "description", "type", "required", "properties", "additionalProperties",
    "x-i18n", "x-basis", "x-checks", "x-example", "x-doubt",
})
FIELD_KEYS = frozenset({
    "$comment", "type", "title", "description", "format", "enum", "items", "uniqueItems",
    "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
    "x-i18n", "x-kind", "x-secrecy", "x-category", "x-basis", "x-doubt", "x-enum", "x-codes",
    "x-visibleIf", "x-requiredIf", "x-default", "x-rows",
})
ROW_KEYS = frozenset(("type", "required", "properties", "additionalProperties"))
CHECK_KEYS = frozenset(("valid", "field", "message", "shows"))
TOLD_KEYS = frozenset(("title", "x-i18n", "x-kind", "value"))
TOLD_KINDS = ("text", "integer", "number", "money", "date", "yes_no")

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
# typename: no loader may ever take a user's word for a type; at, on, channel: every answer carries them;
# the rest would hide what conditions read, or are words of FEEL and could never be read
RESERVED = frozenset({
    "typename", "at", "on", "channel", "data", "today", "now", "null", "true", "false", "if", "then", "else", "for",
    "in", "return", "some", "every", "satisfies", "and", "or", "not", "between", "instance", "of", "function",
})
# fmt: on

# what conditions may read besides fields
READABLE = frozenset({"data", "today"})

MOST_FIELDS = 200
MOST_OPTIONS = 500
MOST_ROWS = 200
MOST_CHECKS = 50
MOST_TOLD = 40
DEEPEST = 2
LONGEST_TEXT = 20_000
# characters, when the file does not say
LONGEST = {"text": 200, "long_text": 5_000}
