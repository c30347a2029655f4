"""Slack's rows as typed rows, also where the documentation and the SDK's samples disagree."""

from typing import Any

import pytest

from app.slack.directory.rows import Account, Channel, ExternalOrg, UserGroup, person
from tests.unit.given import ORG

SECOND = 1_767_225_600
ACME = {"team_id": "T0ACME0001"}


class TestMoments:
    @pytest.mark.parametrize(
        "told",
        [
            SECOND,
            str(SECOND),
            SECOND * 1000,
            SECOND * 1000 + 999,
            SECOND * 1_000_000,
            str(SECOND * 1_000_000),
        ],
    )
    def test_seconds_milliseconds_and_microseconds_mean_the_same(self, told: Any) -> None:
        assert ExternalOrg.read(ACME | {"last_active_timestamp": told}).last_active == SECOND

    @pytest.mark.parametrize("told", [None, 0, "", "0"])
    def test_never_is_zero(self, told: Any) -> None:
        assert ExternalOrg.read(ACME | {"last_active_timestamp": told}).last_active == 0


class TestAnExternalOrganization:
    def test_a_bare_row_is_read(self) -> None:
        org = ExternalOrg.read(ACME)
        assert (org.id, org.name, org.domain, org.status, org.sponsored) == ("T0ACME0001", "", "", "", False)
        assert (org.conversations, org.canvases, org.lists, org.workspaces) == (0, 0, 0, ())

    def test_a_full_row_is_read(self) -> None:
        org = ExternalOrg.read(
            ACME
            | {
                "team_name": "Acme",
                "team_domain": "acme",
                "connection_status": "CONNECTED",
                "is_sponsored": True,
                "public_channel_count": 3,
                "private_channel_count": 2,
                "im_channel_count": 7,
                "mpim_channel_count": 1,
                "canvas": {"total_count": 4, "ownership_details": []},
                "lists": {"total_count": "2"},
            }
        )
        assert (org.channels, org.conversations, org.canvases, org.lists) == (5, 13, 4, 2)
        assert org.sponsored

    @pytest.mark.parametrize(
        ("told", "read"),
        [
            ({"workspace_id": "T1", "workspace_name": "HQ"}, (("T1", "HQ"),)),
            (
                [{"workspace_id": "T1", "workspace_name": "HQ"}, {"workspace_id": "T2"}],
                (("T1", "HQ"), ("T2", "")),
            ),
            ([], ()),
            (None, ()),
        ],
    )
    def test_connected_workspaces_are_one_object_or_a_list(self, told: Any, read: Any) -> None:
        assert ExternalOrg.read(ACME | {"connected_workspaces": told}).workspaces == read

    @pytest.mark.parametrize("told", [None, {}, {"total_count": None}, []])
    def test_canvases_that_are_not_counted_are_none(self, told: Any) -> None:
        assert ExternalOrg.read(ACME | {"canvas": told}).canvases == 0


class TestAChannel:
    @pytest.mark.parametrize(
        ("row", "members"), [({"member_count": 5}, 5), ({"num_members": 6}, 6), ({}, -1)]
    )
    def test_search_and_info_count_members_under_two_names(self, row: Any, members: int) -> None:
        assert Channel.read({"id": "C1", **row}, "search").members == members

    def test_what_was_not_told_is_not_zero(self) -> None:
        found = Channel.read({"id": "C1"}, "info")
        assert (found.members, found.externals, found.last_activity, found.name) == (-1, -1, 0, "")

    @pytest.mark.parametrize(
        ("flag", "attribute"),
        [
            ("is_private", "private"),
            ("is_general", "general"),
            ("is_archived", "archived"),
            ("is_im", "direct"),
            ("is_mpim", "direct"),
            ("is_ext_shared", "ext_shared"),
            ("is_global_shared", "org_wide"),
            ("is_org_default", "org_default"),
            ("is_org_mandatory", "org_mandatory"),
            ("is_frozen", "frozen"),
            ("is_org_shared", "org_shared"),
            ("is_disconnect_in_progress", "disconnecting"),
        ],
    )
    def test_each_flag_is_read_and_off_when_absent(self, flag: str, attribute: str) -> None:
        assert getattr(Channel.read({"id": "C1", flag: True}, "search"), attribute) is True
        assert getattr(Channel.read({"id": "C1"}, "search"), attribute) is False

    @pytest.mark.parametrize(("host", "ours"), [(ORG, True), ("", True), ("T9", True), ("T0ACME0001", False)])
    def test_it_is_ours_when_the_organization_or_a_workspace_of_it_hosts_it(
        self, host: str, ours: bool
    ) -> None:
        row = {"id": "C1", "internal_team_ids": ["T9"], "conversation_host_id": host}
        assert Channel.read(row, "search").hosted_by(ORG) is ours

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ({}, (False, False)),
            ({"connected_team_ids": []}, (True, False)),
            ({"internal_team_ids": ["T9"]}, (False, True)),
            ({"connected_team_ids": ["T1"], "internal_team_ids": []}, (True, True)),
            ({"is_ext_shared": False}, (True, False)),
            ({"is_org_shared": False}, (False, True)),
            ({"is_ext_shared": True, "is_org_shared": True}, (False, False)),
            ({"is_ext_shared": None, "is_org_shared": None}, (False, False)),
        ],
    )
    def test_who_is_in_it_is_told_or_left_out(self, row: Any, told: tuple[bool, bool]) -> None:
        found = Channel.read({"id": "C1", **row}, "info")
        assert (found.externals_told, found.workspaces_told) == told

    def test_its_teams_are_read_as_sets(self) -> None:
        found = Channel.read(
            {
                "id": "C1",
                "connected_team_ids": ["T2", "T1"],
                "connected_limited_team_ids": ["T2"],
                "pending_connected_team_ids": None,
                "internal_team_ids": ["T9"],
                "conversation_host_id": ORG,
                "context_team_id": "T9",
            },
            "search",
        )
        assert (sorted(found.connected), sorted(found.limited), sorted(found.pending)) == (
            ["T1", "T2"],
            ["T2"],
            [],
        )
        assert (sorted(found.workspaces), found.host, found.home) == (["T9"], ORG, "T9")


