"""Entries of the two logs: Web API calls in, deliveries out."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """One Web API call. ``performed``: the method's handler ran; ``effect``: the world changed by it."""

    number: int
    at: float
    method: str
    args: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    status: int = 0
    ok: bool = False
    error: str | None = None
    request_id: str = ""
    performed: bool = False
    effect: bool = False
    fault: str | None = None
    unexpected_args: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Delivery:
    """One thing sent to the app. ``status`` is the HTTP status, 200 for an acknowledged envelope, None for
    none.
    """

    number: int
    at: float
    kind: str
    about: str
    transport: str
    payload: dict[str, Any]
    status: int | None = None
    ms: float = 0.0
    ack: Any = None
    error: str | None = None
    attempt: int = 0
