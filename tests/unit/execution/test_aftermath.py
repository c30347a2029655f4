"""What follows from an answer: for every class of error, every limit, and nothing repeated blindly."""

import pytest

from app.execution.aftermath import MOST_SENDS, MOST_WAITS, REPEATABLE, Next, after, may_repeat
from app.slack.answers import OK, Answer
from app.slack.errors import ErrorClass, catalogued_codes, explain

METHOD = "usergroups.disable"
BY_CLASS = {
    found: [code for code in sorted(catalogued_codes()) if explain(code, METHOD).error_class is found]
    for found in ErrorClass
}


def following(
    code: str, attempts: int = 1, retry_after: float | None = None, *, can_split: bool = False
) -> Next:
    return after(Answer(METHOD, code, retry_after=retry_after), attempts, can_split=can_split)


def test_what_slack_accepted_is_still_to_be_proved() -> None:
    assert following(OK) is Next.VERIFY
    assert following(OK, can_split=True) is Next.VERIFY


@pytest.mark.parametrize(
    ("error_class", "expected"),
    [
        (ErrorClass.RETRY, Next.WAIT),
        (ErrorClass.ALREADY_DONE, Next.LOOK),
        (ErrorClass.VERIFY_FIRST, Next.LOOK),
        (ErrorClass.OPERATOR, Next.HALT),
        (ErrorClass.PERMANENT, Next.FAIL),
    ],
)
def test_every_code_of_a_class_has_the_same_consequence(error_class: ErrorClass, expected: Next) -> None:
    """Not done: wait. Maybe done: look. A person must act: halt. Refused: fail."""
    assert BY_CLASS[error_class]
    assert {code: following(code) for code in BY_CLASS[error_class]} == dict.fromkeys(
        BY_CLASS[error_class], expected
    )


@pytest.mark.parametrize("error_class", [ErrorClass.ALREADY_DONE, ErrorClass.VERIFY_FIRST])
def test_what_may_be_done_is_looked_at_however_often_it_was_tried(error_class: ErrorClass) -> None:
    for code in BY_CLASS[error_class]:
        assert {following(code, attempts) for attempts in (1, 3, 100)} == {Next.LOOK}


def test_an_error_nobody_knows_is_looked_at_and_never_repeated() -> None:
    assert following("a_code_of_next_year") is Next.LOOK
    assert not may_repeat("a_code_of_next_year", 1)


@pytest.mark.parametrize("code", ["entity_not_found", "ratelimited", "missing_scope", "fatal_error"])
def test_what_can_be_split_is_split_before_anything_else(code: str) -> None:
    assert following(code, can_split=True) is Next.SPLIT


class TestLimits:
    def test_waiting_ends(self) -> None:
        assert following("not_sent", MOST_WAITS - 1) is Next.WAIT
        assert following("not_sent", MOST_WAITS) is Next.FAIL

    def test_when_slack_says_how_long_it_ends_later(self) -> None:
        assert following("ratelimited", MOST_WAITS, 1.0) is Next.WAIT
        assert following("ratelimited", MOST_WAITS * 5 - 1, 0.0) is Next.WAIT
        assert following("ratelimited", MOST_WAITS * 5, 1.0) is Next.FAIL

    @pytest.mark.parametrize("code", sorted(REPEATABLE))
    def test_an_answer_that_told_nothing_is_repeated_a_few_times(self, code: str) -> None:
        assert [may_repeat(code, attempts) for attempts in range(1, MOST_SENDS + 2)] == [
            *[True] * (MOST_SENDS - 1),
            False,
            False,
        ]

    def test_no_other_answer_is(self) -> None:
        assert [code for code in sorted(catalogued_codes() - REPEATABLE) if may_repeat(code, 1)] == []

    @pytest.mark.parametrize("code", sorted(REPEATABLE))
    def test_what_may_be_repeated_is_looked_at_before(self, code: str) -> None:
        assert following(code) is Next.LOOK
