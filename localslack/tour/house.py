"""Local Slack and the app for a tour or a demo: in a temporary folder, gone without a trace afterwards."""

import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from localslack.server import LocalSlack
from localslack.tour.failures import NotStarted
from localslack.tour.process import ROOT, AppProcess, free_port

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
        self._app: AppProcess | None = None
        self.slack: LocalSlack
        self.folder: Path

    def start(self) -> None:
        """Start local Slack, then the app, and wait until it is ready. Raises NotStarted."""
        self.folder = temporary_folder(self._stack, self._what)
        self.slack = demo_slack(self._ports, self._scale)
        self._stack.enter_context(self.slack)
        port = free_port()
        self.slack.app_url = f"http://127.0.0.1:{port}"
        settings = app_settings(self.slack, self.folder, self._scale, socket_mode=self._socket_mode)
        settings |= {"PORT": str(port), "DATABASE_URL": f"sqlite:///{self.folder / 'drawbridge.db'}"}
        self._app = AppProcess(self.folder, settings)
        self._app.launch()
        self._app.await_ready()

    def wait(self) -> None:
        """Wait until the app ends by itself, which it should not."""
        if self._app is not None:
            self._app.wait()

    def close(self) -> None:
        """End the app, then local Slack, then remove the folder."""
        try:
            self.stop_app()
        finally:
            self._stack.close()

    def stop_app(self) -> int:
        """End the app as an operator would; answers its exit code."""
        return 0 if self._app is None else self._app.stop()

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m app …` with the app's own settings."""
        if self._app is None:
            raise NotStarted("The app was not started.")
        return self._app.cli(*arguments)

    def log_lines(self, *levels: str) -> list[str]:
        """What the app has logged, readable; only those levels, if any are named."""
        return [] if self._app is None else self._app.log_lines(*levels)

    def last_words(self) -> list[str]:
        """The end of the app's log, and whether the app has ended."""
        code = None if self._app is None else self._app.exit_code
        ended = [] if code is None else [f"The app has ended with exit code {code}."]
        return [*self.log_lines()[-_LOG_LINES:], *ended]


def temporary_folder(stack: ExitStack, what: str) -> Path:
    """A folder that goes when the stack is closed."""
    temporary = tempfile.TemporaryDirectory(prefix=f"drawbridge-{what}-", ignore_cleanup_errors=True)
    return Path(stack.enter_context(temporary))


def demo_slack(ports: Sequence[int], scale: int) -> LocalSlack:
    """Local Slack with the demo org on the first free port. Raises NotStarted when all are taken."""
    for port in ports:
        try:
            return LocalSlack(port=port, manifest=ROOT / "manifest.yml", time_scale=scale, seed="demo")
        except OSError as error:
            reason = error.strerror
    raise NotStarted(f"Cannot listen on port {ports[-1]}: {reason}. Choose another with --port.")


def app_settings(slack: LocalSlack, folder: Path, scale: int, *, socket_mode: bool) -> dict[str, str]:
    """What an app needs to work with that local Slack, but for its port and its database.

    Writes the policy file into the folder.
    """
    policy = folder / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    return {
        **slack.env(socket_mode=socket_mode),
        "SLACK_TIME_SCALE": str(scale),
        "POLICY_FILE": str(policy),
    }
