"""admin.conversations.setTeams replaces the whole set; getTeams reads it back."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack

HQ, ENG, SALES, SUPPORT, LABS = "T0HQ000001", "T0ENG00001", "T0SALES001", "T0SUPPORT1", "T0LABS0001"


def refused(admin: WebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        admin.api_call(method, params=args)
    return str(caught.value.response["error"])


def teams(admin: WebClient, channel_id: str) -> list[str]:
    found: list[str] = admin.admin_conversations_getTeams(channel_id=channel_id)["team_ids"]
    return found


def test_the_given_set_replaces_the_old_one(admin: WebClient) -> None:
    answer = admin.admin_conversations_setTeams(channel_id="C0MULTI0001", target_team_ids=[HQ, SUPPORT])
    assert answer.data == {"ok": True, "channel": "C0MULTI0001"}
    assert teams(admin, "C0MULTI0001") == [HQ, SUPPORT]


def test_even_the_workspace_that_created_the_channel_can_leave(admin: WebClient) -> None:
    admin.admin_conversations_setTeams(channel_id="C0MULTI0001", target_team_ids=[ENG, SALES])
    assert teams(admin, "C0MULTI0001") == [ENG, SALES]


def test_down_to_one_workspace_reading_back_says_channel_not_found(
    slack: LocalSlack, admin: WebClient
) -> None:
    admin.admin_conversations_setTeams(channel_id="C0MULTI0001", team_id=HQ)
    assert slack.client.state()["channels"]["C0MULTI0001"]["team_ids"] == [HQ]
    assert refused(admin, "admin.conversations.getTeams", channel_id="C0MULTI0001") == "channel_not_found"


def test_a_stray_team_id_beside_the_targets_changes_the_meaning(admin: WebClient) -> None:
    admin.admin_conversations_setTeams(channel_id="C0MULTI0001", target_team_ids=[ENG], team_id=HQ)
    assert teams(admin, "C0MULTI0001") == [HQ, ENG]


def test_a_channel_becomes_org_wide_and_lists_every_workspace(slack: LocalSlack, admin: WebClient) -> None:
    admin.admin_conversations_setTeams(channel_id="C0MULTI0001", org_channel=True)
    assert teams(admin, "C0MULTI0001") == list(slack.client.state()["workspaces"])


def test_members_without_a_remaining_workspace_lose_the_channel(slack: LocalSlack, admin: WebClient) -> None:
    admin.admin_conversations_setTeams(channel_id="C0MULTI0001", target_team_ids=[ENG, SALES])
    members = slack.client.state()["channels"]["C0MULTI0001"]["members"]
    assert "W0GUEST001" not in members
    assert {"W0ANA00001", "W0BEN00001", "W0DINO0001"} <= set(members)


def test_setting_what_is_already_so_changes_nothing(slack: LocalSlack, admin: WebClient) -> None:
    admin.admin_conversations_setTeams(channel_id="C0MULTI0001", target_team_ids=[SALES, ENG, HQ])
    assert slack.client.calls("admin.conversations.setTeams")[0]["effect"] is False


@pytest.mark.parametrize(
    ("channel_id", "args", "code"),
    [
        ("nonsense!", {"team_id": HQ}, "invalid_channel_id"),
        ("D0ACME00001", {"team_id": HQ}, "invalid_channel_id"),
        ("C0NOWHERE01", {"team_id": HQ}, "channel_not_found"),
        ("C0MPIMACME1", {"team_id": HQ}, "channel_type_not_supported"),
        ("C0GENERALHQ", {"team_id": HQ}, "channel_type_not_supported"),
        ("C0LOBBY0001", {"target_team_ids": f"{HQ},{ENG}"}, "externally_shared_or_disconnected_channel"),
        ("C0EVEREXT01", {"team_id": HQ}, "externally_shared_or_disconnected_channel"),
        ("C0LEGACY001", {"org_channel": "true"}, "cannot_add_legacy_disconnected_channel_to_workspaces"),
        ("C0ARCHIVE01", {"team_id": HQ}, "restricted_action"),
        ("C0HIDDEN001", {"org_channel": "1"}, "restricted_action"),
        ("C0LOCAL0001", {"team_id": ENG}, "cannot_move_local_channel"),
        ("C0LOCAL0001", {"target_team_ids": f"{ENG},{SALES}"}, "cannot_move_local_channel"),
        ("C0MULTI0001", {"team_id": SUPPORT}, "could_not_set_teams_for_channel"),
        ("C0MULTI0001", {"target_team_ids": "T0ACME0001"}, "invalid_target_team"),
        ("C0MULTI0001", {"target_team_ids": f"{HQ},{LABS}"}, "not_allowed_for_grid_workspace"),
        ("C0LOCAL0003", {"target_team_ids": f"{ENG},{SALES}"}, "name_taken"),
        ("C0ALLHANDS1", {"target_team_ids": f"{HQ},{ENG}"}, "default_org_wide_channel"),
        ("C0MANAGED01", {"team_id": HQ}, "managed_channel_not_supported"),
        ("C0UNSHARE01", {"team_id": HQ}, "channel_cannot_be_unshared"),
        ("C0MULTI0001", {}, "unsupported_arguments"),
        ("C0MULTI0001", {"org_channel": "1", "target_team_ids": HQ}, "unsupported_arguments"),
    ],
)
def test_what_slack_refuses(admin: WebClient, channel_id: str, args: dict[str, str], code: str) -> None:
    assert refused(admin, "admin.conversations.setTeams", channel_id=channel_id, **args) == code


def test_too_many_targets_are_refused_at_the_worlds_limit(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.settings(target_teams_max=2)
    targets = f"{HQ},{ENG},{SALES}"
    code = refused(admin, "admin.conversations.setTeams", channel_id="C0MULTI0001", target_team_ids=targets)
    assert code == "too_many_target_teams"


def test_an_org_without_the_feature_says_so(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.settings(set_teams_enabled=False)
    assert (
        refused(admin, "admin.conversations.setTeams", channel_id="C0MULTI0001", team_id=HQ) == "not_enabled"
    )


def test_workspaces_come_in_pages(admin: WebClient) -> None:
    first = admin.admin_conversations_getTeams(channel_id="C0ALLHANDS1", limit=4)
    cursor = first["response_metadata"]["next_cursor"]
    second = admin.admin_conversations_getTeams(channel_id="C0ALLHANDS1", limit=4, cursor=cursor)
    assert len(first["team_ids"] + second["team_ids"]) == 6
    assert second["response_metadata"]["next_cursor"] == ""


def test_reading_the_workspaces_of_general_or_a_direct_message_is_refused(admin: WebClient) -> None:
    for id in ("C0GENERALHQ", "D0ACME00001"):
        assert refused(admin, "admin.conversations.getTeams", channel_id=id) == "channel_type_not_supported"
