"""The policy in force: every group found once and remembered, every quorum counted against real people."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from app.config import ConfigError, Group, PolicyBook, Principal, Raise
from app.operations import OPERATIONS
from app.requests.policies import NotInForce, Policies
from app.requests.quorums import members
from app.requests.rails import LiveRails
from app.slack.answers import Answer
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
CHLOE_HERSELF = Principal("user", CHLOE)
ONLY_CHLOE = {"approvers": (SECURITY,), "approvals_from": ((LEGAL, 1),)}
GONE: list[Any] = [{}, {HQ: [group("S0SECURITY", "sec", date_delete=5)]}]
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


def closed(town: Town, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Slack answers that, asked for any workspace's groups."""

    def refuse(_: str) -> Any:
        raise ReadFailed(Answer("usergroups.list", code))

    monkeypatch.setattr(town, "usergroups", refuse)


class TestGroups:
    def test_a_bare_group_is_looked_for_and_found(self, resolve: Callable[..., Policies]) -> None:
        found = resolve(approvers=(SECURITY,), approvals_from=((LEGAL, 1),)).of(ORG)["disconnect-org"]
        assert found.approvers == (Principal("usergroup", "S0SECURITY", HQ),)
        assert found.approvals_from == ((Principal("usergroup", "S0LEGAL0001", LAB), 1),)

    def test_what_was_found_is_remembered_over_a_restart_and_only_verified(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        resolve(approvers=(SECURITY,))
        town.asked.clear()
        found = resolve(approvers=(SECURITY,)).of(ORG)["disconnect-org"]
        assert found.approvers == (Principal("usergroup", "S0SECURITY", HQ),)
        assert town.asked.count("usergroups.list") == 1
        assert "admin.teams.list" not in town.asked

    def test_one_that_lives_elsewhere_by_now_is_found_there(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        resolve(approvers=(SECURITY,))
        town.group_lists = {LAB: [group("S0SECURITY", "sec")]}
        town.groups = {(LAB, "S0SECURITY"): frozenset({BEN})}
        found = resolve(approvers=(SECURITY,)).of(ORG)["disconnect-org"]
        assert found.approvers == (Principal("usergroup", "S0SECURITY", LAB),)

    @pytest.mark.parametrize("lists", GONE)
    def test_one_that_is_gone_or_disabled_by_now_is_an_error(
        self, resolve: Callable[..., Policies], town: Town, lists: Any
    ) -> None:
        resolve(approvers=(SECURITY,))
        town.group_lists = lists
        (problem,) = problems(resolve, approvers=(SECURITY,))
        assert problem.startswith("approvers: usergroup:S0SECURITY: no such enabled user group")

    def test_a_group_written_with_its_workspace_is_looked_for_there_and_nowhere_else(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        resolve(approvers=(Principal("usergroup", "S0SECURITY", HQ),))
        assert town.asked.count("usergroups.list") == 1
        assert "admin.teams.list" not in town.asked

    @pytest.mark.parametrize("lists", [*GONE, {LAB: [group("S0SECURITY", "sec")]}])
    def test_one_that_is_not_there_is_an_error_that_names_both(
        self, resolve: Callable[..., Policies], town: Town, lists: Any
    ) -> None:
        town.group_lists = lists
        (problem,) = problems(resolve, approvers=(Principal("usergroup", "S0SECURITY", HQ),))
        assert problem == f"approvers: usergroup:{HQ}/S0SECURITY: no such enabled user group there"

    @pytest.mark.parametrize("code", ["invalid_team", "team_access_not_granted", "team_not_found"])
    def test_so_is_one_in_a_workspace_slack_does_not_know_or_show(
        self, resolve: Callable[..., Policies], town: Town, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        closed(town, monkeypatch, code)
        (problem,) = problems(resolve, approvers=(Principal("usergroup", "S0SECURITY", "T0NOWHERE1"),))
        assert "usergroup:T0NOWHERE1/S0SECURITY" in problem

    def test_one_that_cannot_be_read_is_not_absent(
        self, resolve: Callable[..., Policies], town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed(town, monkeypatch, "missing_scope")
        with pytest.raises(ReadFailed):
            resolve(approvers=(Principal("usergroup", "S0SECURITY", HQ),))

    @pytest.mark.parametrize("lists", GONE)
    def test_one_that_is_absent_or_disabled_is_an_error_that_names_it(
        self, resolve: Callable[..., Policies], town: Town, lists: Any
    ) -> None:
        town.group_lists = lists
        (problem,) = problems(resolve, approvers=(SECURITY,))
        assert problem.startswith("approvers: usergroup:S0SECURITY: no such enabled user group")

    @pytest.mark.parametrize("team", ["", HQ])
    @pytest.mark.parametrize(
        ("key", "entry"),
        [
            ("requesters", lambda team: (Principal("usergroup", "S0NOBODY01", team),)),
            ("approvers", lambda team: (Principal("usergroup", "S0NOBODY01", team),)),
            ("approvals_from", lambda team: ((Principal("usergroup", "S0NOBODY01", team), 1),)),
            ("protected_usergroups", lambda team: (Group("S0NOBODY01", team),)),
        ],
    )
    def test_one_that_is_absent_is_told_with_the_key_it_stands_under(
        self, resolve: Callable[..., Policies], key: str, entry: Callable[[str], Any], team: str
    ) -> None:
        (problem,) = problems(resolve, **{key: entry(team)})
        assert problem.startswith(f"{key}: usergroup:{team}{'/' if team else ''}S0NOBODY01: no such")

    def test_one_that_stands_under_several_keys_is_told_once_with_all(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        town.group_lists = {}
        changes = {"approvers": (SECURITY,), "protected_usergroups": (Group("S0SECURITY"),)}
        (problem,) = problems(resolve, **changes)
        assert problem.startswith("approvers, protected_usergroups: usergroup:S0SECURITY: no such")

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
        assert problem.startswith("approvers: usergroup:S0SECURITY: found in several workspaces")
        assert problem.endswith(f"write usergroup:{HQ}/S0SECURITY or usergroup:{LAB}/S0SECURITY")

    def test_every_absent_group_is_told_at_once(self, resolve: Callable[..., Policies], town: Town) -> None:
        town.group_lists = {}
        assert len(problems(resolve, approvers=(SECURITY, LEGAL))) == 2


class TestQuorums:
    @pytest.mark.parametrize(
        "changes",
        [
            {"approvers": (SECURITY,), "approvals": 2},
            {"approvers": (OWNER, SECURITY), "approvals": 2},
            {"approvers": (SECURITY,), "approvals": 2, "approvals_from": ((LEGAL, 1), (ADMIN, 1))},
            {"approvers": (), "approvals_from": ((LEGAL, 1),)},
            {"requesters": (Principal("user", ANA), CHLOE_HERSELF), **ONLY_CHLOE},
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
            (
                {"approvers": (SECURITY,), "approvals": 2, "approvals_from": ((LEGAL, 1), (OWNER, 1))},
                "approvals_from: there are not enough different people",
            ),
            (
                {
                    "approvers": (SECURITY,),
                    "approvals": 2,
                    "approvals_from": ((LEGAL, 1), (CHLOE_HERSELF, 1)),
                },
                "approvals_from: there are not enough different people",
            ),
            (
                {"requesters": (CHLOE_HERSELF,), **ONLY_CHLOE},
                "approvals_from: there are not enough different",
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

    @pytest.mark.parametrize(
        ("raises", "words"),
        [
            ((Raise("guest", approvals=3),), "raise when guest: approvals: 3 wanted, but only 2"),
            (
                (Raise("guest", approvals_from=((LEGAL, 1),)), Raise("items > 9", 9, 3)),
                "raise when items > 9: approvals: 3 wanted",
            ),
            (
                (
                    Raise("guest", approvals_from=((LEGAL, 1),)),
                    Raise("items > 9", 9, approvals_from=((CHLOE_HERSELF, 1),)),
                ),
                "raise when guest and items > 9: approvals_from: there are not enough different people",
            ),
        ],
    )
    def test_each_raise_has_to_be_reachable_alone_and_with_the_others(
        self, resolve: Callable[..., Policies], raises: tuple[Raise, ...], words: str
    ) -> None:
        found = problems(resolve, approvers=(SECURITY,), raises=raises)
        assert found[0].startswith(f"operations.disconnect-org.{words}")

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
        rails = LiveRails(resolve(**changes).of(ORG), town, frozenset({"W0ADMIN001"}))
        assert (rails.enterprise_id, rails.admin_channel, rails.admin_ids) == (
            ORG,
            ADMIN_CHANNEL,
            frozenset({"W0ADMIN001"}),
        )
        assert set(rails.workspace_ids) == {HQ, LAB, "T0OUT00001"}
        assert set(rails.approvers) == {BEN, CHLOE}
        assert set(rails.protected_groups) == {"S0SECURITY", "S0LEGAL0001"}

    def test_it_asks_slack_once_and_only_when_a_guardrail_does(
        self, resolve: Callable[..., Policies], town: Town
    ) -> None:
        rails = LiveRails(resolve(approvers=(SECURITY,)).of(ORG), town, frozenset({"W0ADMIN001"}))
        town.asked.clear()
        assert rails.protected_groups
        assert town.asked == []
        assert rails.approvers == rails.approvers
        assert town.asked == ["usergroups.users.list"]


class TestPacing:
    def book(self, **pacing: str) -> Policies:
        rules = policy()
        changed = {
            key: replace(found, pacing=pacing.get(key.replace("-", "_"), "documented"))
            for key, found in rules.operations.items()
        }
        return Policies(PolicyBook(replace(rules, operations=changed)), cast(Database, None), StillClock())

    def test_a_method_is_adaptive_where_its_operation_says_so(self) -> None:
        found = self.book(disconnect_org="adaptive")
        assert found.adaptive(ORG, "team.externalTeams.disconnect")
        assert not found.adaptive(ORG, "usergroups.disable")

    def test_of_operations_that_share_a_method_the_most_careful_decides(self) -> None:
        shared = "admin.conversations.search"
        callers = [key for key, operation in OPERATIONS.items() if shared in operation.methods]
        assert len(callers) > 1
        every = dict.fromkeys((key.replace("-", "_") for key in callers), "adaptive")
        assert self.book(**every).adaptive(ORG, shared)
        assert not self.book(**dict(list(every.items())[1:])).adaptive(ORG, shared)

    def test_what_no_operation_calls_keeps_to_what_is_documented(self) -> None:
        every = {key.replace("-", "_"): "adaptive" for key in OPERATIONS}
        assert not self.book(**every).adaptive(ORG, "chat.postMessage")

    def test_so_does_an_organization_without_a_policy(self) -> None:
        found = Policies(PolicyBook(policy(), {"E0OTHER001": policy()}), cast(Database, None), StillClock())
        assert not found.adaptive(ORG, "usergroups.disable")
