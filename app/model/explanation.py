"""Why somebody may or may not do something: said in points, for Slack and for the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One sentence of an explanation. fine: True for what allows, False for what refuses, None for a fact."""

    text: str
    fine: bool | None = None


@dataclass(frozen=True)
class Explanation:
    """What was asked about, and the answer point by point."""

    subject: str
    points: tuple[Point, ...]
