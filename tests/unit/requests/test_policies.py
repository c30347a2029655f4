"""The policy in force: every group found once and remembered, every quorum counted against real people."""

from collections.abc import Callable
from typing import Any

import pytest

from app.config import ConfigError, Group, PolicyBook, Principal
from app.requests.policies import NotInForce, Policies, members
from app.requests.rails import LiveRails
from app.slack.directory import Workspace
from app.slack.gateway import ReadFailed
from app.storage import Database
from tests.unit.given import (
    ADMIN_CHANNEL,
    ANA,
    BEN,
    CHLOE,
    ORG,
    StillClock,
    Town,
    account,
    group,
    policy,
    somebody,
)

HQ, LAB = "T0HQ000001", "T0LAB00001"
SECURITY, LEGAL = Principal("usergroup", "S0SECURITY"), Principal("usergroup", "S0LEGAL0001")
OWNER, ADMIN = Principal("role", "org_owner"), Principal("role", "org_admin")


@pytest.fixture
def town() -> Town:
    found = Town(*map(somebody, (ANA, BEN, CHLOE)))
    found.spaces = [
        Workspace(HQ, "HQ", True),
        Workspace(LAB, "Lab", True),
        Workspace("T0OUT00001", "Out", False),
    ]
    found.group_lists = {HQ: [group("S0SECURITY", "sec")], LAB: [group("S0LEGAL0001", "legal")]}
    found.groups = {(HQ, "S0SECURITY"): frozenset({BEN, CHLOE}), (LAB, "S0LEGAL0001"): frozenset({CHLOE})}
    found.roster = [account(ANA), account(BEN, "admin"), account(CHLOE, "owner", is_admin=True)]
    return found


@pytest.fixture
def resolve(database: Database, town: Town) -> Callable[..., Policies]:
    """Puts a policy in force; arguments change its rules."""

    def put(**changes: Any) -> Policies:
        found = Policies(PolicyBook(policy(**changes)), database, StillClock())
        found.resolve(town)
        return found

    return put


def problems(resolve: Callable[..., Policies], **changes: Any) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        resolve(**changes)
    return refused.value.problems


