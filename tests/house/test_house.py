"""The house stays as its architecture page draws it."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "forms", "tasks", "web")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
BANNED = {"services", "core", "common", "utils", "helpers", "base_classes", "misc"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {str(p.relative_to(ROOT)): n for p in MODULES if (n := len(p.read_text().splitlines())) > LONGEST_MODULE}
    assert not long


def test_a_long_function_argues_for_its_length_in_its_docstring() -> None:
    unargued = []
    for path in MODULES:
        for node in functions(ast.parse(path.read_text())):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > LONGEST_FUNCTION and "one piece because" not in (ast.get_docstring(node) or "").lower():
                unargued.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines")
    assert not unargued


def test_every_public_name_has_a_docstring() -> None:
    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text())
        if ast.get_docstring(tree) is None:
            bare.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and ast.get_docstring(node) is None:  # type: ignore[arg-type]
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")  # type: ignore[attr-defined]
    assert not bare


def test_rooms_are_nouns_of_the_field() -> None:
    assert not [p for p in MODULES if BANNED & {part.removesuffix(".py") for part in p.relative_to(ROOT).parts}]


def test_only_commands_the_clock_and_their_kin_open_transactions() -> None:
    allowed = ("tasks/commands/", "tasks/clock.py", "tasks/outbox.py", "tasks/db.py", "tasks/migrations/")
    opened = [
        str(p.relative_to(ROOT)) for p in MODULES if re.search(r"\.transaction\(\)", p.read_text(encoding="utf-8"))
    ]
    assert not [path for path in opened if not path.startswith(allowed)]


def test_nothing_in_the_engine_forms_or_tasks_reads_a_clock() -> None:
    pattern = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    reading = [
        str(p.relative_to(ROOT))
        for p in MODULES
        if p.relative_to(ROOT).parts[0] != "web" and pattern.search(p.read_text(encoding="utf-8"))
    ]
    assert [path for path in reading if path != "tasks/clock.py"] == []


def test_nothing_is_evaluated_as_python() -> None:
    calls = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
                calls.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not calls


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        name
        for name in tracked()
        if name.endswith((".py", ".toml", ".html", ".js", ".css", ".bpmn", ".dmn", ".md"))
        and "vendor" not in name
        and name != "tests/house/test_house.py"
        and words.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert not found


def test_no_file_records_a_path_of_a_machine_or_the_address_of_a_package_index() -> None:
    home = re.compile(r"/(root|home/\w+|work|Users/\w+)/|/opt/pypi|pypi\.org|files\.pythonhosted|registry\.npmjs")
    found = [
        name
        for name in tracked()
        if (ROOT / name).suffix
        in {".py", ".toml", ".lock", ".md", ".json", ".html", ".js", ".yml", ".yaml", ".txt", ""}
        and "vendor" not in name
        and (ROOT / name).is_file()
        and home.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
        and name != "tests/house/test_house.py"
    ]
    assert not found


def test_nothing_but_the_agreed_stands_at_the_top() -> None:
    agreed = {
        "pyproject.toml", "workflows", "engine", "tasks", "forms", "web", "tests", "docker",
        "README.md", "Makefile", "requirements.lock", ".ci", "docs", "LICENSE", ".gitignore", ".gitattributes",
    }  # fmt: skip
    assert {name.split("/")[0] for name in tracked()} <= agreed


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in (ROOT / "workflows").glob("*/process.toml")), ids=lambda p: p.name
)
def test_a_process_folder_holds_no_python(folder: Path) -> None:
    assert not list(folder.rglob("*.py"))


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
