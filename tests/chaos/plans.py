"""What a seed stands for: which rounds a batch has, what goes wrong for them, and when."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.execution import workflows
from tests.chaos.site import Ground
from tests.support.targets import KINDS, Kind

BATCH = 12
"""Rounds that are in flight together."""

STEP = "a step"
"""Pattern of a crash that takes its boundary from those of durable steps the replica has come by."""

DESTRUCTIVE = "|".join(kind.method.replace(".", r"\.") for kind in KINDS)

_FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("lost", {}),
    ("refused", {}),
    ("truncated", {}),
    ("rate_limited", {"retry_after": 1}),
    ("http", {"status": 503}),
    ("error", {"error": "internal_error"}),
    ("error", {"error": "fatal_error"}),
    ("slow", {"seconds": 1.5}),
    ("unperformed_ok", {}),
)
_CRASHES = (
    f"call:({DESTRUCTIVE}):before",
    f"call:({DESTRUCTIVE}):after",
    "call:chat",
    "commit:",
    STEP,
    STEP,
    STEP,
)

_FREEZES = ("commit:after", STEP, STEP)
"""Not inside the request itself: what is stopped there goes on to send it, and nothing can hold it back."""


@dataclass(frozen=True)
class Round:
    """One request: so many targets of one operation."""

    kind: Kind
    items: int


@dataclass(frozen=True)
class Fault:
    """A fault of local Slack, switched on before the approvals."""

    method: str
    kind: str
    rest: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disaster:
    """Something that hits the whole site. at: seconds after the first approval. lasts: seconds."""

    what: str
    at: float
    lasts: float
    replica: int
    number: float = 0.0
    pattern: str = ""


@dataclass(frozen=True)
class Batch:
    """Everything that is decided beforehand. late: how many of the rounds are filed under fire."""

    seed: int
    rounds: tuple[Round, ...]
    faults: tuple[Fault, ...]
    disasters: tuple[Disaster, ...]
    late: int

    def told(self) -> dict[str, Any]:
        """As JSON, for the evidence."""
        return {
            "seed": self.seed,
            "rounds": [[one.kind.operation, one.items] for one in self.rounds],
            "late": self.late,
            "faults": [vars(fault) for fault in self.faults],
            "disasters": [vars(disaster) for disaster in self.disasters],
        }


def plan(seed: int, ground: Ground, size: int = BATCH) -> Batch:
    """The batch of that seed on that ground."""
    chance = random.Random(seed)
    rounds = tuple(Round(chance.choice(KINDS), chance.choice((1, 1, 1, 2, 3, 7))) for _ in range(size))
    faults = tuple(fault for one in rounds for fault in _faults(chance, one))
    disasters = tuple(_disaster(chance, ground) for _ in range(chance.choice((2, 3, 3, 4, 5))))
    late = min(size, chance.choice((0, 0, 1, 2)))
    return Batch(seed, rounds, faults, tuple(sorted(disasters, key=lambda one: one.at)), late)


def aimed(seed: int, boundary: str) -> Batch:
    """A batch in which a process dies at exactly that boundary; its faults lead past the rare ones."""
    rounds = (*(Round(kind, 1) for kind in KINDS), Round(KINDS[2], 3))
    faults = tuple(Fault(KINDS[place].method, kind, {"times": 1}) for place, kind in _LEADING.items())
    crash = Disaster("crash", 0.0, _AIMED_SECONDS, 0, 0.0, f"^{boundary}$")
    return Batch(seed, rounds, faults, (crash,), 0)


def boundaries() -> tuple[str, ...]:
    """Right before and right after each durable step, as the workflows name them."""
    source = Path(workflows.__file__).read_text(encoding="utf-8")
    steps = dict.fromkeys(re.findall(r'_(?:step|read)\("(\w+)"', source))
    return tuple(f"step:{step}:{side}" for step in steps for side in ("before", "after"))


_LEADING = {1: "refused", 2: "lost", 3: "unperformed_ok"}
"""Place of an operation → what happens to its call: repeated, found to be done, never shown."""

_AIMED_SECONDS = 15.0


def _faults(chance: random.Random, one: Round) -> list[Fault]:
    found = []
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        kind, rest = chance.choice(_FAULTS)
        if kind == "unperformed_ok" and one.kind.operation == "disconnect-org":
            continue  # by design watched for a day, in which Slack may still do it
        found.append(Fault(one.kind.method, kind, {**rest, "times": chance.choice((1, 1, 2))}))
    return found


def _disaster(chance: random.Random, ground: Ground) -> Disaster:
    what = chance.choice(_possible(ground))
    longest = {"stall": (9.0, 12.0), "freeze": (9.0, 12.0), "crash": (8.0, 12.0)}
    lasts = chance.uniform(*longest.get(what, (0.3, 3.0)))
    return Disaster(
        what,
        at=chance.uniform(0.0, 2.5),
        lasts=lasts,
        replica=chance.randrange(ground.replicas),
        number=_number(chance, what),
        pattern=chance.choice(_CRASHES if what == "crash" else _FREEZES),
    )


def _possible(ground: Ground) -> list[str]:
    """Kinds of disasters, the commoner ones several times."""
    found = ["crash"] * 6 + ["kill"] * 2 + ["replace", "clock", "outage", "storm", "cut", "slow"]
    found += ["disk"] * 2 if ground.database == "sqlite" else ["database", "database", "disk"]
    return found + (["stall", "freeze", "freeze"] if ground.replicas > 1 else [])


def _number(chance: random.Random, what: str) -> float:
    """Which boundary, how far the clock jumps, or how many calls are concerned."""
    if what in ("crash", "freeze"):
        return chance.randrange(1, 1000)
    if what == "clock":
        return chance.choice((-200.0, -60.0, 60.0, 240.0, 7200.0))
    return chance.randrange(5, 30)