class TestGroups:
    def test_a_bare_group_is_looked_for_and_found(self, resolve: Callable[..., Policies]) -> None:
        found = resolve(approvers=(SECURITY,), approvals_from=((LEGAL, 1),)).of(ORG)["disconnect-org"]
        assert found.approvers == (Principal("usergroup", "S0SECURITY", HQ),)
        assert found.approvals_from == ((Principal("usergroup", "S0LEGAL0001", LAB), 1),)

    def test_what_was_found_is_remembered_over_a_restart(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        resolve(approvers=(SECURITY,))
        town.asked.clear()
        town.group_lists = {}
        resolve(approvers=(SECURITY,))
        assert "usergroups.list" not in town.asked

    def test_a_group_written_with_its_workspace_is_not_searched(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        resolve(approvers=(Principal("usergroup", "S0SECURITY", HQ),))
        assert "usergroups.list" not in town.asked

    @pytest.mark.parametrize("lists", [{}, {HQ: [group("S0SECURITY", "sec", date_delete=5)]}])
    def test_one_that_is_absent_or_disabled_is_an_error_that_names_it(
        self, resolve: Callable[..., Policies], town: Town, lists: Any
    ) -> None:
        town.group_lists = lists
        (problem,) = problems(resolve, approvers=(SECURITY,))
        assert problem.startswith("usergroup:S0SECURITY: no such enabled user group")

    def test_one_in_a_workspace_without_drawbridge_is_not_found(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        town.group_lists = {"T0OUT00001": [group("S0SECURITY", "sec")]}
        assert len(problems(resolve, approvers=(SECURITY,))) == 1

    def test_one_in_two_workspaces_is_an_error_that_says_what_to_write(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        town.group_lists = {team: [group("S0SECURITY", "sec")] for team in (HQ, LAB)}
        (problem,) = problems(resolve, approvers=(SECURITY,))
        assert problem.endswith(f"write usergroup:{HQ}/S0SECURITY or usergroup:{LAB}/S0SECURITY")

    def test_protected_groups_must_exist_too(self, resolve: Callable[..., Policies]) -> None:
        (problem,) = problems(resolve, protected_usergroups=(Group("S0NOBODY01"),))
        assert problem.startswith("usergroup:S0NOBODY01")

    def test_every_absent_group_is_told_at_once(self, resolve: Callable[..., Policies], town: Town) -> None:
        town.group_lists = {}
        assert len(problems(resolve, approvers=(SECURITY, LEGAL))) == 2


class TestQuorums:
    @pytest.mark.parametrize(
        "changes",
        [
            {"approvers": (SECURITY,), "approvals": 2},
            {"approvers": (OWNER, SECURITY), "approvals": 2},
            {"approvers": (SECURITY,), "approvals": 2, "approvals_from": ((LEGAL, 1), (OWNER, 1))},
            {"requesters": (), "approvers": ()},
            {"requesters": (Principal("user", BEN),), "approvers": (SECURITY,), "approvals": 1},
        ],
    )
    def test_one_that_can_be_met_is_in_force(self, resolve: Callable[..., Policies], changes: Any) -> None:
        assert resolve(**changes).of(ORG).admin_channel == ADMIN_CHANNEL

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            (
                {"approvers": (SECURITY,), "approvals": 3},
                "approvals: 3 wanted, but only 2 people could approve",
            ),
            ({"approvers": (LEGAL,), "approvals": 2}, "approvals: 2 wanted, but only 1 people could approve"),
            (
                {"requesters": (Principal("user", BEN),), "approvers": (SECURITY,), "approvals": 2},
                "approvals: 2 wanted, but only 1 people could approve",
            ),
            (
                {"requesters": (Principal("user", BEN),), "approvers": (Principal("user", BEN),)},
                "approvals: 1 wanted, but only 0 people could approve",
            ),
            (
                {"approvers": (SECURITY,), "approvals": 2, "approvals_from": ((LEGAL, 2),)},
                f"approvals_from: fewer than 2 people in usergroup:{LAB}/S0LEGAL0001",
            ),
        ],
    )
    def test_one_that_too_few_could_ever_meet_is_an_error_that_names_the_key(
        self, resolve: Callable[..., Policies], changes: Any, words: str
    ) -> None:
        found = problems(resolve, **changes)
        assert found[0].startswith("operations.disconnect-org.")
        assert words in found[0]
        assert len(found) == 5  # once for each operation

    def test_the_policy_in_force_stays_until_a_sound_one_replaces_it(
        self, database: Database, town: Town
    ) -> None:
        policies = Policies(PolicyBook(policy(approvers=(SECURITY,))), database, StillClock())
        policies.resolve(town)
        town.groups = {}
        with pytest.raises(ConfigError):
            policies.resolve(town)
        assert policies.of(ORG)["disconnect-org"].approvers

    def test_before_it_was_resolved_there_is_none(self, sqlite: Database) -> None:
        policies = Policies(PolicyBook(policy()), sqlite, StillClock())
        assert not policies.in_force(ORG)
        with pytest.raises(NotInForce):
            policies.of(ORG)
        assert policies.written(ORG) == policy()

    def test_when_slack_is_away_nothing_is_in_force(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        town.away = "internal_error"
        with pytest.raises(ReadFailed):
            resolve(approvers=(SECURITY,))


class TestMembers:
    @pytest.mark.parametrize(
        ("principals", "found"),
        [
            ([], set()),
            ([Principal("user", ANA)], {ANA}),
            ([Principal("usergroup", "S0SECURITY", HQ)], {BEN, CHLOE}),
            ([OWNER], {CHLOE}),
            ([ADMIN], {BEN, CHLOE}),
            ([OWNER, ADMIN, Principal("user", ANA)], {ANA, BEN, CHLOE}),
        ],
    )
    def test_are_everybody_the_principals_name(
        self, town: Town, principals: list[Principal], found: set[str]
    ) -> None:
        assert set(members(principals, town)) == found


class TestTheGuardrailsView:
    def test_it_protects_what_the_policy_names(self, resolve: Callable[..., Policies], town: Town) -> None:
        changes = {"approvers": (SECURITY,), "approvals": 1, "protected_usergroups": (Group("S0LEGAL0001"),)}
        rails = LiveRails(resolve(**changes).of(ORG), town, "W0ADMIN001")
        assert (rails.enterprise_id, rails.admin_channel, rails.admin_id) == (
            ORG,
            ADMIN_CHANNEL,
            "W0ADMIN001",
        )
        assert set(rails.workspace_ids) == {HQ, LAB, "T0OUT00001"}
        assert set(rails.approvers) == {BEN, CHLOE}
        assert set(rails.protected_groups) == {"S0SECURITY", "S0LEGAL0001"}

    def test_it_asks_slack_once_and_only_when_a_guardrail_does(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        rails = LiveRails(resolve(approvers=(SECURITY,)).of(ORG), town, "W0ADMIN001")
        town.asked.clear()
        assert rails.protected_groups
        assert town.asked == []
        assert rails.approvers == rails.approvers
        assert town.asked == ["usergroups.users.list"]
