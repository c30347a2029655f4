"""A real app process against a real local Slack: `python -m app serve`, started, watched, stopped, killed."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from localslack.server import LocalSlack
from localslack.tour.process import free_port

ROOT = Path(__file__).parents[2]
SCALE = 600

POLICY = """
admin_channel = "C0ADMIN0001"
requesters = ["role:org_admin", "role:org_owner"]
approvers = ["usergroup:S0SECURITY"]
ticket_pattern = "^[A-Z]+-[0-9]+$"
"""


class NotReady(AssertionError):
    """The app did not come up; the text carries what it logged."""


class RunningApp:
    """One serving process. `folder` holds its policy file and its log."""

    def __init__(
        self,
        slack: LocalSlack,
        database_url: str,
        folder: Path,
        *,
        policy: str = POLICY,
        name: str = "app",
        oauth: bool = False,
        socket_mode: bool = False,
        **environment: str,
    ) -> None:
        self.slack, self.folder = slack, folder
        self.port = int(environment.pop("PORT", 0)) or free_port()
        self.log = folder / f"{name}.log"
        (folder / f"{name}.toml").write_text(policy)
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SLACK_")},
            **slack.env(oauth=oauth, socket_mode=socket_mode),
            "SLACK_TIME_SCALE": str(SCALE),
            "DATABASE_URL": database_url,
            "POLICY_FILE": str(folder / f"{name}.toml"),
            "PORT": str(self.port),
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the app listens."""
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> "RunningApp":
        """Start the process without waiting."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"], cwd=self.folder, env=self.environment, stderr=log
            )
        return self

    def start(self, timeout: float = 60.0) -> "RunningApp":
        """Start the process and wait until it is ready."""
        self.launch()
        self.await_ready(timeout)
        return self

    def await_ready(self, timeout: float = 60.0) -> None:
        """Wait until it takes Slack's requests."""
        deadline = time.monotonic() + timeout
        while self.get("/readyz")[0] != 200:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise NotReady(self.logged())
            time.sleep(0.02)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a GET; status 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def stop(self) -> int:
        """End it as an operator would; answers the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it as a power cut would."""
        return self._end(signal.SIGKILL)

    def wait(self, timeout: float = 30.0) -> int:
        """Wait for it to end by itself."""
        assert self.process is not None
        return self.process.wait(timeout)

    def logged(self) -> str:
        """Everything it has logged."""
        return self.log.read_text() if self.log.exists() else ""

    def tracebacks(self) -> list[str]:
        """The lines of its log that carry a stack trace: there should be none."""
        return [line for line in self.logged().splitlines() if "Traceback" in line]

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m app …` with this app's settings."""
        return subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def evidence(self, request_id: str) -> dict[str, Any]:
        """The evidence file of a request."""
        done = self.cli("requests", "show", request_id)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)
