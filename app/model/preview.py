"""The preview: what was read from Slack when the plan was made, as people will see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from sys import intern
from typing import Any

from app.model.canonical import Json


class Severity(StrEnum):
    """How loudly a warning speaks."""

    DANGER = "danger"
    CAUTION = "caution"
    NOTE = "note"


_LOUDNESS = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing the approver must know, in one sentence."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value of the target: `Last activity` / `3 days ago`."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ItemPreview:
    """What is known of one item. `title` carries the name and, always, the id.

    weight: how many people or conversations it touches; among equal warnings the more come first.
    """

    key: str
    title: str
    facts: tuple[Fact, ...] = ()
    warnings: tuple[Warning, ...] = ()
    weight: int = 0

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Sorts the items that need a close look first."""
        loudness = [_LOUDNESS.index(warning.severity) for warning in self.warnings]
        loudest = min(loudness, default=len(_LOUDNESS))
        return loudest, -loudness.count(loudest), -self.weight, self.title


class Kind(StrEnum):
    """What is in a target's way, in the words people read; those to be looked at first come first."""

    REFUSED = "refused"
    NOT_FOUND = "not found"
    DUPLICATE = "named more than once"
    ALREADY = "already so"


_KINDS = {
    **dict.fromkeys(("already", "already_undone"), Kind.ALREADY),
    "duplicate": Kind.DUPLICATE,
    **dict.fromkeys(
        ("not_found", "ambiguous", "invalid_id", "incomplete_row", "no_workspace", "nothing_asked"),
        Kind.NOT_FOUND,
    ),
}


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
    def kind(self) -> Kind:
        """What is in the way, roughly."""
        return _KINDS.get(self.code, Kind.REFUSED)

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
    totals: of a long list, how many items there are of each kind and risk.
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
    totals: tuple[Fact, ...] = ()

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
                    "weight": item.weight,
                }
                for item in self.items
            ],
            "effects": list(self.effects),
            "warnings": _warnings_json(self.warnings),
            "coverage": list(self.coverage),
            "proof": self.proof,
            "snapshot": self.snapshot,
            "left_out": list(self.left_out),
            "totals": [[fact.label, fact.value] for fact in self.totals],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Preview":
        """The preview that `as_json` described. What thousands of items say alike is kept once."""
        items = tuple(
            ItemPreview(
                item["key"],
                item["title"],
                tuple(Fact(intern(label), intern(value)) for label, value in item["facts"]),
                _warnings_from(item["warnings"]),
                item["weight"],
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
            tuple(Fact(label, value) for label, value in data["totals"]),
        )

    def worst(self, most: int) -> tuple[ItemPreview, ...]:
        """The items that need a close look first, at most so many."""
        return tuple(sorted(self.items, key=lambda item: item.rank)[:most])

    def all_warnings(self) -> tuple[tuple[str, Warning], ...]:
        """Every warning with the title of its item (empty for the whole plan), the loudest first."""
        found = [("", warning) for warning in self.warnings]
        found += [(item.title, warning) for item in self.items for warning in item.warnings]
        loudness = list(Severity)
        return tuple(sorted(found, key=lambda pair: loudness.index(pair[1].severity)))


def ranked(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order in which people look at them; in the order of the list within a kind."""
    return sorted(problems, key=lambda problem: (not problem.guardrail, list(Kind).index(problem.kind)))


def _warnings_json(warnings: tuple[Warning, ...]) -> list[Json]:
    return [[warning.severity.value, warning.text] for warning in warnings]


def _warnings_from(data: list[list[str]]) -> tuple[Warning, ...]:
    return tuple(Warning(Severity(severity), intern(text)) for severity, text in data)
