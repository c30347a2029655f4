"""What people look at most, history, pending, App Home, with a thousand requests and with a million."""

import random
import time
from collections.abc import Callable, Mapping
from functools import partial

import sqlalchemy as sa

from app.config import OperationPolicy, Policy, Principal
from app.messages.home import home_view
from app.messages.lists import requests_message
from app.model.clock import system_clock
from app.model.lifecycle import State
from app.model.person import Person
from app.operations import OPERATIONS
from app.requests import lists
from app.requests.overview import gathered
from app.storage import Database
from app.storage.migrate import migrate
from bench.frame.figures import percentile
from bench.frame.report import Goal, Row, Section
from bench.frame.run import KINDS, Run
from bench.rig.filing import BEN, ORG
from bench.rig.filling import PEOPLE, fill
from bench.rig.processes import house_running, of
from bench.sections.resting import at_rest

Query = Callable[[sa.Connection, int], object]

_SETTLING_SECONDS = 5
_BEN = Person(BEN, "Ben Okafor", "ben@meridian.example", ORG)


def measure(run: Run) -> Section:
    """Every query at both sizes, in turns, on each database."""
    few, many = run.size(1000, 100), run.size(1_000_000, 2000)
    rows: list[Row] = []
    told = []
    for kind in KINDS:
        small, large = (_filled(run, kind, total) for total in (few, many))
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
        told.append(f"Filling {name} with {many:,} requests took {large[1]:.0f} s.")
        rows += _asked(run, name, small[0], large[0], few)
        rows.append(_resting(run, name, small[0].url, large[0].url, few))
        for database, _ in (small, large):
            database.close()
    return Section(f"Lists at {many:,} requests", _how(few, many), tuple(rows), tuple(told))


def _how(few: int, many: int) -> str:
    return f"""What `/drawbridge history`, `/drawbridge pending` and a Home tab read from the database and
make into blocks, as the app does it, at {few:,} and at {many:,} requests (three years, two hundred people,
fifty undecided at both sizes), in turns, each time for another person. Then an idle process on each
database."""


def _filled(run: Run, kind: str, total: int) -> tuple[Database, float]:
    database = Database(run.new_database(kind))
    migrate(database)
    with run.steps.of(f"filling {kind} with {total:,}", total) as done:
        seconds = fill(database, total, system_clock(), done)
    return database, seconds


def _asked(run: Run, name: str, small: Database, large: Database, few: int) -> list[Row]:
    rows = []
    for what, query in _QUERIES.items():
        sides = {"large": partial(_p95, run, large, query), "small": partial(_p95, run, small, query)}
        found = run.turns(f"{what} on {name}", sides)
        rows.append(
            Row(
                f"{what} on {name}, p95",
                "ms",
                tuple(found["large"]),
                tuple(found["small"]),
                f"{few:,} requests",
                Goal(ratio_most=2, figure_most=50),
            )
        )
    return rows


def _p95(run: Run, database: Database, query: Query) -> float:
    """Milliseconds that 95 of 100 such questions do not exceed."""
    chance, times = random.Random(7), []
    with database.read() as connection:
        query(connection, 0)  # statements are compiled, connections opened: as in a process that serves
    for _ in range(run.size(100, 10)):
        with database.read() as connection:
            began = time.perf_counter()
            query(connection, chance.randrange(PEOPLE))
            times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.95)


def _history(connection: sa.Connection, _: int) -> object:
    return requests_message("Latest requests", lists.latest(connection, ORG), "")


def _pending(connection: sa.Connection, _: int) -> object:
    return requests_message("Waiting", lists.latest(connection, ORG, state=State.PENDING), "")


def _home(connection: sa.Connection, number: int) -> object:
    person = _BEN if number == 0 else Person(f"W0P{number:03}", "Somebody", None, ORG)
    return home_view(gathered(connection, _POLICY, ORG, person, _DECIDES, system_clock(), page=0))


_APPROVERS = OperationPolicy(approvers=(Principal("user", _BEN.id),))
_POLICY = Policy("C0ADMIN0001", dict.fromkeys(OPERATIONS, _APPROVERS), "")
_DECIDES = dict.fromkeys(OPERATIONS, frozenset(map(str, _APPROVERS.approvers)))


_QUERIES: Mapping[str, Query] = {"History": _history, "Pending": _pending, "App Home": _home}


def _resting(run: Run, name: str, small: str, large: str, few: int) -> Row:
    """An idle process on each database, the two at the same time."""
    with (
        house_running(large, run.new_folder(), time_scale=1) as many,
        house_running(small, run.new_folder(), time_scale=1) as little,
    ):
        pair = (of(many.app), of(little.app))
        time.sleep(_SETTLING_SECONDS)
        rests = [at_rest(large, pair, run.size(4, 1)) for _ in range(run.rounds)]
    ours, other = tuple(rest.cpu for rest in rests), tuple(rest.bare_cpu for rest in rests)
    return Row(
        f"An idle process on {name}", "% of a core", ours, other, f"{few:,} requests", Goal(ratio_most=2)
    )
