"""The count: what local Slack's own log and org say, against what the database and the cards say."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from localslack.org.model import ConnectionStatus, Org
from localslack.seen import Message
from tests.chaos.site import Site
from tests.chaos.working import Filed, state
from tests.support.people import ADMIN

JSON = dict[str, Any]

ENDED = {
    "succeeded": "Done and proved",
    "partial": "Partly done",
    "failed": "Failed",
    "drifted": "Not carried out: the target changed",
    "unknown": "Outcome unknown",
    "stopped": "Stopped",
    "expired": "Expired",
}
"""How the card of an ended request begins. Denials and cancellations are nobody's plan here."""

_WORDS = {
    "verified": "proved by reading back",
    "already": "already so before",
    "failed": "failed",
    "unknown": "unknown",
    "drifted": "changed since the preview",
    "skipped": "not attempted",
}
_EFFECT: dict[str, Callable[[Org, str], bool]] = {
    "disconnect-org": lambda org, id: org.external_orgs[id].status is ConnectionStatus.DISCONNECTED,
    "disconnect-channel": lambda org, id: not org.channels[id].connected,
    "disable-usergroup": lambda org, id: bool(org.usergroups[id].disabled_at),
    "set-channel-workspaces": lambda org, id: "T0SUPPORT1" in org.channels[id].team_ids,
    "remove-policy-users": lambda org, id: id not in org.policies["email_password"].entities,
}


@dataclass
class Count:
    """What must be nought, in rounds or items, and the sentences that say where it is not."""

    lost: int = 0
    repeated: int = 0
    stuck: int = 0
    cards: int = 0
    untrue: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return self == Count()


NAMES = tuple(field.name for field in fields(Count))


def count(site: Site, work: Sequence[Filed], calls: Sequence[JSON]) -> tuple[Count, list[str]]:
    """The count over those rounds, with one sentence for each finding. calls: since the batch began."""
    judge = _Judge(site, calls)
    for filed in work:
        judge.look_at(filed)
    return judge.count, judge.findings


def settled(site: Site, filed: Filed) -> bool:
    """Whether its request has ended and its card says so."""
    told = ENDED.get(state(site, filed.request))
    return told is not None and any(told in card.text for card in cards(site, filed.request)[-1:])


def cards(site: Site, request: str) -> list[Message]:
    """The request's cards in the admin channel, oldest first."""
    seen = site.client.get("see/messages", user=site.desks[0].ben.id, channel=ADMIN, limit=200)["messages"]
    return [Message(one) for one in seen if f"Request {request}" in one["text"]]


class _Judge:
    def __init__(self, site: Site, calls: Sequence[JSON]) -> None:
        self._site, self._calls = site, calls
        self.count, self.findings = Count(), list[str]()

    def look_at(self, filed: Filed) -> None:
        """Everything about one round."""
        for said in filed.said:
            if not state(self._site, said):
                self._find("lost", f"{said} was confirmed to the requester and is not in the database")
        if not filed.request:
            self._find("stuck", f"{filed.round.kind.operation} of {filed.targets} could never be filed")
            return
        standing = state(self._site, filed.request)
        if standing not in ENDED:
            self._find("stuck", f"{filed.request} is still {standing}")
        outcomes = self._outcomes(filed)
        for target in filed.targets:
            self._look_at_item(filed, target, outcomes, standing)
        self._look_at_card(filed, standing, list(outcomes.values()))

    def _look_at_item(
        self, filed: Filed, target: str, outcomes: dict[str, str | None], standing: str
    ) -> None:
        found = [outcome for key, outcome in outcomes.items() if target in key]
        if len(found) != 1:
            self._find("lost", f"{target} of {filed.request} is {len(found)} items")
            return
        outcome, effect = found[0], self._effect(filed, target)
        if standing in ENDED and standing != "expired" and outcome not in _WORDS:
            self._find("lost", f"{target} of {filed.request} ended without an outcome ({outcome})")
        if outcome in ("verified", "already") and not effect:
            self._find("lost", f"{target} of {filed.request} is {outcome}, but nothing happened in Slack")
        if outcome in ("failed", "skipped", "drifted") and effect:
            self._find("untrue", f"{target} of {filed.request} is {outcome}, but it happened in Slack")
        later = list(self._after_success(filed, target))
        if later:
            numbers = ", ".join(str(call["number"]) for call in later)
            self._find("repeated", f"{target} of {filed.request} was called again: calls {numbers}")

    def _look_at_card(self, filed: Filed, standing: str, outcomes: list[str | None]) -> None:
        shown = cards(self._site, filed.request)
        if not shown:
            self._find("cards", f"{filed.request} has no card")
            return
        text, buttons = shown[-1].text, shown[-1].buttons
        wrong = [told for told in (ENDED.get(standing, ""), *_tally(standing, outcomes)) if told not in text]
        wrong += [label for label in buttons if standing in ENDED and label.startswith(("Approve", "Deny"))]
        if wrong:
            self._find("cards", f"the card of {filed.request} ({standing}) disagrees about {wrong}")

    def _outcomes(self, filed: Filed) -> dict[str, str | None]:
        query = "SELECT key, outcome FROM drawbridge_items WHERE request_id = :id"
        return {row.key: row.outcome for row in self._site.rows(query, id=filed.request)}

    def _effect(self, filed: Filed, target: str) -> bool:
        world = self._site.slack.world
        with world.lock:
            world.settle()
            return _EFFECT[filed.round.kind.operation](world.org, target)

    def _after_success(self, filed: Filed, target: str) -> Iterator[JSON]:
        """Destructive calls for the target that came after one that had taken effect."""
        kind, done = filed.round.kind, False
        for call in self._calls:
            if call["method"] != kind.method or not _names(call["args"].get(kind.argument), target):
                continue
            if done:
                yield call
            done = done or call["effect"]

    def _find(self, name: str, sentence: str) -> None:
        setattr(self.count, name, getattr(self.count, name) + 1)
        self.findings.append(f"{name}: {sentence}")


def _names(argument: object, target: str) -> bool:
    return re.search(rf"\b{re.escape(target)}\b", json.dumps(argument)) is not None


def _tally(standing: str, outcomes: Sequence[str | None]) -> Iterator[str]:
    """What the card's tally has to say."""
    if standing not in ENDED or standing == "expired":
        return
    for outcome in {outcome for outcome in outcomes if outcome is not None}:
        yield f"{outcomes.count(outcome)} {_WORDS.get(outcome, outcome)}"
