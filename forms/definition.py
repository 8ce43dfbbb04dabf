"""Reading a form file: a JSON Schema subset with our `x-` keys becomes fields and a schema, or findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marshmallow import Schema

from forms import vocabulary as words
from forms.answers import schema_of
from forms.checks import Check
from forms.codes import Code, Codes
from forms.errors import FieldError, FormDefinitionError
from forms.fields import Condition, Field, Told
from forms.kinds import ALL_KINDS, KINDS, Choice, Integer, LongText, Many, Text, Value
from forms.kinds.group import Group
from forms.notes import Notes
from forms.texts import LANGUAGES, remark

_OF_THE_CASE = ("x-default", "value")
"""expressions over the case data itself, not over the answers of the form"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a form file holds once read."""

    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    basis: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    schema: Schema


class Reader(Notes):
    """Reads one form file and collects every fault before refusing it."""

    def __init__(self, file: str, compile: Callable[[str], Condition], codes: Mapping[str, Codes]) -> None:
        super().__init__(file, compile)
        self.codes = codes
        self.scopes: list[set[str]] = []

    def read(self, definition: object) -> Parts:
        """Read the whole file; FormDefinitionError with all findings when anything is wrong."""
        if not isinstance(definition, Mapping):
            self.fault("", definition, "an object with title, type and properties")
            raise FormDefinitionError(self.findings)
        self.keys(definition, words.FORM_KEYS, "")
        if definition.get("type") != "object":
            self.fault("/type", definition.get("type"), '"object"')
        titles = self.texts(definition, "title", "", needed=True)
        descriptions = self.texts(definition, "description", "")
        fields = self.fields(definition, "", depth=0)
        checks = self.checks(definition.get("x-checks", []), {field.name for field in fields})
        if "x-example" in definition and not isinstance(definition["x-example"], Mapping):
            self.fault("/x-example", definition["x-example"], "an object with a complete valid answer")
        if self.findings:
            raise FormDefinitionError(self.findings)
        return Parts(titles, descriptions, str(definition.get("x-basis", "")), fields, checks, schema_of(fields))

    def refuse_example(self, errors: Sequence[FieldError]) -> None:
        """Refuse a file whose own example its form would not accept."""
        for error in errors:
            told = {language: error.message(language) for language in LANGUAGES}
            self.fault(f"/x-example{error.pointer}", error.value, "{answer}", answer=told)
        raise FormDefinitionError(self.findings)

    def fields(self, table: Mapping[str, object], pointer: str, depth: int) -> tuple[Field, ...]:
        """The fields of the form or of a group, in the order of the file."""
        properties = table.get("properties")
        if not isinstance(properties, Mapping) or not 0 < len(properties) <= words.MOST_FIELDS:
            self.fault(f"{pointer}/properties", properties, "an object of 1 to {most} fields", most=words.MOST_FIELDS)
            return ()
        required = table.get("required", [])
        if not isinstance(required, list) or any(not isinstance(name, str) for name in required):
            self.fault(f"{pointer}/required", required, "a list of field names")
            required = []
        for index, name in enumerate(required):
            if name not in properties or required.index(name) != index:
                self.fault(f"{pointer}/required/{index}", name, "the name of a field of properties, once")
        self.scopes.append({str(name) for name in properties})
        found = [
            self.field(name, part, f"{pointer}/properties/{name}", name in required, depth)
            for name, part in properties.items()
        ]
        if depth:
            self.scopes.pop()  # a row's names are known only inside it; the form's own stay for its checks
        return tuple(field for field in found if field is not None)

    def condition(self, table: Mapping[str, object], key: str, pointer: str) -> Condition | None:
        """A FEEL expression; what it reads must be fields, `data` or `today`, as far as the compiler tells."""
        condition = super().condition(table, key, pointer)
        known = set().union(*self.scopes) | words.READABLE
        for path in getattr(condition, "paths", ()) if key not in _OF_THE_CASE else ():
            if str(path).split(".")[0] not in known:
                self.fault(f"{pointer}/{key}", path, "a field of this form, data.… or today")
        return condition

    def field(self, name: str, table: object, pointer: str, required: bool, depth: int) -> Field | None:
        """One field, or None when its kind cannot be known."""
        if not words.NAME.fullmatch(name):
            self.fault(pointer, name, "a name in English snake_case, at most 60 characters")
        if name in words.RESERVED or name.startswith("_"):
            self.fault(pointer, name, "another name: this one is reserved")
        if not isinstance(table, Mapping):
            self.fault(pointer, table, "an object")
            return None
        self.keys(table, words.FIELD_KEYS, pointer)
        kind = table.get("x-kind")
        if not isinstance(kind, str) or kind not in ALL_KINDS:
            self.fault(f"{pointer}/x-kind", kind, "one of {names}", names=", ".join(ALL_KINDS))
            return None
        self.json_type(kind, table, pointer)
        return self.known_field(name, kind, table, pointer, required, depth)

    def known_field(
        self, name: str, kind: str, table: Mapping[str, object], pointer: str, required: bool, depth: int
    ) -> Field:
        """A field of a known kind, with everything that its table says."""
        secrecy, category = self.secrecy(kind, table, pointer)
        codes = self.options(kind, table, pointer)
        inner = self.group(table, pointer, depth) if kind == "group" else ()
        fewest, most = self.limits(table, "minItems", "maxItems", pointer, words.MOST_ROWS)
        usual = words.LONGEST.get(kind, 0)
        shortest, longest = self.limits(table, "minLength", "maxLength", pointer, words.LONGEST_TEXT, usual)
        return Field(
            name=name,
            kind=kind,
            titles=self.texts(table, "title", pointer, needed=True),
            hints=self.texts(table, "description", pointer),
            required=required,
            secrecy=secrecy,
            category=category,
            basis=str(table.get("x-basis", "")),
            doubt=remark(table.get("x-doubt")),
            codes=codes,
            code_list=str(table.get("x-codes", "")),
            fields=inner,
            fewest=fewest,
            most=most,
            longest=longest,
            value=self.value(kind, table, pointer, codes, inner, (fewest, most, shortest, longest)),
            visible_if=self.condition(table, "x-visibleIf", pointer),
            required_if=self.condition(table, "x-requiredIf", pointer),
            default=self.condition(table, "x-default", pointer),
            told=self.told(kind, table, pointer),
        )

    def told(self, kind: str, table: Mapping[str, object], pointer: str) -> tuple[Told, ...]:
        """The rows that an info text shows of the case."""
        rows = table.get("x-rows", [])
        if rows and kind != "info":
            self.fault(f"{pointer}/x-kind", kind, "info, because the field has rows to show")
        if not isinstance(rows, list) or len(rows) > words.MOST_TOLD:
            self.fault(f"{pointer}/x-rows", rows, "a list of at most {most} rows", most=words.MOST_TOLD)
            return ()
        found = [self.told_row(row, f"{pointer}/x-rows/{index}") for index, row in enumerate(rows)]
        return tuple(row for row in found if row is not None)

    def told_row(self, row: object, pointer: str) -> Told | None:
        """One of them: a name, a kind and FEEL over the case data."""
        if not isinstance(row, Mapping):
            self.fault(pointer, row, "an object with title, x-kind and value")
            return None
        self.keys(row, words.TOLD_KEYS, pointer)
        kind, titles = row.get("x-kind"), self.texts(row, "title", pointer, needed=True)
        if kind not in words.TOLD_KINDS:
            self.fault(f"{pointer}/x-kind", kind, "one of {names}", names=", ".join(words.TOLD_KINDS))
            return None
        source = self.condition({"value": "", **row}, "value", pointer)
        value = LongText(words.LONGEST_TEXT) if kind == "text" else KINDS[str(kind)]()
        return None if source is None else Told(titles, value, source)

    def json_type(self, kind: str, table: Mapping[str, object], pointer: str) -> None:
        """The JSON Schema type must fit the kind."""
        types = {"group": ("array",), "info": ("null", None)}.get(kind) or KINDS[kind].json_types
        if table.get("type") not in types:
            names = " or ".join(str(t) for t in types if t)
            self.fault(f"{pointer}/type", table.get("type"), "{names} for {kind}", names=names, kind=kind)

    def secrecy(self, kind: str, table: Mapping[str, object], pointer: str) -> tuple[str, str]:
        """Secrecy class and its category of 380/2023 114 §; a text to read and a group need none of their own."""
        secrecy, category = table.get("x-secrecy"), table.get("x-category", "")
        if secrecy is None and kind in ("info", "group"):
            return "ordinary", ""
        if secrecy not in words.SECRECY:
            self.fault(f"{pointer}/x-secrecy", secrecy, "ordinary, secret or health")
        elif secrecy != "ordinary" and (not isinstance(category, str) or not category.strip()):
            self.fault(f"{pointer}/x-category", category or None, "the category of 380/2023 114 § of a secret field")
        return str(secrecy), str(category)

    def options(self, kind: str, table: Mapping[str, object], pointer: str) -> tuple[Code, ...]:
        """The options of a choice: a code list by name, or enum with its names in x-enum."""
        listed = table.get("x-codes")
        if kind not in ("choice", "many"):
            if listed is not None or "enum" in table:
                self.fault(f"{pointer}/x-kind", kind, "choice or many, because the field has options")
            return ()
        if listed is not None:
            codes = self.codes.get(listed) if isinstance(listed, str) else None
            if codes is None:
                known = ", ".join(sorted(self.codes)) or "none is there"
                self.fault(f"{pointer}/x-codes", listed, "a list of workflows/codes ({known})", known=known)
            return codes.rows if codes else ()
        items = table.get("items")
        place, holder = (
            (f"{pointer}/items", items) if isinstance(items, Mapping) and "enum" in items else (pointer, table)
        )
        values = holder.get("enum")
        if not isinstance(values, list) or not 0 < len(values) <= words.MOST_OPTIONS:
            self.fault(f"{place}/enum", values, "a list of 1 to {most} options, or x-codes", most=words.MOST_OPTIONS)
            return ()
        names = table.get("x-enum", holder.get("x-enum"))
        return tuple(self.option(value, values.index(value) != i, names, pointer, i) for i, value in enumerate(values))

    def option(self, value: object, again: bool, names: object, pointer: str, index: int) -> Code:
        """One option with its three names."""
        if not isinstance(value, str) or not value or again:
            self.fault(f"{pointer}/enum/{index}", value, "a text that no other option has")
        texts = names.get(value) if isinstance(names, Mapping) and isinstance(value, str) else None
        texts = texts if isinstance(texts, Mapping) else {}
        for language in LANGUAGES:
            if not isinstance(texts.get(language), str) or not texts[language].strip():
                at, named = f"{pointer}/x-enum/{value}/{language}", words.LANGUAGE_NAMES[language]
                self.fault(at, texts.get(language), "the name in {language}", language=named)
        return Code(str(value), {language: str(text) for language, text in texts.items()})

    def group(self, table: Mapping[str, object], pointer: str, depth: int) -> tuple[Field, ...]:
        """The fields of one row of a group."""
        items = table.get("items")
        if depth >= words.DEEPEST:
            self.fault(pointer, "group", "groups at most {most} deep", most=words.DEEPEST)
            return ()
        if not isinstance(items, Mapping) or items.get("type", "object") != "object":
            self.fault(f"{pointer}/items", items, 'an object with type "object" and properties')
            return ()
        self.keys(items, words.ROW_KEYS, f"{pointer}/items")
        return self.fields(items, f"{pointer}/items", depth + 1)

    def value(
        self,
        kind: str,
        table: Mapping[str, object],
        pointer: str,
        codes: tuple[Code, ...],
        inner: tuple[Field, ...],
        limits: tuple[int, int, int, int],
    ) -> Value | None:
        """The judge of one field's values; an info text has none."""
        fewest, most, shortest, longest = limits
        if kind == "info":
            return None
        if kind == "group":
            return Group(schema_of(inner), fewest, most)
        made = KINDS[kind]
        names = {code.code: code.names for code in codes}
        if made is Many:
            return Many(names, fewest, most)
        if made is Choice:
            return Choice(names)
        if issubclass(made, Text):
            return made(longest, shortest)
        if issubclass(made, Integer):
            return made(self.bound(table, "minimum", pointer), self.bound(table, "maximum", pointer))
        return made()

    def checks(self, tables: object, names: set[str]) -> tuple[Check, ...]:
        """The rules across fields."""
        if not isinstance(tables, list) or len(tables) > words.MOST_CHECKS:
            self.fault("/x-checks", tables, "a list of at most {most} checks", most=words.MOST_CHECKS)
            return ()
        found = []
        for index, table in enumerate(tables):
            pointer = f"/x-checks/{index}"
            if not isinstance(table, Mapping):
                self.fault(pointer, table, "an object with valid, field and message")
                continue
            self.keys(table, words.CHECK_KEYS, pointer)
            valid = self.condition({"valid": "", **table}, "valid", pointer)
            field, message = table.get("field"), table.get("message")
            if field not in names:
                self.fault(f"{pointer}/field", field, "the name of a field")
            message = message if isinstance(message, Mapping) else {}
            for language in LANGUAGES:
                if not isinstance(message.get(language), str) or not message[language].strip():
                    at, named = f"{pointer}/message/{language}", words.LANGUAGE_NAMES[language]
                    self.fault(at, message.get(language), "the sentence in {language}", language=named)
                elif ("{value}" in message[language]) != ("shows" in table):
                    self.fault(
                        f"{pointer}/message/{language}", message[language], "{{value}} in it just if shows is given"
                    )
            shows = self.condition(table, "shows", pointer)
            if valid is not None:
                found.append(Check(valid, str(field), dict(message), shows))
        return tuple(found)
