"""What a process costs while nothing happens, against a bare Bolt app that waits beside it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import sqlalchemy as sa

from app.storage import Database
from bench.frame.report import Row, Section
from bench.frame.run import KINDS, Run
from bench.rig.processes import Beside, cpu_seconds, house_running, megabytes, of

_AGAINST = "a bare Bolt app"
_SETTLING_SECONDS = 5
_TRANSACTIONS = sa.text(
    "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()"
)
_HOW = """Both apps stand beside each other for 30 s in all, five seconds after they became ready; nobody asks
them anything. Transactions are PostgreSQL's own count (`pg_stat_database`), a query or two each."""
_NOTES = (
    "At rest a process beats for its lease every 1.5 s, sweeps for due work every second, looks for stale "
    "cards and Home tabs twice a second and for queued work as the engine of durable execution does.",
    "Before each use the pool asks PostgreSQL whether the connection still lives, which it counts as a "
    "transaction too: about half of them.",
)


@dataclass(frozen=True)
class _Rest:
    """One window. cpu: percent of one core; transactions: a second, None on SQLite."""

    cpu: float
    bare_cpu: float
    transactions: float | None


def measure(run: Run) -> Section:
    """Windows of rest on each database."""
    rows: list[Row] = []
    window = run.size(30, 5) / run.rounds
    for kind in KINDS:
        url = run.new_database(kind)
        with (
            house_running(url, run.new_folder(), time_scale=1) as house,
            Beside("bench.yardsticks.bare_bolt", house.slack.env()) as bare,
        ):
            pair = (of(house.app), of(bare))
            time.sleep(_SETTLING_SECONDS)
            with run.steps.of(f"at rest on {kind}", run.rounds) as done:
                rests = []
                for number in range(run.rounds):
                    rests.append(at_rest(url, pair, window))
                    done(number + 1)
            rows += _rows({"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind], rests, pair)
    return Section("At rest", _HOW, tuple(rows), _NOTES)


def at_rest(url: str, pair: Sequence[psutil.Process], seconds: float) -> _Rest:
    """What ours and the bare process use in that time of doing nothing."""
    with _database(url) as database:
        before, count = [cpu_seconds(process) for process in pair], _transactions(database)
        began = time.monotonic()
        time.sleep(seconds)
        after, later = [cpu_seconds(process) for process in pair], _transactions(database)
        took = time.monotonic() - began
    spent = [100 * (end - start) / took for start, end in zip(before, after, strict=True)]
    made = None if later is None or count is None else (later - count) / took
    return _Rest(spent[0], spent[-1], made)


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _transactions(database: Database) -> int | None:
    """How many there have been, as far as PostgreSQL has told; None on SQLite."""
    if database.sqlite:
        return None
    with database.read() as connection:
        return int(connection.scalar(_TRANSACTIONS) or 0)


def _rows(name: str, rests: Sequence[_Rest], pair: Sequence[psutil.Process]) -> list[Row]:
    rows = [
        Row(
            f"Processor on {name}",
            "% of a core",
            tuple(rest.cpu for rest in rests),
            tuple(rest.bare_cpu for rest in rests),
            _AGAINST,
        ),
        Row(
            f"Resident memory on {name}",
            "MB",
            (megabytes(pair[0]),),
            (megabytes(pair[1]),),
            _AGAINST,
        ),
    ]
    made = tuple(rest.transactions for rest in rests if rest.transactions is not None)
    return rows + ([Row("Transactions", "a second", made)] if made else [])
