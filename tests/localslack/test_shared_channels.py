"""admin.conversations.disconnectShared: who may be removed from which channel, and by whom."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack

ACME, INITECH, HQ, ENG = "T0ACME0001", "T0INITECH1", "T0HQ000001", "T0ENG00001"


def refused(admin: WebClient, channel_id: str, *leaving: str) -> str:
    with pytest.raises(SlackApiError) as caught:
        admin.admin_conversations_disconnectShared(
            channel_id=channel_id, leaving_team_ids=list(leaving) or None
        )
    return str(caught.value.response["error"])


def channel(slack: LocalSlack, id: str) -> dict[str, Any]:
    found: dict[str, Any] = slack.client.state()["channels"][id]
    return found


def test_an_external_org_leaves_a_channel_we_host(slack: LocalSlack, admin: WebClient) -> None:
    answer = admin.admin_conversations_disconnectShared(channel_id="C0LOBBY0001", leaving_team_ids=[ACME])
    assert answer.data == {"ok": True}
    lobby = channel(slack, "C0LOBBY0001")
    assert (lobby["connected"], lobby["ever_external"]) == ([], True)
    assert "U0OUTSIDE1" not in lobby["members"]


def test_with_two_teams_the_leaving_one_may_be_left_out(slack: LocalSlack, admin: WebClient) -> None:
    assert admin.admin_conversations_disconnectShared(channel_id="C0LOBBY0001")["ok"]
    assert channel(slack, "C0LOBBY0001")["connected"] == []


def test_with_three_teams_it_must_be_named(slack: LocalSlack, admin: WebClient) -> None:
    assert refused(admin, "C0ACME00003") == "leaving_team_required"
    admin.admin_conversations_disconnectShared(channel_id="C0ACME00003", leaving_team_ids=[INITECH])
    assert channel(slack, "C0ACME00003")["connected"] == [ACME]


def test_only_one_team_may_be_named_at_a_time(admin: WebClient) -> None:
    assert refused(admin, "C0ACME00003", ACME, INITECH) == "invalid_arguments"


def test_a_workspace_of_ours_leaves_a_channel_of_several(slack: LocalSlack, admin: WebClient) -> None:
    admin.admin_conversations_disconnectShared(channel_id="C0MULTI0001", leaving_team_ids=["T0SALES001"])
    atlas = channel(slack, "C0MULTI0001")
    assert atlas["team_ids"] == [HQ, ENG]
    assert "W0DINO0001" in atlas["members"]


def test_members_whose_last_workspace_left_lose_the_channel(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.set("user", "W0DINO0001", teams=["T0SALES001"])
    admin.admin_conversations_disconnectShared(channel_id="C0MULTI0001", leaving_team_ids=["T0SALES001"])
    assert "W0DINO0001" not in channel(slack, "C0MULTI0001")["members"]


@pytest.mark.parametrize(
    ("channel_id", "leaving", "code"),
    [
        ("C0LOBBY0001", HQ, "cannot_kick_home_team"),
        ("C0LOBBY0001", "E0MERIDIAN", "cannot_kick_home_team"),
        ("C0ACME00002", ACME, "cannot_kick_home_team"),
        ("C0ACME00002", "T0SUPPORT1", "cannot_kick_team"),
        ("C0LOBBY0001", INITECH, "leaving_team_not_in_channel"),
        ("C0LOBBY0001", "T0NOWHERE1", "team_not_found"),
        ("C0LOCAL0001", ACME, "no_teams_to_disconnect"),
        ("C0NOWHERE01", ACME, "channel_not_found"),
        ("C0GENERALHQ", ACME, "channel_type_not_supported"),
        ("D0ACME00001", ACME, "channel_type_not_supported"),
        ("C0MPIMACME1", ACME, "channel_type_not_supported"),
        ("C0HIDDEN002", ACME, "restricted_action"),
        ("C0ALLHANDS1", ENG, "restricted_action"),
    ],
)
def test_what_slack_refuses(admin: WebClient, channel_id: str, leaving: str, code: str) -> None:
    assert refused(admin, channel_id, leaving) == code


def test_a_repeat_finds_nothing_left_to_do(admin: WebClient) -> None:
    admin.admin_conversations_disconnectShared(channel_id="C0LOBBY0001", leaving_team_ids=[ACME])
    assert refused(admin, "C0LOBBY0001", ACME) == "no_teams_to_disconnect"


def test_the_last_shared_channel_takes_the_direct_messages_with_it(
    slack: LocalSlack, admin: WebClient
) -> None:
    slack.client.set("user", "W0INSTALL1", private_channel_scope=["*"])
    for id in ("C0LOBBY0001", "C0ACME00001", "C0ACME00003", "C0HIDDEN002"):
        admin.admin_conversations_disconnectShared(channel_id=id, leaving_team_ids=[ACME])
    assert channel(slack, "D0ACME00001")["is_archived"] is False
    slack.client.post("remove", kind="channel", id="C0ACME00002")
    slack.client.set("channel", "C0INITECH01", connected=[INITECH, ACME])
    admin.admin_conversations_disconnectShared(channel_id="C0INITECH01", leaving_team_ids=[ACME])
    assert channel(slack, "D0ACME00001")["is_archived"] is True
    assert slack.client.state()["external_orgs"][ACME]["status"] == "CONNECTED"


def test_the_app_is_told_who_left(slack: LocalSlack, admin: WebClient) -> None:
    admin.admin_conversations_disconnectShared(channel_id="C0LOBBY0001", leaving_team_ids=[ACME])
    delivery, *_ = slack.client.wait(lambda: slack.client.deliveries("channel_unshared"))
    event = delivery["payload"]["event"]
    assert (event["channel"], event["previously_connected_team_id"], event["is_ext_shared"]) == (
        "C0LOBBY0001",
        ACME,
        False,
    )
