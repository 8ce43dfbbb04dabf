"""The web application: one function makes it from its settings and its database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from tasks.db import Database
from web import api, auth, current, demo, errors, formats, i18n, navigation, security, sentences, words
from web.config import Config
from web.democlock import demo_clock, real_clock
from web.explain import doubt
from web.release import release

PAGES = (
    *("auth", "tasks", "reminders", "cases", "customers", "outgoing", "search", "processes", "register", "board"),
    *("health", "metrics", "pages", "settings", "audit", "emergency", "unplaced", "incidents", "substitutions"),
    *("exports", "alerts", "area", "notes"),
)
"""The page modules, each with one `blueprint`; a new page family is added here and nowhere else."""

LARGEST_ID = 2**63 - 1


class RowNumber(IntegerConverter):
    """A number in an address that can be a row's: a larger one leads to no page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


STATIC = Path(__file__).parent / "static"
FORM_TOKEN_SECONDS = 12 * 3600


def create_app(config: Config, database: Database, clock: Callable[[], datetime] = real_clock) -> Flask:
    """Make the application. `clock` gives the present moment; tests and demos hand in their own."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=config.check().secret_key,
        SESSION_COOKIE_NAME="asiavirta",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        MAX_CONTENT_LENGTH=config.upload_megabytes * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=FORM_TOKEN_SECONDS,
        WTF_CSRF_SSL_STRICT=False,  # the Origin and Referer checks of a proxied site; the token itself is always asked
    )
    moved = demo_clock(config.demo, config.demo_clock, clock)
    app.url_map.converters["int"] = RowNumber
    app.extensions[current.EXTENSION] = current.House(config, database, moved.now if moved else clock, moved)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies, x_host=config.trusted_proxies
        )
    CSRFProtect(app)
    security.install(app)
    errors.install(app)
    auth.install(app)
    _templates(app)
    for name in (*PAGES, "demo") if moved else PAGES:
        app.register_blueprint(import_module(f"web.{name}").blueprint)
    api.install(app)
    return app


def _templates(app: Flask) -> None:
    """Give the templates their words: texts, dates, money, the person and the menu."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters = ("day", "weekday", "long_day", "clock", "when", "iso", "number", "money")
    app.jinja_env.filters.update(
        {name: getattr(formats, name) for name in filters},
        pick=i18n.pick,
        statute=words.statute,
        doubt=doubt,
        channel=words.channel,
    )
    app.jinja_env.globals.update(
        t=i18n.t, tell=sentences.tell, static=static_address, languages=i18n.LANGUAGE_NAMES, release=release()
    )
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    """What base.html needs on every page."""
    return {
        "language": i18n.language(),
        "me": current.person() if current.signed_in() else None,
        "menu": navigation.menu(),
        "can_search": "search.index" in current_app.view_functions and navigation.caseworker(),
        "config_demo": current.house().config.demo,
        "demo_clock": clock.now if (clock := current.house().demo_clock) else None,
        "case_here": demo.case_here,
        "largest": current_app.config["MAX_CONTENT_LENGTH"],
        "now": current.now,
        "today": current.today,
        "shortcuts": navigation.shortcuts_on(),
    }


@cache
def _hash(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_address(name: str) -> str:
    """The address of a static file, with its hash, so that browsers may keep it for long."""
    return url_for("static", filename=name, v=_hash(name))
