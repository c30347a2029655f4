"""What a measurement answers with: rows of figures over rounds, each with its yardstick and its goal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.frame.figures import Spread, ratios, spread


@dataclass(frozen=True)
class Goal:
    """What a row should reach. ratio_…: of the ratio to the yardstick; figure_most: of the figure itself."""

    ratio_most: float | None = None
    ratio_least: float | None = None
    figure_most: float | None = None

    def told(self, unit: str) -> str:
        """The goal in words: `≤ 1.15 ×`."""
        parts = []
        if self.ratio_most is not None:
            parts.append(f"≤ {self.ratio_most:g} ×")
        if self.ratio_least is not None:
            parts.append(f"≥ {self.ratio_least:g} ×")
        if self.figure_most is not None:
            parts.append(f"≤ {self.figure_most:g} {unit}".rstrip())
        return ", ".join(parts)


@dataclass(frozen=True)
class Row:
    """One figure, once per round. yardstick: the same figure of the same rounds, done the other way."""

    what: str
    unit: str
    ours: tuple[float, ...]
    yardstick: tuple[float, ...] = ()
    against: str = ""
    goal: Goal | None = None

    @property
    def figure(self) -> Spread:
        """Ours over the rounds."""
        return spread(self.ours)

    @property
    def held_against(self) -> Spread | None:
        """The yardstick over the rounds, None for a row without one."""
        return spread(self.yardstick) if self.yardstick else None

    @property
    def ratio(self) -> Spread | None:
        """Ours by the yardstick's, round by round; None without one, or with one that is zero."""
        return ratios(self.ours, self.yardstick) if self.yardstick and all(self.yardstick) else None

    @property
    def met(self) -> bool | None:
        """Whether the medians reach the goal; None for a row without one."""
        if self.goal is None:
            return None
        goal, ratio, figure = self.goal, self.ratio, self.figure.median
        least_ok = goal.ratio_least is None or (ratio is not None and ratio.median >= goal.ratio_least)
        most_ok = goal.ratio_most is None or (ratio is not None and ratio.median <= goal.ratio_most)
        return least_ok and most_ok and (goal.figure_most is None or figure <= goal.figure_most)


@dataclass(frozen=True)
class Section:
    """A measurement's part of the report. how: what was done, for readers; notes: what limits the figures."""

    title: str
    how: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; read back by `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Section":
        """The section that `as_json` described."""
        return cls(data["title"], data["how"], tuple(map(_row, data["rows"])), tuple(data["notes"]))


def _row(data: Mapping[str, Any]) -> Row:
    goal = None if data["goal"] is None else Goal(**data["goal"])
    return Row(
        data["what"],
        data["unit"],
        tuple(data["ours"]),
        tuple(data["yardstick"]),
        data["against"],
        goal,
    )


@dataclass(frozen=True)
class Measured:
    """A section as it was measured at one time on one machine."""

    section: Section
    at: str
    seconds: int
    machine: str

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; read back by `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Measured":
        """What `as_json` described."""
        return cls(Section.from_json(data["section"]), data["at"], data["seconds"], data["machine"])
