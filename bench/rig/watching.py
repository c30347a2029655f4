"""Reads how far a request is, from the app's database, without asking the app."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from app.model.lifecycle import TERMINAL, State
from app.storage import Database
from app.storage.tables import items, requests

_LOOK_SECONDS = 0.1
Watch = Callable[[int], None]


@dataclass(frozen=True)
class Ended:
    """How a request ended. began_at, finished_at: Unix milliseconds."""

    state: State
    began_at: int
    finished_at: int


def ended(database: Database, request_id: str, seconds: float, watch: Watch = lambda _: None) -> Ended:
    """Wait until the request has ended. watch: called with the number of items done so far.

    Raises TimeoutError after so many seconds.
    """
    query = sa.select(requests.c.state, requests.c.began_at, requests.c.finished_at).where(
        requests.c.id == request_id
    )
    done = sa.select(sa.func.count()).where(items.c.request_id == request_id, items.c.outcome.is_not(None))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.read() as connection:
            row = connection.execute(query).one()
            watch(connection.scalar(done) or 0)
        if State(row.state) in TERMINAL:
            return Ended(State(row.state), row.began_at or row.finished_at, row.finished_at)
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"{request_id} is still {row.state} after {seconds:.0f} s")


def all_ended(database: Database, seconds: float) -> None:
    """Wait until no request is approved, executing or verifying. Raises TimeoutError."""
    busy = [State.APPROVED.value, State.EXECUTING.value, State.VERIFYING.value]
    query = sa.select(sa.func.count()).where(requests.c.state.in_(busy))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.read() as connection:
            if not connection.scalar(query):
                return
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"requests are still carried out after {seconds:.0f} s")
