"""How fast each method may be called: one row per organization and method, shared by all replicas.

The row holds the moment from which the method is free again (the theoretical arrival time of GCRA). A caller
moves it on by one interval in a single atomic statement and learns how long to wait, so calls are evenly
spaced however many processes draw on the row. An interactive caller may run a little ahead of the spacing,
so that a form never waits behind a long execution.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.slack.methods import METHODS
from app.storage import Database, now_ms, upsert
from app.storage.tables import budgets


class Lane(StrEnum):
    """Who is calling, and so how far ahead of the even spacing it may run."""

    INTERACTIVE = "interactive"  # a person is waiting
    EXECUTION = "execution"
    BACKGROUND = "background"


_AHEAD = {Lane.INTERACTIVE: 5, Lane.EXECUTION: 2, Lane.BACKGROUND: 0}
"""Intervals a lane may be ahead. Slack tolerates short bursts but does not say how long."""


class Pace:
    """The shared budgets. `time_scale` divides every interval (local Slack runs faster than Slack)."""

    def __init__(self, database: Database, time_scale: float) -> None:
        self._database, self._scale = database, time_scale

    def reserve(self, enterprise_id: str, method: str, lane: Lane) -> float:
        """Take the next free moment of that method; answers the seconds to wait for it, 0.0 for now."""
        if METHODS[method].per_minute == 0:
            return 0.0
        interval, ahead = self._interval(method), self._ahead(method, lane)
        with self._database.jot() as connection:
            free_at, now = connection.execute(self._take(connection, enterprise_id, method, interval)).one()
        return float(max(0, free_at - interval - ahead - now)) / 1000

    def hold_off(self, enterprise_id: str, method: str, seconds: float) -> None:
        """Slack said `Retry-After: seconds`: nobody calls that method before then, in any lane."""
        if METHODS[method].per_minute == 0:
            return
        until = now_ms() + round(seconds * 1000) + self._ahead(method, Lane.INTERACTIVE)
        later = sa.case((budgets.c.free_at > until, budgets.c.free_at), else_=until)
        with self._database.jot() as connection:
            connection.execute(self._set(connection, enterprise_id, method, until, later))

    def _interval(self, method: str) -> int:
        return max(1, round(60_000 / METHODS[method].per_minute / self._scale))

    def _ahead(self, method: str, lane: Lane) -> int:
        return 0 if METHODS[method].per_minute == 1 else _AHEAD[lane] * self._interval(method)

    def _take(self, connection: sa.Connection, enterprise_id: str, method: str, interval: int) -> Any:
        start = sa.case((budgets.c.free_at > now_ms(), budgets.c.free_at), else_=now_ms())
        return self._set(connection, enterprise_id, method, now_ms() + interval, start + interval).returning(
            budgets.c.free_at, now_ms()
        )

    @staticmethod
    def _set(connection: sa.Connection, enterprise_id: str, method: str, first: Any, later: Any) -> Any:
        return (
            upsert(connection, budgets)
            .values(enterprise_id=enterprise_id, method=method, free_at=first)
            .on_conflict_do_update(index_elements=["enterprise_id", "method"], set_={"free_at": later})
        )
