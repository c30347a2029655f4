"""One request of ten thousand items: memory, and whether an item costs what it costs in a small request."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from app.messages.cards import APPROVE
from bench.frame.report import Goal, Row, Section
from bench.frame.run import Run
from bench.rig.filing import BEN, Filer
from bench.rig.load import pressed
from bench.rig.org import new_policy_users
from bench.rig.processes import cpu_seconds, house_running, megabytes, of
from bench.rig.watching import ended
from tests.support.people import House

_HOW = """`remove-policy-users` takes up to 10,000 people in one request. In a fresh process, requests of
100, 1,000 and 10,000 people are approved one after the other, at a local Slack without limits. *Growth* is
the highest resident memory while the 10,000 are carried out, less what the process had after a first small
request. *Cost per item* is the processor time of the app's process from the click to the request's end, its
card, its thread and the attached result included. The app's clock runs 60 times faster than Slack's, so it
may draw its card 60 times as often."""


@dataclass(frozen=True)
class _Cost:
    """One request. growth: megabytes above the memory at rest, at the highest."""

    cpu_ms_per_item: float
    ms_per_item: float
    growth: float


def measure(run: Run) -> Section:
    """Every size in a fresh process, round by round."""
    sizes = (run.size(100, 10), run.size(1000, 20), run.size(10_000, 50))
    rounds = [_round(run, number, sizes) for number in range(run.few)]
    small, large = sizes[0], sizes[-1]
    rows = [Row("Growth of memory", "MB", tuple(found[large].growth for found in rounds), goal=_MEMORY)]
    rows += [
        Row(
            f"Cost per item, {size:,} items",
            "ms of processor",
            tuple(found[size].cpu_ms_per_item for found in rounds),
            tuple(found[small].cpu_ms_per_item for found in rounds),
            f"{small:,} items",
            _FLAT,
        )
        for size in sizes[1:]
    ]
    rows.append(Row(f"Time per item, {large:,} items", "ms", tuple(f[large].ms_per_item for f in rounds)))
    return Section(f"{large:,} items in one request", _HOW, tuple(rows))


_MEMORY = Goal(figure_most=100)
_FLAT = Goal(ratio_most=1.15)


def _round(run: Run, number: int, sizes: tuple[int, ...]) -> dict[int, _Cost]:
    with house_running(
        run.new_database("sqlite"), run.new_folder(), time_scale=60, rate_limits=False
    ) as house:
        filer = Filer(house.app)
        _carried_out(house, filer, sizes[0], lambda _: None)
        rest = megabytes(of(house.app))
        found = {}
        for size in sizes:
            with run.steps.of(f"{size:,} items, round {number + 1}", size) as done:
                found[size] = _measured(house, filer, size, rest, done)
        filer.close()
    return found


def _measured(house: House, filer: Filer, size: int, rest: float, done: Callable[[int], None]) -> _Cost:
    process = of(house.app)
    before = cpu_seconds(process)
    with _highest(process) as peak:
        seconds = _carried_out(house, filer, size, done)
    spent = cpu_seconds(process) - before
    return _Cost(1000 * spent / size, 1000 * seconds / size, max(peak) - rest)


def _carried_out(house: House, filer: Filer, size: int, done: Callable[[int], None]) -> float:
    """Have a request of so many people approved and carried out; seconds it took."""
    people = new_policy_users(house.slack, size)
    request = filer.file("remove-policy-users", {"pasted": "\n".join(people)})
    house.card(request)
    began = time.time()
    pressed(house.app.url, BEN, APPROVE, request)
    end = ended(filer.database, request, 1200, done)
    house.card(request, containing="Done and proved", timeout=120)
    return end.finished_at / 1000 - began


@contextmanager
def _highest(process: psutil.Process) -> Iterator[list[float]]:
    """The process's resident memory every 50 ms while the block runs, in MB."""
    seen, over = [megabytes(process)], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            seen.append(megabytes(process))

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()
