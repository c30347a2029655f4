"""The machine and the versions behind the figures, in one sentence; nothing that names the machine itself."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psutil

_SHOWN = ("slack-bolt", "slack-sdk", "waitress", "dbos", "sqlalchemy", "psycopg")


def described() -> str:
    """`AMD EPYC, 2 cores, 8 GB; Linux 6.1; Python 3.11.2, SQLite 3.40.1, …`."""
    memory = psutil.virtual_memory().total / 2**30
    hardware = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB"
    system = f"{platform.system()} {platform.release()}"
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    versions += [f"{name} {version(name)}" for name in _SHOWN]
    return f"{hardware}; {system}; {', '.join(versions)}"


def _processor() -> str:
    """The processor's name where the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
