"""Outside systems that cases may call: where they are, by the operator's file, and one call over HTTP.

Only addresses of that file are ever called. Nothing of a process folder or of a case reaches an address: inputs go in
the body. No redirect is followed, no proxy of the environment is used, certificates are checked, and an answer is
bounded in size and in time.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tasks.job import Answer, Call, Caller, CallFailed
from web.config import ConfigError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LONGEST_TIMEOUT = 60
"""seconds; a job's lease is longer (tasks/commands/jobs.py)"""
AGAIN = frozenset({408, 425, 429})
"""refusals that another attempt may change"""


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is and how it is called: seconds, bytes; the secret is never shown."""

    name: str
    url: str
    secret: str = field(default="", repr=False)
    header: str = "Authorization"
    timeout: int = 20
    largest: int = 1_000_000
    ca: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def address(self) -> SplitResult:
        """The parts of the URL."""
        return urlsplit(self.url)


def load(path: Path | None, environ: Mapping[str, str]) -> dict[str, Service]:
    """Read the operator's file of services; none without a file. ConfigError says what is wrong, never a secret."""
    if path is None:
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return {name: _service(path, name, row, environ) for name, row in document.items()}


def _service(path: Path, name: str, row: Any, environ: Mapping[str, str]) -> Service:
    where = f"{path}: [{name}]"
    if not isinstance(row, Mapping):
        raise ConfigError(f"{where} is no table")
    kinds = {each.name: type(each.default) for each in fields(Service) if each.name not in ("name", "url", "secret")}
    kinds |= {"url": str, "secret_env": str, "secret_file": str}
    for key, value in row.items():
        if key not in kinds:
            raise ConfigError(f"{where} has an unknown key {key!r}; expected one of {', '.join(sorted(kinds))}")
        if type(value) is not kinds[key]:
            raise ConfigError(f"{where}: {key} must be {kinds[key].__name__}")
    given = {key: value for key, value in row.items() if not key.startswith("secret_")}
    service = Service(name, given.pop("url", ""), _secret(where, row, environ), **given)
    _check(where, service)
    return service


def _secret(where: str, row: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    if "secret_env" in row and "secret_file" in row:
        raise ConfigError(f"{where} has both secret_env and secret_file; expected one")
    if (variable := row.get("secret_env")) is not None:
        if not environ.get(variable):
            raise ConfigError(f"{where}: the environment has no {variable}")
        return environ[variable]
    if (file := row.get("secret_file")) is not None:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: the secret file {file} cannot be read") from error
    return ""


def _check(where: str, service: Service) -> None:
    try:
        address = service.address
        port = address.port
    except ValueError as error:
        raise ConfigError(f"{where}: url cannot be read: {error}") from error
    del port
    plain = address.scheme == "http" and address.hostname in LOOPBACK
    if (address.scheme != "https" and not plain) or not address.hostname:
        raise ConfigError(f"{where}: url is {service.url!r}; expected https://…, or http:// on this machine only")
    if address.username or address.password:
        raise ConfigError(f"{where}: url holds a user or password; use secret_env or secret_file")
    if not 1 <= service.timeout <= LONGEST_TIMEOUT:
        raise ConfigError(f"{where}: timeout is {service.timeout}; expected 1 to {LONGEST_TIMEOUT} seconds")
    if not 1 <= service.largest <= 20_000_000:
        raise ConfigError(f"{where}: largest is {service.largest}; expected 1 to 20000000 bytes")
    if any(sign in service.secret + service.header for sign in "\r\n"):
        raise ConfigError(f"{where}: the secret or header holds a line break")


def caller(services: Mapping[str, Service]) -> Caller:
    """What makes the calls of a worker."""

    def call(job: Call) -> Answer:
        service = services.get(job.service)
        if service is None:
            raise CallFailed("no_service", job.service, final=True)
        return ask(service, job)

    return call


def ask(service: Service, job: Call) -> Answer:
    """Call once; raises CallFailed for everything but an answer and a declared error."""
    body = json.dumps({"service": job.service, "case": job.case_number, "input": job.inputs}).encode()
    connection = _connect(service)
    try:
        with _deadline(service, connection):
            connection.request("POST", _target(service.address), body, _headers(service, job))
            response = connection.getresponse()
            content = response.read(service.largest + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        # the reason only: some errors repeat what was sent
        raise CallFailed("no_answer", type(error).__name__) from error
    finally:
        connection.close()
    if len(content) > service.largest:
        raise CallFailed("too_large", service.largest, final=True)
    return _understood(response, content)


@contextmanager
def _deadline(service: Service, connection: http.client.HTTPConnection) -> Iterator[None]:
    """Connect, and hang up when the time is over, however slowly an answer trickles in."""
    until = time.monotonic() + service.timeout
    connection.connect()
    line = connection.sock
    watch = threading.Timer(max(0.0, until - time.monotonic()), _hang_up, (line,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
    if time.monotonic() >= until:
        raise TimeoutError


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _connect(service: Service) -> http.client.HTTPConnection:
    address = service.address
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=service.timeout)
    try:
        context = ssl.create_default_context(cafile=service.ca or None)
        if service.certificate:
            context.load_cert_chain(service.certificate, service.key or None)
    except OSError as error:
        raise CallFailed("certificates", final=True) from error
    return http.client.HTTPSConnection(host, address.port, timeout=service.timeout, context=context)


def _target(address: SplitResult) -> str:
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _headers(service: Service, job: Call) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": job.id}
    if service.secret:
        plain = service.header.lower() != "authorization" or " " in service.secret
        headers[service.header] = service.secret if plain else f"Bearer {service.secret}"
    return headers


def _understood(response: http.client.HTTPResponse, content: bytes) -> Answer:
    status = response.status
    if 300 <= status < 400:
        raise CallFailed("redirect", status, final=True)
    if status >= 500 or status in AGAIN:
        raise CallFailed("status", status)
    try:
        document = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError) as error:
        raise CallFailed("no_json", status, final=True) from error
    if not isinstance(document, dict):
        raise CallFailed("no_json", status, final=True)
    if status < 300:
        return Answer(document)
    code = document.get("code")
    if isinstance(code, str) and 0 < len(code) <= 100:
        return Answer(code=code)
    raise CallFailed("no_code", status, final=True)
