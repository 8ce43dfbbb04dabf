"""Letters: the closed subset of Jinja that a letter may use, checked when published and rendered with limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from types import CodeType, MappingProxyType
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from engine.errors import Finding, LimitError, ToldError
from engine.passage import expand
from engine.said import Said, say

FILTERS = ("date", "long_date", "money", "number", "days", "label", "statute", "default", "join")
MAX_OUTPUT = 200_000
MAX_SOURCE = 100_000
"""bytes"""
MAX_ITEMS = 1_000

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.Filter,
    nodes.If, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test,
)  # fmt: skip
_TESTS = ("defined", "none")
_LIVE = re.compile(
    r"<\s*(?:script|style|link|meta|base|iframe|frame|object|embed|applet|form|input|button|img|svg|math|audio|video"
    r"|source|portal|template)\b|\s(?:on\w+|src|srcset|href|action|formaction|style|background|data|ping)\s*="
    r"|javascript\s*:|<!|\|\s*safe\b",
    re.IGNORECASE,
)
"""What could run or load something; a letter is text with headings, lists and tables."""
_UNWRITTEN = re.compile(r"\[\[(.{0,300}?)\]\]", re.DOTALL)
"""A place for words that are still to be written, as a new letter has them."""
OWN_NAMES = ("case", "recipient", "authority", "sender", "letter", "today", "loop")


class LetterError(ToldError):
    """A letter cannot be rendered from this data."""


@dataclass(frozen=True)
class Template:
    """A checked letter: its source, the dotted paths that it reads, and the ids of its elements."""

    file: str
    source: str
    paths: tuple[str, ...]
    ids: tuple[str, ...]
    conditional: frozenset[str] = frozenset()
    """the ids that stand under an `if` or in a `for`"""


class _Paths(ImmutableSandboxedEnvironment):
    """Reads mapping entries only: `a.b` is a["b"], never an attribute of an object."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a mapping, or undefined."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same as getattr for strings; nothing else is allowed."""
        return self.getattr(obj, str(argument))


def _environment(filters: Mapping[str, Callable[..., Any]]) -> ImmutableSandboxedEnvironment:
    environment = _Paths(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    builtin = {"default": environment.filters["default"], "join": _join}
    environment.filters = {name: filters.get(name, builtin.get(name, _unavailable)) for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.globals = {}
    return environment


def _unavailable(value: object, *_: object) -> object:
    raise LetterError(say("this filter needs the values of a case"))


def _join(value: object, separator: str = ", ") -> str:
    items = list(value) if isinstance(value, (list, tuple)) else [value]
    # escaped as everything else: a separator may be data as well
    return escape(separator).join(str(item) for item in items[:MAX_ITEMS])


def read_template(
    data: bytes, file: str, passages: Mapping[str, tuple[str, str]] = MappingProxyType({})
) -> tuple[Template | None, list[Finding]]:
    """Parse and check one letter with its passages; anything outside the closed lists is an error with its line."""
    if len(data) > MAX_SOURCE:
        message = say("the letter has {count} bytes, at most {most} are read", count=len(data), most=MAX_SOURCE)
        return None, [Finding("letter-syntax", "error", message, file)]
    try:
        text, findings = expand(data.decode("utf-8"), file, passages)
    except UnicodeDecodeError as error:
        return None, [Finding("letter-syntax", "error", say("not a letter: {reason}", reason=str(error)), file)]
    try:
        tree = _environment({}).parse(text.source)
    except TemplateError as error:
        place, line = text.place(getattr(error, "lineno", None))
        return None, [
            *findings,
            Finding("letter-syntax", "error", say("not a letter: {reason}", reason=str(error)), place, None, line),
        ]
    except RecursionError:
        return None, [*findings, Finding("letter-syntax", "error", say("not a letter: nested too deeply"), file)]
    problems = [(problem, node.lineno) for node in _walk(tree) if (problem := _problem(node))]
    problems += [
        (say("a letter neither runs nor loads anything; found {found!r}", found=found[0].strip()),
         text.source.count("\n", 0, found.start()) + 1)
        for found in _LIVE.finditer(text.source)
    ]  # fmt: skip
    for problem, number in problems:
        place, line = text.place(number)
        findings.append(Finding("letter-closed", "error", problem, place, None, line))
    for mark in _UNWRITTEN.finditer(text.source):
        place, line = text.place(text.source.count("\n", 0, mark.start()) + 1)
        sentence = say("the letter still says {found!r}: its words are to be written there", found=mark[0])
        findings.append(Finding("letter-unwritten", "error", sentence, place, None, line))
    branches = [node for node in _walk(tree) if isinstance(node, (nodes.If, nodes.For))]
    inside = [data.data for node in branches for data in node.find_all(nodes.TemplateData)]
    conditional = frozenset(id for piece in inside for id in _ids(piece))
    return Template(file, text.source, tuple(sorted(_paths(tree))), _ids(text.source), conditional), findings


def _ids(source: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.split('"', 1)[0] for part in source.split('id="')[1:]))


def _walk(node: nodes.Node) -> list[nodes.Node]:
    found = [node]
    for child in node.iter_child_nodes():
        found += _walk(child)
    return found


def _problem(node: nodes.Node) -> Said | None:
    if isinstance(node, nodes.Include):
        return say(
            'a passage is included on a line of its own, by its name, and includes none itself: {{% include "head" %}}'
        )
    if not isinstance(node, _ALLOWED):
        kind = type(node).__name__.lower()
        return say("a letter may use if, for and {{{{ name | filter }}}} only; found {kind}", kind=kind)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return say("unknown filter {name!r}; a letter may use {names}", name=node.name, names=", ".join(FILTERS))
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return say("unknown test {name!r}; a letter may use {names}", name=node.name, names=", ".join(_TESTS))
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return say("a name may not begin with an underscore: {name!r}", name=node.attr)
    return None


def _paths(tree: nodes.Template) -> set[str]:
    """The dotted paths read, with a loop variable replaced by the list it walks."""
    loops = {
        node.target.name: path
        for node in tree.find_all(nodes.For)
        if isinstance(node.target, nodes.Name) and (path := _dotted(node.iter, {}))
    }
    found = set()
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all((nodes.Getattr, nodes.Name)):
        if id(node) in inner or (isinstance(node, nodes.Name) and node.ctx != "load"):
            continue
        path = _dotted(node, loops)
        if path:
            found.add(path)
    return found


def _dotted(node: nodes.Node, loops: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _dotted(node.node, loops)
    if isinstance(node, nodes.Getattr):
        front = _dotted(node.node, loops)
        return f"{front}.{node.attr}" if front else ""
    if isinstance(node, nodes.Name):
        return loops.get(node.name, node.name)
    return ""


def check_use(
    template: Template, fields: tuple[str, ...], consent: tuple[str, ...], secrecy: Mapping[str, str],
    inputs: Collection[str] = (),
) -> list[Finding]:  # fmt: skip
    """What a letter reads against what its recipient may see (380/2023 116, 118 §).

    `fields` are data paths or `form.*`; `secrecy` gives the class of each data path. Health data need a consent
    path as well. What a part was handed in is data as any other, by the names that it declares (`inputs`).
    """
    findings = []
    for path in template.paths:
        if path.split(".")[0] in OWN_NAMES:
            continue
        front, _, name = path.partition(".")
        if front == "input" and name.split(".")[0] not in inputs:
            message = say(
                "the letter reads {path!r}, which this folder is never handed in: it declares {names}",
                path=path, names=", ".join(sorted(inputs)) or say("no inputs"),
            )  # fmt: skip
            findings.append(Finding("letter-input", "error", message, template.file))
        elif path not in fields and f"{front}.*" not in fields:
            message = say("the letter reads {path!r}, which is not among the fields its recipient may see", path=path)
            findings.append(Finding("letter-field", "error", message, template.file))
        elif secrecy.get(path) == "health" and path not in consent:
            message = say("the letter reads the health data {path!r} without naming it in consent", path=path)
            findings.append(Finding("letter-health", "error", message, template.file))
    return findings


def check_parts(template: Template, requires: tuple[str, ...]) -> list[Finding]:
    """Every part that the law requires in the letter is an element with its id."""
    return [
        Finding(
            "letter-part",
            "error",
            say("the letter has no element with id {part!r}, which it must have", part=part),
            template.file,
        )
        for part in requires
        if part not in template.ids
    ]


def lacking(template: Template, requires: tuple[str, ...], html: str) -> tuple[str, ...]:
    """The required parts that a written letter lacks, or has without any text below its headings.

    Parts that the template has under a condition are alternatives (an appeal instruction or a ban on appeal): of those
    one must be there, and all of them are given when none is.
    """
    reader = _Parts()
    reader.feed(html)
    reader.close()
    missing = tuple(part for part in requires if part not in template.conditional and part not in reader.told)
    either = tuple(part for part in requires if part in template.conditional)
    return missing + (() if any(part in reader.told for part in either) else either)


class _Parts(HTMLParser):
    """Finds the elements with an id that hold text other than headings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: set[str] = set()
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, unless it is one that never closes."""
        if tag not in ("br", "hr", "col"):
            self.open.append((tag, dict(attrs).get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Close it, with whatever was left open in it."""
        while any(name == tag for name, _ in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Text counts for every element around it, that of a heading for none."""
        if data.strip() and not any(tag in ("h1", "h2", "h3", "h4", "h5", "h6") for tag, _ in self.open):
            self.told |= {id for _, id in self.open if id}


@lru_cache(maxsize=1024)
def _compiled(source: str) -> CodeType:
    """The letter as code, which looks its filters up when it runs: compiling costs more than a whole command."""
    return _environment({}).compile(source)


def render(template: Template, values: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]]) -> str:
    """Render a checked letter; LetterError names what the data lacks, LimitError when the text would not end."""
    out: list[str] = []
    size = 0
    try:
        environment = _environment(filters)
        compiled = environment.template_class.from_code(environment, _compiled(template.source), {})
        for piece in compiled.generate(**values):
            size += len(piece)
            if size > MAX_OUTPUT:
                raise LimitError(f"{template.file}: the letter is longer than {MAX_OUTPUT} characters")
            out.append(piece)
    except TemplateError as error:
        raise LetterError(say("{file}: {message}", file=template.file, message=error.message or str(error))) from error
    except (ValueError, TypeError, ArithmeticError) as error:  # a filter got what it cannot write: a date that is null
        raise LetterError(say("{file}: {reason}", file=template.file, reason=str(error))) from error
    return "".join(out)
