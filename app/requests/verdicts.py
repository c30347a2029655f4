"""The transactions behind a decision: the row, the state, the audit event and what is told, or nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.audit.chain import append
from app.audit.events import Event
from app.config import OperationPolicy, open_for, quiet_until
from app.messages import notices
from app.messages.text import acting, escape, person
from app.model.canonical import Json
from app.model.clock import Clock, Millis, new_id
from app.model.lifecycle import READY, State
from app.model.request import Request
from app.operations import OPERATIONS
from app.requests import delegation_rows, records, telling
from app.requests.authority import Entitled
from app.requests.demands import Demand, demand
from app.requests.transitions import mark_homes, mark_stale, move
from app.storage import Database
from app.storage.tables import decisions, requests


@dataclass(frozen=True)
class Click:
    """A button pressed: who, on which request, and where Slack says it happened."""

    enterprise_id: str
    request_id: str
    person_id: str
    card_ts: str = ""
    action_ts: str = ""


@dataclass(frozen=True)
class Decided:
    """A decision that counted. approved: whether it completed the quorum; given: approvals so far.

    begins_at_once: approved, and neither a cool-off nor quiet hours are to be waited for.
    """

    request: Request
    approved: bool
    given: int
    begins_at_once: bool = False


class Verdicts:
    """Writes decisions. Each answers None when the request had moved on meanwhile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def approve(
        self, click: Click, request: Request, may: Entitled, rules: OperationPolicy
    ) -> Decided | None:
        """Count an approval; with the last one needed the request is approved."""
        now, not_before = self._clock(), None
        with self._database.write(click.enterprise_id) as connection:
            if not self._take(connection, click, may, now):
                return None
            wanted = demand(rules, request)
            self._raise(connection, request, wanted)
            self._write(
                connection, click, request, may, "approve", "", now, approvals_wanted=wanted.approvals
            )
            made = [decision for decision in records.made(connection, request.id) if decision.approves]
            principals = [decision.principals for decision in made]
            approved = wanted.met(principals)
            given, (_, seats) = len(made), wanted.missing(principals)
            line = notices.approved_line(click.person_id, given, wanted.approvals, seats, may.behalf_id)
            telling.in_thread(connection, request, f"approved:{click.person_id}", line, now)
            count = "" if wanted.approvals == 1 else f" ({given} of {wanted.approvals})"
            sentence = f"👍 {acting(click.person_id, may.behalf_id)} approved your request{count}."
            self._tell_requester(connection, request, f"approved:{click.person_id}", sentence, now)
            if approved:
                not_before = self._approved(connection, click, request, wanted, rules, now)
            else:
                mark_stale(connection, request.id, now)
                mark_homes(connection, request.enterprise_id, now)
        return Decided(request, approved, given, begins_at_once=not_before == now)

    def deny(self, click: Click, request: Request, may: Entitled, reason: str) -> Decided | None:
        """Deny, with a reason."""
        now = self._clock()
        with self._database.write(click.enterprise_id) as connection:
            if not self._take(connection, click, may, now):
                return None
            self._write(connection, click, request, may, "deny", reason, now)
            self._move(connection, click, State.PENDING, State.DENIED, Event.REQUEST_DENIED, now)
            line = notices.denied_line(click.person_id, reason, may.behalf_id)
            telling.in_thread(connection, request, "denied", line, now)
            sentence = f"❌ {acting(click.person_id, may.behalf_id)} denied your request: {escape(reason)}"
            self._tell_requester(connection, request, "denied", sentence, now)
        return Decided(request, approved=False, given=0)

    def cancel(self, click: Click, request: Request, approver: Entitled | None = None) -> Decided | None:
        """Take it back, before execution has begun.

        approver: who has second thoughts, with the right to; None for the requester.
        """
        now, who = self._clock(), approver.person.name if approver else ""
        values = {"closing": f"{who}, who may approve it, cancelled it before it began."} if approver else {}
        body = {"proof": approver.proof.as_json()} if approver else {}
        with self._database.write(click.enterprise_id) as connection:
            for state in READY if approver else (State.PENDING, *READY):
                if self._move(
                    connection, click, state, State.CANCELLED, Event.REQUEST_CANCELLED, now, body, values
                ):
                    line = notices.cancelled_line(click.person_id)
                    telling.in_thread(connection, request, "cancelled", line, now)
                    if approver is not None:
                        sentence = f"↩️ {person(click.person_id)} cancelled your request before it began."
                        self._tell_requester(connection, request, "cancelled", sentence, now)
                    return Decided(request, approved=False, given=0)
        return None

    def _raise(self, connection: sa.Connection, request: Request, wanted: Demand) -> None:
        """The policy may ask for more by now than it did at filing; never for less."""
        raised = {
            "approvals_wanted": wanted.approvals,
            "cool_off_ms": wanted.cool_off_ms,
            "raised_by": json.dumps(wanted.because, ensure_ascii=False),
        }
        connection.execute(requests.update().where(requests.c.id == request.id).values(raised))

    def _approved(
        self,
        connection: sa.Connection,
        click: Click,
        request: Request,
        wanted: Demand,
        rules: OperationPolicy,
        now: Millis,
    ) -> Millis:
        """Write that the quorum is met; answers when it begins: after the cool-off and any quiet hours."""
        cooled_off = now + wanted.cool_off_ms
        quiet = quiet_until(rules.quiet_hours, cooled_off)
        not_before = quiet or cooled_off
        moments: dict[str, Millis | str] = {
            "approved_at": now,
            "not_before": not_before,
            "begin_by": open_for(rules.quiet_hours, not_before, request.execute_within_ms),
        }
        self._move(
            connection, click, State.PENDING, State.APPROVED, Event.REQUEST_APPROVED, now, values=moments
        )
        if not_before > now:
            line = notices.waiting_line(not_before, quiet=quiet is not None)
            telling.in_thread(connection, request, "waiting", line, now)
        return not_before

    def _take(self, connection: sa.Connection, click: Click, may: Entitled, now: Millis) -> bool:
        """Lock the request for this transaction, if it still waits for this person: decisions queue here.

        So does the end of the delegation by which somebody decides for another, who counts once like them.
        """
        taken = connection.execute(
            requests.update()
            .where(
                requests.c.id == click.request_id,
                requests.c.enterprise_id == click.enterprise_id,
                requests.c.state == State.PENDING.value,
                requests.c.expires_at > now,
            )
            .values(state=State.PENDING.value)
        )
        if taken.rowcount != 1:
            return False
        seated = (may.person,) if may.behalf is None else (may.person, may.behalf)
        made = records.made(connection, click.request_id)
        if any(decision.by(somebody) for decision in made for somebody in seated):
            return False
        return may.behalf is None or delegation_rows.hold(
            connection, click.enterprise_id, may.behalf.delegation, now
        )

    def _write(
        self,
        connection: sa.Connection,
        click: Click,
        request: Request,
        may: Entitled,
        verdict: str,
        reason: str,
        now: Millis,
        **more: Json,
    ) -> None:
        proof = may.proof.as_json()
        row = {
            "request_id": request.id,
            "person_id": click.person_id,
            "person_name": may.person.name,
            "person_email": may.person.email,
            "verdict": verdict,
            "reason": reason,
            "plan_hash": request.plan_hash,
            "card_ts": click.card_ts,
            "action_ts": click.action_ts,
        }
        connection.execute(
            decisions.insert().values(id=new_id("X", 12), proof=json.dumps(proof), decided_at=now, **row)
        )
        append(
            connection,
            enterprise_id=click.enterprise_id,
            at=now,
            event=Event.DECISION_MADE,
            actor=click.person_id,
            request_id=request.id,
            body={**row, **more, "proof": proof},
        )

    def _move(
        self,
        connection: sa.Connection,
        click: Click,
        state: State,
        following: State,
        event: Event,
        now: Millis,
        body: Mapping[str, Json] | None = None,
        values: Mapping[str, Millis | str] | None = None,
    ) -> bool:
        return move(
            connection,
            enterprise_id=click.enterprise_id,
            request_id=click.request_id,
            state=state,
            following=following,
            event=event,
            actor=click.person_id,
            at=now,
            body=body,
            values=values,
        )

    def _tell_requester(
        self, connection: sa.Connection, request: Request, key: str, sentence: str, now: Millis
    ) -> None:
        info = OPERATIONS[request.operation].info(request.plan)
        message = notices.decision_message(request, info, sentence)
        telling.to_person(connection, request, request.requester_id, key, message, now)
