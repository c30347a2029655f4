"""What does not go on by itself, or not as fast as it should, and what to do about each.

Looks at open requests, waiting cards and waiting notices only, by their indexes; needs no running process.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.execution.lease import LEASE_MS
from app.model.clock import Clock, Millis, rfc3339
from app.model.lifecycle import OPEN, State
from app.storage import Database, now_ms
from app.storage.tables import audit_events, cards, heartbeats, notices, requests

_MINUTE, _DAY = 60_000, 86_400_000
_NOT_BEGUN_MS = _MINUTE
_NO_PROGRESS_MS = 15 * _MINUTE  # the slowest method is called once a minute
_LOOK_OVERDUE_MS = 10 * _MINUTE
_PAUSED_MS = _DAY
_UNTOLD_MS = 10 * _MINUTE
_REMEMBERED_MS = 7 * _DAY  # a notice given up longer ago is history
_CARD_FAILURES = 3
_BROKEN = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


@dataclass(frozen=True)
class Stuck:
    """kind: stable, for scripts. subject: a request, or what else. since: when it last went on."""

    kind: str
    subject: str
    enterprise_id: str
    since: Millis
    sentence: str
    remedy: str

    def as_json(self) -> dict[str, str]:
        """The same for a script; the moment as RFC 3339."""
        told = {name: str(getattr(self, name)) for name in self.__dataclass_fields__}
        return {**told, "since": rfc3339(self.since)}


REMEDIES = {
    "nobody_serves": "Start `python -m app serve`; its log says why it ended.",
    "not_begun": "Look for its id in the log of `serve`: most often Slack cannot be read. It begins by "
    "itself once Slack can, or lapses after `execute_within`.",
    "no_progress": "Look for its id in the log of `serve`, and at Slack's status page. If it was killed, it "
    "is taken over by itself; if nothing happens for an hour, restart `serve`.",
    "look_overdue": "Is Slack readable (`python -m app doctor`)? The look is made as soon as it is.",
    "paused": "An approver continues or stops it with the buttons of its card.",
    "not_lapsed": "No process sweeps: look for `sweeper failed` in the log of `serve`.",
    "workflow_broken": "Within a minute it is ended with what is known. If it stays, look for its id in the "
    "log and report it.",
    "card_not_shown": "Look for `the card of … was not shown` in the log. Mostly Drawbridge is not in the "
    "admin channel: `/invite @Drawbridge` there. The card follows by itself.",
    "notice_waiting": "Look for `was not posted` in the log; it is sent as soon as Slack takes it.",
    "notice_given_up": "Tell the person yourself; the code says why Slack did not take it.",
}


def stuck(database: Database, clock: Clock) -> list[Stuck]:
    """Everything that is stuck, the longest first."""
    now = clock()
    with database.read() as connection:
        found = [thing for look in _LOOKS for thing in look(connection, now)]
    return sorted(found, key=lambda thing: thing.since)


def _thing(kind: str, subject: str, enterprise_id: str, since: Millis, sentence: str) -> Stuck:
    return Stuck(kind, subject, enterprise_id, since, sentence, REMEDIES[kind])


def _nobody(connection: sa.Connection, now: Millis) -> Iterator[Stuck]:
    living = sa.select(sa.func.count()).where(heartbeats.c.beat_at > now_ms() - LEASE_MS)
    waiting = sa.select(sa.func.count()).where(requests.c.state.in_([state.value for state in OPEN]))
    if not connection.scalar(living) and (number := connection.scalar(waiting)):
        last = connection.scalar(sa.select(sa.func.max(heartbeats.c.beat_at))) or now
        yield _thing("nobody_serves", "serve", "", last, f"No process runs, and {number} requests are open.")


def _overdue(
    kind: str, state: State, column: sa.Column[int], patience: int, sentence: str
) -> Callable[[sa.Connection, Millis], Iterator[Stuck]]:
    """Requests in that state whose moment in that column passed too long ago."""

    def look(connection: sa.Connection, now: Millis) -> Iterator[Stuck]:
        query = sa.select(requests.c.id, requests.c.enterprise_id, column.label("since")).where(
            requests.c.state == state.value, column < now - patience
        )
        for row in connection.execute(query):
            yield _thing(kind, row.id, row.enterprise_id, row.since, sentence)

    return look


def _silent(
    kind: str, state: State, patience: int, sentence: str
) -> Callable[[sa.Connection, Millis], Iterator[Stuck]]:
    """Requests in that state about which nothing has been written down for too long."""

    def look(connection: sa.Connection, now: Millis) -> Iterator[Stuck]:
        query = (
            sa.select(requests.c.id, requests.c.enterprise_id, sa.func.max(audit_events.c.at))
            .join(audit_events, audit_events.c.request_id == requests.c.id)
            .where(requests.c.state == state.value)
            .group_by(requests.c.id, requests.c.enterprise_id)
            .having(sa.func.max(audit_events.c.at) < rfc3339(now - patience))
        )
        for request_id, enterprise_id, at in connection.execute(query):
            yield _thing(kind, request_id, enterprise_id, _millis(at), sentence)

    return look


def _millis(at: str) -> Millis:
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def _broken(connection: sa.Connection, now: Millis) -> Iterator[Stuck]:
    """Open requests whose workflow ended in an error. The table is the engine's: there once it ran."""
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    if not sa.inspect(connection).has_table("workflow_status", schema=schema):
        return
    table = sa.table(
        "workflow_status",
        sa.column("workflow_uuid", sa.Text),
        sa.column("status", sa.Text),
        sa.column("updated_at", sa.BigInteger),
        schema=schema,
    )
    query = sa.select(table).where(table.c.status.in_(_BROKEN), table.c.updated_at > now - _REMEMBERED_MS)
    broken = connection.execute(query).all()
    if not broken:
        return
    open_ = sa.select(requests.c.id, requests.c.enterprise_id).where(
        requests.c.state.in_([state.value for state in OPEN])
    )
    organizations = {row.id: row.enterprise_id for row in connection.execute(open_)}
    for row in broken:
        request_id = next((part for part in row.workflow_uuid.split("-") if part in organizations), None)
        if request_id is not None:
            sentence = f"Its workflow {row.workflow_uuid} ended in {row.status}."
            yield _thing("workflow_broken", request_id, organizations[request_id], row.updated_at, sentence)


