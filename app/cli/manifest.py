"""`manifest`: prints the Slack app manifest of this version."""

import argparse
import os

from app.cli.setting_up import Commands
from app.config import ConfigError, read_settings
from app.manifest import PLACEHOLDER, as_yaml, manifest


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("manifest", help="print the Slack app manifest")
    command.add_argument("--prefix", help="before every command (default: COMMAND_PREFIX)")
    command.add_argument("--url", help="where Slack reaches it (default: PUBLIC_URL)")
    command.add_argument("--socket", action="store_true", help="for Socket Mode: no addresses")
    command.add_argument("--oauth", action="store_true", help="for installs over /slack/install")
    command.add_argument(
        "--rotation", action="store_true", help="with tokens that run out; only with --oauth, and for good"
    )
    command.add_argument("--gov", action="store_true", help="for GovSlack (default: by SLACK_API_URL)")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    if chosen.rotation and not chosen.oauth:
        raise ConfigError(["--rotation: given tokens cannot be renewed; add --oauth"])
    given = {"COMMAND_PREFIX": chosen.prefix, "PUBLIC_URL": chosen.url}
    over = {name: value for name, value in given.items() if value is not None}
    settings = read_settings({**os.environ, **over}, credentials=False)
    prefix = "" if chosen.prefix == "" else settings.command_prefix
    url = settings.public_url or PLACEHOLDER
    found = manifest(
        prefix,
        url,
        socket_mode=chosen.socket,
        oauth=chosen.oauth,
        rotation=chosen.rotation,
        gov=chosen.gov or settings.gov,
    )
    print(as_yaml(found), end="")
    return 0
