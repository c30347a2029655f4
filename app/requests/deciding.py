"""Approve, deny, cancel: who may, and a reasoned refusal for everybody who may not or comes too late."""

from typing import TypeVar

import sqlalchemy as sa

from app.audit.chain import append
from app.audit.events import Event
from app.config import OperationPolicy
from app.model.clock import Clock
from app.model.lifecycle import READY, State
from app.model.refusal import UNKNOWN_REQUEST, Refusal
from app.model.request import Record, Request
from app.operations import OPERATIONS
from app.requests import records
from app.requests.admin_channel import AdminChannels
from app.requests.authority import Entitled, known, may_approve
from app.requests.demands import rules_of
from app.requests.policies import Policies
from app.requests.standing_in import StandingIn, conflict, decided_for, over
from app.requests.verdicts import Click, Decided, Verdicts
from app.slack.directory import Live
from app.storage import Database
from app.storage.tables import cards

T = TypeVar("T")

_YOURS = Refusal("already_yours", "You have already approved this; it needs somebody else too.")
_EXPIRED = Refusal("expired", "It has expired: nobody decided in time. It can be filed anew.")


class Deciding:
    """Decides requests. Roles are read live each time; a refusal is in the audit log when it is returned."""

    def __init__(self, database: Database, policies: Policies, channels: AdminChannels, clock: Clock) -> None:
        self._database, self._policies, self._clock = database, policies, clock
        self._channels = channels
        self._verdicts, self._standing_in = Verdicts(database, clock), StandingIn(database, clock)

    def record(self, enterprise_id: str, request_id: str) -> Record | None:
        """The request with everything that belongs to it."""
        with self._database.read() as connection:
            return records.record(connection, enterprise_id, request_id)

    def card_ts(self, enterprise_id: str, request_id: str) -> str:
        """The `ts` of the request's card as it stands, for evidence; empty before it was posted."""
        query = sa.select(cards.c.ts).where(
            cards.c.request_id == request_id, cards.c.enterprise_id == enterprise_id
        )
        with self._database.read() as connection:
            return connection.scalar(query) or ""

    def at_hand(self, click: Click, live: Live) -> Record | Refusal:
        """The request, if it still waits, and this person did not ask for it and has not decided it.

        What has become of it is told to our own people only. Raises ReadFailed.
        """
        found = self._waiting(click)
        if isinstance(found, Refusal):
            person = known(click.person_id, live)
            found = person if isinstance(person, Refusal) else found
        return self._audited(click, "open", found)

    def waiting(self, click: Click) -> Record | None:
        """The request if it is at hand for this person, from the database alone: for what must not wait."""
        found = self._waiting(click)
        return None if isinstance(found, Refusal) else found

    def entitled(self, click: Click, live: Live) -> Entitled | Refusal:
        """Whether this person may decide it, read live. Raises ReadFailed."""
        record = self._waiting(click)
        may = record if isinstance(record, Refusal) else self._may(click, record, live)
        return self._audited(click, "open", may)

    def phrase(self, request: Request) -> tuple[str, ...]:
        """What the approver has to type, in any of these ways; empty when a dialog is enough."""
        operation = OPERATIONS[request.operation]
        return () if operation.info().reversible else operation.confirmation(request.plan)

    def typed_right(self, request: Request, typed: str) -> bool:
        """Whether the typed text is the one asked for, trimmed and case-folded."""
        said = typed.strip().casefold()
        return bool(said) and said in {phrase.strip().casefold() for phrase in self.phrase(request)}

    def approve(self, click: Click, live: Live, typed: str = "") -> Decided | Refusal:
        """Count an approval. Raises ReadFailed when Slack could not tell the person's role."""
        return self._audited(click, "approve", self._approve(click, live, typed))

    def deny(self, click: Click, live: Live, reason: str) -> Decided | Refusal:
        """Deny, with a reason. Raises ReadFailed when Slack could not tell the person's role."""
        return self._audited(click, "deny", self._deny(click, live, reason.strip()))

    def cancel(self, click: Click, live: Live) -> Decided | Refusal:
        """Take it back before execution has begun: the requester always, an approver once it is to begin.

        Raises ReadFailed when Slack could not tell an approver's role.
        """
        return self._audited(click, "cancel", self._cancel(click, live))

    def refuse(self, click: Click, verb: str, refusal: Refusal) -> Refusal:
        """Write down that somebody was told no."""
        with self._database.write(click.enterprise_id) as connection:
            append(
                connection,
                enterprise_id=click.enterprise_id,
                at=self._clock(),
                event=Event.DECISION_REFUSED,
                actor=click.person_id,
                request_id=click.request_id,
                body={
                    "verb": verb,
                    "code": refusal.code,
                    "sentence": refusal.sentence,
                    "card_ts": click.card_ts,
                    "action_ts": click.action_ts,
                },
            )
        return refusal

    def _approve(self, click: Click, live: Live, typed: str) -> Decided | Refusal:
        record = self._waiting(click)
        if isinstance(record, Refusal):
            return record
        request = record.request
        if self.phrase(request) and not self.typed_right(request, typed):
            return Refusal("wrong_phrase", f"That is not it. Type: {self.phrase(request)[0]}")
        may = self._may(click, record, live)
        if isinstance(may, Refusal):
            return may
        rules = self._rules(click, record)
        return self._verdicts.approve(click, request, may, rules) or self._too_late(click, may)

    def _deny(self, click: Click, live: Live, reason: str) -> Decided | Refusal:
        record = self._waiting(click)
        if isinstance(record, Refusal):
            return record
        if len(reason) < 3:
            return Refusal("no_reason", "Say why: the requester will read it.")
        may = self._may(click, record, live)
        if isinstance(may, Refusal):
            return may
        return self._verdicts.deny(click, record.request, may, reason) or self._too_late(click, may)

    def _cancel(self, click: Click, live: Live) -> Decided | Refusal:
        record = self.record(click.enterprise_id, click.request_id)
        if record is None:
            return UNKNOWN_REQUEST
        if record.request.requester_id == click.person_id:
            return self._verdicts.cancel(click, record.request) or self._too_late(click)
        if record.request.state is State.PENDING:
            sentence = "Only the person who asked can cancel it. An approver can deny it instead."
            return Refusal("not_the_requester", sentence)
        if record.request.state not in READY:
            return _moved_on(record)
        may = may_approve(click.person_id, self._rules(click, record), live, self._clock)
        if isinstance(may, Refusal):
            return may
        return self._verdicts.cancel(click, record.request, may) or self._too_late(click)

    def _waiting(self, click: Click) -> Record | Refusal:
        record = self.record(click.enterprise_id, click.request_id)
        if record is None:
            return UNKNOWN_REQUEST
        request = record.request
        if request.state is not State.PENDING:
            return _moved_on(record)
        if request.expires_at <= self._clock():
            return _EXPIRED
        if request.requester_id == click.person_id:
            sentence = "You asked for this, so somebody else has to decide. You can cancel it."
            return Refusal("self_approval", sentence)
        for decision in record.decisions:
            if decision.person_id == click.person_id:
                return _YOURS
            if decision.behalf_id == click.person_id:
                return decided_for(decision)
        return record

    def _may(self, click: Click, record: Record, live: Live) -> Entitled | Refusal:
        may = self._standing_in.may_decide(click.person_id, record, self._rules(click, record), live)
        if isinstance(may, Refusal):
            return may
        return self._channels.unfit(live) or conflict(record, may) or may

    def _rules(self, click: Click, record: Record) -> OperationPolicy:
        """The rules in force for that request."""
        return rules_of(self._policies.of(click.enterprise_id), record.request)

    def _too_late(self, click: Click, may: Entitled | None = None) -> Refusal:
        record = self._waiting(click)
        if isinstance(record, Refusal):
            return record
        found = None if may is None else conflict(record, may) or over(may)
        return found or _EXPIRED

    def _audited(self, click: Click, verb: str, result: T | Refusal) -> T | Refusal:
        if isinstance(result, Refusal):
            self.refuse(click, verb, result)
        return result


def _moved_on(record: Record) -> Refusal:
    """What happened to it meanwhile, and who decided."""
    request, names = record.request, ", ".join(decision.named for decision in record.decisions)
    told = {
        State.DENIED: f"{names} has denied it.",
        State.EXPIRED: "It was to be carried out, but did not begin in time."
        if request.begin_by is not None
        else "It has expired: nobody decided in time.",
        State.CANCELLED: request.closing or f"{request.requester_name} has cancelled it.",
        State.BREAK_GLASS: f"{request.requester_name} broke the glass; it begins without approval.",
    }
    who = f"{request.requester_name} broke the glass" if request.break_glass else f"{names} has approved it"
    sentence = told.get(request.state, f"{who}; it is {request.state.value} now.")
    return Refusal("already_decided", f"Too late: {sentence}")