def _cards(connection: sa.Connection, now: Millis) -> Iterator[Stuck]:
    outdated = cards.c.wanted > cards.c.shown
    late = sa.or_(cards.c.failures >= _CARD_FAILURES, cards.c.due_at < now - _UNTOLD_MS)
    for row in connection.execute(sa.select(cards).where(outdated, late)):
        where = "is not posted" if row.ts is None else "does not show what is so"
        sentence = f"Its card {where}; {row.failures} tries failed in channel {row.channel}."
        yield _thing("card_not_shown", row.request_id, row.enterprise_id, min(row.due_at, now), sentence)


def _notices(connection: sa.Connection, now: Millis) -> Iterator[Stuck]:
    unsent = sa.select(notices).where(
        notices.c.sent_at.is_(None), notices.c.created_at < now - _UNTOLD_MS, notices.c.given_up.is_(None)
    )
    given_up = sa.select(notices).where(
        notices.c.sent_at.is_(None),
        notices.c.created_at > now - _REMEMBERED_MS,
        notices.c.given_up.is_not(None),
    )
    for row in connection.execute(unsent):
        sentence = f"The message {row.key} to {row.recipient or 'its thread'} is not sent."
        yield _thing("notice_waiting", _about(row), row.enterprise_id, row.created_at, sentence)
    for row in connection.execute(given_up):
        sentence = f"The message {row.key} to {row.recipient} was given up: {row.given_up}."
        yield _thing("notice_given_up", _about(row), row.enterprise_id, row.created_at, sentence)


def _about(row: sa.Row[tuple[object, ...]]) -> str:
    return str(row._mapping["request_id"] or "a notice")


_LOOKS: tuple[Callable[[sa.Connection, Millis], Iterator[Stuck]], ...] = (
    _nobody,
    _overdue("not_lapsed", State.PENDING, requests.c.expires_at, _NOT_BEGUN_MS, "It should have lapsed."),
    _overdue(
        "not_begun", State.APPROVED, requests.c.not_before, _NOT_BEGUN_MS, "Approved, and it has not begun."
    ),
    _overdue(
        "not_begun",
        State.BREAK_GLASS,
        requests.c.not_before,
        _NOT_BEGUN_MS,
        "Break-glass, and it has not begun.",
    ),
    _overdue(
        "look_overdue", State.VERIFYING, requests.c.look_at, _LOOK_OVERDUE_MS, "Its next look is overdue."
    ),
    _silent("no_progress", State.EXECUTING, _NO_PROGRESS_MS, "It is being carried out, and nothing happens."),
    _silent("paused", State.PAUSED, _PAUSED_MS, "It has been paused for long."),
    _broken,
    _cards,
    _notices,
)
