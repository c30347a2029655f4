"""Runs batches on all kinds of sites side by side: while one waits for a lease to lapse, another works."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.chaos.batches import Result, keep_evidence, run
from tests.chaos.counting import Count
from tests.chaos.plans import BATCH, plan
from tests.chaos.site import Ground, Site

_BATCHES_PER_SITE = 6
"""Then a fresh one: reading a long admin channel again and again is what would take the time."""


@dataclass(frozen=True)
class Run:
    """What is asked for. A batch's seed says all about it but the ground, which is its place in the turn."""

    seed: int
    rounds: int
    grounds: tuple[Ground, ...]
    evidence: Path


@dataclass
class Tally:
    """What came of it so far."""

    rounds: int = 0
    items: int = 0
    batches: int = 0
    count: Count = field(default_factory=Count)
    states: Counter[str] = field(default_factory=Counter)
    disasters: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    passed: set[str] = field(default_factory=set)
    died: Counter[str] = field(default_factory=Counter)
    failing: list[tuple[int, str]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """One more batch."""
        batch = result.batch
        self.batches += 1
        self.rounds += len(batch.rounds)
        self.items += sum(one.items for one in batch.rounds)
        self.count += result.count
        self.states.update(result.outcomes)
        self.disasters.update(disaster.what for disaster in batch.disasters)
        self.faults.update(fault.kind for fault in batch.faults)
        if not result.count.clean:
            self.failing.append((batch.seed, result.ground))


class Listener(Protocol):
    """Whoever is told of each batch as it ends."""

    def batch_done(self, tally: Tally, result: Result) -> None:
        """That batch is in the tally."""

    def kept(self, folder: Path) -> None:
        """There lies the evidence of a failing batch."""


def run_all(asked: Run, listener: Listener) -> Tally:
    """Run them all; each site takes the next seed of its own turn."""
    tally, lock = Tally(), threading.Lock()
    sizes = [min(BATCH, asked.rounds - first) for first in range(0, asked.rounds, BATCH)]
    turns = [list(enumerate(sizes))[place :: len(asked.grounds)] for place in range(len(asked.grounds))]

    def serve(place: int) -> None:
        for first in range(0, len(turns[place]), _BATCHES_PER_SITE):
            batches = turns[place][first : first + _BATCHES_PER_SITE]
            for result, site in _on_one_site(asked.grounds[place], asked.seed, batches, tally):
                with lock:
                    tally.add(result)
                    listener.batch_done(tally, result)
                    if not result.count.clean:
                        listener.kept(keep_evidence(site, result, asked.evidence))

    with ThreadPoolExecutor(len(asked.grounds)) as pool:
        list(pool.map(serve, range(len(asked.grounds))))
    return tally


def _on_one_site(
    ground: Ground, seed: int, batches: list[tuple[int, int]], tally: Tally
) -> Iterator[tuple[Result, Site]]:
    site = Site(ground)
    try:
        for number, size in batches:
            yield run(site, plan(seed + number, ground, size)), site
        _add_boundaries(tally, site)
    finally:
        site.close()


def _add_boundaries(tally: Tally, site: Site) -> None:
    for replica in site.replicas:
        tally.passed |= replica.passed()
        tally.died.update(replica.died())
