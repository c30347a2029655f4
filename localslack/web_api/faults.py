"""The fault switchboard: what goes wrong on purpose, for which method, how often."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localslack.world import World


class FaultKind(StrEnum):
    """Ways a call can go wrong; localslack/README.md describes each."""

    RATE_LIMITED = "rate_limited"
    ERROR = "error"
    HTTP = "http"
    LOST = "lost"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    SLOW = "slow"
    UNPERFORMED_OK = "unperformed_ok"


@dataclass
class Fault:
    """One fault. ``match`` compares raw arguments as text (lists joined by commas); ``times`` None is for
    ever.
    """

    id: str
    method: str
    kind: FaultKind
    match: dict[str, str] = field(default_factory=dict)
    times: int | None = None
    retry_after: int = 1
    error: str = "internal_error"
    extra: dict[str, Any] = field(default_factory=dict)
    status: int = 503
    seconds: float = 1.0
    hits: int = 0

    def fits(self, method: str, args: dict[str, Any]) -> bool:
        """Whether this fault strikes that call."""
        spent = self.times is not None and self.hits >= self.times
        if spent or self.method not in ("*", method):
            return False
        return all(_as_text(args.get(name)) == str(value) for name, value in self.match.items())


def strike(world: "World", method: str, args: dict[str, Any]) -> Fault | None:
    """The first fault that fits, counted as used."""
    fault = next((fault for fault in world.faults if fault.fits(method, args)), None)
    if fault is not None:
        fault.hits += 1
    return fault


def _as_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
