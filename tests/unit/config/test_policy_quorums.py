"""A quorum must be reachable, as far as the policy file alone tells."""

import pytest

from app.config import Principal
from tests.unit.config.conftest import BASE, keys, parse

NO_APPROVERS = BASE.replace('["usergroup:S0SECURITY"]', "[]")


def test_without_approvers_nobody_can_approve() -> None:
    assert keys(NO_APPROVERS) == {"approvers"}


def test_a_missing_list_is_nobody_too() -> None:
    assert keys('admin_channel = "C0ADMIN0001"\nrequesters = ["role:org_admin"]') == {"approvers"}


def test_without_requesters_no_quorum_is_needed() -> None:
    rules = parse('admin_channel = "C0ADMIN0001"').default["disconnect-org"]
    assert (rules.requesters, rules.approvers) == ((), ())


def test_named_people_are_counted_and_each_once() -> None:
    people = '["user:U0BEN00001", "user:U0BEN00001"]'
    text = BASE.replace('["usergroup:S0SECURITY"]', people)
    assert keys(text + "approvals = 2") == {"approvals"}
    assert keys(text + "[operations.disconnect-org]\napprovals = 2") == {
        "operations.disconnect-org.approvals"
    }
    assert parse(text).default["disconnect-org"].approvals == 1


def test_a_group_may_have_any_number_of_people() -> None:
    assert parse(BASE + "approvals = 9").default["disconnect-org"].approvals == 9


def test_demands_cannot_be_for_more_people_than_approve() -> None:
    text = BASE + 'approvals_from = [["role:org_owner", 1], ["usergroup:S0LEGAL0001", 1]]\n'
    assert keys(text) == {"approvals_from"}
    assert len(parse(text + "approvals = 2").default["disconnect-org"].approvals_from) == 2


@pytest.mark.parametrize("who", ["role:org_owner", "usergroup:S0LEGAL0001", "user:U0BEN00001"])
def test_people_demanded_by_name_approve_without_being_approvers(who: str) -> None:
    rules = parse(NO_APPROVERS + f'approvals_from = [["{who}", 1]]').default["disconnect-org"]
    assert rules.approvers == ()
    assert [str(principal) for principal in rules.all_approvers()] == [who]


def test_they_count_among_those_who_can() -> None:
    named = BASE.replace("usergroup:S0SECURITY", "user:U0BEN00001") + "approvals = 2\n"
    assert keys(named) == {"approvals"}
    assert keys(named + 'approvals_from = [["user:U0BEN00001", 1]]') == {"approvals"}
    rules = parse(named + 'approvals_from = [["user:U0ANA00001", 1]]').default["disconnect-org"]
    assert rules.all_approvers() == (Principal("user", "U0BEN00001"), Principal("user", "U0ANA00001"))
    alone = NO_APPROVERS + 'approvals = 2\napprovals_from = [["user:U0ANA00001", 1]]'
    assert keys(alone) == {"approvals"}
