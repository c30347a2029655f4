"""The first few go ahead: when the others may follow, and when a person has to look first."""

import pytest

from app.execution.canary import Verdict, failures, verdict
from app.model.lifecycle import Outcome

GOOD = [Outcome.VERIFIED, Outcome.ALREADY]
BAD = [Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED, Outcome.SKIPPED]


@pytest.mark.parametrize("settled", [True, False])
def test_when_all_are_done_the_others_follow(settled: bool) -> None:
    assert verdict(GOOD, settled=settled) is Verdict.GO


def test_what_slack_took_has_its_time_to_show_and_then_counts_as_fine() -> None:
    assert verdict([*GOOD, Outcome.ACCEPTED], settled=False) is Verdict.WAIT
    assert verdict([*GOOD, Outcome.ACCEPTED], settled=True) is Verdict.GO


@pytest.mark.parametrize("bad", BAD)
def test_one_that_did_not_succeed_pauses(bad: Outcome) -> None:
    assert verdict([*GOOD, bad], settled=True) is Verdict.PAUSE
    assert failures([*GOOD, bad, bad]) == 2


def test_nothing_is_said_before_all_of_them_are_told() -> None:
    assert verdict([Outcome.FAILED, None], settled=True) is Verdict.WAIT
    assert verdict([Outcome.FAILED, Outcome.ACCEPTED], settled=False) is Verdict.WAIT
