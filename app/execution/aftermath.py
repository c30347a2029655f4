"""What follows from an answer: a pure decision, so that every error class can be tested by itself."""

from enum import StrEnum

from app.slack.answers import Answer
from app.slack.errors import ErrorClass

REPEATABLE = frozenset({"answer_lost", "http_error", "timeout", "fatal_error", "internal_error"})
"""Outcome unknown: the call may be made again once reading has shown that it had no effect."""

MOST_SENDS = 3  # of a call whose outcome was unknown
MOST_WAITS = 12  # of a call Slack said it did not carry out


class Next(StrEnum):
    """What to do after an answer."""

    VERIFY = "verify"  # Slack accepted it: the effect is to be proved
    WAIT = "wait"  # nothing was done: again after a pause
    SPLIT = "split"  # smaller calls, so that one bad item does not stop the others
    LOOK = "look"  # unknown or already so: read first, then decide
    FAIL = "fail"  # Slack refuses this for this target
    HALT = "halt"  # a person must put something right: nothing further is attempted
    HOLD = "hold"  # the same among several calls: they pause, and this one is made again after that


def after(answer: Answer, attempts: int, *, can_split: bool) -> Next:
    """What follows from that answer to the call's `attempts`-th sending."""
    if answer.ok:
        return Next.VERIFY
    if can_split:
        return Next.SPLIT
    error_class = answer.error.error_class
    if error_class is ErrorClass.RETRY:
        limit = MOST_WAITS * 5 if answer.retry_after is not None else MOST_WAITS
        return Next.WAIT if attempts < limit else Next.FAIL
    return {
        ErrorClass.ALREADY_DONE: Next.LOOK,
        ErrorClass.VERIFY_FIRST: Next.LOOK,
        ErrorClass.OPERATOR: Next.HALT,
        ErrorClass.PERMANENT: Next.FAIL,
    }[error_class]


def may_repeat(code: str, attempts: int) -> bool:
    """Whether a call that shows no effect may be made again."""
    return code in REPEATABLE and attempts < MOST_SENDS
