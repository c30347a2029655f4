"""The transaction of a broken glass: the request begins without approval, and everybody hears of it."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from app.audit.events import Event
from app.config import Policy
from app.messages import notices
from app.messages.mentions import mentions
from app.model.clock import Millis
from app.model.lifecycle import State
from app.model.person import Person
from app.model.refusal import Refusal
from app.model.request import Request
from app.operations import OPERATIONS
from app.requests import telling
from app.requests.authority import Entitled
from app.requests.demands import rules_for
from app.requests.transitions import move
from app.storage.tables import retrospectives


@dataclass(frozen=True)
class Glass:
    """What somebody breaks it with. why: nobody could approve in time; skipped: who could have, as ids."""

    why: str
    skipped: tuple[str, ...]


class Unclosed(Exception):
    """An earlier retrospective of that person is open."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def unclosed(connection: sa.Connection, enterprise_id: str, person: Person) -> Refusal | None:
    """That an earlier retrospective of that person, by whatever account, is open; None when none is."""
    mine = [retrospectives.c.person_id == person.id]
    if person.email:
        mine.append(sa.func.lower(retrospectives.c.person_email) == person.email.lower())
    query = sa.select(retrospectives.c.request_id).where(
        retrospectives.c.enterprise_id == enterprise_id, retrospectives.c.closed_at.is_(None), sa.or_(*mine)
    )
    request_id = connection.scalar(query.limit(1))
    if request_id is None:
        return None
    sentence = f"The retrospective of {request_id} is still open. An approver has to close it first."
    return Refusal("retrospective_open", sentence)


def break_it(
    connection: sa.Connection, request: Request, person: Entitled, glass: Glass, policy: Policy, now: Millis
) -> None:
    """Part of the transaction that files the request: it goes on without approval, after the delay.

    Raises Unclosed when the person has broken it elsewhere meanwhile. (Whoever writes to an organization's
    chain waits for the others, so nobody comes between this look and the insert.)
    """
    still = unclosed(connection, request.enterprise_id, person.person)
    if still is not None:
        raise Unclosed(still)
    not_before = now + policy.break_glass.delay * 1000
    connection.execute(
        retrospectives.insert().values(
            request_id=request.id,
            enterprise_id=request.enterprise_id,
            person_id=person.person.id,
            person_email=person.person.email,
            why=glass.why,
            skipped=json.dumps(glass.skipped),
            opened_at=now,
        )
    )
    move(
        connection,
        enterprise_id=request.enterprise_id,
        request_id=request.id,
        state=State.PENDING,
        following=State.BREAK_GLASS,
        event=Event.GLASS_BROKEN,
        actor=person.person.id,
        at=now,
        body={
            "why": glass.why,
            "incident": request.ticket,
            "reason": request.reason,
            "delay": policy.break_glass.delay,
            "skipped": list(glass.skipped),
            "approvals_skipped": request.approvals_wanted,
            "proof": person.proof.as_json(),
        },
        values={"not_before": not_before, "begin_by": not_before + request.execute_within_ms},
    )
    _tell(connection, request, glass, policy, not_before, now)


def _tell(
    connection: sa.Connection,
    request: Request,
    glass: Glass,
    policy: Policy,
    not_before: Millis,
    now: Millis,
) -> None:
    """The admin channel, and everybody who could have approved."""
    info = OPERATIONS[request.operation].info(request.plan)
    called = mentions(rules_for(policy, request.plan).all_approvers())
    message = notices.glass_message(request, glass.why, not_before, len(glass.skipped), called)
    telling.to_channel(connection, request, policy.admin_channel, "break-glass", message, now)
    for person_id in glass.skipped:
        direct = notices.skipped_message(request, info, glass.why, not_before, policy.admin_channel)
        telling.to_person(connection, request, person_id, "break-glass", direct, now)
