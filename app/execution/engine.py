"""Starts and stops durable execution in this process, over the app's own database."""

import logging
import sqlite3
import threading
import time
import uuid

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig

from app.execution.lease import Lease
from app.metrics import TAKEOVERS
from app.storage import Database

log = logging.getLogger(__name__)

NAME = "drawbridge"

VERSION = "1"
"""Pinned: a version derived from the source would strand everything in flight at each edit."""


class Engine:
    """One process's DBOS. `executor` is fresh at every start: two processes must never share one.

    ending: set when the process is to stop; long steps then come to an end early.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.executor = str(uuid.uuid4())
        self.lease = Lease(database, self.executor)
        self.ending = threading.Event()

    def prepare(self) -> None:
        """Create DBOS, so that workflows can be registered. Nothing runs yet."""
        if self._database.sqlite:
            _teach_old_sqlite()
        config: DBOSConfig = {
            "name": NAME,
            "system_database_url": self._database.url,
            "executor_id": self.executor,
            "application_version": VERSION,
            "log_level": "WARNING",
            "run_migrations": True,
        }
        DBOS(config=config)

    def launch(self) -> None:
        """Begin to run workflows, those of dead processes included."""
        self.lease.beat()
        if self._database.sqlite:
            self.lease.alone()
        DBOS.launch()

    def take_over(self) -> int:
        """Recover the workflows of processes that stopped beating; answers how many processes.

        Judges nobody while this process's own beat is stale. The recovery call is private in DBOS, but
        compares and sets on the executor; a test holds it at every upgrade.
        """
        living = self.lease.living()
        if self.executor not in living:
            return 0
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        dead = {status.executor_id for status in pending if status.executor_id} - living
        if dead:
            log.warning("taking over the work of %d stopped processes", len(dead))
            DBOS._recover_pending_workflows(sorted(dead))
            TAKEOVERS.inc(len(dead))
        return len(dead)

    def ended(self, workflow_ids: list[str]) -> dict[str, str]:
        """Those of the workflows that no longer run, with their last status; unknown ones are `MISSING`."""
        if not workflow_ids:
            return {}
        known = DBOS.list_workflows(workflow_ids=workflow_ids, load_input=False, load_output=False)
        statuses = dict.fromkeys(workflow_ids, "MISSING") | {
            status.workflow_id: status.status for status in known
        }
        running = ("PENDING", "ENQUEUED", "DELAYED")
        return {workflow: status for workflow, status in statuses.items() if status not in running}

    def stop(self, patience_seconds: int = 5) -> None:
        """Let running steps end, then leave the rest to whoever lives."""
        self.ending.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience_seconds)
        self.lease.end()


def _teach_old_sqlite() -> None:
    """Give SQLite before 3.42 the `unixepoch('subsec')` that DBOS relies on from Python 3.12 on.

    Without it the function answers NULL, and DBOS cannot write a row. The library comes with the system:
    Debian 12 has 3.40, whatever the Python.
    """
    if sqlite3.sqlite_version_info < (3, 42) and not sa.event.contains(sa.Pool, "connect", _add_unixepoch):
        sa.event.listen(sa.Pool, "connect", _add_unixepoch)


def _add_unixepoch(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float:
    if modifier != "subsec":
        raise ValueError(modifier)
    return time.time()
