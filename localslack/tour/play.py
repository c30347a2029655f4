"""The stage with the people on it, and what the tour remembers while it plays."""

from dataclasses import dataclass, field
from typing import Any

from localslack.people import LocalSlackClient
from localslack.seen import Message, Modal, Result
from localslack.tour import words
from localslack.tour.cast import ADMIN_CHANNEL, Actor, Cast
from localslack.tour.facts import Facts, Read
from localslack.tour.failures import Unfulfilled, promise
from localslack.tour.stage import Stage

JSON = dict[str, Any]

PATIENCE = 30.0
"""Seconds to wait for anything; what takes longer has gone wrong."""


@dataclass
class Filed:
    """A request on stage: its id, and how many calls were logged before it, and before the last decision."""

    id: str
    calls_before: int
    decided_after: int = 0


@dataclass
class Counts:
    """What the closing tells."""

    requests: list[str] = field(default_factory=list)
    refusals: int = 0


class Play:
    """One tour: who plays, what is shown, what was filed."""

    def __init__(self, stage: Stage, client: LocalSlackClient) -> None:
        self.stage, self.client = stage, client
        self.cast, self.counts = Cast(client), Counts()

    def facts(self, reads: dict[str, Read], about: str = "in local Slack") -> Facts:
        """The facts of a story, read once and shown. about: what they tell."""
        facts = Facts(self.client.state, reads, about)
        facts.take("before")
        self.stage.facts(facts)
        return facts

    def card(self, filed: Filed, *saying: str) -> Message:
        """The request's card as an approver sees it, once its status says one of those."""

        def fits(message: Message) -> bool:
            mine = filed.id in message.text and bool(message.buttons)
            return mine and (not saying or any(word in status(message) for word in saying))

        return self.cast.ben.person.wait_message(ADMIN_CHANNEL, where=fits, timeout=PATIENCE)

    def changing(self, filed: Filed) -> list[JSON]:
        """Calls since the request was filed that change the org, or would have."""
        calls = self.client.calls(after=filed.calls_before)
        return [call for call in calls if call["method"] in words.CHANGING]

    def expect_calls(self, filed: Filed, *wanted: JSON) -> None:
        """Exactly these changing calls took effect, by their arguments; none wanted: none was even made."""
        made = self.changing(filed)
        if not wanted:
            methods = ", ".join(call["method"] for call in made)
            promise(not made, f"No changing call may be made for {filed.id}, but there was {methods}.")
        took = [_as_text(call["args"]) for call in made if call["effect"]]
        for arguments in wanted:
            fits = [args for args in took if arguments.items() <= args.items()]
            promise(len(fits) == 1, f"One call with {arguments} should have taken effect, not {took}.")
        promise(len(took) == len(wanted), f"{len(wanted)} calls should have taken effect, not {took}.")

    def read_back(self, filed: Filed, method: str) -> str:
        """How often that method read after the last changing call, in words; before one, if none was made.

        Raises Unfulfilled when it was not called: without reading there is no proof.
        """
        made = self.changing(filed)
        since = made[-1]["number"] if made else filed.decided_after
        times = len(self.client.calls(method, after=since))
        promise(times, f"{method} should have been read after {'the call' if made else 'the decision'}.")
        return f"{'read back afterwards' if made else 'read before any call'}: {method} ×{times}"


def status(card: Message) -> str:
    """What a card says about where its request stands, in lower case."""
    return "\n".join(card.text.splitlines()[:2]).casefold()


def open_modal(actor: Actor) -> Modal:
    """What this person has open. Raises Unfulfilled when that is nothing."""
    modal = actor.person.modal()
    if modal is None:
        raise Unfulfilled(f"{actor.name} should have a modal open.")
    return modal


def answered(result: Result, what: str) -> Result:
    """The result, if the app answered well and in time. Raises Unfulfilled."""
    trouble = result.error or "; ".join([*result.errors.values(), *result.problems])
    promise(result.ok, f"The app should have taken {what}, but: {trouble}")
    return result


def _as_text(args: JSON) -> dict[str, str]:
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in args.items()
    }
