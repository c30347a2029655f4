"""The one way a request changes its state: a conditional UPDATE and its audit event in one transaction."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.audit.chain import append
from app.audit.events import Event
from app.metrics import TRANSITIONS
from app.model.canonical import Json
from app.model.clock import Millis
from app.model.lifecycle import TERMINAL, State, may_follow
from app.storage.tables import cards, holds, homes, requests

_LOOKED_AT_MS = 7 * 86_400_000  # a Home tab not opened for a week is drawn when it is opened again


def move(
    connection: sa.Connection,
    *,
    enterprise_id: str,
    request_id: str,
    state: State,
    following: State,
    event: Event,
    actor: str,
    at: Millis,
    body: Mapping[str, Json] | None = None,
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Move a request from `state` to `following` if that is still its state; answers whether it was.

    Writes the audit event, marks the card stale, and lets go of the targets when nothing can follow.
    Raises ValueError for a move the table does not allow: that is a mistake of ours.
    """
    if not may_follow(state, following):
        raise ValueError(f"{state} cannot be followed by {following}")
    changed = {"state": following.value, **(values or {})}
    if following in TERMINAL:
        changed["finished_at"] = at
    moved = connection.execute(
        requests.update()
        .where(
            requests.c.id == request_id,
            requests.c.enterprise_id == enterprise_id,
            requests.c.state == state.value,
        )
        .values(changed)
    )
    if moved.rowcount != 1:
        return False
    TRANSITIONS.labels(following.value).inc()
    if following in TERMINAL:
        connection.execute(holds.delete().where(holds.c.request_id == request_id))
        mark_undone(connection, request_id, at)
    mark_stale(connection, request_id, at)
    mark_homes(connection, enterprise_id, at)
    append(
        connection,
        enterprise_id=enterprise_id,
        at=at,
        event=event,
        actor=actor,
        request_id=request_id,
        body={"from": state.value, "to": following.value, **(body or {})},
    )
    return True


def mark_stale(connection: sa.Connection, request_id: str, at: Millis) -> None:
    """The request's card no longer shows what is so; the projector brings it in line when it is due."""
    connection.execute(cards.update().where(cards.c.request_id == request_id).values(_outdated(cards, at)))


def mark_undone(connection: sa.Connection, request_id: str, at: Millis) -> None:
    """The card of the request that this one undoes, if any, offers Undo or no longer does."""
    undone = sa.select(requests.c.undo_of).where(requests.c.id == request_id).scalar_subquery()
    connection.execute(cards.update().where(cards.c.request_id == undone).values(_outdated(cards, at)))


def mark_homes(connection: sa.Connection, enterprise_id: str, at: Millis) -> None:
    """Home tabs of that organization no longer show what is so, as far as somebody still looks at them."""
    looked_at = (homes.c.enterprise_id == enterprise_id, homes.c.opened_at > at - _LOOKED_AT_MS)
    connection.execute(homes.update().where(*looked_at).values(_outdated(homes, at)))


def _outdated(table: sa.Table, at: Millis) -> dict[str, Any]:
    """One more state to show, as soon as the last change has been shown for a while."""
    due_at = sa.case((table.c.due_at > at, table.c.due_at), else_=at)
    return {"wanted": table.c.wanted + 1, "due_at": due_at}
