"""What one person's Home tab shows."""

from dataclasses import dataclass

from app.model.clock import Millis
from app.model.request import Listed, OperationInfo, Record


@dataclass(frozen=True)
class Home:
    """Everything is of this person's rights as read a moment ago.

    refusal: why there is nothing here for them; then all else is empty.
    forms: operations they may request. to_decide: one page of what they may decide now, the first to lapse
    first; waiting: how many there are in all; page: from 0; pages: at least 1.
    mine: their latest requests. latest: the latest results of anybody. problems: why Slack could not be read
    the last time. read_at: when one of its lists was read last.
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
