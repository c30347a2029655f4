"""From approved to executing: authority and guardrails once more, read live, then the calls are written."""

from app.audit.chain import APP
from app.audit.events import Event
from app.execution.ledger import settle, write_calls
from app.messages import notices
from app.model.canonical import Json
from app.model.clock import Clock
from app.model.lifecycle import Outcome, State
from app.model.refusal import Refusal
from app.model.request import Record, Request
from app.operations import OPERATIONS
from app.requests import records, telling
from app.requests.authority import may_approve, quorum_met
from app.requests.policies import Policies
from app.requests.rails import LiveRails
from app.requests.transitions import move
from app.slack.directory import Live
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database


class Beginning:
    """Begins executions, each once."""

    def __init__(self, database: Database, gateway: Gateway, policies: Policies, clock: Clock) -> None:
        self._database, self._gateway = database, gateway
        self._policies, self._clock = policies, clock

    def begin(self, enterprise_id: str, request_id: str) -> bool:
        """Move an approved request to executing; answers whether it is to be carried out.

        A request whose approvals no longer hold, or that a guardrail now forbids, is stopped and nothing
        is called. Raises ReadFailed when Slack could not be asked.
        """
        with self._database.read() as connection:
            record = records.record(connection, enterprise_id, request_id)
        if record is None or record.request.state is not State.APPROVED:
            return record is not None and record.request.state is State.EXECUTING
        live = Live(self._gateway, enterprise_id, Lane.EXECUTION)
        proofs: dict[str, Json] = {}
        refusal = self._standing(record, live, proofs) or self._forbidden(record, live)
        if refusal is not None:
            self._stop(record, refusal)
            return False
        return self._write(record.request, proofs)

    def _standing(self, record: Record, live: Live, proofs: dict[str, Json]) -> Refusal | None:
        """Whether the approvals still hold: everybody who approved may still approve."""
        rules = self._policies.of(record.request.enterprise_id)[record.request.operation]
        standing, fallen = [], []
        for decision in record.approvals:
            if decision.plan_hash != record.request.plan.hash:
                return Refusal("plan_changed", "The stored plan is not the one that was approved.")
            may = may_approve(decision.person_id, rules, live, self._clock)
            if isinstance(may, Refusal):
                fallen.append(decision.person_name)
            else:
                standing.append(may.proof.principals)
                proofs[decision.person_id] = may.proof.as_json()
        if quorum_met(rules, standing, record.request.approvals_wanted):
            return None
        names = ", ".join(fallen) or "somebody"
        sentence = (
            f"When it was to begin, {names} had no right to approve it any more. Nothing was carried out."
        )
        return Refusal("approval_void", sentence)

    def _forbidden(self, record: Record, live: Live) -> Refusal | None:
        plan, enterprise_id = record.request.plan, record.request.enterprise_id
        admin_id = self._gateway.credentials.installation(enterprise_id).admin_id
        rails = LiveRails(self._policies.of(enterprise_id), live, admin_id)
        problems = OPERATIONS[plan.operation].guard(plan, rails, live)
        if not problems:
            return None
        told = "; ".join(f"{problem.subject}: {problem.sentence}" for problem in problems[:5])
        return Refusal(problems[0].code, f"A guardrail forbids it now. {told} Nothing was carried out.")

    def _write(self, request: Request, proofs: dict[str, Json]) -> bool:
        now = self._clock()
        calls = OPERATIONS[request.operation].move(request.plan).pack(request.plan.items)
        with self._database.write() as connection:
            begun = move(
                connection,
                enterprise_id=request.enterprise_id,
                request_id=request.id,
                state=State.APPROVED,
                following=State.EXECUTING,
                event=Event.REQUEST_BEGUN,
                actor=APP,
                at=now,
                body={"approvers": proofs, "calls": len(calls)},
                values={"began_at": now},
            )
            if begun:
                write_calls(connection, request.id, calls)
        return begun

    def _stop(self, record: Record, refusal: Refusal) -> None:
        request, now = record.request, self._clock()
        with self._database.write() as connection:
            stopped = move(
                connection,
                enterprise_id=request.enterprise_id,
                request_id=request.id,
                state=State.APPROVED,
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
            settle(connection, request, {item.key: skipped for item in record.items}, now)
            ended = records.record(connection, request.enterprise_id, request.id)
            if ended is not None:
                info = OPERATIONS[request.operation].info(request.plan)
                telling.in_thread(connection, request, "result", notices.result_line(ended), now)
                message = notices.result_message(ended, info)
                telling.to_person(connection, request, request.requester_id, "result", message, now)
