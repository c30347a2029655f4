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


def until(condition: Callable[[], bool], seconds: float, what: str, look: float = _LOOK_SECONDS) -> None:
    """Wait until the condition holds, looking so often. Raises TimeoutError that says what for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(look)


def ended(database: Database, request_id: str, seconds: float, watch: Watch = lambda _: None) -> Ended:
    """Wait until the request has ended. watch: called with the number of items done so far.

    Raises TimeoutError after so many seconds.
    """
    query = sa.select(requests.c.state, requests.c.began_at, requests.c.finished_at).where(
        requests.c.id == request_id
    )
    done = sa.select(sa.func.count()).where(items.c.request_id == request_id, items.c.outcome.is_not(None))

    def is_over() -> bool:
        with database.read() as connection:
            watch(connection.scalar(done) or 0)
            return State(connection.execute(query).one().state) in TERMINAL

    until(is_over, seconds, f"{request_id} ends")
    with database.read() as connection:
        row = connection.execute(query).one()
    return Ended(State(row.state), row.began_at or row.finished_at, row.finished_at)


def all_ended(database: Database, seconds: float) -> None:
    """Wait until no request is approved, executing or verifying. Raises TimeoutError."""
    busy = [State.APPROVED.value, State.EXECUTING.value, State.VERIFYING.value]
    query = sa.select(sa.func.count()).where(requests.c.state.in_(busy))

    def is_quiet() -> bool:
        with database.read() as connection:
            return not connection.scalar(query)

    until(is_quiet, seconds, "every request ends")
