"""`make test`: find or install what the tests need, check the code, run the suite, say what was skipped and why."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
SHELL = "chromium-headless-shell"
"""Chromium without its windows: opening a page takes less than half the time."""
CHROMIUM = (SHELL, "chromium", "chromium-browser", "google-chrome")
LOCAL = ("127.0.0.1", 5432)


def main() -> int:
    """Run everything; the exit status is that of the first thing that failed."""
    lacking = [reason for reason in (browser(), postgresql(), pango()) if reason]
    if lacking and IN_CI:
        print("\n".join(lacking), file=sys.stderr)
        return 1
    for command in (
        [BIN / "ruff", "check", "."],
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "mypy"],
        [BIN / "lint-imports"],
    ):
        print("$", " ".join(Path(part).name for part in map(str, command)), flush=True)
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        if status:
            return status
    suite = [sys.executable, "-m", "pytest", "-n", str(min(4, os.cpu_count() or 2)), "--dist", "worksteal", "-rs"]
    status = subprocess.run([*suite, *sys.argv[1:]], cwd=ROOT, check=False).returncode
    for reason in lacking:
        print("skipped:", reason)
    return status


def browser() -> str | None:
    """Find Chromium or install it; the reason when there is none."""
    if os.environ.get("ASIAVIRTA_TEST_CHROMIUM") or shutil.which(SHELL) or install(SHELL):
        return None
    if any(shutil.which(name) for name in CHROMIUM) or install("chromium"):
        return None
    return "browser tests: no Chromium found and it could not be installed (apt-get install chromium)"


def postgresql() -> str | None:
    """Find a PostgreSQL or install and start one; the reason when there is none."""
    if os.environ.get("ASIAVIRTA_TEST_DATABASE_URL") or listening():
        return None
    if not shutil.which("pg_ctlcluster") and not install("postgresql"):
        return "PostgreSQL tests: no server at 127.0.0.1:5432 and none could be installed (apt-get install postgresql)"
    return None if start_cluster() else "PostgreSQL tests: the installed server could not be started"


def pango() -> str | None:
    """Find what lays out PDFs or install it; the reason when there is none."""
    if ctypes.util.find_library("pango-1.0") or all(install(package) for package in PANGO):
        return None
    return f"tests of PDFs: no Pango found and it could not be installed (apt-get install {' '.join(PANGO)})"


def listening() -> bool:
    """Is something listening where PostgreSQL does?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(LOCAL) == 0


def install(package: str) -> bool:
    """Install a Debian package where we may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"installing {package} …", flush=True)
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", package],
    ):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def start_cluster() -> bool:
    """A throw-away cluster that trusts this machine, in a temporary folder, as the user postgres."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        return False
    folder = Path(tempfile.mkdtemp(prefix="asiavirta-postgresql-"))
    shutil.chown(folder, "postgres")
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    for command in (
        [binaries[-1] / "initdb", "--auth=trust", "--username=postgres", "-D", folder / "data"],
        [binaries[-1] / "pg_ctl", "-D", folder / "data", "-w", "-o", f"-k {folder} -h 127.0.0.1", "start"],
    ):
        subprocess.run([*as_postgres, *map(str, command)], stdout=subprocess.DEVNULL, check=False)
    os.environ["ASIAVIRTA_TEST_DATABASE_URL"] = "postgresql://postgres@127.0.0.1:5432/postgres"
    return listening()


if __name__ == "__main__":
    sys.exit(main())
