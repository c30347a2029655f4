"""Who may request and who may approve: read live, each refusal with its own words."""

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import OperationPolicy, Principal
from app.model.person import Person
from app.model.refusal import Refusal
from app.requests.authority import Entitled, concerned, known, may_approve, may_request, quorum_met
from app.slack.gateway import ReadFailed
from tests.unit.given import ANA, BEN, CHLOE, NOW, StillClock, Town, policy, rules, somebody

OWNER, ADMIN = Principal("role", "org_owner"), Principal("role", "org_admin")
SECURITY = Principal("usergroup", "S0SECURITY", "T0HQ000001")


def asking(person: Person, *principals: Principal) -> tuple[Entitled | Refusal, Town]:
    town = Town(person)
    town.groups = {("T0HQ000001", "S0SECURITY"): frozenset({BEN})}
    wanted = rules(requesters=principals or (Principal("user", person.id),))
    return may_request(person.id, wanted, town, StillClock()), town


class TestWhoNobodyAsksTwice:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"bot": True}, "bot"),
            ({"deleted": True}, "deactivated"),
            ({"stranger": True}, "outsider"),
            ({"enterprise_id": "E0OTHER001"}, "outsider"),
            ({"enterprise_id": None}, "outsider"),
            ({"guest": True}, "guest"),
            ({"guest": True, "org_admin": True}, "guest"),
            ({"bot": True, "org_owner": True}, "bot"),
        ],
    )
    def test_such_a_person_may_do_nothing_even_when_named(self, changes: Any, code: str) -> None:
        person = somebody(ANA, **changes)
        refused, _ = asking(person)
        assert isinstance(refused, Refusal)
        assert (refused.code, known(ANA, Town(person))) == (code, refused)
        assert refused.sentence.endswith(".")

    def test_nor_may_somebody_slack_does_not_know(self) -> None:
        refused = known(ANA, Town())
        assert isinstance(refused, Refusal)
        assert refused.code == "unknown_person"

    def test_an_active_member_is_known(self) -> None:
        assert known(ANA, Town(somebody(ANA))) == somebody(ANA)


class TestEachKindOfPrincipal:
    @pytest.mark.parametrize(
        ("principal", "person", "may"),
        [
            (Principal("user", ANA), somebody(ANA), True),
            (Principal("user", ANA), somebody(BEN), False),
            (OWNER, somebody(ANA, org_owner=True), True),
            (OWNER, somebody(ANA, primary_owner=True), True),
            (OWNER, somebody(ANA, org_admin=True), False),
            (ADMIN, somebody(ANA, org_admin=True), True),
            (ADMIN, somebody(ANA, org_owner=True), False),
            (ADMIN, somebody(ANA), False),
            (SECURITY, somebody(BEN), True),
            (SECURITY, somebody(ANA), False),
            (Principal("usergroup", "S0SECURITY", "T0OTHER001"), somebody(BEN), False),
            (Principal("usergroup", "S0SECURITY"), somebody(BEN), False),
        ],
    )
    def test_names_exactly_those_it_says(self, principal: Principal, person: Person, may: bool) -> None:
        told, _ = asking(person, principal)
        assert isinstance(told, Entitled) is may
        if isinstance(told, Refusal):
            assert told.code == "not_a_requester"

    def test_the_proof_says_which_principals_matched_and_when(self) -> None:
        person = somebody(BEN, org_admin=True)
        told, _ = asking(person, OWNER, ADMIN, SECURITY, SECURITY)
        assert isinstance(told, Entitled)
        assert told.person == person
        assert told.proof.as_json() == {
            "principals": ["role:org_admin", "usergroup:T0HQ000001/S0SECURITY"],
            "role": "admin",
            "read_at": NOW,
        }

    def test_an_empty_list_is_nobody(self) -> None:
        nobody = OperationPolicy()
        owner = Town(somebody(ANA, org_owner=True))
        for told in (
            may_request(ANA, nobody, owner, StillClock()),
            may_approve(ANA, nobody, owner, StillClock()),
        ):
            assert isinstance(told, Refusal)

    def test_further_demands_name_approvers_too(self) -> None:
        wanted = rules(approvers=(), approvals_from=((OWNER, 1),))
        assert isinstance(
            may_approve(ANA, wanted, Town(somebody(ANA, org_owner=True)), StillClock()), Entitled
        )

    def test_a_requester_is_no_approver(self) -> None:
        told = may_approve(ANA, rules(), Town(somebody(ANA)), StillClock())
        assert isinstance(told, Refusal)
        assert told.code == "not_an_approver"


