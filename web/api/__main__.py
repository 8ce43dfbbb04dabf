"""`python -m web.api`: print the OpenAPI document, for docs/openapi.json."""

from __future__ import annotations

import sys

from tasks.db import Database
from web.api import written
from web.app import create_app
from web.config import Config

if __name__ == "__main__":
    app = create_app(Config(secret_key="nobody signs in here, so it is of no use"), Database("sqlite://"))
    sys.stdout.write(written(app))
