"""Reads requests back from the database, whole."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.model.lifecycle import OPEN, Outcome, State
from app.model.request import Decision, Record, Request, Retrospective
from app.model.results import KEPT, WORST_FIRST, ItemState, Results
from app.requests import long_texts
from app.requests.long_texts import LongTexts, Texts
from app.storage.tables import decisions, items, requests, retrospectives

_FIELDS = tuple(Request.__dataclass_fields__)
_SHORT = [column for column in requests.c if column.name not in ("plan", "preview")]
_long_texts = LongTexts()


def request_from(row: sa.Row[Any]) -> Request:
    """The request in a row of the table."""
    return _request(row, long_texts.read(row.plan, row.preview))


def find(connection: sa.Connection, enterprise_id: str, request_id: str) -> Request | None:
    """That request of that organization."""
    query = sa.select(*_SHORT).where(
        requests.c.id == request_id.strip().upper(), requests.c.enterprise_id == enterprise_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _request(row, _long_texts.of(connection, row.id, row.plan_hash))


def _request(row: sa.Row[Any], texts: Texts) -> Request:
    plan, preview = texts
    values = {name: row._mapping[name] for name in _FIELDS if name not in ("plan", "preview")}
    values["state"] = State(values["state"])
    values["approvals_from"] = tuple((name, number) for name, number in json.loads(values["approvals_from"]))
    values["raised_by"] = tuple(json.loads(values["raised_by"]))
    return Request(**values, plan=plan, preview=preview)


def record(connection: sa.Connection, enterprise_id: str, request_id: str) -> Record | None:
    """That request with its results and decisions."""
    request = find(connection, enterprise_id, request_id)
    return None if request is None else whole(connection, request)


def whole(connection: sa.Connection, request: Request) -> Record:
    """A request that was read already, with its results and decisions."""
    return Record(
        request,
        results(connection, request.id),
        made(connection, request.id),
        _undone_by(connection, request.id),
        retrospective(connection, request.id) if request.break_glass else None,
    )


def item_states(connection: sa.Connection, request_id: str) -> tuple[ItemState, ...]:
    """The request's items in the plan's order."""
    query = sa.select(items).where(items.c.request_id == request_id).order_by(items.c.position)
    return tuple(_item_state(row) for row in connection.execute(query))


def proved(connection: sa.Connection, request_id: str) -> tuple[str, ...]:
    """Keys of the items that request itself changed, as far as was proved, in the plan's order."""
    query = (
        sa.select(items.c.key)
        .where(items.c.request_id == request_id, items.c.outcome == Outcome.VERIFIED.value)
        .order_by(items.c.position)
    )
    return tuple(connection.scalars(query))


def results(connection: sa.Connection, request_id: str) -> Results:
    """What has become of the request's items, counted; few rows are read, however many items there are."""
    mine = items.c.request_id == request_id
    counted = sa.select(items.c.outcome, sa.func.count().label("number")).where(mine)
    tally = {
        _outcome(row.outcome): row.number for row in connection.execute(counted.group_by(items.c.outcome))
    }
    worst: list[ItemState] = []
    for outcome in WORST_FIRST:
        if outcome in tally and len(worst) < KEPT:
            told = items.c.outcome.is_(None) if outcome is None else items.c.outcome == outcome.value
            query = sa.select(items).where(mine, told).order_by(items.c.position).limit(KEPT - len(worst))
            worst += [_item_state(row) for row in connection.execute(query)]
    return Results(tally, tuple(worst))


def _item_state(row: sa.Row[Any]) -> ItemState:
    return ItemState(row.position, row.key, row.label, _outcome(row.outcome), row.code, row.detail)


def _outcome(stored: str | None) -> Outcome | None:
    return None if stored is None else Outcome(stored)


def made(connection: sa.Connection, request_id: str) -> tuple[Decision, ...]:
    """The request's decisions, the earliest first."""
    return made_for(connection, [request_id])[request_id]


def made_for(connection: sa.Connection, request_ids: Collection[str]) -> Mapping[str, tuple[Decision, ...]]:
    """The decisions of each of those requests, the earliest first; in one query however many they are."""
    query = (
        sa.select(decisions)
        .where(decisions.c.request_id.in_(request_ids))
        .order_by(decisions.c.decided_at, decisions.c.id)
    )
    found: dict[str, list[Decision]] = {request_id: [] for request_id in request_ids}
    for row in connection.execute(query):
        found[row.request_id].append(_decision(row))
    return {request_id: tuple(of_it) for request_id, of_it in found.items()}


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        row.person_id,
        row.person_name,
        row.person_email,
        row.verdict,
        row.reason,
        row.plan_hash,
        json.loads(row.proof),
        row.decided_at,
    )


def retrospective(connection: sa.Connection, request_id: str) -> Retrospective | None:
    """What follows the broken glass of that request."""
    query = sa.select(retrospectives).where(retrospectives.c.request_id == request_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    values = {name: row._mapping[name] for name in Retrospective.__dataclass_fields__}
    return Retrospective(**{**values, "skipped": tuple(json.loads(row.skipped))})


def listed(
    connection: sa.Connection,
    enterprise_id: str,
    *,
    states: Collection[State],
    most: int,
) -> Sequence[Request]:
    """Requests of an organization in those states with their plans, the newest first."""
    query = sa.select(requests).where(requests.c.enterprise_id == enterprise_id)
    query = query.where(requests.c.state.in_([state.value for state in states]))
    ordered = query.order_by(requests.c.filed_at.desc(), requests.c.id).limit(most)
    return [request_from(row) for row in connection.execute(ordered)]


def _undone_by(connection: sa.Connection, request_id: str) -> str | None:
    """The request that undoes it: open, or wholly done. One that fell short can be filed again."""
    alive = [state.value for state in OPEN | {State.SUCCEEDED}]
    query = (
        sa.select(requests.c.id)
        .where(requests.c.undo_of == request_id, requests.c.state.in_(alive))
        .order_by(requests.c.filed_at.desc())
        .limit(1)
    )
    return connection.scalar(query)
