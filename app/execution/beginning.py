"""From approved to executing: authority and guardrails once more, read live, then the calls are written."""

import sqlalchemy as sa

from app.audit.chain import APP
from app.audit.events import Event
from app.config import quiet_until
from app.execution import agenda, canary
from app.execution.ledger import settle, unsettled, write_calls
from app.execution.postponing import postpone
from app.model.canonical import Json
from app.model.clock import Clock
from app.model.lifecycle import READY, Outcome, State
from app.model.refusal import Refusal
from app.model.request import Decision, Record, Request
from app.operations import OPERATIONS
from app.requests import records, telling
from app.requests.authority import may_request
from app.requests.break_glass import may_break
from app.requests.demands import demand, rules_of
from app.requests.policies import Policies
from app.requests.rails import LiveRails
from app.requests.standing_in import StandingIn
from app.requests.transitions import move
from app.slack.directory import Live
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database
from app.storage.tables import requests

_LONG_GAP_MS = 3_600_000  # without a call: authority is read again before the next


class Beginning:
    """Begins executions, each once."""

    def __init__(self, database: Database, gateway: Gateway, policies: Policies, clock: Clock) -> None:
        self._database, self._gateway = database, gateway
        self._policies, self._clock = policies, clock
        self._standing_in = StandingIn(database, clock)

    def begin(self, enterprise_id: str, request_id: str, run: int = 0) -> bool:
        """Move an approved request to executing; answers whether it is to be carried out.

        run: the number of the asking workflow; a request that was postponed waits for the next one. A request
        whose approvals no longer hold, or that a guardrail now forbids, is stopped and nothing is called.
        Raises ReadFailed when Slack could not be asked.
        """
        with self._database.read() as connection:
            record = records.record(connection, enterprise_id, request_id)
        if record is None or record.request.state not in READY:
            return record is not None and record.request.state is State.EXECUTING
        if record.request.runs != run or not self._in_time(record.request) or self._quiet(record.request):
            return False
        live = Live(self._gateway, enterprise_id, Lane.URGENT)
        proofs: dict[str, Json] = {}
        refusal = self._standing(record, live, proofs) or self._forbidden(record, live)
        if refusal is not None:
            self._stop(record, _ending(refusal, "Nothing was carried out."))
            return False
        return self._write(record.request, proofs)

    def _in_time(self, request: Request) -> bool:
        """Whether it is not too late to begin; that it is, is the expiry's to say."""
        return request.begin_by is None or self._clock() < request.begin_by

    def _quiet(self, request: Request) -> bool:
        """Whether it waits for the end of quiet hours; that is written down then. Broken glass never does."""
        if request.break_glass:
            return False
        hours = rules_of(self._policies.of(request.enterprise_id), request).quiet_hours
        now = self._clock()
        until = quiet_until(hours, now)
        if until is None:
            return False
        with self._database.write(request.enterprise_id) as connection:
            postpone(connection, request, hours, until, now)
        return True

    def lapsed(self, enterprise_id: str, request_id: str) -> Refusal | None:
        """Why a request that lay still for long, half carried out, may not go on; None when it may.

        Authority and guardrails are read again then. Raises ReadFailed when Slack could not be asked.
        """
        query = sa.select(requests.c.began_at, requests.c.called_at).where(
            requests.c.id == request_id, requests.c.enterprise_id == enterprise_id
        )
        with self._database.read() as connection:
            row = connection.execute(query).one()
            alive = max(row.began_at or 0, row.called_at or 0)
            if self._clock() - alive < _LONG_GAP_MS:
                return None
            record = records.record(connection, enterprise_id, request_id)
        if record is None:
            raise LookupError(request_id)
        live = Live(self._gateway, enterprise_id, Lane.URGENT)
        refusal = self._standing(record, live, {}) or self._forbidden(record, live)
        return None if refusal is None else _ending(refusal, "Nothing further is carried out.")

    def _standing(self, record: Record, live: Live, proofs: dict[str, Json]) -> Refusal | None:
        """Whether the request and its approvals still hold: all who stand behind it may still do so."""
        if record.request.break_glass:
            return self._glass_standing(record, live, proofs)
        rules = rules_of(self._policies.of(record.request.enterprise_id), record.request)
        standing, fallen = [], []
        emails = {(record.request.requester_email or "").casefold()} - {""}
        asking = may_request(record.request.requester_id, rules, live, self._clock)
        if isinstance(asking, Refusal):
            sentence = (
                f"When it was to be carried out, {record.request.requester_name} had no right to request it "
                "any more."
            )
            return Refusal("requester_void", sentence)
        for decision in record.approvals:
            if decision.plan_hash != record.request.plan.hash:
                return Refusal("plan_changed", "The stored plan is not the one that was approved.")
            may = self._standing_in.still(decision, rules, live)
            own = _addresses(decision)
            if isinstance(may, Refusal) or own & emails:
                fallen.append(decision.named)
            else:
                emails |= own
                standing.append(may.proof.principals)
                proofs[decision.person_id] = may.proof.as_json()
        if demand(rules, record.request).met(standing):
            return None
        if fallen:
            why = f"{', '.join(fallen)} had no right to approve it any more"
        else:
            why = "the policy asked for more approvals than it had"
        sentence = f"When it was to be carried out, {why}."
        return Refusal("approval_void", sentence)

    def _glass_standing(self, record: Record, live: Live, proofs: dict[str, Json]) -> Refusal | None:
        """Whether who broke the glass may still do so: named, entitled to ask, and the plan the same."""
        request = record.request
        policy = self._policies.of(request.enterprise_id)
        if request.plan_hash != request.plan.hash:
            return Refusal("plan_changed", "The stored plan is not the one that was filed.")
        lead = f"When it was to be carried out, {request.requester_name}"
        if not OPERATIONS[request.operation].containment or not may_break(request.requester_id, policy):
            return Refusal("glass_void", f"{lead} was no longer named for break-glass.")
        may = may_request(request.requester_id, policy[request.operation], live, self._clock)
        if isinstance(may, Refusal):
            return Refusal("requester_void", f"{lead} had no right to request it any more.")
        proofs[request.requester_id] = may.proof.as_json()
        return None

    def _forbidden(self, record: Record, live: Live) -> Refusal | None:
        plan, enterprise_id = record.request.plan, record.request.enterprise_id
        admin_ids = self._gateway.credentials.admin_ids(enterprise_id)
        rails = LiveRails(self._policies.of(enterprise_id), live, admin_ids)
        problems = OPERATIONS[plan.operation].guard(plan, rails, live)
        if not problems:
            return None
        told = "; ".join(f"{problem.subject}: {problem.sentence}" for problem in problems[:5])
        return Refusal(problems[0].code, f"A guardrail forbids it now. {told}")

    def _write(self, request: Request, proofs: dict[str, Json]) -> bool:
        """Write the calls: those of the first few items by themselves, for they go ahead of the others."""
        now, items = self._clock(), request.plan.items
        pack = OPERATIONS[request.operation].move(request.plan).pack
        calls = [*pack(items[: canary.SIZE]), *pack(items[canary.SIZE :])]
        with self._database.write(request.enterprise_id) as connection:
            begun = move(
                connection,
                enterprise_id=request.enterprise_id,
                request_id=request.id,
                state=request.state,
                following=State.EXECUTING,
                event=Event.REQUEST_BEGUN,
                actor=APP,
                at=now,
                body=_authority(request, proofs) | {"calls": len(calls)},
                values={"began_at": now},
            )
            if begun:
                write_calls(connection, request.id, calls)
            if begun and len(items) > canary.SIZE:
                agenda.choose_canary(connection, request.id, request.runs, canary.SIZE)
        return begun

    def _stop(self, record: Record, refusal: Refusal) -> None:
        request, now = record.request, self._clock()
        with self._database.write(request.enterprise_id) as connection:
            stopped = move(
                connection,
                enterprise_id=request.enterprise_id,
                request_id=request.id,
                state=request.state,
                following=State.STOPPED,
                event=Event.REQUEST_STOPPED,
                actor=APP,
                at=now,
                body={"code": refusal.code, "sentence": refusal.sentence},
                values={"closing": refusal.sentence},
            )
            if not stopped:
                return
            skipped = (Outcome.SKIPPED, refusal.code, "")
            settle(connection, request, dict.fromkeys(unsettled(connection, request.id, None), skipped), now)
            ended = records.record(connection, request.enterprise_id, request.id)
            if ended is not None:
                telling.result(connection, ended, OPERATIONS[request.operation].info(request.plan), now)


def _addresses(decision: Decision) -> set[str]:
    """Of who made it, and of whom it was made for."""
    behalf = decision.behalf
    found = (decision.person_email, None if behalf is None else behalf.email)
    return {(email or "").casefold() for email in found} - {""}


def _authority(request: Request, proofs: dict[str, Json]) -> dict[str, Json]:
    """By whose authority it begins, as read just now."""
    if request.break_glass:
        return {"authorisation": "break_glass", "approvers": {}, "broken_by": proofs}
    return {"authorisation": "approval", "approvers": proofs}


def _ending(refusal: Refusal, ending: str) -> Refusal:
    return Refusal(refusal.code, f"{refusal.sentence} {ending}")
