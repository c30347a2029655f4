"""`doctor`: one line for each thing Drawbridge needs, with the remedy. Exit 1 when something is wrong."""

import argparse
from contextlib import closing

from app.cli.setting_up import Commands
from app.config import ConfigError, read_settings
from app.doctor import examine
from app.logs import hide, set_up, strike_secrets
from app.model.clock import system_clock
from app.storage import Database


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("doctor", help="check tokens, scopes, channel, policy, database and clock")
    command.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    wrong = 0
    try:
        settings = read_settings()
    except ConfigError as error:
        for problem in error.problems:
            print(strike_secrets(f"✗ Settings: {problem}"))
        wrong = len(error.problems)
        try:
            settings = read_settings(credentials=False)
        except ConfigError:  # among those just told
            return 1
    hide(settings.secrets())
    set_up("ERROR")
    with closing(Database(settings.database_url.reveal())) as database:
        for finding in examine(settings, database, system_clock):
            sign = "✓" if finding.fine else "✗"
            remedy = f" → {finding.remedy}" if not finding.fine else ""
            print(strike_secrets(f"{sign} {finding.subject}: {finding.detail}{remedy}"))
            wrong += not finding.fine
    return 1 if wrong else 0
