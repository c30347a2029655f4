"""What one person's Home tab shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.model.clock import Millis
from app.model.delegation import Delegation
from app.model.request import Listed, OperationInfo, Record


@dataclass(frozen=True)
class Home:
    """Everything is of this person's rights as read a moment ago.

    refusal: why there is nothing here for them; then all else is empty.
    forms: operations they may request. to_decide: one page of what they may decide now, the first to lapse
    first; waiting: how many there are in all; page: from 0; pages: at least 1.
    mine: their latest requests. latest: the latest results of anybody. problems: why Slack could not be read
    the last time. read_at: when one of its lists was read last. standing_in: for whom they decide meanwhile.
    behalf: of what they decide for somebody else, request id → that person's id.
    """

    refusal: str | None = None
    forms: tuple[OperationInfo, ...] = ()
    to_decide: tuple[tuple[Record, OperationInfo], ...] = ()
    waiting: int = 0
    page: int = 0
    pages: int = 1
    mine: tuple[Listed, ...] = ()
    latest: tuple[Listed, ...] = ()
    problems: tuple[str, ...] = ()
    read_at: Millis | None = None
    standing_in: tuple[Delegation, ...] = ()
    behalf: Mapping[str, str] = field(default_factory=dict)
