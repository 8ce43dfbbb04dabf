"""A condition as a sentence: comparisons of a formula told in words, and written back as the same formula.

Only simple comparisons are sentences (`path = value`, joined by `and` or by `or`); any other formula stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bundle import Bundle
from engine.diagram import Node
from web import formats, i18n
from web.i18n import t

OPERATORS = ("=", "!=", ">=", ">", "<=", "<")
_PATH = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_VALUE = r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|date\("\d{4}-\d\d-\d\d"\)|@"\d{4}-\d\d-\d\d"'
_TERM = re.compile(rf"\s*(?P<path>{_PATH})\s*(?P<operator>!=|<=|>=|=|<|>)\s*(?P<value>{_VALUE})\s*")
_DAY = re.compile(r'(?:date\(|@)"(\d{4}-\d\d-\d\d)"\)?')
_WORD = re.compile(r"\s(and|or)\s")
_RESERVED = frozenset({"and", "or", "not", "if", "then", "else", "true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: the path of what is compared, how, and with what (as FEEL writes it)."""

    path: str
    operator: str
    value: str

    @property
    def source(self) -> str:
        """The comparison as FEEL."""
        return f"{self.path} {self.operator} {self.value}"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a condition may compare: its path, its name, its type, and its values where it has a list."""

    path: str
    name: str
    type: str
    options: tuple[tuple[str, str], ...] = ()


def parse(source: str) -> tuple[str, tuple[Term, ...]] | None:
    """The comparisons of a formula and the word that joins them; None for a formula that is no such sentence."""
    terms: list[Term] = []
    words: set[str] = set()
    at = 0
    while match := _TERM.match(source, at):
        if match["path"].split(".")[0] in _RESERVED:
            return None
        terms.append(Term(match["path"], match["operator"], match["value"]))
        at = match.end()
        if at == len(source):
            return ("and", *words)[-1], tuple(terms)
        joint = _WORD.match(source, at - 1)
        if joint is None:
            return None
        words.add(joint[1])
        at = joint.end()
        if len(words) > 1:
            return None  # `and` binds tighter than `or`: a list of comparisons would hide it
    return None


def write(joint: str, terms: tuple[Term, ...]) -> str:
    """The formula of comparisons."""
    return f" {'or' if joint == 'or' else 'and'} ".join(term.source for term in terms)


def same(source: str, joint: str, terms: tuple[Term, ...]) -> bool:
    """Whether a formula says these comparisons already, however it is spaced."""
    read = parse(source)
    return read is not None and read[1] == terms and (len(terms) < 2 or read[0] == joint)


def literal(text: str, subject: Subject | None) -> str:
    """What somebody typed as a value of the subject, as FEEL writes it."""
    plain = text.strip()
    if plain == "null" or (plain in ("true", "false") and (subject is None or subject.type != "string")):
        return plain
    if subject is not None and subject.type == "string":
        quoted = len(plain) > 1 and plain.startswith('"') and plain.endswith('"')
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return plain if quoted or not plain else f'"{escaped}"'
    day = formats.read_day(plain)
    if day is not None and (subject is None or subject.type in ("date", "any")):
        return f'date("{day.isoformat()}")'
    number = "".join(plain.split()).replace(",", ".")
    return number if re.fullmatch(r"-?\d+(?:\.\d+)?", number) else plain


def typed(value: str) -> str:
    """A value of a formula as it stands in its field."""
    if day := _DAY.fullmatch(value):
        return formats.day(day[1])
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\") if value.startswith('"') else value


def sentence(joint: str, terms: tuple[Term, ...], subjects: Mapping[str, Subject]) -> str:
    """The comparisons in words: "Työttömyyden kesto kuukausina on vähintään 6 ja …"."""
    told = [_told(term, subjects.get(term.path)) for term in terms]
    return f" {t('condition.or' if joint == 'or' else 'condition.and')} ".join(told)


def _told(term: Term, subject: Subject | None) -> str:
    name = f"”{subject.name}”" if subject else term.path
    if term.value == "null":
        return t("condition.missing" if term.operator == "=" else "condition.given", name=name)
    value = value_in_words(term.value, subject)
    listed = bool(subject and subject.options) or term.value in ("true", "false")
    key = {"=": "is" if listed else "equals", "!=": "not"}.get(term.operator) or {
        ">=": "at_least", ">": "over", "<=": "at_most", "<": "under"
    }[term.operator]  # fmt: skip
    return t(f"condition.{key}", name=name, value=value)


def value_in_words(value: str, subject: Subject | None) -> str:
    """A value as its list names it; a number, a day, yes or no as people write them."""
    if value in ("true", "false"):
        return t("frame.yes" if value == "true" else "frame.no").lower()
    plain = typed(value)
    named = dict(subject.options).get(plain) if subject else None
    if named is None and re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        return formats.number(value)
    return named or plain


def subjects_of(bundle: Bundle, nodes: Mapping[str, Node]) -> dict[str, Subject]:
    """What the conditions of a process may compare: answers of its forms, outputs of its tables, ends of its parts."""
    found = {subject.path: subject for subject in _answers(bundle)}
    for name, loaded in bundle.decisions.items():
        if name in loaded.by_id:
            for output, kind in loaded.outputs(name).items():
                path = f"{name}.{output}"
                found.setdefault(path, Subject(path, t("condition.of_table", output=output, table=name), kind))
    for name, kind in bundle.manifest.inputs.items():
        found.setdefault(f"input.{name}", Subject(f"input.{name}", t("condition.of_input", name=name), kind))
    for node in nodes.values():
        if node.kind == "callActivity":
            path = f"{node.id}.outcome"
            name = i18n.pick({"fi": " ".join(node.name.split()) or node.id, **bundle.labels.elements.get(node.id, {})})
            found.setdefault(path, Subject(path, t("condition.outcome_of", step=name), "string"))
    return found


def _answers(bundle: Bundle) -> Iterator[Subject]:
    for id, form in bundle.forms.items():
        title = _text(form, "title") or id
        fields = form.get("properties")
        for name, field in fields.items() if isinstance(fields, Mapping) else ():
            if isinstance(field, Mapping) and field.get("x-kind") not in ("info", "group", "file"):
                kind = _KINDS.get(str(field.get("x-kind", "text")), "string")
                label = f"{_text(field, 'title') or name} ({title})"
                yield Subject(f"{id}.{name}", label, kind, _options(field, kind))


_KINDS = {
    "integer": "number", "number": "number", "money": "number", "date": "date", "datetime": "datetime",
    "yes_no": "boolean", "many": "list",
}  # fmt: skip
"""kind of a field -> type in FEEL, where it is no text"""


def _text(part: Mapping[str, Any], key: str) -> str:
    """A text of a form file in the language of the page."""
    told = part.get("x-i18n")
    own = told.get(i18n.language(), {}) if isinstance(told, Mapping) else {}
    return str(own.get(key) or part.get(key) or "") if isinstance(own, Mapping) else str(part.get(key) or "")


def _options(field: Mapping[str, Any], kind: str) -> tuple[tuple[str, str], ...]:
    if kind == "boolean":
        return (("true", t("frame.yes").lower()), ("false", t("frame.no").lower()))
    names = field.get("x-enum")
    codes = field.get("enum")
    if kind != "string" or not isinstance(codes, list):
        return ()
    told = names if isinstance(names, Mapping) else {}
    return tuple((str(code), i18n.pick(told.get(code) or {"fi": str(code)})) for code in codes)
