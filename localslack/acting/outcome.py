"""What an act came to, as the person sees it."""

from dataclasses import dataclass, field
from typing import Any

from localslack.conversation.store import Message
from localslack.logs import Delivery

TROUBLE = "We had some trouble connecting. Try again?"


class Impossible(Exception):
    """The person cannot do this; the text says why and what could be done instead."""


@dataclass
class Outcome:
    """Whether the app was asked and how it answered. ``errors`` are inline errors by input label."""

    sent: bool = False
    status: int | None = None
    ms: float = 0.0
    ack: Any = None
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @classmethod
    def of(cls, delivery: Delivery) -> "Outcome":
        """The outcome of a delivery; a late or failed one shows Slack's line about connection trouble."""
        error = TROUBLE if delivery.error else ""
        return cls(sent=True, status=delivery.status, ms=delivery.ms, ack=delivery.ack, error=error)
