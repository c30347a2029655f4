"""Break-glass: named people carry out a containment without approval, in front of everybody."""

from typing import TypeVar

from app.config import Policy
from app.model.clock import Clock
from app.model.refusal import Refusal
from app.operations import OPERATIONS
from app.requests.admin_channel import AdminChannels
from app.requests.authority import Entitled, known, may_request
from app.requests.broken_glass import Glass, unclosed
from app.requests.demands import rules_for
from app.requests.drafts import Draft
from app.requests.filing import Filed, Filing
from app.requests.quorums import Electorate
from app.slack.directory import Live
from app.storage import Database

T = TypeVar("T")

_SHORTEST = 10
_NOT_NAMED = Refusal("not_named", "The policy names you among nobody who may break the glass.")


class BreakGlass:
    """Decides who may, and files what they do. Roles are read live; a refusal is in the audit log."""

    def __init__(self, database: Database, filing: Filing, channels: AdminChannels, clock: Clock) -> None:
        self._database, self._filing = database, filing
        self._channels, self._clock = channels, clock

    def offered(self, draft: Draft, policy: Policy, live: Live) -> bool:
        """Whether that person is shown the way at all; asks Slack only about people who are named.

        What else stands against it is told to whoever takes that way. Raises ReadFailed.
        """
        return self._named(draft, policy) is None and not isinstance(known(draft.user_id, live), Refusal)

    def allowed(self, draft: Draft, policy: Policy, live: Live) -> Entitled | Refusal:
        """Whether the draft's owner may break the glass with it now. Raises ReadFailed."""
        return self._audited(draft, self._allowed(draft, policy, live))

    def phrase(self, draft: Draft) -> str:
        """What has to be typed, empty for a draft without a plan."""
        return OPERATIONS[draft.operation].confirmation(draft.plan)[0] if draft.plan is not None else ""

    def errors(self, draft: Draft, typed: str, why: str) -> dict[str, str]:
        """What is wrong with what was typed: field → sentence."""
        wrong = {}
        if draft.plan is None or typed.strip().casefold() not in {
            phrase.strip().casefold() for phrase in OPERATIONS[draft.operation].confirmation(draft.plan)
        }:
            wrong["typed"] = f"Type exactly: {self.phrase(draft)}"
        if len(why.strip()) < _SHORTEST:
            wrong["why"] = f"Say in at least {_SHORTEST} characters why nobody can approve in time."
        return wrong

    def use(self, draft: Draft, policy: Policy, live: Live, typed: str, why: str) -> Filed | Refusal:
        """File the draft and let it begin without approval. Raises ReadFailed."""
        may = self.allowed(draft, policy, live)
        if isinstance(may, Refusal):
            return may
        wrong = self.errors(draft, typed, why)
        if wrong or draft.plan is None:
            sentence = " ".join(wrong.values()) or "Look at the preview first, then go on from there."
            refusal = Refusal("wrong_phrase", sentence)
            self._filing.refused(draft.enterprise_id, draft.user_id, draft.operation, refusal)
            return refusal
        rules = rules_for(policy, draft.plan)
        skipped = Electorate(live).approving(rules, without={draft.user_id})
        return self._filing.file(draft, may, policy, Glass(why.strip(), tuple(sorted(skipped))))

    def _allowed(self, draft: Draft, policy: Policy, live: Live) -> Entitled | Refusal:
        unfit = self._named(draft, policy)
        if unfit is not None:
            return unfit
        person = known(draft.user_id, live)
        if isinstance(person, Refusal):
            return person
        with self._database.read() as connection:
            still = unclosed(connection, draft.enterprise_id, person)
        if still is not None:
            return still
        if not draft.entries.text("ticket").strip():
            return Refusal("no_incident", "Go back and give the incident's id as the ticket first.")
        may = may_request(draft.user_id, policy[draft.operation], live, self._clock)
        return may if isinstance(may, Refusal) else self._channels.unfit(live) or may

    def _named(self, draft: Draft, policy: Policy) -> Refusal | None:
        """None for a containment by somebody whom the policy names."""
        if not OPERATIONS[draft.operation].containment or draft.undo_of is not None:
            return Refusal("no_containment", "Only what merely cuts off can be done without approval.")
        return None if may_break(draft.user_id, policy) else _NOT_NAMED

    def _audited(self, draft: Draft, result: T | Refusal) -> T | Refusal:
        if isinstance(result, Refusal):
            self._filing.refused(draft.enterprise_id, draft.user_id, draft.operation, result)
        return result


def may_break(user_id: str, policy: Policy) -> bool:
    """Whether the policy names that person. An empty list names nobody."""
    return any(principal.name == user_id for principal in policy.break_glass.people)