class TestAUserGroup:
    def test_members_and_channels_are_sorted_so_that_a_fingerprint_is_stable(self) -> None:
        prefs = {"channels": ["C2"], "groups": ["C1"]}
        found = UserGroup.read({"id": "S1", "users": ["W2", "W1"], "prefs": prefs})
        assert (found.members, found.channels) == (("W1", "W2"), ("C1", "C2"))

    def test_a_bare_row_is_an_enabled_group_without_members(self) -> None:
        found = UserGroup.read({"id": "S1", "prefs": None, "users": None})
        assert (found.members, found.channels, found.disabled_at, found.locked) == ((), (), 0, False)

    @pytest.mark.parametrize("flag", ["is_membership_locked", "is_editing_restricted"])
    def test_a_restricted_group_is_locked(self, flag: str) -> None:
        assert UserGroup.read({"id": "S1", flag: True}).locked

    def test_a_disabled_group_says_since_when(self) -> None:
        assert UserGroup.read({"id": "S1", "date_delete": SECOND}).disabled_at == SECOND


class TestPeople:
    @pytest.mark.parametrize(
        ("row", "role"),
        [
            ({"is_primary_owner": True}, "owner"),
            ({"is_owner": True, "is_admin": True}, "owner"),
            ({"is_admin": True}, "admin"),
            ({"is_restricted": True}, "guest"),
            ({"is_ultra_restricted": True}, "guest"),
            ({}, "member"),
        ],
    )
    def test_an_account_has_its_highest_role(self, row: Any, role: str) -> None:
        assert Account.read({"id": "W1", **row}).role == role

    def test_an_account_is_named_by_what_there_is(self) -> None:
        assert Account.read({"id": "W1", "full_name": "Ana", "username": "ana"}).name == "Ana"
        bare = Account.read({"id": "W1", "username": "ana", "email": None})
        assert (bare.name, bare.email, bare.active, bare.has_sso, bare.has_2fa) == (
            "ana",
            "",
            True,
            False,
            False,
        )

    def test_a_persons_org_roles_are_those_of_the_enterprise(self) -> None:
        org = {"enterprise_id": ORG, "is_admin": True, "is_owner": False, "teams": ["T1"]}
        found = person({"id": "W1", "is_owner": True, "enterprise_user": org, "has_2fa": True})
        assert (found.enterprise_id, found.role, found.teams, found.has_2fa) == (ORG, "admin", ("T1",), True)

    def test_a_workspace_owner_is_no_org_owner(self) -> None:
        found = person({"id": "W1", "is_owner": True, "is_admin": True})
        assert (found.role, found.enterprise_id, found.has_2fa) == ("member", None, None)

    @pytest.mark.parametrize(
        ("row", "attribute"),
        [
            ({"is_restricted": True}, "guest"),
            ({"is_ultra_restricted": True}, "guest"),
            ({"is_bot": True}, "bot"),
            ({"is_app_user": True}, "bot"),
            ({"deleted": True}, "deleted"),
            ({"is_stranger": True}, "stranger"),
        ],
    )
    def test_whoever_may_not_act_is_told_apart(self, row: Any, attribute: str) -> None:
        assert getattr(person({"id": "W1", **row}), attribute) is True
        assert getattr(person({"id": "W1"}), attribute) is False

    @pytest.mark.parametrize(
        ("row", "name"),
        [
            ({"profile": {"real_name": "Ana A."}, "real_name": "Ana", "name": "ana"}, "Ana A."),
            ({"real_name": "Ana", "name": "ana"}, "Ana"),
            ({"name": "ana"}, "ana"),
            ({}, ""),
        ],
    )
    def test_a_person_is_named_by_what_there_is(self, row: Any, name: str) -> None:
        assert person({"id": "W1", **row}).name == name
