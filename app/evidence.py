"""One request as one document: who asked and decided, what was called and read, where it is chained."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app.audit.chain import AuditEvent
from app.audit.export import events
from app.audit.verify import verify
from app.model.clock import Millis, rfc3339
from app.model.delegation import Delegation
from app.model.request import Decision, Record
from app.model.results import ItemState
from app.operations import OPERATIONS
from app.requests import delegation_rows, records
from app.storage import Database
from app.storage.tables import calls, cards


def evidence(database: Database, enterprise_id: str, request_id: str) -> dict[str, Any] | None:
    """Everything known about a request of that organization, or None when it has none."""
    with database.read() as connection:
        record = records.record(connection, enterprise_id, request_id)
        if record is None:
            return None
        items = records.item_states(connection, record.request.id)
        given = {
            made.behalf.delegation: delegation_rows.find(connection, enterprise_id, made.behalf.delegation)
            for made in record.decisions
            if made.behalf is not None
        }
        told = list(events(connection, request_id=record.request.id, enterprise_id=enterprise_id))
        sent = connection.execute(
            sa.select(calls).where(calls.c.request_id == record.request.id).order_by(calls.c.position)
        ).all()
        card = connection.execute(sa.select(cards).where(cards.c.request_id == record.request.id)).one()
    broken = [found for found in verify(database) if found.enterprise_id == enterprise_id]
    return {
        "schema": 1,
        **_request(record, items),
        "card": {"channel": card.channel, "ts": card.ts, "replaces": card.replaces},
        "authorisation": _authorisation(record),
        "decisions": [
            {
                "person": {"id": made.person_id, "name": made.person_name, "email": made.person_email},
                "verdict": made.verdict,
                "reason": made.reason,
                "plan_hash": made.plan_hash,
                "role_proof": made.proof,
                "for": _behalf(made, given),
                "at": rfc3339(made.decided_at),
            }
            for made in record.decisions
        ],
        "calls": [_call(row) for row in sent],
        "events": [_event(event) for event in told],
        "chain": {
            "positions": [event.seq for event in told],
            "intact": not broken,
            "broken": [f"event {found.seq}: {found.reason}" for found in broken],
        },
    }


def _behalf(made: Decision, given: Mapping[str, Delegation | None]) -> dict[str, Any] | None:
    """For whom it was decided, and the delegation as it stands; None for who decided it for themselves."""
    if made.behalf is None:
        return None
    who = {"id": made.behalf.id, "name": made.behalf.name, "email": made.behalf.email}
    found = given[made.behalf.delegation]
    if found is None:
        return {**who, "delegation": {"id": made.behalf.delegation}}
    told = {"id": found.id, "note": found.note, "given": _at(found.given_at), "until": _at(found.until)}
    return {**who, "delegation": {**told, "ended": _at(found.ended_at), "ended_by": found.ended_by}}


def _authorisation(record: Record) -> dict[str, Any]:
    """By whose word it was carried out: approvals, or nobody's but the one who broke the glass."""
    found = record.retrospective
    if found is None:
        return {"kind": "approval", "approved_by": [made.person_id for made in record.approvals]}
    closed = {"by": found.closed_by, "name": found.closed_name, "findings": found.findings}
    return {
        "kind": "break_glass",
        "approved_by": [],
        "broken_by": found.person_id,
        "incident": record.request.ticket,
        "why": found.why,
        "skipped": list(found.skipped),
        "retrospective": {"opened": _at(found.opened_at), "closed": _at(found.closed_at), **closed},
    }


def _request(record: Record, items: Iterable[ItemState]) -> dict[str, Any]:
    request = record.request
    return {
        "request": {
            "id": request.id,
            "enterprise_id": request.enterprise_id,
            "operation": request.operation,
            "method": OPERATIONS[request.operation].move(request.plan).method,
            "undo_of": request.undo_of,
            "undone_by": record.undone_by,
            "state": request.state.value,
            "requester": {"id": request.requester_id, "name": request.requester_name},
            "reason": request.reason,
            "ticket": request.ticket,
            "approvals_wanted": request.approvals_wanted,
            "approvals_from": [list(seat) for seat in request.approvals_from],
            "raised_by": list(request.raised_by),
            "closing": request.closing,
            "times": {
                "filed": _at(request.filed_at),
                "lapses": _at(request.expires_at),
                "escalated": _at(request.escalated_at),
                "approved": _at(request.approved_at),
                "began": _at(request.began_at),
                "called": _at(request.called_at),
                "finished": _at(request.finished_at),
            },
        },
        "plan": request.plan.as_json(),
        "plan_hash": request.plan_hash,
        "plan_hash_holds": request.plan.hash == request.plan_hash,
        "preview": request.preview.as_json(),
        "items": [
            {
                "key": item.key,
                "label": item.label,
                "outcome": item.outcome.value if item.outcome else None,
                "code": item.code,
                "detail": item.detail,
            }
            for item in items
        ],
    }


def _call(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "method": row.method,
        "arguments": json.loads(row.arguments),
        "items": json.loads(row.item_keys),
        "state": row.state,
        "attempts": row.attempts,
        "code": row.code,
        "slack_request_id": row.slack_request_id,
        "sent": _at(row.sent_at),
        "answered": _at(row.answered_at),
    }


def _event(event: AuditEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at,
        "event": event.event,
        "actor": event.actor,
        "body": json.loads(event.body),
        "hash": event.hash,
    }


def _at(moment: Millis | None) -> str | None:
    return None if moment is None else rfc3339(moment)
