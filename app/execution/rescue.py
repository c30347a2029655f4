"""Requests whose workflow broke: nothing stays half done or watched by nobody, and what is known is said."""

import logging

import sqlalchemy as sa

from app.execution import ledger
from app.execution.calling import Settled
from app.execution.engine import Engine
from app.execution.verifying import Verifying
from app.model.clock import Clock
from app.model.lifecycle import Outcome, State
from app.requests import records
from app.storage import Database
from app.storage.tables import requests

log = logging.getLogger(__name__)

_CODE = "execution_broke"
_OUT = ("sent", "lost", "answered")


class Rescue:
    """Finds requests whose workflow no longer runs: executions are brought to a truthful end, looks go on."""

    def __init__(self, database: Database, engine: Engine, verifying: Verifying, clock: Clock) -> None:
        self._database, self._engine = database, engine
        self._verifying, self._clock = verifying, clock

    def run_once(self) -> int:
        """Look after broken beginnings, executions and later looks; answers how many there were."""
        return self._beginnings() + self._executions() + self._looks()

    def _beginnings(self) -> int:
        """An approved request whose workflow has ended was never begun: the sweeper starts it once more."""
        table, now = requests.c, self._clock()
        query = sa.select(table.id).where(
            table.state == State.APPROVED.value, table.not_before <= now, table.begin_by > now
        )
        with self._database.read() as connection:
            approved = [f"exec-{request_id}" for request_id in connection.scalars(query)]
        ended = {key: status for key, status in self._engine.ended(approved).items() if status != "MISSING"}
        for workflow_id, status in ended.items():
            log.error("%s broke (%s) before it began; it is started again", workflow_id, status)
            self._engine.forget(workflow_id)
        return len(ended)

    def _executions(self) -> int:
        query = sa.select(requests.c.id, requests.c.enterprise_id).where(
            requests.c.state == State.EXECUTING.value
        )
        with self._database.read() as connection:
            executing = {f"exec-{row.id}": row for row in connection.execute(query)}
        ended = self._engine.ended(list(executing))
        for workflow_id, status in ended.items():
            row = executing[workflow_id]
            self._end(row.enterprise_id, row.id, status)
        return len(ended)

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
        with self._database.write() as connection:
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
