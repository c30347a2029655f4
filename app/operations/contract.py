"""What an operation is: everything special about one kind of admin change, declared in one module.

Forms, cards, commands, the queue, the audit log, the manifest and the docs check derive from this.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from app.config import OperationPolicy, Shape, Terms
from app.model.canonical import Json
from app.model.clock import Millis
from app.model.form import Choice, Entries, Form
from app.model.plan import Item, Plan
from app.model.preview import Preview, Problem
from app.model.request import OperationInfo
from app.model.table import Column
from app.operations.traits import Trait, told
from app.slack.directory import Live
from app.slack.directory.snapshot import Snapshots
from app.slack.methods import METHODS


class Risk(StrEnum):
    """Who could undo it."""

    THIRD_PARTY = "third_party"  # only with the consent of somebody outside
    OURS = "ours"  # we can, by a request of our own


@dataclass(frozen=True)
class Call:
    """One destructive Web API request for one or more items."""

    method: str
    arguments: Mapping[str, Json]
    keys: tuple[str, ...]


class Standing(StrEnum):
    """What a read says about an item's goal."""

    REACHED = "reached"
    UNDER_WAY = "under_way"  # Slack is at it: calling again would add nothing
    NOT_YET = "not_yet"
    UNSEEN = "unseen"  # our token cannot see it: neither yes nor no


@dataclass(frozen=True)
class Sight:
    """An item as read just now.

    facts: its decision facts, in the shape of the plan's; None when it could not be seen or is gone.
    note: one sentence worth keeping, in the present tense.
    """

    standing: Standing
    facts: Mapping[str, Json] | None = None
    note: str = ""


@dataclass(frozen=True)
class Drift:
    """How an item differs from its preview. Any change stops it; notes are only told."""

    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Patience:
    """How long to look for an effect, in seconds of Slack's own clock.

    first, longest: the pauses between looks, doubling from one to the other.
    watched: how long execution itself keeps looking; later looks come ever more rarely until `limit`.
    settle: how long after an answer was lost an effect may still appear; a repeat waits that long.
    """

    first: float
    longest: float
    watched: float
    limit: float
    settle: float


@dataclass(frozen=True)
class Planned:
    """What came of a form: a plan with its preview, and every target that cannot be part of it.

    `plan` and `preview` are None when nothing is left to request.
    """

    plan: Plan | None
    preview: Preview | None
    problems: tuple[Problem, ...] = ()


Progress: TypeAlias = Callable[[int, int], None]
"""Told how many of how many targets were looked up."""


def silently(done: int, of: int) -> None:
    """Nobody waits for this."""


@dataclass(frozen=True)
class Site:
    """What planning may use: live reads, what was seen before, the rules, the time.

    progress: told now and then how many targets of how many were looked up.
    """

    live: Live
    snapshots: Snapshots
    rules: OperationPolicy
    now: Millis
    progress: Progress = silently

    @property
    def enterprise_id(self) -> str:
        """Our organization."""
        return self.live.enterprise_id


@dataclass(frozen=True)
class Finished:
    """A finished request, as the request that undoes it needs it. keys: the items that took effect."""

    request_id: str
    plan: Plan
    preview: Preview
    keys: tuple[str, ...]


class Rails(Protocol):
    """Whom and what the guardrails protect: the policy as an argument. Reading may raise ReadFailed.

    admin_ids: the accounts whose user tokens Drawbridge acts with: every admin who installed it.
    approvers: everybody who may approve anything, as user ids.
    protected_groups: user groups by id: the policy's own and those it lists as protected.
    """

    enterprise_id: str
    admin_channel: str
    admin_ids: frozenset[str]

    @property
    def workspace_ids(self) -> frozenset[str]:
        """Our workspaces."""
        ...

    @property
    def approvers(self) -> frozenset[str]:
        """Everybody who may approve anything."""
        ...

    @property
    def protected_groups(self) -> frozenset[str]:
        """User groups that must stay enabled."""
        ...


