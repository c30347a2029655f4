"""Fills a database with requests of many years, made by the database itself: a million in about a minute.

Fifty requests wait for a decision, as many as a busy day leaves; all others have ended, filed evenly over
three years by two hundred people. Most have one item, some have many; each has a card and a notice, and most
a decision. The audit log stays empty: no list reads it.
"""

import json
import time
from collections.abc import Callable

import sqlalchemy as sa

from app.model.canonical import Json
from app.model.clock import Millis
from app.model.plan import Item, Plan
from app.model.preview import Fact, ItemPreview, Preview
from app.storage import Database
from bench.rig.filing import ANA, BEN, ORG

PENDING = 50
PEOPLE = 200
_YEARS_MS = 3 * 365 * 86_400_000
_DAY_MS = 86_400_000
_STEP = 100_000

_ENDS = (
    "CASE WHEN n.i % 20 < 14 THEN 'succeeded' WHEN n.i % 20 = 14 THEN 'partial' "
    "WHEN n.i % 20 = 15 THEN 'failed' WHEN n.i % 20 = 16 THEN 'denied' "
    "WHEN n.i % 20 = 17 THEN 'cancelled' WHEN n.i % 20 = 18 THEN 'expired' ELSE 'stopped' END"
)
_NUMBER = "substr(CAST(1000000000 + n.i AS TEXT), 2)"
_ITEMS = "CASE WHEN n.i % 5000 = 1 THEN 500 WHEN n.i % 50 = 1 THEN 10 ELSE 1 END"
_COUNTING = (
    "WITH RECURSIVE n(i) AS "
    "(SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :after)"
)
_WITH_ITEMS = f"{_COUNTING}, m(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM m WHERE k < 499)"
_OPEN = "n.i >= :total - :pending"
_FILED = "(:now - (:total - n.i) * :span)"

_HURRY = {
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -400000"),
    "postgresql": ("SET synchronous_commit = off", "SET session_replication_role = replica"),
}
"""Nothing here has to outlive a power cut, and rows made by one statement refer to each other rightly."""

_STATEMENTS = (
    f"""{_COUNTING}
    INSERT INTO drawbridge_requests (id, enterprise_id, operation, plan, plan_hash, preview, headline,
      requester_id, requester_name, requester_email, reason, ticket, state, policy_digest,
      authorisation, approvals_from, raised_by,
      filed_at, expires_at, execute_within_ms, cool_off_ms, finished_at)
    SELECT 'R' || {_NUMBER}, :org, 'disable-usergroup',
      replace(:plan, 'S000000000', 'S' || {_NUMBER}), :hash,
      replace(:preview, 'S000000000', 'S' || {_NUMBER}), 'Disable @group-' || {_NUMBER} || ' in Engineering',
      CASE WHEN n.i % :people = 0 THEN :ana ELSE 'W0P' || substr(CAST(1000 + n.i % :people AS TEXT), 2) END,
      'Person ' || n.i % :people, 'person' || n.i % :people || '@meridian.example',
      'The team was dissolved; its channels are archived.', 'SEC-' || n.i,
      CASE WHEN {_OPEN} THEN 'pending' ELSE {_ENDS} END, :hash,
      'approval', '[]', '[]', {_FILED}, CASE WHEN {_OPEN} THEN :now + :day ELSE {_FILED} + :day END, :day, 0,
      CASE WHEN {_OPEN} THEN NULL ELSE {_FILED} + 1800000 END
    FROM n""",
    f"""{_WITH_ITEMS}
    INSERT INTO drawbridge_items (request_id, position, key, label, outcome, changed_at)
    SELECT 'R' || {_NUMBER}, m.k, 'S' || {_NUMBER} || '-' || m.k, '@group-' || {_NUMBER},
      CASE WHEN {_OPEN} THEN NULL WHEN n.i % 20 < 14 THEN 'verified' ELSE 'skipped' END, {_FILED}
    FROM n JOIN m ON m.k < {_ITEMS}""",
    f"""{_COUNTING}
    INSERT INTO drawbridge_decisions (id, request_id, person_id, person_name, person_email, verdict, reason,
      plan_hash, card_ts, action_ts, proof, decided_at)
    SELECT 'D' || {_NUMBER}, 'R' || {_NUMBER}, :ben, 'Ben Okafor', 'ben@meridian.example',
      CASE WHEN n.i % 20 = 16 THEN 'deny' ELSE 'approve' END, '', :hash, '1.1', '1.2', :proof, {_FILED}
    FROM n WHERE NOT ({_OPEN}) AND n.i % 20 NOT IN (17, 18)""",
    f"""{_COUNTING}
    INSERT INTO drawbridge_cards (request_id, enterprise_id, channel, ts, wanted, shown, due_at)
    SELECT 'R' || {_NUMBER}, :org, 'C0ADMIN0001', '1.' || n.i, 3, 3, {_FILED} FROM n""",
    f"""{_COUNTING}
    INSERT INTO drawbridge_notices (enterprise_id, request_id, place, recipient, key, message, created_at,
      sent_at, ts, due_at)
    SELECT :org, 'R' || {_NUMBER}, 'person', :ana, 'result', :notice, {_FILED}, {_FILED}, '1.1', {_FILED}
    FROM n WHERE NOT ({_OPEN})""",
)


