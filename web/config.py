"""Settings of one installation: a TOML file, then environment variables, checked before anything starts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

DEVELOPMENT_DATABASE = "sqlite:///var/asiavirta.db"
SHORTEST_SECRET = 32


class ConfigError(Exception):
    """A setting is missing or has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Config:
    """What an operating organisation may set; every field is also `ASIAVIRTA_<NAME>` in the environment."""

    database_url: str = DEVELOPMENT_DATABASE
    #: Signs the session cookie and the form tokens; at least 32 characters.
    secret_key: str = ""
    #: Demo mode: synthetic data, and a list on the login page to become any demo user without a password.
    demo: bool = False
    #: In demo mode the file that keeps how far the demonstration's clock has been moved on; otherwise ignored.
    demo_clock: str = ""
    #: False only where the site is reached over plain http (a demo on loopback).
    secure_cookies: bool = True
    organisation: str = "Asiavirta"
    support_email: str = ""
    privacy_url: str = ""
    #: Proxies in front that set X-Forwarded-For and -Proto.
    trusted_proxies: int = 0
    session_idle_minutes: int = 60
    session_hours: int = 12
    #: Failed logins of one name or address within 15 minutes before further ones are refused unheard.
    login_attempts: int = 10
    upload_megabytes: int = 20
    #: The file of the outside systems that cases may call (web/outside.py); read by the worker.
    services: str = ""
    #: What a scraper of /metrics shows as `Authorization: Bearer …`; without one only this machine itself reads them.
    metrics_token: str = ""

    def check(self) -> Config:
        """Return the settings, or raise ConfigError naming the first one that cannot be used."""
        if len(self.secret_key) < SHORTEST_SECRET:
            raise ConfigError(
                f"secret_key has {len(self.secret_key)} characters; at least {SHORTEST_SECRET} are needed"
            )
        for name in ("session_idle_minutes", "session_hours", "login_attempts", "upload_megabytes"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; a positive number is needed")
        if self.metrics_token and len(self.metrics_token) < SHORTEST_SECRET:
            raise ConfigError(
                f"metrics_token has {len(self.metrics_token)} characters; at least {SHORTEST_SECRET} are needed"
            )
        if self.trusted_proxies < 0:
            raise ConfigError(f"trusted_proxies is {self.trusted_proxies}; 0 or more is needed")
        return self


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the settings: defaults, then the file, then `ASIAVIRTA_…`. Raises ConfigError."""
    known = {field.name: type(field.default) for field in fields(Config)}
    given: dict[str, object] = {}
    if path is not None:
        given |= _file(path)
    for name in known:
        if (value := environ.get(f"ASIAVIRTA_{name.upper()}")) is not None:
            given[name] = value
    if unknown := sorted(set(given) - set(known)):
        raise ConfigError(f"unknown setting {unknown[0]!r}; expected one of {', '.join(known)}")
    return Config(**{name: _typed(name, value, known[name]) for name, value in given.items()}).check()  # type: ignore[arg-type]


def _file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _typed(name: str, value: object, wanted: type) -> object:
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    if wanted is bool and str(value).lower() in ("1", "true", "yes", "0", "false", "no"):
        return str(value).lower() in ("1", "true", "yes")
    if wanted is int and str(value).lstrip("-").isdigit():
        return int(str(value))
    raise ConfigError(f"{name} is {value!r}; {wanted.__name__} is needed")
