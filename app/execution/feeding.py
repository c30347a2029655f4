"""Sends the calls of one round: each at its method's turn, several on their way at the same time."""

import threading
from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa

from app.execution import agenda, ledger
from app.execution.aftermath import Next
from app.execution.calling import Calling
from app.execution.ledger import CallRow
from app.execution.together import Crew
from app.model.clock import Clock
from app.model.lifecycle import State
from app.model.request import Request
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database
from app.storage.tables import requests


class Feeder:
    """Feeds calls while the request is being carried out. `ending`: set when this process is to stop."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        calling: Calling,
        clock: Clock,
        ending: threading.Event,
    ) -> None:
        self._database, self._gateway = database, gateway
        self._calling, self._clock, self._ending = calling, clock, ending

    def feed(self, request: Request, run: int, rows: Sequence[CallRow]) -> bool:
        """Send those calls; answers False when Slack said of one that it was not done and may be later.

        Ends early then, and when the request is paused or stopped; what is out is waited for. Raises
        ReadFailed when a recheck that came too late could not be repeated.
        """
        crew, setback = Crew(self._ending), threading.Event()
        for row in rows:
            if setback.is_set() or not self._goes_on(request, run):
                break
            waited = self._gateway.await_turn(
                request.enterprise_id, row.method, Lane.EXECUTION, self._ending.wait
            )
            if not waited or not self._goes_on(request, run):
                break
            crew.begin(partial(self._send, request, row.id, setback))
        crew.end()
        return not setback.is_set()

    def _goes_on(self, request: Request, run: int) -> bool:
        query = sa.select(requests.c.id).where(
            requests.c.id == request.id,
            requests.c.state == State.EXECUTING.value,
            requests.c.runs == run,
            requests.c.stopped_by.is_(None),
        )
        with self._database.read() as connection:
            return not self._ending.is_set() and connection.scalar(query) is not None

    def _send(self, request: Request, call_id: str, setback: threading.Event) -> None:
        row = self._row(call_id)
        if row.state == "ready" and not self._calling.rechecking.just_checked(row):
            if not self._calling.rechecking.recheck(request, [row]):
                return
            row = self._row(call_id)
        following, pause = self._calling.send_one(request, row)
        if following == Next.WAIT and pause > 0:
            setback.set()
            with self._database.write() as connection:
                agenda.put_off(connection, call_id, self._clock() + round(pause * 1000))

    def _row(self, call_id: str) -> CallRow:
        with self._database.read() as connection:
            return ledger.find_call(connection, call_id)