class Move(ABC):
    """One direction of an operation: doing it, or undoing it. All of `look` is reading."""

    method: str
    patience: Patience
    reads: tuple[str, ...] = ()
    """Reading methods that take a request of their own for each call, to recheck or to prove it."""
    per_call: int = 1
    """How many items one call carries at the most."""

    def seconds(self, items: int) -> int:
        """How long carrying out so many items takes at the least, at the rates that Slack promises."""
        slowest = min(METHODS[method].per_minute for method in (self.method, *self.reads))
        calls = -(-items // self.per_call)
        return -(-(calls - 1) * 60 // slowest)  # the first one goes at once

    @abstractmethod
    def look(
        self, plan: Plan, items: Sequence[Item], live: Live, *, closely: bool = False
    ) -> dict[str, Sight]:
        """Each item as it is now, by key. Raises ReadFailed when Slack could not answer.

        closely: before a call, or in doubt about one: ask also for signs that Slack is at it, where that
        takes more reading.
        """

    @abstractmethod
    def pack(self, items: Sequence[Item]) -> list[Call]:
        """The calls that carry out those items, each item in exactly one."""

    def drift(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> Drift:
        """What changed since the preview. Every differing decision fact counts, unless overridden."""
        changed = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
        return Drift(tuple(_told(key, before.get(key), after.get(key)) for key in changed))

    def split(self, call: Call, code: str) -> list[Call]:
        """Smaller calls to make instead after that error; empty when splitting cannot help."""
        return []


class Operation(ABC):
    """A kind of admin change.

    key: `disconnect-org`; also its slash command and its table in the policy file.
    title: for the head of a form, at most 24 characters. verb: begins a sentence about what will happen.
    noun: what it acts on, singular and plural.
    reads: Web API methods its lookups call; with the moves' methods they make up its scopes.
    sources: the directory lists its selects are answered from.
    max_items: how many items a request may have unless the policy says otherwise.
    columns: of the CSV file its targets can be uploaded in; `Entries.rows` gives them back to `plan`.
    traits: what its items can have that a policy may ask more for.
    containment: it only cuts off, so that the policy may let named people do it in an emergency alone.
    """

    key: str
    title: str
    verb: str
    noun: tuple[str, str]
    summary: str
    usage: str
    risk: Risk
    reads: tuple[str, ...]
    sources: tuple[str, ...]
    max_items: int
    columns: tuple[Column, ...]
    do: Move
    undo: Move | None = None
    traits: frozenset[Trait] = frozenset()
    containment: bool = False

    @property
    def terms(self) -> Terms:
        """What a policy may say of it."""
        return Terms(self.max_items, frozenset(map(str, self.traits)))

    def traits_of(self, item: Item) -> frozenset[Trait]:
        """What is special about one item, by its decision facts and its target."""
        return frozenset()

    def shape(self, plan: Plan) -> Shape:
        """What the policy's conditions are held against."""
        return Shape(len(plan.items), told(trait for item in plan.items for trait in self.traits_of(item)))

    @property
    def methods(self) -> tuple[str, ...]:
        """Every Web API method it needs, the destructive ones first."""
        moves = [move.method for move in (self.do, self.undo) if move is not None]
        return tuple(dict.fromkeys([*moves, *self.reads]))

    def info(self, plan: Plan | None = None) -> OperationInfo:
        """What messages need to know of it, in the direction that plan goes."""
        move = self.do if plan is None else self.move(plan)
        return OperationInfo(
            self.key,
            self.title,
            self.verb,
            self.noun,
            self.summary,
            self.usage,
            move.method,
            self.risk is Risk.OURS,
            0 if plan is None else move.seconds(len(plan.items)),
        )

    def move(self, plan: Plan) -> Move:
        """The direction that plan goes in."""
        if plan.undo_of is None:
            return self.do
        if self.undo is None:
            raise ValueError(f"{self.key} cannot be undone")
        return self.undo

    @abstractmethod
    def form(self, entries: Entries, rules: OperationPolicy) -> Form:
        """What to ask, given what was entered so far (without reason and ticket, which every form asks)."""

    @abstractmethod
    def plan(self, entries: Entries, site: Site) -> Planned:
        """From entries to items, reading everything live. Raises ReadFailed."""

    @abstractmethod
    def prefill(self, text: str, site: Site) -> dict[str, Json]:
        """Entries for the text typed after the command; empty when it says nothing we know."""

    def offers(self, field_key: str, entries: Entries, site: Site) -> list[Choice]:
        """The list of a select that depends on another field. Raises ReadFailed."""
        return []

    def missing(self, entries: Entries) -> dict[str, str]:
        """What is wrong with the entries without asking Slack: field key → sentence."""
        return {}

    @abstractmethod
    def guard(self, plan: Plan, rails: Rails, live: Live) -> list[Problem]:
        """Refusals no approval overrides, at filing and again at execution. Raises ReadFailed."""

    def confirmation(self, plan: Plan) -> tuple[str, ...]:
        """What an approver may type to confirm; the first is the one asked for. Empty: no typing."""
        return ()

    def plan_undo(self, finished: Finished, site: Site) -> Planned:
        """The plan that reverses what a finished request did. Raises ReadFailed."""
        raise ValueError(f"{self.key} cannot be undone")


def _told(key: str, before: Json, after: Json) -> str:
    name = key.replace("_", " ")
    if isinstance(before, Sequence) and isinstance(after, Sequence) and not isinstance(before, str):
        gone = ", ".join(str(entry) for entry in before if entry not in after)
        come = ", ".join(str(entry) for entry in after if entry not in before)
        parts = [f"no longer {gone}"] if gone else []
        parts += [f"now also {come}"] if come else []
        return f"{name}: {' and '.join(parts)}"
    return f"{name}: was {_shown(before)}, is {_shown(after)}"


def _shown(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)
