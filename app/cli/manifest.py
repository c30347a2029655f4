"""`manifest`: prints the Slack app manifest of this version."""

import argparse
import os

from app.cli.setting_up import Commands
from app.manifest import PLACEHOLDER, as_yaml, manifest


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("manifest", help="print the Slack app manifest")
    command.add_argument(
        "--prefix", default=os.environ.get("COMMAND_PREFIX", ""), help="before every command"
    )
    command.add_argument(
        "--url", default=os.environ.get("PUBLIC_URL", PLACEHOLDER), help="where Slack reaches it"
    )
    command.add_argument("--socket", action="store_true", help="for Socket Mode: no addresses")
    command.add_argument("--oauth", action="store_true", help="for installs over /slack/install")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    found = manifest(chosen.prefix, chosen.url.rstrip("/"), socket_mode=chosen.socket, oauth=chosen.oauth)
    print(as_yaml(found), end="")
    return 0
