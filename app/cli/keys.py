"""`keys new | rotate`: keys that encrypt installed tokens at rest."""

import argparse

from app.cli.setting_up import Commands, opened
from app.installing.installations import Installations
from app.installing.vault import Vault
from app.model.clock import system_clock


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("keys", help="make or rotate encryption keys")
    verbs = command.add_subparsers(dest="verb", required=True, metavar="verb")
    verbs.add_parser("new", help="print a fresh key for ENCRYPTION_KEYS").set_defaults(run=_new)
    rotate = verbs.add_parser("rotate", help="encrypt every stored token with the first of ENCRYPTION_KEYS")
    rotate.set_defaults(run=_rotate)


def _new(_: argparse.Namespace) -> int:
    print(Vault.new_key())
    return 0


def _rotate(_: argparse.Namespace) -> int:
    with opened() as (settings, database):
        count = Installations(database, Vault(settings.encryption_keys), system_clock).reseal()
        print(f"{count} tokens are sealed with the newest key; the older keys can go.")
        return 0
