"""What is installed, what the containers run and what the pages of documentation tell to type: all of it exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from web.cli import asiavirta

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
PAGES = [ROOT / "README.md", DOCKER / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "workflows/README.md"]


def commands() -> list[tuple[str, str]]:
    """Every `asiavirta …` line of the code blocks of the documentation, with the page it stands on."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                if match := re.search(r"(?:^|run --rm web )asiavirta (.+?)(?:\s+#.*)?$", line.strip()):
                    found.append((page.name, match[1]))
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_in_the_documentation_exists_with_its_options(page: str, line: str) -> None:
    words = shlex.split(line.replace("…", "X"))
    command: click.Command = asiavirta
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"{page}: there is no command {words[0]!r}"
        command, words = found, words[1:]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "--version", "-h"}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known, page


def test_what_the_image_copies_is_there() -> None:
    for line in (DOCKER / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY") and "--from" not in line:
            assert all((ROOT / source).exists() for source in line.split()[1:-1]), line


def test_what_the_containers_run_is_a_command() -> None:
    texts = [path.read_text() for path in (DOCKER / "compose.yml", DOCKER / "kubernetes" / "asiavirta.yaml")]
    texts.append((DOCKER / "Dockerfile").read_text().replace('"', ""))
    run = {match.split(",")[0].strip() for text in texts for match in re.findall(r"\[asiavirta, ([^\]]+)\]", text)}
    assert run == {"serve", "worker", "db"}
    assert all(asiavirta.get_command(click.Context(asiavirta), name) for name in run)


def test_the_containers_set_only_settings_that_exist() -> None:
    from web.config import Config

    known = {f"ASIAVIRTA_{name.upper()}" for name in Config.__dataclass_fields__}
    for path in (DOCKER / "compose.yml", DOCKER / "kubernetes" / "asiavirta.yaml"):
        assert set(re.findall(r"^\s+(?:- name: )?(ASIAVIRTA_\w+)", path.read_text(), re.MULTILINE)) <= known


def test_the_wheel_holds_everything_that_runs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    kept = ("engine", "forms", "tasks", "web", "workflows")
    tracked = subprocess.run(["git", "ls-files", *kept], cwd=ROOT, check=True, capture_output=True, text=True)
    assert {name for name in tracked.stdout.splitlines() if (ROOT / name).is_file()} <= names
