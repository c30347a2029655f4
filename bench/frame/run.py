"""One run of the bench: how many rounds, how small, where its files lie, and whose turn it is."""

import itertools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bench.frame.progress import Steps

if TYPE_CHECKING:
    from tests.support.databases import Postgres

T = TypeVar("T")

KINDS = ("sqlite", "postgresql")


@dataclass
class Run:
    """What a measurement gets. rounds: how often each figure is taken. quick: tiny sizes, for a try."""

    folder: Path
    steps: Steps
    rounds: int
    quick: bool = False
    _started: "list[Postgres]" = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def few(self) -> int:
        """Rounds of what takes minutes each time: two for every five."""
        return max(1, self.rounds * 2 // 5)

    def size(self, full: int, quick: int) -> int:
        """A size of the measurement: the full one, or the tiny one of a quick try."""
        return quick if self.quick else full

    def new_folder(self) -> Path:
        """An empty folder of the measurement's own."""
        found = self.folder / f"part-{next(self._numbers)}"
        found.mkdir()
        return found

    def new_database(self, kind: str) -> str:
        """The URL of a new, empty database of that kind."""
        if kind == "postgresql":
            return self.postgres.new()
        return f"sqlite:///{self.new_folder() / 'drawbridge.db'}"

    @cached_property
    def postgres(self) -> "Postgres":
        """The run's own PostgreSQL server, started when first asked for."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns about a missing XDG_RUNTIME_DIR
            from tests.support.databases import Postgres

            self._started.append(Postgres(self.folder / "postgres"))
        return self._started[-1]

    def end(self) -> None:
        """Stop what was started."""
        for server in self._started:
            server.stop()

    def turns(self, what: str, sides: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
        """Each side once per round, A B, then B A, and so on: neither always has the warmer machine."""
        found: dict[str, list[T]] = {name: [] for name in sides}
        with self.steps.of(what, self.rounds * len(sides)) as done:
            for number in range(self.rounds):
                names = list(sides)
                for name in names if number % 2 == 0 else reversed(names):
                    found[name].append(sides[name]())
                    done(sum(map(len, found.values())))
        return found
