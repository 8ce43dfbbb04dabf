"""`serve`, `worker`, `demo`: the processes that keep running."""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import click

from web.cli.output import on_database
from web.democlock import clock_file

on_config = click.option(
    "--config", "config_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), envvar="ASIAVIRTA_CONFIG"
)


PATIENCE = 120.0
"""seconds that the demonstration waits for its first page"""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
@on_config
def serve(host: str, port: int, processes: int, threads: int, config_file: Path | None) -> None:
    """Serve the pages (web only; the clock runs in `asiavirta worker`)."""
    from gunicorn.app.base import BaseApplication

    from tasks.db import Database
    from web import heap
    from web.app import create_app
    from web.config import load

    config = load(config_file, os.environ)

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn, set up from here instead of from a file."""

        def load_config(self) -> None:
            """Host, port, processes and threads."""
            settings = {
                "bind": f"{host}:{port}", "workers": processes, "threads": threads, "worker_class": "gthread",
                "accesslog": None, "graceful_timeout": 20, "proc_name": "asiavirta", "control_socket_disable": True,
            }  # fmt: skip
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, made in each process so that no connection is shared."""
            database = Database(config.database_url)
            app = create_app(config, database)
            heap.settle(database)
            return app

    Server().run()


@click.command()
@click.option("--every", type=click.FloatRange(0.5, 60), default=5.0, show_default=True, help="Seconds between looks.")
@click.option(
    "--services",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="ASIAVIRTA_SERVICES",
    help="File of the outside systems that cases may call.",
)
@on_database
def worker(every: float, services: Path | None, database: str) -> None:
    """Run the clock and the calls out: due timers, reminders, escalations, holds, jobs. Any number may run."""
    from tasks.clock import Worker
    from tasks.commands.rehearsing import carry_on
    from tasks.db import Database
    from web.config import ConfigError
    from web.democlock import worker_clock
    from web.outside import caller, load

    try:
        call = caller(load(services, os.environ))
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    click.echo("the clock is running", err=True)
    Worker(Database(database), every=every, read_clock=worker_clock(os.environ), call=call, rehearse=carry_on).run(stop)
    click.echo("the clock has stopped", err=True)


