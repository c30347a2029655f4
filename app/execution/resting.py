"""A paused execution comes to rest: its workflow ends, and a resumed one goes on in a new workflow.

Nothing waits in memory for a person. `runs` counts the rests; the workflow at work carries the number, so
that of two of them never both go on.
"""

import sqlalchemy as sa

from app.audit.chain import APP
from app.audit.events import Event
from app.execution import ledger
from app.model.clock import Clock
from app.model.lifecycle import State
from app.model.request import Request
from app.requests import records
from app.requests.transitions import move
from app.storage import Database
from app.storage.tables import requests


class Resting:
    """Ends the run of a paused request."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def rest(self, enterprise_id: str, request_id: str, run: int) -> bool:
        """Whether this run is over; otherwise it goes on, because somebody has resumed meanwhile.

        A pause that held nothing back, because every call was out already, ends by itself.
        """
        with self._database.write(enterprise_id) as connection:
            request = records.find(connection, enterprise_id, request_id)
            if request is None or request.runs != run:
                return True
            if request.state is not State.PAUSED:
                return False
            if not ledger.unsettled(connection, request_id, None):
                self._go_on(connection, request)
                return False
            rested = connection.execute(
                requests.update()
                .where(
                    requests.c.id == request_id,
                    requests.c.state == State.PAUSED.value,
                    requests.c.runs == run,
                )
                .values(runs=run + 1)
            )
            return rested.rowcount == 1

    def _go_on(self, connection: sa.Connection, request: Request) -> None:
        move(
            connection,
            enterprise_id=request.enterprise_id,
            request_id=request.id,
            state=State.PAUSED,
            following=State.EXECUTING,
            event=Event.REQUEST_RESUMED,
            actor=APP,
            at=self._clock(),
            body={"why": "every call was out already"},
            values={"closing": None, "paused_at": None, "resume_by": None},
        )