class TestReadLive:
    @pytest.mark.parametrize(
        "ask",
        [
            lambda town: known(ANA, town),
            lambda town: may_request(ANA, rules(), town, StillClock()),
            lambda town: may_approve(ANA, rules(), town, StillClock()),
            lambda town: concerned(ANA, policy(), town, StillClock()),
        ],
    )
    def test_when_slack_is_away_nobody_has_a_right(self, ask: Callable[[Town], Any]) -> None:
        town = Town(somebody(ANA))
        town.away = "internal_error"
        with pytest.raises(ReadFailed):
            ask(town)

    def test_a_role_taken_away_counts_at_the_next_click(self) -> None:
        _, town = asking(somebody(BEN), SECURITY)
        wanted = rules(approvers=(SECURITY,))
        assert isinstance(may_approve(BEN, wanted, town, StillClock()), Entitled)
        town.groups = {}
        assert isinstance(may_approve(BEN, wanted, town, StillClock()), Refusal)


class TestWhomItConcerns:
    @pytest.mark.parametrize(("user_id", "code"), [(ANA, None), (BEN, None), ("W0DINO0001", "not_concerned")])
    def test_whoever_may_request_or_approve_anything(self, user_id: str, code: str | None) -> None:
        town = Town(*map(somebody, (ANA, BEN, CHLOE, "W0DINO0001")))
        refused = concerned(user_id, policy(), town, StillClock())
        assert (refused.code if refused else None) == code

    def test_a_guest_is_told_that_they_are_one(self) -> None:
        refused = concerned(ANA, policy(), Town(somebody(ANA, guest=True)), StillClock())
        assert refused is not None
        assert refused.code == "guest"


def by_brute_force(
    demands: Sequence[tuple[Principal, int]], approvals: Sequence[Iterable[str]], wanted: int
) -> bool:
    """Whether enough people, and some way to give each seat to somebody of their own, exist."""
    seats = [str(principal) for principal, number in demands for _ in range(number)]
    people = [set(principals) for principals in approvals]
    if len(people) < wanted:
        return False
    return any(
        all(seat in person for seat, person in zip(seats, chosen, strict=True))
        for chosen in permutations(people, len(seats))
    )


PRINCIPALS = [OWNER, ADMIN, SECURITY]


class TestTheQuorum:
    @given(
        st.lists(st.tuples(st.sampled_from(PRINCIPALS), st.integers(1, 2)), max_size=3),
        st.lists(st.lists(st.sampled_from(list(map(str, PRINCIPALS))), unique=True), max_size=5),
        st.integers(1, 3),
    )
    def test_it_is_met_exactly_when_some_seating_exists(
        self, demands: list[tuple[Principal, int]], approvals: list[list[str]], wanted: int
    ) -> None:
        found = rules(approvals_from=tuple(demands))
        assert quorum_met(found, approvals, wanted) == by_brute_force(demands, approvals, wanted)

    @pytest.mark.parametrize(
        ("approvals", "met"),
        [
            ([["role:org_owner"], ["role:org_admin"]], True),
            ([["role:org_owner", "role:org_admin"], ["role:org_owner"]], True),
            ([["role:org_owner"], ["role:org_owner"]], False),
            ([["role:org_owner", "role:org_admin"]], False),
            ([["role:org_owner", "role:org_admin"], []], False),
        ],
    )
    def test_nobody_counts_for_two_demands(self, approvals: list[list[str]], met: bool) -> None:
        both = rules(approvals=2, approvals_from=((OWNER, 1), (ADMIN, 1)))
        assert quorum_met(both, approvals, 2) is met

    def test_without_demands_people_are_counted(self) -> None:
        assert not quorum_met(rules(), [], 1)
        assert quorum_met(rules(), [[]], 1)
        assert not quorum_met(rules(), [[]], 2)
