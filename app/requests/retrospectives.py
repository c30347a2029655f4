"""The retrospective of a broken glass: somebody else, who could have approved, looks at it and closes it."""

from app.audit.chain import append
from app.audit.events import Event
from app.messages import notices
from app.model.clock import Clock
from app.model.lifecycle import TERMINAL
from app.model.refusal import UNKNOWN_REQUEST, Refusal
from app.model.request import Record
from app.operations import OPERATIONS
from app.requests import records, telling
from app.requests.authority import Entitled, may_approve
from app.requests.deciding import Deciding
from app.requests.demands import rules_of
from app.requests.policies import Policies
from app.requests.transitions import mark_stale
from app.requests.verdicts import Click
from app.slack.directory import Live
from app.storage import Database
from app.storage.tables import retrospectives

_SHORTEST = 10
_OWN = Refusal("own_retrospective", "You broke the glass, so somebody else has to close this.")
_CLOSED = Refusal("already_closed", "Too late: this retrospective is closed.")


class Retrospectives:
    """Closes retrospectives, each once. A refusal is in the audit log when it is returned."""

    def __init__(self, database: Database, policies: Policies, deciding: Deciding, clock: Clock) -> None:
        self._database, self._policies = database, policies
        self._deciding, self._clock = deciding, clock

    def closable(self, click: Click, live: Live) -> Record | Refusal:
        """The request, if this person may close its retrospective now. Raises ReadFailed."""
        found = self._closable(click, live)
        if isinstance(found, Refusal):
            return self._deciding.refuse(click, "close", found)
        return found[0]

    def close(self, click: Click, live: Live, findings: str) -> Record | Refusal:
        """Close it with what was found. Raises ReadFailed."""
        found = self._closable(click, live)
        if not isinstance(found, Refusal) and len(findings.strip()) < _SHORTEST:
            found = Refusal("no_findings", f"Say in at least {_SHORTEST} characters what was found.")
        if isinstance(found, Refusal):
            return self._deciding.refuse(click, "close", found)
        record, may = found
        if not self._write(click, record, may, findings.strip()):
            return self._deciding.refuse(click, "close", _CLOSED)
        return record

    def _closable(self, click: Click, live: Live) -> tuple[Record, Entitled] | Refusal:
        with self._database.read() as connection:
            record = records.record(connection, click.enterprise_id, click.request_id)
        if record is None or record.retrospective is None:
            return UNKNOWN_REQUEST
        if record.retrospective.closed_at is not None:
            return _CLOSED
        if record.request.state not in TERMINAL:
            return Refusal("not_over", "It is not over yet. Close the retrospective when it is.")
        if record.retrospective.person_id == click.person_id:
            return _OWN
        rules = rules_of(self._policies.of(click.enterprise_id), record.request)
        may = may_approve(click.person_id, rules, live, self._clock)
        if isinstance(may, Refusal):
            return may
        return _OWN if record.retrospective.by(may.person) else (record, may)

    def _write(self, click: Click, record: Record, may: Entitled, findings: str) -> bool:
        request, now = record.request, self._clock()
        with self._database.write(request.enterprise_id) as connection:
            closed = connection.execute(
                retrospectives.update()
                .where(
                    retrospectives.c.request_id == request.id,
                    retrospectives.c.enterprise_id == request.enterprise_id,
                    retrospectives.c.closed_at.is_(None),
                )
                .values(
                    closed_at=now, closed_by=may.person.id, closed_name=may.person.name, findings=findings
                )
            )
            if closed.rowcount != 1:
                return False
            append(
                connection,
                enterprise_id=request.enterprise_id,
                at=now,
                event=Event.RETROSPECTIVE_CLOSED,
                actor=may.person.id,
                request_id=request.id,
                body={"findings": findings, "proof": may.proof.as_json()},
            )
            line = notices.retrospective_line(may.person.id, findings)
            telling.in_thread(connection, request, "retrospective", line, now)
            info = OPERATIONS[request.operation].info(request.plan)
            message = notices.decision_message(request, info, line["text"])
            telling.to_person(connection, request, request.requester_id, "retrospective", message, now)
            mark_stale(connection, request.id, now)
        return True
