"""`delegations list | end`: who decides for whom while they are away, and an end to it."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.setting_up import Commands, opened, organization
from app.config import read_policy
from app.model.clock import rfc3339, system_clock
from app.model.delegation import Delegation
from app.operations import TERMS
from app.requests.delegations import Delegations
from app.requests.policies import Policies

OPERATOR = "operator"
"""The actor of what was done on the command line, and why a delegation ended there."""


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("delegations", help="list who decides for whom, or end it")
    verbs = command.add_subparsers(dest="verb", required=True, metavar="verb")
    listing = verbs.add_parser("list", help="every delegation that has not ended, the earliest first")
    listing.add_argument("--org", help="of that organization (E…), when there are several")
    listing.set_defaults(run=_list)
    end = verbs.add_parser("end", help="end one now; what was approved by it and has not begun is void")
    end.add_argument("id")
    end.add_argument("--org", help="of that organization (E…), when there are several")
    end.set_defaults(run=_end)


def _list(chosen: argparse.Namespace) -> int:
    with _delegations(chosen) as (delegations, enterprise_id):
        for found in delegations.open(enterprise_id):
            print(_line(found))
    return 0


def _end(chosen: argparse.Namespace) -> int:
    with _delegations(chosen) as (delegations, enterprise_id):
        wanted = chosen.id.strip().upper()
        found = next((one for one in delegations.open(enterprise_id) if one.id == wanted), None)
        if found is None or not delegations.end(found, OPERATOR, OPERATOR):
            print(f"There is no delegation {chosen.id} that has not ended.", file=sys.stderr)
            return 1
        print(f"Ended: {_line(found)}")
    return 0


@contextmanager
def _delegations(chosen: argparse.Namespace) -> Iterator[tuple[Delegations, str]]:
    """Those of the organization that is named, or the only one. The policy says where an end is told."""
    with opened() as (settings, database):
        policies = Policies(read_policy(settings.policy_file, TERMS), database, system_clock)
        yield Delegations(database, policies, system_clock), organization(database, chosen.org)


def _line(found: Delegation) -> str:
    until = rfc3339(found.until)
    away = f"{found.delegator_name} ({found.delegator_id})"
    operations = ", ".join(found.operations)
    return f"{found.id}  {found.delegate_name} ({found.delegate_id}) for {away} until {until}  {operations}"
