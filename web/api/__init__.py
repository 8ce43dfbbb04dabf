"""The API under /api/v1 for machines: marshmallow schemas, tokens with scopes, an OpenAPI 3.1 document of itself."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from flask import Flask, Response, current_app
from flask_smorest import Api

from web import auth
from web.api.shapes import Problem
from web.problems import MEDIA_TYPE
from web.release import release

PREFIX = "/api/v1"
DESCRIPTION = "asiavirta_openapi"
FAMILIES = ("processes", "cases", "tasks", "messages", "figures")
"""The modules of the resources, each with one `blueprint`."""
WORDS = (
    "Cases, tasks and processes of an employment authority. Every request carries a token "
    "(`Authorization: Bearer …`) whose scopes say what it may do; what personal data it reads is recorded. "
    "Errors are RFC 9457 problem documents. Lists are read page by page with `after`."
)


class Described(Api):  # type: ignore[misc]
    """flask-smorest without its own error answers: the house has one table of those (web/errors.py)."""

    ERROR_SCHEMA = Problem

    def _register_responses(self) -> None:
        """Describe errors as what they are sent as."""
        usual: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = MEDIA_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual

    def _register_error_handlers(self) -> None:
        """Errors are answered by web/errors.py."""


def install(app: Flask) -> None:
    """Add the API to the application."""
    app.config.update(
        API_TITLE="Asiavirta",
        API_VERSION=release(),
        OPENAPI_VERSION="3.1.0",
    )
    api = Described(app, spec_kwargs=_about())
    for family in FAMILIES:
        blueprint = import_module(f"web.api.{family}").blueprint
        app.extensions["csrf"].exempt(blueprint)
        api.register_blueprint(blueprint, url_prefix=f"{PREFIX}/{family}")
        auth.keyed(app, blueprint.name)
    app.extensions[DESCRIPTION] = api.spec
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", description)


@auth.bare
def description() -> Response:
    """The OpenAPI document: open to anybody, as it says nothing but what this page of the source says."""
    return Response(written(current_app), mimetype="application/json")


def written(app: Flask) -> str:
    """The OpenAPI document as text, written when it is asked for: an application starts without it."""
    return json.dumps(app.extensions[DESCRIPTION].to_dict(), indent=2, ensure_ascii=False) + "\n"


def _about() -> dict[str, Any]:
    bearer_scheme = {"type": "http", "scheme": "bearer", "description": "A token: asiavirta token issue …"}
    return {
        "info": {"description": WORDS, "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": bearer_scheme}},
    }