@click.command()
@click.option("--fresh", is_flag=True, help="Start over: the demo's data is deleted first.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--cases", type=click.IntRange(1, 5000), default=400, show_default=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("var"), show_default=True)
@click.option("--fill-only", is_flag=True, help="Make the town and stop.")
def demo(fresh: bool, host: str, port: int, cases: int, folder: Path, fill_only: bool) -> int:
    """Make a town of synthetic cases on SQLite and run web and worker on it. Ctrl-C stops everything."""
    if not fill_only and (problem := in_the_way(host, port)):
        raise click.UsageError(problem)
    folder.mkdir(parents=True, exist_ok=True)
    path = (folder / "demo.db").resolve()
    if fresh:
        for file in folder.glob("demo.db*"):
            file.unlink()
    if not path.exists():
        clock_file(path).unlink(missing_ok=True)  # a new town begins today
        make_town(path, cases)
    bring_up_to_date(path)
    if fill_only:
        return 0
    web = ["serve", "--host", host, "--port", str(port), "--processes", "1", "--threads", "8"]
    with running(demo_environment(path), web, ["worker", "--every", "2"]) as processes:
        if not answers(f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/readyz", processes):
            click.echo(f"asiavirta: {what_happened(PATIENCE, *processes)}", err=True)
            return 2
        greet(host, port)
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
    return 0


def bring_up_to_date(path: Path) -> None:
    """Upgrade the schema of a town that an earlier release made, and its sums; one that is up to date stays so."""
    from tasks.commands.summing import add_up
    from tasks.db import Database
    from tasks.migrations import upgrade
    from web.cli.clock import now

    database = Database(f"sqlite:///{path}")
    upgrade(database)
    add_up(database, now())
    database.dispose()


def demo_environment(path: Path) -> dict[str, str]:
    """What web and worker of the demonstration are told: its database, demo mode, its clock, a key of their own."""
    return {
        **os.environ,
        "ASIAVIRTA_DATABASE_URL": f"sqlite:///{path}",
        "ASIAVIRTA_SECRET_KEY": secrets.token_hex(32),
        "ASIAVIRTA_DEMO": "true",
        "ASIAVIRTA_SECURE_COOKIES": "false",
        # the clock can be moved on by months: nobody is signed out for that
        "ASIAVIRTA_DEMO_CLOCK": str(clock_file(path)),
        "ASIAVIRTA_SESSION_IDLE_MINUTES": "100000000",
        "ASIAVIRTA_SESSION_HOURS": "1000000",
    }


def make_town(path: Path, cases: int) -> None:
    """Fill a new database, under another name until it is whole: a town half made is never opened."""
    from tasks.check import read_folders
    from tasks.db import Database
    from tasks.migrations import upgrade
    from tasks.town import fill, furnish
    from web.cli.clock import now

    partial = path.with_name("demo.db.partial")
    for file in path.parent.glob("demo.db.partial*"):
        file.unlink()
    database = Database(f"sqlite:///{partial}", durable=False)
    upgrade(database)
    bundles = read_folders(workflows())
    click.echo(f"publishing {len(bundles)} folders …")
    town = furnish(database, bundles)
    started = time.monotonic()
    made = fill(town, bundles, now(), cases, progress)
    click.echo(f"\rmade {made} cases in {time.monotonic() - started:.0f} s" + " " * 20)
    database.dispose()
    partial.rename(path)


def progress(done: int, total: int) -> None:
    """One line that moves on a terminal; a line per tenth elsewhere."""
    if sys.stdout.isatty():
        click.echo(f"\rmaking cases: {done} of {total}", nl=False)
    elif done % max(1, total // 10) == 0:
        click.echo(f"making cases: {done} of {total}")


def workflows() -> Path:
    """The folders that came with the product."""
    return Path(__file__).resolve().parents[2] / "workflows"


@contextmanager
def running(environment: dict[str, str], *commands: Sequence[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run our own commands until the block ends; then all of them stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill stops the children as Ctrl-C does
    command = [sys.executable, "-c", "from web.cli import main; main()"]
    processes = [subprocess.Popen([*command, *arguments], env=environment) for arguments in commands]
    try:
        yield processes
    except KeyboardInterrupt:
        click.echo("\nstopping …")
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(timeout=25)
            except subprocess.TimeoutExpired:
                process.kill()


def answers(address: str, processes: Sequence[subprocess.Popen[bytes]], seconds: float = PATIENCE) -> bool:
    """Wait until the page answers, or a process has ended, or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return True
        except (URLError, OSError):
            time.sleep(0.2)
    return False


def in_the_way(host: str, port: int) -> str | None:
    """Why nothing can listen at an address; None when something can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return (
                f"port {port} of {host} is taken by another program; choose another one with --port (make demo PORT=…)"
            )
        return f"nothing can listen on {host}:{port}: {error.strerror or error}"
    return None


def what_happened(seconds: float, web: subprocess.Popen[bytes], clock: subprocess.Popen[bytes]) -> str:
    """Why the demonstration did not come up: which part has ended and how, or that the web is silent."""
    for name, process in (("web", web), ("clock", clock)):
        if (status := process.poll()) is not None:
            return f"the {name} ended with status {status} before it served a page; its reason stands above"
    return f"the web runs, but did not answer within {seconds:.0f} seconds; is the machine too busy?"


def greet(host: str, port: int) -> None:
    """Print the address and the demo users."""
    from tasks.town import PEOPLE

    click.echo(f"\nAsiavirta is at http://{host}:{port}\nChoose a user on the login page; there are no passwords:\n")
    for citizen in PEOPLE:
        click.echo(f"  {citizen.name:<20} {citizen.full_name:<20} {citizen.role}")
    click.echo("\nCtrl-C stops everything; the data stays. Start over: make demo FRESH=1", nl=True)
