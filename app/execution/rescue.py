"""Requests whose workflow broke: nothing stays half done or watched by nobody, and what is known is said."""

import logging
from typing import Any

import sqlalchemy as sa

from app.execution import ledger
from app.execution.engine import Engine
from app.execution.ledger import Settled
from app.execution.resting import Resting
from app.execution.verifying import Verifying
from app.execution.workflows import Workflows, workflow_id
from app.model.clock import Clock
from app.model.lifecycle import READY, Outcome, State
from app.requests import records
from app.storage import Database
from app.storage.tables import requests

log = logging.getLogger(__name__)

_CODE = "execution_broke"
_OUT = ("sent", "lost", "answered")


class Rescue:
    """Finds requests whose workflow no longer runs: executions are brought to a truthful end, looks go on."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        workflows: Workflows,
        verifying: Verifying,
        clock: Clock,
    ) -> None:
        self._database, self._engine, self._workflows = database, engine, workflows
        self._verifying, self._clock = verifying, clock
        self._resting = Resting(database, clock)

    def run_once(self) -> int:
        """Look after broken beginnings, executions, rests and later looks; answers how many there were."""
        return self._beginnings() + self._executions() + self._rests() + self._looks()

    def _beginnings(self) -> int:
        """A request about to begin whose workflow has ended was never begun: the sweeper starts it again."""
        table, now = requests.c, self._clock()
        query = sa.select(table.id, table.runs).where(
            table.state.in_([state.value for state in READY]), table.not_before <= now, table.begin_by > now
        )
        with self._database.read() as connection:
            due = [workflow_id(row.id, row.runs) for row in connection.execute(query)]
        ended = {key: status for key, status in self._engine.ended(due).items() if status != "MISSING"}
        for workflow, status in ended.items():
            log.error("%s broke (%s) before it began; it is started again", workflow, status)
            self._engine.forget(workflow)
        return len(ended)

    def _executions(self) -> int:
        """Those whose workflow broke are ended; one that a crash left without a workflow is started."""
        ended = self._ended(State.EXECUTING)
        for row, status in ended:
            if status == "MISSING":
                self._workflows.execute(row.enterprise_id, row.id, row.runs)
            else:
                self._end(row.enterprise_id, row.id, status)
        return len(ended)

    def _rests(self) -> int:
        """Paused ones whose workflow broke before it came to rest: only after a rest can they be resumed."""
        broken = [(row, status) for row, status in self._ended(State.PAUSED) if status != "MISSING"]
        for row, status in broken:
            log.error("the execution of %s broke (%s) while it was pausing", row.id, status)
            self._resting.rest(row.enterprise_id, row.id, row.runs)
        return len(broken)

    def _ended(self, state: State) -> list[tuple[Any, str]]:
        """Requests in that state (rows) whose workflow no longer runs, with its last status."""
        query = sa.select(requests.c.id, requests.c.enterprise_id, requests.c.runs)
        with self._database.read() as connection:
            rows = connection.execute(query.where(requests.c.state == state.value)).all()
        by_workflow = {workflow_id(row.id, row.runs): row for row in rows}
        ended = self._engine.ended(list(by_workflow))
        return [(by_workflow[workflow], status) for workflow, status in ended.items()]

    def _looks(self) -> int:
        query = sa.select(requests.c.id, requests.c.enterprise_id, requests.c.looks).where(
            requests.c.state == State.VERIFYING.value, requests.c.look_at <= self._clock()
        )
        with self._database.read() as connection:
            due = {f"look-{row.id}-{row.looks}": row for row in connection.execute(query)}
        broken = {
            workflow: status
            for workflow, status in self._engine.ended(list(due)).items()
            if status not in ("MISSING", "SUCCESS")  # about to start; or done, and counted meanwhile
        }
        for workflow, status in broken.items():
            log.error("%s broke (%s); it is looked again later", workflow, status)
            self._verifying.looked(due[workflow].enterprise_id, due[workflow].id)
        return len(broken)

    def _end(self, enterprise_id: str, request_id: str, status: str) -> None:
        with self._database.write(enterprise_id) as connection:
            request = records.find(connection, enterprise_id, request_id)
            if request is None or request.state is not State.EXECUTING:
                return
            log.error("the execution of %s broke (%s); ending it with what is known", request_id, status)
            calls = ledger.every_call(connection, request_id)
            called = {key for call in calls if call.doubt or call.state in _OUT for key in call.keys}
            left = ledger.unsettled(connection, request_id, None)
            ledger.settle(connection, request, {key: _told(key in called) for key in left}, self._clock())
            waiting = ledger.unsettled(connection, request_id, Outcome.ACCEPTED)
        if waiting:
            self._verifying.hand_over(enterprise_id, request_id)
        else:
            self._verifying.finish(enterprise_id, request_id)


def _told(called: bool) -> Settled:
    if called:
        sentence = "Drawbridge failed after the call went out. Look at Slack yourself before trying again."
        return Outcome.UNKNOWN, _CODE, sentence
    return (
        Outcome.SKIPPED,
        _CODE,
        "Drawbridge failed before this was called. Nothing was done; file it again.",
    )
