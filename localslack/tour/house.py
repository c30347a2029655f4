"""Local Slack and the app for a tour or a demo: in a temporary folder, gone without a trace afterwards."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from localslack.server import LocalSlack
from localslack.tour.failures import NotStarted
from localslack.tour.interrupting import undisturbed

ROOT = Path(__file__).parents[2]
SCALE = 60
"""How many times faster than Slack the clock of both sides runs: minutes of waiting become seconds."""

POLICY = """\
admin_channel = "C0ADMIN0001"
requesters = ["role:org_admin", "role:org_owner"]
approvers = ["usergroup:S0SECURITY"]
ticket_pattern = "^[A-Z]+-[0-9]+$"

[operations.disconnect-org]
approvals = 2
"""

_NOT_INHERITED = re.compile(
    r"SLACK_\w+|\w+_proxy|DATABASE_URL|POLICY_FILE|ENCRYPTION_KEYS|HOST|PORT|PUBLIC_URL|COMMAND_PREFIX",
    re.IGNORECASE,
)
_READY_SECONDS = 60.0
_STOP_SECONDS = 15.0
_LOG_LINES = 12


class House:
    """Local Slack with the app in front of it. Whoever starts it closes it, also when starting failed.

    what: names the folder. ports: for local Slack, the first free one; 0 is any.
    """

    def __init__(
        self,
        what: str = "tour",
        ports: Sequence[int] = (0,),
        *,
        scale: int = SCALE,
        socket_mode: bool = False,
    ) -> None:
        self._what, self._ports, self._scale, self._socket_mode = what, ports, scale, socket_mode
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._environment: dict[str, str] = {}
        self.slack: LocalSlack
        self.folder: Path

    def start(self) -> None:
        """Start local Slack, then the app, and wait until it is ready. Raises NotStarted."""
        temporary = tempfile.TemporaryDirectory(
            prefix=f"drawbridge-{self._what}-", ignore_cleanup_errors=True
        )
        self.folder = Path(self._stack.enter_context(temporary))
        self.slack = self._local_slack()
        self._stack.enter_context(self.slack)
        port = free_port()
        self.slack.app_url = f"http://127.0.0.1:{port}"
        self._environment = self._settings(port)
        with undisturbed():
            self._process = self._launch()
        self._await_ready(self._process)

    def wait(self) -> None:
        """Wait until the app ends by itself, which it should not."""
        if self._process is not None:
            self._process.wait()

    def close(self) -> None:
        """End the app, then local Slack, then remove the folder."""
        try:
            self.stop_app()
        finally:
            self._stack.close()

    def stop_app(self) -> int:
        """End the app as an operator would; answers its exit code."""
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.terminate()
        try:
            return process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m app …` with the app's own settings."""
        return subprocess.run(  # noqa: S603  our own interpreter, our own module
            [sys.executable, "-m", "app", *arguments],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def log_lines(self, *levels: str) -> list[str]:
        """What the app has logged, readable; only those levels, if any are named."""
        if self._process is None:
            return []
        written = self._log.read_text(encoding="utf-8", errors="replace")
        lines = [_readable(line) for line in written.splitlines() if line.strip()]
        return [text for level, text in lines if not levels or level in levels]

    def last_words(self) -> list[str]:
        """The end of the app's log, and whether the app has ended."""
        code = None if self._process is None else self._process.poll()
        ended = [] if code is None else [f"The app has ended with exit code {code}."]
        return [*self.log_lines()[-_LOG_LINES:], *ended]

    @property
    def _log(self) -> Path:
        return self.folder / "app.log"

    def _local_slack(self) -> LocalSlack:
        for port in self._ports:
            try:
                return LocalSlack(
                    port=port, manifest=ROOT / "manifest.yml", time_scale=self._scale, seed="demo"
                )
            except OSError as error:
                reason = error.strerror
        raise NotStarted(f"Cannot listen on port {self._ports[-1]}: {reason}. Choose another with --port.")

    def _settings(self, port: int) -> dict[str, str]:
        policy = self.folder / "policy.toml"
        policy.write_text(POLICY, encoding="utf-8")
        inherited = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.fullmatch(name)}
        return {
            **inherited,
            **self.slack.env(socket_mode=self._socket_mode),
            "SLACK_TIME_SCALE": str(self._scale),
            "DATABASE_URL": f"sqlite:///{self.folder / 'drawbridge.db'}",
            "POLICY_FILE": str(policy),
            "PORT": str(port),
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }

    def _launch(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the tour alone, which then ends the app itself
            )

    def _await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self._is_ready():
            if process.poll() is not None:
                raise NotStarted(f"The app ended with exit code {process.returncode} before it was ready.")
            if time.monotonic() > deadline:
                raise NotStarted(f"The app was not ready after {_READY_SECONDS:.0f} seconds.")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.slack.app_url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


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
