"""The command line, run in this process, in a folder of its own."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.storage import Database

POLICY = """
admin_channel = "C0ADMIN0001"
requesters = ["role:org_admin"]
approvers = ["usergroup:S0SECURITY"]

[operations.disconnect-org]
approvals = 2
approvals_from = [["role:org_owner", 1]]
"""
SETTINGS = {
    "SLACK_SIGNING_SECRET": "shhh-signing",
    "SLACK_BOT_TOKEN": "xoxb-1-bot",
    "SLACK_USER_TOKEN": "xoxp-1-admin",
}


@pytest.fixture(autouse=True)
def quiet_logging() -> Iterator[None]:
    """Commands set up logging for their process, which is ours here."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("app", "listeners")]
    handlers, levels = list(root.handlers), [logger.level for logger in (root, *ours)]
    yield
    root.handlers[:] = handlers
    for logger, level in zip((root, *ours), levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def house(sqlite: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with sound settings, a sound policy file and a migrated database."""
    (folder / "policy.toml").write_text(POLICY)
    monkeypatch.chdir(folder)
    for key, value in {**SETTINGS, "DATABASE_URL": sqlite.url}.items():
        monkeypatch.setenv(key, value)
    for key in ("COMMAND_PREFIX", "PUBLIC_URL", "POLICY_FILE", "SLACK_API_URL", "SLACK_APP_TOKEN", "PORT"):
        monkeypatch.delenv(key, raising=False)
    return folder


@pytest.fixture
def run(house: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command; answers exit code, output and errors."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as exit_:  # argparse ends the process by itself
            code = int(exit_.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return command
