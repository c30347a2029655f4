"""Processes to measure: a local Slack with the app in front of it, and others started beside them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from localslack.server import LocalSlack
from localslack.tour.process import free_port
from tests.support.people import House
from tests.support.running import ROOT, RunningApp

_READY_SECONDS = 60


@contextmanager
def slack_running(time_scale: float, **settings: Any) -> Iterator[LocalSlack]:
    """A local Slack of the small organization while the block runs. settings: of its world."""
    slack = LocalSlack(manifest=ROOT / "manifest.yml", time_scale=time_scale)
    slack.world.settings.change(settings)
    with slack:
        yield slack


@contextmanager
def house_running(database_url: str, folder: Path, *, time_scale: float, **settings: Any) -> Iterator[House]:
    """Local Slack with one app in front of it; both are gone afterwards, whatever happened."""
    with slack_running(time_scale, **settings) as slack:
        app = new_app(slack, database_url, folder, time_scale)
        slack.app_url = app.url
        with ended(app):
            app.start()
            yield House(slack, app)


def new_app(
    slack: LocalSlack, database_url: str, folder: Path, time_scale: float, name: str = "app"
) -> RunningApp:
    """An app process that is not started yet."""
    return RunningApp(slack, database_url, folder, name=name, SLACK_TIME_SCALE=f"{time_scale:g}")


@contextmanager
def ended(*apps: RunningApp) -> Iterator[None]:
    """Whatever of these runs at the end of the block is killed."""
    try:
        yield
    finally:
        for app in apps:
            if app.process is not None:
                app.kill()


class Beside:
    """A Python module running as a process of its own, with a web server on a free port."""

    def __init__(self, module: str, environment: dict[str, str]) -> None:
        self.port = free_port()
        self._module = module
        self._environment = {**os.environ, **environment, "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Beside":
        """Start it and wait until it is ready. Raises RuntimeError when it does not come up."""
        self.process = subprocess.Popen([sys.executable, "-m", self._module], env=self._environment)
        wait_until_ready(self.url, self.process)
        return self

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "Beside":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def wait_until_ready(url: str, process: "subprocess.Popen[bytes] | None") -> None:
    """Wait until `/readyz` answers 200. Raises RuntimeError when the process ends or takes too long."""
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_ready(url):
        if process is None or process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{url} did not become ready")
        time.sleep(0.005)


def of(app: RunningApp | Beside) -> psutil.Process:
    """What the system knows of its process. Raises RuntimeError when it was not started."""
    if app.process is None:
        raise RuntimeError("not started")
    return psutil.Process(app.process.pid)


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time it has used so far, user and system together."""
    times = process.cpu_times()
    return float(times.user + times.system)


def megabytes(process: psutil.Process) -> float:
    """Resident memory."""
    return float(process.memory_info().rss) / 2**20


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
