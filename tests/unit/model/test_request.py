"""A record: who said yes, who said no, and what it changed."""

import pytest

from app.model.lifecycle import Outcome, State
from app.model.person import Person
from tests.unit.given import ANA, BEN, CHLOE, decision, record, somebody


def test_approvals_and_the_denial_are_told_apart() -> None:
    yes, no = decision(BEN), decision(CHLOE, "deny")
    found = record(State.DENIED, decisions=(yes, no))
    assert (found.approvals, found.denial) == ((yes,), no)
    assert record(decisions=(yes,)).denial is None


def test_only_what_was_proved_took_effect() -> None:
    assert record(State.PARTIAL, tuple(Outcome)).took_effect
    others = tuple(outcome for outcome in Outcome if outcome is not Outcome.VERIFIED)
    assert not record(State.PARTIAL, others).took_effect


def test_a_decision_names_the_policy_entries_that_gave_the_right() -> None:
    assert decision(proof={"principals": ["user:W0BEN00001"]}).principals == ("user:W0BEN00001",)
    assert decision(proof={}).principals == ()


@pytest.mark.parametrize(
    ("person", "made"),
    [
        (somebody(BEN), True),
        (somebody(BEN, email=None), True),
        (somebody("W0BENTWO01", email="BEN@Example.com"), True),
        (somebody(CHLOE), False),
        (somebody(CHLOE, email=None), False),
        (somebody(CHLOE, email=""), False),
    ],
)
@pytest.mark.parametrize("verdict", ["approve", "deny"])
def test_a_decision_is_by_a_person_whatever_account_was_used(
    person: Person, made: bool, verdict: str
) -> None:
    found = decision(BEN, verdict, person_email="ben@example.com")
    assert found.by(person) is made
    assert record(decisions=(found,)).involves(person) is made


@pytest.mark.parametrize("email", [None, ""])
def test_people_without_an_address_are_told_apart_by_id(email: str | None) -> None:
    assert not decision(BEN, person_email=email).by(somebody(CHLOE, email=email))
    assert not record(requester_email=email).involves(somebody(CHLOE, email=email))


def test_whoever_asked_is_involved_with_any_account() -> None:
    assert record().involves(somebody(ANA))
    assert record().involves(somebody("W0ANATWO01", email="Ana@Example.COM"))
    assert not record().involves(somebody(BEN))


def test_the_one_word_for_a_role_is_the_highest() -> None:
    assert somebody(primary_owner=True, org_admin=True).role == "owner"
    assert somebody(org_owner=True).role == "owner"
    assert somebody(org_admin=True).role == "admin"
    assert somebody(guest=True).role == "guest"
    assert somebody().role == "member"
