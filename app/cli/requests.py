"""`requests list | show | stuck`: what was asked, decided and done, and what does not go on."""

import argparse
import json
import sys
from typing import Any

import sqlalchemy as sa

from app.cli.setting_up import Commands, opened, organization
from app.evidence import evidence
from app.model.clock import rfc3339, system_clock
from app.storage.tables import requests
from app.stuck import Stuck, stuck

_MARK = {"break_glass": "  BREAK-GLASS: nobody approved it"}


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("requests", help="list requests, or print the evidence of one")
    verbs = command.add_subparsers(dest="verb", required=True, metavar="verb")
    listing = verbs.add_parser("list", help="every request, the newest first")
    listing.add_argument("--state", help="only those in this state")
    listing.add_argument("--most", type=int, default=100)
    listing.add_argument("--org", help="of that organization (E…), when there are several")
    listing.set_defaults(run=_list)
    show = verbs.add_parser(
        "show", help="one evidence file as JSON: plan, preview, decisions, calls, read-backs"
    )
    show.add_argument("id")
    show.add_argument("--org", help="of that organization (E…), when there are several")
    show.set_defaults(run=_show)
    held = verbs.add_parser("stuck", help="what does not go on, and what to do; exit code 1 if any")
    held.add_argument("--json", action="store_true", help="one JSON list, for scripts")
    held.set_defaults(run=_stuck)


def _list(chosen: argparse.Namespace) -> int:
    with opened() as (_, database):
        columns = ("id", "state", "operation", "requester_name", "ticket", "filed_at", "authorisation")
        mine = requests.c.enterprise_id == organization(database, chosen.org)
        query = sa.select(*(requests.c[name] for name in columns)).where(mine)
        query = query.order_by(requests.c.filed_at.desc())
        if chosen.state:
            query = query.where(requests.c.state == chosen.state)
        with database.read() as connection:
            for row in connection.execute(query.limit(chosen.most)):
                print(
                    f"{row.id}  {row.state:<10} {row.operation:<23} {rfc3339(row.filed_at)}  "
                    f"{row.requester_name}  {row.ticket}{_MARK.get(row.authorisation, '')}"
                )
        return 0


def _stuck(chosen: argparse.Namespace) -> int:
    with opened() as (_, database):
        found = stuck(database, system_clock)
    if chosen.json:
        print(json.dumps([thing.as_json() for thing in found], indent=2, ensure_ascii=False))
    elif not found:
        print("Nothing is stuck.")
    else:
        for thing in found:
            print(_told(thing))
    return 1 if found else 0


def _told(thing: Stuck) -> str:
    where = f" in {thing.enterprise_id}" if thing.enterprise_id else ""
    return f"{thing.subject}{where}  {thing.sentence} Since {rfc3339(thing.since)}.\n    {thing.remedy}"


def _show(chosen: argparse.Namespace) -> int:
    with opened() as (_, database):
        enterprise_id = organization(database, chosen.org)
        found: dict[str, Any] | None = evidence(database, enterprise_id, chosen.id)
        if found is None:
            print(f"There is no request {chosen.id}.", file=sys.stderr)
            return 1
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
