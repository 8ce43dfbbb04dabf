"""A form as it stands on the page: every field with what was typed, its error, and whether it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.errors import FieldError
from forms.fields import Field
from forms.form import Form
from forms.standing import Standing, standing
from web import i18n
from web.explain import doubt

MOST_RADIOS = 8
"""A choice of more options becomes a list to pull down."""

WIDGETS = {
    "yes_no": "choice", "choice": "choice", "many": "many", "long_text": "long_text", "file": "file", "group": "group",
    "info": "info",
}  # fmt: skip
INPUT = {
    "email": ("email", "", "w-mid"), "phone": ("tel", "", "w-mid"), "iban": ("text", "", "w-mid"),
    "integer": ("text", "numeric", "w-short"), "number": ("text", "decimal", "w-short"),
    "money": ("text", "decimal", "w-short"), "date": ("text", "", "w-short"), "datetime": ("text", "", "w-short"),
    "hetu": ("text", "", "w-short"), "business_id": ("text", "", "w-short"),
}  # fmt: skip
"""kind -> type, inputmode and width of the control"""
EXAMPLES = frozenset({"date", "datetime", "hetu", "business_id", "iban"})
SHORT_TEXT = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One field ready for the template `parts/form.html`."""

    name: str
    id: str
    widget: str
    title: str
    hint: str
    doubt: str
    required: bool
    visible: bool
    error: str = ""
    value: str = ""
    chosen: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    type: str = "text"
    inputmode: str = ""
    width: str = ""
    unit: str = ""
    rows: int = 5
    longest: int = 0
    inline: bool = False
    rows_of: tuple[tuple[Item, ...], ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    """what an info text shows of the case: (name, value)"""
    refresh: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fields of a form in order, and its errors as (id of the control, words) pairs for the summary."""

    fields: tuple[Item, ...]
    errors: tuple[tuple[str, str], ...] = ()
    conditional: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def sheet(
    form: Form,
    raw: Mapping[str, Any],
    *,
    data: Mapping[str, object],
    on: date,
    errors: Sequence[FieldError] = (),
    refresh: str = "",
    blank_rows: Mapping[str, int] | None = None,
    most_radios: int = MOST_RADIOS,
) -> Sheet:
    """Draw a form with the answers so far; `refresh` is the address that redraws it, `blank_rows` adds to groups."""
    drawer = _Drawer(
        i18n.language(), on, refresh, standing(form, raw, data=data, on=on), blank_rows or {}, most_radios,
        {error.pointer: error.message(i18n.language()) for error in reversed(errors)}, data,
    )  # fmt: skip
    items = tuple(drawer.items(form.fields, raw, "", ""))
    told = tuple((drawer.target(error.pointer), _in_summary(form, error, drawer.language)) for error in errors)
    names = {item.name: item.title for item in items}
    return Sheet(items, told, any(part.visible_if is not None for part in form.fields), names)


def _in_summary(form: Form, error: FieldError, language: str) -> str:
    """An error as the summary says it: away from its field it needs the field's name."""
    part = form.field_at(error.pointer)
    if part is None:
        return error.message(language)
    title = part.title(language)
    return f"{title}{'' if title.endswith('?') else ':'} {error.message(language)}"


def identifier(pointer: str) -> str:
    """The id of the control that an error's JSON pointer names: "/periods/0/start" -> f-periods-0-start."""
    return "f" + pointer.replace("/", "-")


@dataclass(frozen=True, slots=True)
class _Drawer:
    language: str
    on: date
    refresh: str
    standings: Mapping[str, Standing]
    blank_rows: Mapping[str, int]
    most_radios: int
    errors: Mapping[str, str]
    data: Mapping[str, object]

    def items(self, fields: Iterable[Field], raw: Mapping[str, Any], place: str, pointer: str) -> Iterable[Item]:
        for each in fields:
            yield self.item(each, raw.get(each.name), f"{place}{each.name}", f"{pointer}/{each.name}")

    def item(self, each: Field, value: Any, name: str, pointer: str) -> Item:
        stands = self.standings.get(name, Standing(True, each.required))
        common: dict[str, Any] = {
            "name": name, "id": identifier(pointer), "title": each.title(self.language), "hint": self.hint(each),
            "doubt": doubt(each.doubt, self.language),
            "required": stands.required or each.kind == "info", "visible": stands.visible,
            "error": self.errors.get(pointer, ""),
        }  # fmt: skip
        widget = WIDGETS.get(each.kind, "line")
        if widget == "group":
            return Item(**common, widget=widget, rows_of=self.rows(each, value, name, pointer), refresh=self.refresh)
        if widget == "info":
            return Item(**common, widget=widget, told=each.tell(self.data, self.on, self.language))
        if widget in ("choice", "many"):
            return Item(**common, **self.choice(each, value, widget))
        type_, inputmode, width = INPUT.get(each.kind, ("text", "", ""))
        if each.kind == "text" and 0 < each.longest <= SHORT_TEXT:
            width = "w-mid"
        return Item(
            **common, widget=widget, value=self.typed(each, value), type=type_, inputmode=inputmode, width=width,
            unit="€" if each.kind == "money" else "", longest=each.longest if widget == "long_text" else 0,
        )  # fmt: skip

    def choice(self, each: Field, value: Any, widget: str) -> dict[str, Any]:
        if each.kind == "yes_no":
            options: tuple[tuple[str, str], ...] = (("true", i18n.t("frame.yes")), ("false", i18n.t("frame.no")))
        else:
            options = each.options(self.language, self.on)
        given = value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]
        chosen = tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in given)
        if widget == "choice" and len(options) > self.most_radios:
            return {"widget": "select", "options": options, "value": chosen[0] if chosen else ""}
        return {"widget": widget, "options": options, "chosen": chosen, "inline": each.kind == "yes_no"}

    def rows(self, each: Field, value: Any, name: str, pointer: str) -> tuple[tuple[Item, ...], ...]:
        given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
        count = max(len(given), each.fewest, 1 if not given else 0) + self.blank_rows.get(name, 0)
        if each.most:
            count = min(count, max(each.most, len(given)))
        padded: list[Mapping[str, Any]] = [*given, *({} for _ in range(count - len(given)))]
        return tuple(
            tuple(self.items(each.fields, row, f"{name}.{index}.", f"{pointer}/{index}"))
            for index, row in enumerate(padded)
        )

    def typed(self, each: Field, value: Any) -> str:
        """What stands in the control: a typed text as it was typed, a stored value as people write it."""
        if value is None:
            return ""
        if isinstance(value, str) and each.kind not in ("date", "datetime", "money", "number"):
            return value
        try:
            shown = each.format(value, "fi")
        except (ValueError, ArithmeticError, TypeError):
            return str(value)  # not a value of the field's kind: shown as typed, beside its error
        return shown.removesuffix("€").strip() or str(value)

    def hint(self, each: Field) -> str:
        hint = each.hint(self.language)
        if each.kind in EXAMPLES and each.example:
            example = i18n.t("form.date_hint", example=each.example)
            return f"{hint} {example}".strip() if each.example not in hint else hint
        return hint

    def target(self, pointer: str) -> str:
        return identifier(pointer) if pointer else "form"
