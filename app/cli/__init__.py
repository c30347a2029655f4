"""One module per command; this one only finds them. Exit codes: 0 fine, 1 found something, 2 unusable."""

import argparse
import os
import sys
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from app import __version__
from app.cli import audit, delegations, doctor, keys, manifest, policy, requests, serve
from app.config import ConfigError
from app.logs import strike_secrets
from app.storage.engine import SecondProcess


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(
        prog="python -m app", description="Drawbridge: a second person approves before it is irreversible."
    )
    parser.add_argument("--version", action="version", version=f"drawbridge {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for module in (serve, doctor, audit, policy, requests, delegations, manifest, keys):
        module.declare(commands)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command; answers the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except ConfigError as error:
        print("Drawbridge cannot start with this configuration:", file=sys.stderr)
        for problem in error.problems:
            print(f"  • {problem}", file=sys.stderr)
        return 2
    except SecondProcess as error:
        print(f"Drawbridge cannot start: {error}", file=sys.stderr)
        return 2
    except OperationalError as error:
        print(f"Drawbridge cannot use its database: {strike_secrets(str(error.orig))}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
