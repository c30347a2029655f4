"""The shared budgets: one row per organization and method, on which the callers of all replicas draw.

Each drawing locks its row, applies the rules of `budget` and writes the row back, in one short transaction
on the database's clock. Nothing of it is kept in a process.
"""

from collections.abc import Callable
from dataclasses import asdict, fields

import sqlalchemy as sa

from app.slack.budget import Budget, Lane, Tier, Turn, refuse, take
from app.slack.methods import METHODS
from app.storage import Database, now_ms, upsert
from app.storage.tables import budgets

__all__ = ["Lane", "Pace", "Turn"]

Clock = Callable[[], float]
_COLUMNS = [budgets.c[field.name] for field in fields(Budget)]


class Pace:
    """Draws on the budgets.

    time_scale: divides every interval (local Slack runs faster than Slack). adaptive: whether a method may
    be called faster than documented where Slack lets us. clock: Unix milliseconds in place of the database's.
    """

    def __init__(
        self,
        database: Database,
        time_scale: float,
        adaptive: Callable[[str, str], bool] = lambda *_: False,
        clock: Clock | None = None,
    ) -> None:
        self._database, self._scale = database, time_scale
        self._adaptive, self._clock = adaptive, clock

    def turn(self, enterprise_id: str, method: str, lane: Lane, place: float = 0.0) -> Turn:
        """The method's next moment for this caller, or when to ask again. 0 seconds: now.

        place: what the last turn said, when this caller asks again.
        """
        if METHODS[method].per_minute == 0:
            return Turn(0.0, taken=True)
        tier = self._tier(enterprise_id, method)
        with self._database.write() as connection:
            budget, now = self._locked(connection, enterprise_id, method)
            following, turn = take(budget, tier, lane, now, place)
            self._write(connection, enterprise_id, method, following)
        return turn

    def hold_off(self, enterprise_id: str, method: str, seconds: float) -> None:
        """Slack said `Retry-After: seconds`: nobody calls that method before then, in any lane."""
        if METHODS[method].per_minute == 0:
            return
        tier = self._tier(enterprise_id, method)
        with self._database.write() as connection:
            budget, now = self._locked(connection, enterprise_id, method)
            self._write(connection, enterprise_id, method, refuse(budget, tier, seconds, now))

    def _tier(self, enterprise_id: str, method: str) -> Tier:
        return Tier(METHODS[method].per_minute, self._scale, self._adaptive(enterprise_id, method))

    def _locked(self, connection: sa.Connection, enterprise_id: str, method: str) -> tuple[Budget, float]:
        """The row, made if there was none, and the time. The write that changes nothing takes the lock."""
        found = connection.execute(
            upsert(connection, budgets)
            .values(enterprise_id=enterprise_id, method=method)
            .on_conflict_do_update(index_elements=["enterprise_id", "method"], set_={"method": method})
            .returning(*_COLUMNS, now_ms().label("now"))
        ).one()
        *values, now = found
        return Budget(*values), self._clock() if self._clock is not None else now

    @staticmethod
    def _write(connection: sa.Connection, enterprise_id: str, method: str, budget: Budget) -> None:
        mine = (budgets.c.enterprise_id == enterprise_id, budgets.c.method == method)
        connection.execute(budgets.update().where(*mine).values(asdict(budget)))
