"""The preview: what was read from Slack when the plan was made, as people will see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.model.canonical import Json


class Severity(StrEnum):
    """How loudly a warning speaks."""

    DANGER = "danger"
    CAUTION = "caution"
    NOTE = "note"


@dataclass(frozen=True)
class Warning:
    """One thing the approver must know, in one sentence."""

    severity: Severity
    text: str


@dataclass(frozen=True)
class Fact:
    """A named value of the target: `Last activity` / `3 days ago`."""

    label: str
    value: str


@dataclass(frozen=True)
class ItemPreview:
    """What is known of one item. `title` carries the name and, always, the id."""

    key: str
    title: str
    facts: tuple[Fact, ...] = ()
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A target that cannot be part of a plan, with the reason code and a sentence that says what to do.

    guardrail: no approval overrides it, so nothing else in the list is requested with it either.
    line: where the target stands in the uploaded list; 0 when it does not come from there.
    """

    subject: str
    code: str
    sentence: str
    guardrail: bool = False
    line: int = 0

    @property
    def told(self) -> str:
        """The whole of it as one sentence, with the line it is about."""
        where = f"Line {self.line:,}: " if self.line else ""
        return f"{where}{self.subject}: {self.sentence}" if self.subject else f"{where}{self.sentence}"


@dataclass(frozen=True)
class Preview:
    """The pre-state behind a plan.

    headline: what will happen, numbers and names first, without a full stop.
    effects: what people will lose or gain, one sentence each.
    coverage: what the token could not see, or an empty tuple when it saw everything.
    left_out: what was entered and could not become part of the plan, with the reason.
    proof: how the effect will be proved, or why it cannot be.
    snapshot: pre-state an undo needs (member lists, former sets), never shown.
    """

    headline: str
    items: tuple[ItemPreview, ...]
    effects: tuple[str, ...] = ()
    warnings: tuple[Warning, ...] = ()
    coverage: tuple[str, ...] = ()
    proof: str = ""
    snapshot: Mapping[str, Json] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Plain JSON; read back by `from_json`."""
        return {
            "headline": self.headline,
            "items": [
                {
                    "key": item.key,
                    "title": item.title,
                    "facts": [[fact.label, fact.value] for fact in item.facts],
                    "warnings": _warnings_json(item.warnings),
                }
                for item in self.items
            ],
            "effects": list(self.effects),
            "warnings": _warnings_json(self.warnings),
            "coverage": list(self.coverage),
            "proof": self.proof,
            "snapshot": self.snapshot,
            "left_out": list(self.left_out),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Preview":
        """The preview that `as_json` described."""
        items = tuple(
            ItemPreview(
                item["key"],
                item["title"],
                tuple(Fact(label, value) for label, value in item["facts"]),
                _warnings_from(item["warnings"]),
            )
            for item in data["items"]
        )
        return cls(
            data["headline"],
            items,
            tuple(data["effects"]),
            _warnings_from(data["warnings"]),
            tuple(data["coverage"]),
            data["proof"],
            data["snapshot"],
            tuple(data["left_out"]),
        )

    def all_warnings(self) -> tuple[tuple[str, Warning], ...]:
        """Every warning with the title of its item (empty for the whole plan), the loudest first."""
        found = [("", warning) for warning in self.warnings]
        found += [(item.title, warning) for item in self.items for warning in item.warnings]
        loudness = list(Severity)
        return tuple(sorted(found, key=lambda pair: loudness.index(pair[1].severity)))


def _warnings_json(warnings: tuple[Warning, ...]) -> list[Json]:
    return [[warning.severity.value, warning.text] for warning in warnings]


def _warnings_from(data: list[list[str]]) -> tuple[Warning, ...]:
    return tuple(Warning(Severity(severity), text) for severity, text in data)
