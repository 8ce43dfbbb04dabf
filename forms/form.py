"""A form: a JSON file read once into fields and a marshmallow schema that judges every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError

from forms.checks import Check, broken, settle
from forms.codes import Codes
from forms.definition import Reader
from forms.errors import FieldError, FormError, Problem
from forms.fields import Condition, Field, reads_case

# at most this many wrong answers are told at once
MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one task or message, in the order of the page, and the judge of their answers."""

    file: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    basis: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    example: Mapping[str, object]
    schema: Schema

    @classmethod
    def load(
        cls,
        definition: Mapping[str, object],
        *,
        file: str,
        compile: Callable[[str], Condition],
        codes: Mapping[str, Codes] | None = None,
    ) -> Form:
        """Read a parsed form file. `compile` turns FEEL into a callable over a context and raises when it cannot.

        Raises FormDefinitionError with every fault: file, JSON pointer, what was found and what was expected.
        """
        reader = Reader(file, compile, codes or {})
        parts = reader.read(definition)
        form = cls(file, parts.titles, parts.descriptions, parts.basis, parts.fields, parts.checks, {}, parts.schema)
        example = definition.get("x-example")
        if isinstance(example, Mapping):
            try:
                form.validate(example)
            except FormError as error:
                wrong = [found for found in error.errors if not form._only_with_case(found)]
                if wrong:
                    reader.refuse_example(wrong)
            object.__setattr__(form, "example", dict(example))
        return form

    def title(self, language: str) -> str:
        """The form's name in fi, sv or en."""
        return self.titles.get(language) or self.titles["fi"]

    def description(self, language: str) -> str:
        """The form's introduction, empty when it has none."""
        return self.descriptions.get(language) or self.descriptions.get("fi", "")

    def validate(
        self, raw: Mapping[str, object], *, data: Mapping[str, object] | None = None, on: date | None = None
    ) -> dict[str, Any]:
        """Judge answers (HTML strings or JSON) and return clean JSON: ISO dates, decimal strings, nothing hidden.

        `data` is the case data that conditions read, `on` the day of the command (options in force, `today`).
        Raises FormError with one FieldError per fault, each with its pointer and the value as typed.
        """
        if not isinstance(raw, Mapping):
            raise FormError([FieldError("", "object", {}, raw)])
        wrong: dict[str, Any] = {}
        try:
            answers: dict[str, Any] = dict(self.schema.load(raw))
        except ValidationError as error:
            wrong = dict(error.messages_dict)
            answers = dict(error.valid_data) if isinstance(error.valid_data, dict) else {}
        around: dict[str, object] = {"data": data or {}, "today": on}
        errors = list(settle(self.fields, answers, wrong, around))
        errors += _told(wrong, raw, "", self.fields)
        errors += _expired(self.fields, answers, on)
        errors += broken(self.checks, {**around, **answers}, wrong)
        if errors:
            order = {field.name: index for index, field in enumerate(self.fields)}
            errors.sort(key=lambda error: order.get(error.pointer.split("/")[1], len(order)))
            raise FormError(errors[:MOST_ERRORS])
        return {
            field.name: field.value.store(answers[field.name])
            for field in self.fields
            if field.value is not None and answers[field.name] is not None
        }

    def faults(self, raw: Mapping[str, object], on: date | None = None) -> list[FieldError]:
        """The faults that no case could mend: for answers that come before it is known which case they are for."""
        try:
            self.validate(raw, on=on)
        except FormError as error:
            return [found for found in error.errors if not self._only_with_case(found)]
        return []

    def prefill(self, data: Mapping[str, object], on: date | None = None) -> dict[str, Any]:
        """Values of the fields that have an `x-default`, computed from the case data, as stored JSON."""
        context = {**data, "data": data, "today": on}
        return self.taken({
            field.name: field.default(context) for field in self.fields if field.default is not None
        })  # fmt: skip

    def taken(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values as stored JSON: those that the fields of their names take."""
        filled: dict[str, Any] = {}
        for field in self.fields:
            value = values.get(field.name)
            if value is not None and field.value is not None:
                try:
                    filled[field.name] = field.value.store(field.value.read(value))
                except ValidationError:
                    continue  # a default that the field would refuse is no help to anybody
        return filled

    def field_at(self, pointer: str) -> Field | None:
        """The field that an error's JSON pointer names: "/periods/0/start" is the field start of the group periods."""
        found: Field | None = None
        fields = self.fields
        for part in pointer.split("/")[1:]:
            if part.isdigit() and found is not None:
                continue
            found = next((field for field in fields if field.name == part), None)
            fields = found.fields if found else ()
        return found

    def _only_with_case(self, error: FieldError) -> bool:
        """Does an error of the example come from a rule that reads case data, which an example does not have?"""
        if error.code == "check":
            texts = error.params.get("texts")
            return any(reads_case(check.valid) for check in self.checks if check.messages is texts)
        field = self.field_at(error.pointer)
        return error.code == "missing" and field is not None and not field.required and reads_case(field.required_if)

    @property
    def types(self) -> dict[str, str]:
        """FEEL type of each field by its path; the parts of a group as `group.part`."""
        return {path: field.feel for path, field in _walk(self.fields) if field.value is not None}

    @property
    def secret_fields(self) -> dict[str, str]:
        """Secrecy class (secret, health) of each field that is not ordinary, by its path."""
        return {path: field.secrecy for path, field in _walk(self.fields) if field.secrecy != "ordinary"}


def _walk(fields: tuple[Field, ...], place: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield f"{place}{field.name}", field
        yield from _walk(field.fields, f"{place}{field.name}.")


def _told(wrong: object, raw: object, pointer: str, fields: tuple[Field, ...]) -> Iterator[FieldError]:
    """Marshmallow's nested messages as field errors with pointers and the values that were given."""
    if isinstance(wrong, dict):
        for key, inner in wrong.items():
            yield from _told(inner, _inside(raw, key), f"{pointer}/{key}", fields)
        return
    for problem in wrong if isinstance(wrong, list) else [wrong]:
        if isinstance(problem, Problem):
            yield FieldError(pointer, problem.code, problem.params, raw)
        else:  # the schema's own word for a field that the form does not have
            yield FieldError(pointer, "unknown", {"names": [field.name for field in fields[:30]]}, raw)


def _inside(raw: object, key: object) -> object:
    if isinstance(raw, Mapping):
        return raw.get(key)
    if isinstance(raw, list | tuple) and isinstance(key, int) and key < len(raw):
        return raw[key]
    return raw


def _expired(
    fields: tuple[Field, ...], answers: Mapping[str, Any], on: date | None, place: str = ""
) -> Iterator[FieldError]:
    """Answers whose option exists but is not in force on the day (formats.md 39)."""
    for field in fields:
        if on is None or answers.get(field.name) is None:
            continue
        value = answers[field.name]
        if field.kind == "group":
            for index, row in enumerate(value):
                yield from _expired(field.fields, row, on, f"{place}/{field.name}/{index}")
        elif field.code_list:
            chosen = value if isinstance(value, list) else [value]
            if not {code.code for code in field.codes if code.in_force(on)}.issuperset(chosen):
                yield FieldError(f"{place}/{field.name}", "not_in_force", {}, value)