def fill(database: Database, total: int, now: Millis, done: Callable[[int], None]) -> float:
    """Put so many requests into an empty, migrated database; seconds it took.

    done: called with the number of requests so far.
    """
    began = time.perf_counter()
    with database.engine.connect() as connection:
        for setting in _HURRY[connection.dialect.name]:
            connection.exec_driver_sql(setting)
        connection.commit()
        for first in range(0, total, _STEP):
            part = {"first": first, "after": min(total, first + _STEP)}
            for statement in map(sa.text, _STATEMENTS):
                names = statement.compile().params
                given = {
                    name: value for name, value in {**_given(total, now), **part}.items() if name in names
                }
                connection.execute(statement, given)
            connection.commit()
            done(part["after"])
    database.engine.dispose()  # the settings go with the connection
    _settle(database)
    return time.perf_counter() - began


def _settle(database: Database) -> None:
    """What a PostgreSQL of some age has done by itself: dead rows gone, statistics taken."""
    if database.sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _given(total: int, now: Millis) -> dict[str, Json]:
    return {
        "total": total,
        "pending": PENDING,
        "people": PEOPLE,
        "now": now,
        "span": max(1, _YEARS_MS // total),
        "day": _DAY_MS,
        "org": ORG,
        "ana": ANA,
        "ben": BEN,
        "hash": "0" * 64,
        "plan": _PLAN.canonical(),
        "preview": json.dumps(_PREVIEW.as_json()),
        "proof": json.dumps({"principals": ["usergroup:T0HQ000001/S0SECURITY"], "role": "member"}),
        "notice": json.dumps({"text": "Done and proved", "blocks": []}),
    }


_PLAN = Plan(
    ORG,
    "disable-usergroup",
    {"team": "T0ENG00001"},
    (
        Item(
            "S000000000",
            "@group",
            {"group": "S000000000", "team": "T0ENG00001"},
            {"handle": "group", "disabled": False, "members": ["W0P001", "W0P002"], "channels": []},
            ("usergroup:S000000000",),
        ),
    ),
)
_PREVIEW = Preview(
    headline="Disable @group in Engineering",
    items=(
        ItemPreview(
            "S000000000",
            "@group (S000000000)",
            (Fact("Members", "2"), Fact("Default channels", "none"), Fact("Created", "3 years ago")),
        ),
    ),
    effects=("Mentions of the handle reach nobody.",),
    proof="Proved when Slack shows the group disabled.",
    snapshot={"S000000000": {"members": ["W0P001", "W0P002"], "channels": []}},
)
