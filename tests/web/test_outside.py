"""Calls over HTTP: what is sent, what is believed, and what is refused; a real server on loopback answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tasks import clock
from tasks.job import Answer, Call, CallFailed
from tests.tasks.calling import order
from tests.tasks.conftest import Town
from web.config import ConfigError
from web.outside import Service, ask, caller, load

JOB = Call(7, 100001, "EX/1/2026", "register", {"code": "A1"}, 1)
SECRET = "very-secret-token"


class Server:
    """A service that answers as the test tells, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"{}", {}  # type: ignore[var-annotated]
        self.slow: Callable[[Any], None] | None = None
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, dict(self.headers), json.loads(content)))
                if outer.slow:
                    outer.slow(self)
                    return
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def service(self, **more: Any) -> Service:
        """This server as the operator's file has it."""
        return Service("register", f"http://127.0.0.1:{self.http.server_port}/v1/ask?x=1", SECRET, **more)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of its own for each test."""
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def test_a_call_sends_inputs_key_and_secret_and_gives_the_answer(server: Server) -> None:
    server.body = b'{"found": true}'
    assert ask(server.service(), JOB) == Answer({"found": True})
    path, headers, body = server.asked[0]
    assert path == "/v1/ask?x=1"
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("7-100001", f"Bearer {SECRET}")
    assert body == {"service": "register", "case": "EX/1/2026", "input": {"code": "A1"}}


def test_a_declared_error_is_an_answer(server: Server) -> None:
    server.status, server.body = 422, b'{"type": "about:blank", "code": "unknown_person"}'
    assert ask(server.service(), JOB) == Answer(code="unknown_person")


@pytest.mark.parametrize(
    ("status", "body", "words", "final"),
    [
        (500, b"{}", "status: 500", False),
        (429, b"{}", "status: 429", False),
        (302, b"{}", "redirect: 302", True),
        (404, b"{}", "no_code: 404", True),
        (200, b"<html>", "no_json: 200", True),
        (200, b"[1]", "no_json: 200", True),
        (200, b'{"a": "' + b"x" * 2000 + b'"}', "too_large: 1000", True),
    ],
)
def test_what_is_no_answer_is_told_and_only_hope_is_tried_again(server, status, body, words, final) -> None:
    server.status, server.body, server.headers = status, body, {"Location": "http://127.0.0.1:1/"}
    with pytest.raises(CallFailed, match=words) as failed:
        ask(server.service(largest=1000), JOB)
    assert failed.value.final == final
    assert len(server.asked) == 1


def test_an_answer_that_trickles_in_ends_with_the_time(server: Server) -> None:
    def trickle(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):  # the caller hangs up
            for _ in range(100):
                time.sleep(0.1)
                handler.wfile.write(b"X-More: x\r\n")

    server.slow = trickle
    began = time.monotonic()
    with pytest.raises(CallFailed, match="no_answer"):
        ask(server.service(timeout=1), JOB)
    assert time.monotonic() - began < 5


def test_nobody_there_is_a_failure_without_what_was_sent(server: Server) -> None:
    server.http.server_close()
    with pytest.raises(CallFailed) as failed:
        ask(server.service(), JOB)
    assert str(failed.value) in ("no_answer: ConnectionRefusedError", "no_answer: ConnectionResetError")


def test_a_worker_takes_a_case_through_a_service_that_is_away_at_first(server: Server, town: Town) -> None:
    order(town)
    worker = clock.Worker(town.database, read_clock=lambda: town.now)
    calls = caller({"register": server.service()})
    server.status = 503
    assert worker.call_out(calls) == 1
    town.pass_time(minutes=10)
    server.status, server.body = 200, b'{"amount": "12.50"}'
    assert worker.call_out(calls) == 1
    assert town.value("SELECT path FROM tasks WHERE state = 'open'") == "last"
    assert len({headers["Idempotency-Key"] for _, headers, _ in server.asked}) == 1
    assert [body["input"] for _, _, body in server.asked] == [{"code": "KOODI-77"}] * 2


def test_only_what_the_operator_named_is_called() -> None:
    with pytest.raises(CallFailed, match="no_service: register") as failed:
        caller({})(JOB)
    assert failed.value.final


def file(folder: Path, text: str) -> Path:
    path = folder / "services.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_is_read_and_secrets_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    text = '[register]\nurl = "https://register.example/v1"\nsecret_env = "TOKEN"\ntimeout = 5\n'
    text += f'[other]\nurl = "https://other.example"\nsecret_file = "{tmp_path}/token"\n'
    found = load(file(tmp_path, text), {"TOKEN": SECRET})
    assert [service.secret for service in found.values()] == [SECRET, SECRET]
    assert SECRET not in repr(found)
    assert load(None, {}) == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('url = "http://register.example"', "expected https://"),
        ('url = "file:///etc/passwd"', "expected https://"),
        ('url = "https://me:secret@register.example"', "holds a user or password"),
        ('url = "https://register.example"\ntimeout = 600', "expected 1 to 60 seconds"),
        ('url = "https://register.example"\nsecret = "x"', "unknown key 'secret'"),
        ('url = "https://register.example"\nsecret_env = "MISSING"', "has no MISSING"),
        ('url = "https://register.example"\ntimeout = "5"', "must be int"),
        ('url = "https://register.example:x"', "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as wrong:
        load(file(tmp_path, f"[register]\n{line}\n"), {})
    assert "[register]" in str(wrong.value)
