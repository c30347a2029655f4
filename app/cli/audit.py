"""`audit verify | export | anchor`: holds the log against itself, and hands it out."""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.audit.export import events, how_many, write_csv, write_jsonl
from app.audit.verify import heads, read_anchors, verify
from app.cli.progress import watched
from app.cli.setting_up import Commands, opened, organization
from app.model.clock import rfc3339


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("audit", help="verify or export the audit log")
    verbs = command.add_subparsers(dest="verb", required=True, metavar="verb")
    check = verbs.add_parser("verify", help="walk every chain; exit 1 and name the first broken row")
    check.add_argument(
        "--anchor", type=Path, help="a file written earlier by `audit anchor` or `audit export`"
    )
    check.set_defaults(run=_verify)
    export = verbs.add_parser("export", help="write events to standard output")
    export.add_argument(
        "--from", dest="since", type=moment, help="from this moment on: 2026-01-31 or 2026-01-31T08:00:00Z"
    )
    export.add_argument("--to", dest="until", type=moment, help="up to, not including, this moment")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    export.add_argument("--org", help="of that organization (E…), when there are several")
    export.set_defaults(run=_export)
    anchor = verbs.add_parser("anchor", help="print the end of every chain, to be kept elsewhere")
    anchor.set_defaults(run=_anchor)


def moment(text: str) -> str:
    """A date or a moment (UTC unless it says otherwise) as the log writes it. Raises ValueError."""
    read = datetime.fromisoformat(text)
    aware = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    return rfc3339((aware - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1))


def _verify(chosen: argparse.Namespace) -> int:
    try:
        anchors = read_anchors(chosen.anchor) if chosen.anchor else []
    except (OSError, ValueError, KeyError) as error:
        print(f"The anchor cannot be read: {error}", file=sys.stderr)
        return 2
    with opened() as (_, database):
        broken = verify(database, anchors)
        for found in broken:
            print(f"BROKEN {found.enterprise_id} event {found.seq}: {found.reason}")
        if not broken:
            for head in heads(database):
                print(f"ok {head.enterprise_id}: {head.seq} events, head {head.hash}")
        return 1 if broken else 0


def _export(chosen: argparse.Namespace) -> int:
    with opened() as (_, database):
        enterprise_id = organization(database, chosen.org)
        write = write_csv if chosen.format == "csv" else write_jsonl
        with database.read() as connection:
            where = {"since": chosen.since, "until": chosen.until, "enterprise_id": enterprise_id}
            total, found = how_many(connection, **where), events(connection, **where)
            written = write(watched("events", found, total), sys.stdout)
        print(f"{written} events", file=sys.stderr)
        return 0


def _anchor(_: argparse.Namespace) -> int:
    with opened() as (_settings, database):
        for head in heads(database):
            print(json.dumps({"enterprise_id": head.enterprise_id, "seq": head.seq, "hash": head.hash}))
        return 0
