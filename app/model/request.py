"""A request with its results and decisions, as read from the database: what cards and choices are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.model.canonical import Json, texts
from app.model.clock import Millis
from app.model.lifecycle import Outcome, State
from app.model.person import Behalf, Person
from app.model.plan import Plan
from app.model.preview import Preview
from app.model.results import Results


@dataclass(frozen=True)
class OperationInfo:
    """What messages need to know of an operation.

    noun: singular and plural. seconds: how long a plan of it takes at the least; 0 when no plan is meant.
    """

    key: str
    title: str
    verb: str
    noun: tuple[str, str]
    summary: str
    usage: str
    method: str
    reversible: bool
    seconds: int = 0


@dataclass(frozen=True)
class Decision:
    """One person's approve or deny, with what proved the right at that moment."""

    person_id: str
    person_name: str
    person_email: str | None
    verdict: str
    reason: str
    plan_hash: str
    proof: Mapping[str, Json]
    decided_at: Millis

    def by(self, person: Person | Behalf) -> bool:
        """Whether that person made it, or it was made for them, whatever account was used."""
        behalf = self.behalf
        own = _same(person, self.person_id, self.person_email)
        return own or (behalf is not None and _same(person, behalf.id, behalf.email))

    @property
    def behalf(self) -> Behalf | None:
        """For whom the person made it; None for themselves."""
        found = self.proof.get("for")
        if not isinstance(found, Mapping):
            return None
        email = found["email"]
        told = [str(found[name]) for name in ("id", "name", "role", "delegation")]
        return Behalf(told[0], told[1], None if email is None else str(email), told[2], told[3])

    @property
    def behalf_id(self) -> str | None:
        """That person's id."""
        return None if self.behalf is None else self.behalf.id

    @property
    def named(self) -> str:
        """Who made it, in words: `Dana Silva for Ben Okafor`."""
        return self.person_name if self.behalf is None else f"{self.person_name} for {self.behalf.name}"

    @property
    def principals(self) -> tuple[str, ...]:
        """The policy entries that gave the right."""
        return texts(self.proof.get("principals"))

    @property
    def approves(self) -> bool:
        """Whether it says yes."""
        return self.verdict == "approve"


@dataclass(frozen=True)
class Request:
    """A filed plan. Times in Unix milliseconds; see the table of the same name for each field."""

    id: str
    enterprise_id: str
    operation: str
    undo_of: str | None
    plan: Plan
    plan_hash: str
    preview: Preview
    requester_id: str
    requester_name: str
    requester_email: str | None
    reason: str
    ticket: str
    state: State
    authorisation: str
    approvals_wanted: int
    approvals_from: tuple[tuple[str, int], ...]
    raised_by: tuple[str, ...]
    policy_digest: str
    filed_at: Millis
    expires_at: Millis
    approved_at: Millis | None
    not_before: Millis | None
    begin_by: Millis | None
    execute_within_ms: int
    cool_off_ms: int
    began_at: Millis | None
    called_at: Millis | None
    finished_at: Millis | None
    look_at: Millis | None
    looks: int
    blocked: str | None
    reminded: int
    closing: str | None
    escalated_at: Millis | None = None
    runs: int = 0
    paused_at: Millis | None = None
    resume_by: Millis | None = None
    stopped_by: str | None = None

    @property
    def in_quiet_hours(self) -> bool:
        """Whether it begins later than its cool-off would let it, because of quiet hours."""
        if self.approved_at is None or self.not_before is None:
            return False
        return self.not_before > self.approved_at + self.cool_off_ms

    @property
    def break_glass(self) -> bool:
        """Whether it is carried out without approval."""
        return self.authorisation == "break_glass"


@dataclass(frozen=True)
class Retrospective:
    """What follows a broken glass: somebody else looks at it. why: nobody could approve in time.

    skipped: ids of those who could have approved. Until `closed_at` the person may not do it again.
    """

    person_id: str
    person_email: str | None
    why: str
    skipped: tuple[str, ...]
    opened_at: Millis
    closed_at: Millis | None
    closed_by: str | None
    closed_name: str | None
    findings: str | None

    def by(self, person: Person) -> bool:
        """Whether that person broke the glass, whatever account was used."""
        return _same(person, self.person_id, self.person_email)


@dataclass(frozen=True)
class Listed:
    """What a list shows of a request: neither plan nor preview nor items are read for it."""

    id: str
    state: State
    requester_id: str
    headline: str
    filed_at: Millis
    finished_at: Millis | None


@dataclass(frozen=True)
class Record:
    """A request with what belongs to it. undone_by: an open or successful request that undoes it.

    retrospective: of a request carried out without approval.
    """

    request: Request
    results: Results
    decisions: tuple[Decision, ...]
    undone_by: str | None = None
    retrospective: Retrospective | None = None

    def involves(self, person: Person | Behalf) -> bool:
        """Whether that person asked for it or has decided it, whoever or whatever account did it for them."""
        asked = _same(person, self.request.requester_id, self.request.requester_email)
        return asked or any(decision.by(person) for decision in self.decisions)

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """The decisions that say yes, the earliest first."""
        return tuple(decision for decision in self.decisions if decision.approves)

    @property
    def denial(self) -> Decision | None:
        """The decision that said no, if one did."""
        return next((decision for decision in self.decisions if not decision.approves), None)

    @property
    def took_effect(self) -> bool:
        """Whether this request itself changed anything, as far as was proved."""
        return self.results.of_outcome(Outcome.VERIFIED) > 0


def _same(person: Person | Behalf, user_id: str, email: str | None) -> bool:
    mine = (person.email or "").casefold()
    return person.id == user_id or bool(mine and mine == (email or "").casefold())
