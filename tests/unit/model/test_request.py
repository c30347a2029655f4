"""A record: who said yes, who said no, and what it changed."""

from app.model.lifecycle import Outcome, State
from tests.unit.given import BEN, CHLOE, decision, record, somebody


def test_approvals_and_the_denial_are_told_apart() -> None:
    yes, no = decision(BEN), decision(CHLOE, "deny")
    found = record(State.DENIED, decisions=(yes, no))
    assert (found.approvals, found.denial) == ((yes,), no)
    assert record(decisions=(yes,)).denial is None


def test_only_what_was_proved_took_effect() -> None:
    found = record(State.PARTIAL, tuple(Outcome))
    assert found.took_effect() == ("T0ACME0000",)
    assert found.tally()[Outcome.VERIFIED] == 1
    assert record().tally() == {None: 1}


def test_a_decision_names_the_policy_entries_that_gave_the_right() -> None:
    assert decision(proof={"principals": ["user:W0BEN00001"]}).principals == ("user:W0BEN00001",)
    assert decision(proof={}).principals == ()


def test_the_one_word_for_a_role_is_the_highest() -> None:
    assert somebody(primary_owner=True, org_admin=True).role == "owner"
    assert somebody(org_owner=True).role == "owner"
    assert somebody(org_admin=True).role == "admin"
    assert somebody(guest=True).role == "guest"
    assert somebody().role == "member"
