"""Every second: whatever a crash, a deadline or a pause left to be done is picked up."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.execution.engine import Engine
from app.execution.rescue import Rescue
from app.execution.steering import Steering
from app.execution.workflows import Workflows
from app.model.clock import Clock
from app.model.lifecycle import READY, State
from app.requests.delegations import Delegations
from app.requests.drafts import Drafts
from app.requests.expiry import Expiry
from app.requests.reminders import Reminders
from app.storage import Database
from app.storage.tables import holds, requests

_RARELY = 10
"""Sweeps between two looks for broken executions, lapsed drafts and delegations, and due reminders."""


class Sweeper:
    """Starts what is due. Each part is safe to run in every process at once."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        workflows: Workflows,
        expiry: Expiry,
        steering: Steering,
        rescue: Rescue,
        drafts: Drafts,
        reminders: Reminders,
        delegations: Delegations,
        clock: Clock,
    ) -> None:
        self._database, self._engine, self._workflows = database, engine, workflows
        self._expiry, self._steering, self._rescue = expiry, steering, rescue
        self._drafts, self._reminders, self._delegations = drafts, reminders, delegations
        self._clock = clock
        self._sweeps = 0

    def run_once(self) -> int:
        """One sweep; answers how many things were started or ended. A part that fails stops no other."""
        parts = [self._engine.take_over, self._expiry.run_once, self.start_approved, self._look_again]
        parts.append(self._stop_lapsed)
        self._sweeps += 1
        if self._sweeps % _RARELY == 0:
            parts += [self._rescue.run_once, self._drafts.sweep, self._reminders.run_once]
            parts.append(self._delegations.lapse)
        done, failures = 0, []
        for part in parts:
            try:
                done += part()
            except Exception as error:  # noqa: BLE001  (raised again below, with all others)
                failures.append(error)
        if failures:
            raise ExceptionGroup("a sweep failed in part", failures)
        return done

    def start_approved(self) -> int:
        """Start every approved request whose time has come; a running one is not started twice."""
        now, table = self._clock(), requests.c
        query = sa.select(table.enterprise_id, table.id, table.runs).where(
            table.state.in_([state.value for state in READY]),
            table.not_before <= now,
            table.begin_by > now,
        )
        with self._database.read() as connection:
            due = connection.execute(query).all()
        for row in due:
            self._workflows.execute(row.enterprise_id, row.id, row.runs)
        return len(due)

    def _stop_lapsed(self) -> int:
        lapsed = self._steering.lapse()
        for stopped in lapsed:
            self._workflows.execute(stopped.request.enterprise_id, stopped.request.id, stopped.run)
        return len(lapsed)

    def hint(self, enterprise_id: str, targets: Sequence[str]) -> None:
        """Something about these targets changed: requests that wait for its effect are looked at next."""
        concerned = sa.select(holds.c.request_id).where(
            holds.c.enterprise_id == enterprise_id, holds.c.hold.in_(targets)
        )
        with self._database.write() as connection:
            connection.execute(
                requests.update()
                .where(requests.c.state == State.VERIFYING.value, requests.c.id.in_(concerned))
                .values(look_at=self._clock())
            )

    def _look_again(self) -> int:
        table = requests.c
        query = sa.select(table.enterprise_id, table.id, table.looks).where(
            table.state == State.VERIFYING.value, table.look_at <= self._clock()
        )
        with self._database.read() as connection:
            due = connection.execute(query).all()
        for row in due:
            self._workflows.look_again(row.enterprise_id, row.id, row.looks)
        return len(due)
