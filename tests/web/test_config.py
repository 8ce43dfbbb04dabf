from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import asiavirta
from web.config import Config, ConfigError, load

SECRET = {"ASIAVIRTA_SECRET_KEY": "s" * 40}


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "asiavirta.toml"
    file.write_text('organisation = "Pohjola"\nsession_hours = 8\n', encoding="utf-8")
    found = load(file, SECRET | {"ASIAVIRTA_SESSION_HOURS": "4", "ASIAVIRTA_DEMO": "true"})
    assert (found.organisation, found.session_hours, found.demo) == ("Pohjola", 4, True)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "32"),
        ("SESSION_HOURS", "many", "session_hours"),
        ("SESSION_HOURS", "0", "session_hours"),
        ("DEMO", "perhaps", "demo"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load(None, SECRET | {f"ASIAVIRTA_{name}": value})


def test_an_unknown_or_unreadable_file_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "a.toml"
    for content, told in (("colour = 1\n", "colour"), ("= =", "a.toml")):
        broken.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError, match=told):
            load(broken, SECRET)
    with pytest.raises(ConfigError, match="none"):
        load(tmp_path / "none.toml", SECRET)


def test_a_config_without_a_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="secret_key"):
        Config().check()


def test_the_password_of_the_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASIAVIRTA_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("ASIAVIRTA_DATABASE_URL", "postgresql://web:hunter@2@db/asiavirta")
    shown = CliRunner().invoke(asiavirta, ["config", "check", "--json"], standalone_mode=False).output
    assert "postgresql://web:***@db/asiavirta" in shown
    assert "hunter" not in shown
