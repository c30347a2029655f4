"""One process of the real app, for people who watch: started, waited for, stopped, its log read."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from localslack.tour.failures import NotStarted
from localslack.tour.interrupting import undisturbed

ROOT = Path(__file__).parents[2]

_NOT_INHERITED = re.compile(
    r"SLACK_\w+|\w+_proxy|DATABASE_URL|POLICY_FILE|ENCRYPTION_KEYS|HOST|PORT|PUBLIC_URL|COMMAND_PREFIX",
    re.IGNORECASE,
)
_READY_SECONDS = 60.0
_STOP_SECONDS = 15.0


class AppProcess:
    """`python -m app serve` in a folder that holds its policy file and its log.

    settings: its environment variables beside the machine's own; `PORT` must be among them.
    """

    def __init__(self, folder: Path, settings: dict[str, str], name: str = "app") -> None:
        self.folder, self.name = folder, name
        self.url = f"http://127.0.0.1:{settings['PORT']}"
        inherited = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.fullmatch(name)}
        self.environment = {
            **inherited,
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, once it was started."""
        return None if self._process is None else self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs, or was never started; below zero the signal that ended it."""
        return None if self._process is None else self._process.poll()

    def launch(self) -> None:
        """Start the process; it may be started again once it has ended."""
        with undisturbed(), self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the tour alone, which then ends the app itself
            )

    def await_ready(self) -> None:
        """Wait until it takes Slack's requests. Raises NotStarted."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self.is_ready():
            if self.exit_code is not None:
                raise NotStarted(f"The app ended with exit code {self.exit_code} before it was ready.")
            if time.monotonic() > deadline:
                raise NotStarted(f"The app was not ready after {_READY_SECONDS:.0f} seconds.")
            time.sleep(0.02)

    def is_ready(self) -> bool:
        """Whether it takes Slack's requests now."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def wait(self) -> None:
        """Wait until it ends by itself, which it should not."""
        if self._process is not None:
            self._process.wait()

    def terminate(self) -> None:
        """Ask it to end, as an operator would, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> int:
        """End it as an operator would; answers its exit code."""
        process = self._process
        if process is None:
            return 0
        self.terminate()
        try:
            return process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m app …` with its settings."""
        return subprocess.run(  # noqa: S603  our own interpreter, our own module
            [sys.executable, "-m", "app", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def log_lines(self, *levels: str) -> list[str]:
        """What it has logged, readable; only those levels, if any are named."""
        if not self._log.exists():
            return []
        written = self._log.read_text(encoding="utf-8", errors="replace")
        lines = [_readable(line) for line in written.splitlines() if line.strip()]
        return [text for level, text in lines if not levels or level in levels]

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.name}.log"


def free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _readable(line: str) -> tuple[str, str]:
    """Level and text of a log line; what is no JSON stays as it is."""
    try:
        told = json.loads(line)
        level, text = str(told["level"]), f"{told['level']} {told['logger']}: {told['message']}"
    except (ValueError, KeyError, TypeError):
        return "", line
    return level, "\n".join(filter(None, [text, told.get("error")]))
