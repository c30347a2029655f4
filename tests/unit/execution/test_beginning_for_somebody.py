"""What was approved for somebody who was away: both are asked about again before anything is called."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.config import PolicyBook
from app.model.delegation import Delegation
from app.model.person import Behalf, RoleProof
from app.requests.authority import Entitled
from app.requests.delegations import Delegations
from app.requests.policies import Policies
from app.requests.verdicts import Click, Verdicts
from app.storage import Database
from app.storage.tables import decisions
from tests.unit.execution.test_beginning import Start, approved, person
from tests.unit.given import BEN, CHLOE, NOW, ORG, StillClock, entitled, policy, somebody
from tests.unit.slack.wire import Turn

__all__ = ["approved"]  # a fixture

DANA, ED = "W0DANA0001", "W0ED000001"


@pytest.fixture
def approved_for(approved: Callable[..., Start], sqlite: Database, clock: StillClock) -> Callable[..., Start]:
    """A request approved by each delegate for the one who was away; changes are to the rules."""

    def make(*pairs: tuple[str, str], **changes: Any) -> Start:
        rules = {"delegation": True, "approvals": len(pairs), **changes}
        start = approved(**rules)
        wanted = policy(**rules)["disable-usergroup"]
        for number, (delegate, away) in enumerate(pairs):
            given = lent(f"G0HANDED0{number}", away, delegate)
            assert delegations(sqlite, clock).give(given)
            click = Click(ORG, start.bridge.request.id, delegate)
            may = standing_in(delegate, away, given.id)
            assert Verdicts(sqlite, clock).approve(click, start.bridge.stored(), may, wanted)
        assert start.state == "approved"
        return start

    return make


def lent(delegation_id: str, away: str, delegate: str) -> Delegation:
    names = (away, f"Name of {away}", delegate, f"Name of {delegate}", ("disable-usergroup",), "")
    return Delegation(delegation_id, ORG, *names, NOW, NOW + 86_400_000)


def standing_in(delegate: str, away: str, delegation_id: str) -> Entitled:
    behalf = Behalf(away, f"Name of {away}", f"{away.lower()}@example.com", "member", delegation_id)
    own = entitled(somebody(delegate), f"user:{away}")
    return Entitled(own.person, RoleProof(own.proof.principals, "member", NOW, behalf))


def delegations(database: Database, clock: StillClock) -> Delegations:
    return Delegations(database, Policies(PolicyBook(policy(delegation=True)), database, clock), clock)


def test_it_begins_with_the_proof_of_both(approved_for: Callable[..., Start]) -> None:
    start = approved_for((DANA, BEN))
    start.told(person(DANA), person(BEN))
    assert start()
    proof = start.bridge.body()["approvers"][DANA]
    assert (proof["principals"], proof["for"]["id"]) == ([f"user:{BEN}"], BEN)


@pytest.mark.parametrize(
    "turns",
    [
        (person(DANA, deleted=True),),
        (person(DANA, is_restricted=True),),
        (person(DANA), person(BEN, deleted=True)),
    ],
    ids=["delegate-gone", "delegate-guest", "away-gone"],
)
def test_it_is_stopped_untouched_when_one_of_the_two_may_not(
    approved_for: Callable[..., Start], turns: tuple[Turn, ...]
) -> None:
    start = approved_for((DANA, BEN))
    start.told(*turns)
    assert not start()
    assert (start.state, start.calls()) == ("stopped", 0)
    assert f"Name of {DANA} for Name of {BEN} had no right to approve it any more" in start.closing


def test_it_is_stopped_untouched_when_it_was_taken_back(
    approved_for: Callable[..., Start], sqlite: Database, clock: StillClock
) -> None:
    start = approved_for((DANA, BEN))
    (given,) = delegations(sqlite, clock).open(ORG)
    assert delegations(sqlite, clock).end(given, BEN, "back")
    start.told()
    assert not start()
    assert (start.state, start.calls()) == ("stopped", 0)


@pytest.mark.parametrize("who", ["delegate", "away"])
def test_people_who_turn_out_to_have_one_address_count_once(
    approved_for: Callable[..., Start], sqlite: Database, who: str
) -> None:
    start = approved_for((DANA, BEN), (ED, CHLOE))
    same = "one@example.com"
    with sqlite.write() as connection:
        for row in connection.execute(decisions.select()).all():
            proof = json.loads(row.proof)
            proof["for"]["email"] = same.upper() if who == "away" else proof["for"]["email"]
            email = same if who == "delegate" else row.person_email
            mine = decisions.c.id == row.id
            changed = {"proof": json.dumps(proof), "person_email": email}
            connection.execute(decisions.update().where(mine).values(changed))
    start.told(person(DANA), person(BEN), person(ED), person(CHLOE))
    assert not start()
    assert (start.state, start.calls()) == ("stopped", 0)
