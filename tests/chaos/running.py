"""Runs batches on all kinds of sites side by side: while one waits for a lease to lapse, another works."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.chaos.batches import Result, broken, keep_evidence, run
from tests.chaos.counting import Count
from tests.chaos.plans import BATCH, Batch, aimed, plan
from tests.chaos.site import Ground, Site

_BATCHES_PER_SITE = 6
"""Then a fresh one: reading a long admin channel again and again is what would take the time."""


@dataclass(frozen=True)
class Run:
    """What is asked for. A batch's seed says all about it but the ground, which is its place in the turn.

    aims: a boundary for each batch to die at, in place of what its seed would have it do.
    """

    seed: int
    rounds: int
    grounds: tuple[Ground, ...]
    evidence: Path
    aims: tuple[str, ...] = ()


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
    hit: Counter[str] = field(default_factory=Counter)
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


class Running:
    """A run under way. It can be given up from another thread, and then leaves nothing behind."""

    def __init__(self, asked: Run, listener: Listener) -> None:
        self._asked, self._listener = asked, listener
        self._lock, self._over = threading.Lock(), threading.Event()
        self._sites: list[Site] = []
        self._counted: dict[Path, int] = {}  # boundaries hit by a replica that are in the tally
        self.tally = Tally()

    def run(self) -> Tally:
        """Run them all; each site takes the next seed of its own turn."""
        grounds = self._asked.grounds
        rounds, aims = self._asked.rounds, self._asked.aims
        sizes = (
            [min(BATCH, rounds - first) for first in range(0, rounds, BATCH)] if not aims else [0] * len(aims)
        )
        turns = [list(enumerate(sizes))[place :: len(grounds)] for place in range(len(grounds))]
        workers = [
            threading.Thread(target=self._serve, args=(ground, turn), daemon=True)
            for ground, turn in zip(grounds, turns, strict=True)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return self.tally

    def give_up(self) -> None:
        """Begin nothing new, and close every site that is open."""
        self._over.set()
        for site in list(self._sites):
            site.close()

    def _serve(self, ground: Ground, turn: list[tuple[int, int]]) -> None:
        for first in range(0, len(turn), _BATCHES_PER_SITE):
            if self._over.is_set():
                return
            self._on_one_site(ground, turn[first : first + _BATCHES_PER_SITE])

    def _on_one_site(self, ground: Ground, batches: list[tuple[int, int]]) -> None:
        site = Site(ground, self.tally.hit)
        self._sites.append(site)
        try:
            for number, size in batches:
                if self._over.is_set():
                    return
                seed, aims = self._asked.seed + number, self._asked.aims
                self._run(site, aimed(seed, aims[number]) if aims else plan(seed, ground, size))
        finally:
            self._sites.remove(site)
            site.close()

    def _run(self, site: Site, batch: Batch) -> None:
        try:
            result = run(site, batch)
        except Exception as error:  # noqa: BLE001  (told and counted; the other batches go on)
            if self._over.is_set():
                return
            result = broken(site, batch, error)
        with self._lock:
            self.tally.add(result)
            self._add_boundaries(site)
            self._listener.batch_done(self.tally, result)
            if not result.count.clean:
                self._listener.kept(keep_evidence(site, result, self._asked.evidence))

    def _add_boundaries(self, site: Site) -> None:
        for replica in site.replicas:
            self.tally.passed |= replica.passed()
            hit = replica.hit()
            self.tally.hit.update(hit[self._counted.get(replica.orders, 0) :])
            self._counted[replica.orders] = len(hit)
