"""`serve`: the running app."""

import argparse
from typing import Any

from app import arenas
from app.cli.setting_up import Commands
from app.config import read_settings
from app.logs import hide, set_up


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("serve", help="serve Slack's requests until stopped")
    command.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> Any:
    from app.runtime import Runtime  # not at the top: no other command waits for all of its imports

    arenas.keep_few()
    settings = read_settings()
    hide(settings.secrets())
    set_up(settings.log_level)
    Runtime(settings).run()
    return 0
