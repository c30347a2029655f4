"""users.*, admin.users.list, team.info, auth.*: who is who in the org."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.org.app import TokenKind
from localslack.server import LocalSlack


def user(client: WebClient, id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.users_info(user=id)["user"]
    return found


def refused(client: WebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, params=args)
    return str(caught.value.response["error"])


def test_org_roles_are_in_enterprise_user(bot: WebClient) -> None:
    roles = {
        id: tuple(
            user(bot, id)["enterprise_user"][role] for role in ("is_admin", "is_owner", "is_primary_owner")
        )
        for id in ("W0ANA00001", "W0BEN00001", "W0OLGA0001", "W0PAUL0001")
    }
    assert roles == {
        "W0ANA00001": (True, False, False),
        "W0BEN00001": (False, False, False),
        "W0OLGA0001": (True, True, True),
        "W0PAUL0001": (True, True, False),
    }


def test_guests_bots_outsiders_strangers_and_the_deactivated_are_told_apart(bot: WebClient) -> None:
    assert user(bot, "W0GUEST001")["is_restricted"] is True
    assert user(bot, "U0DRAWBRDG")["is_bot"] is True
    assert user(bot, "W0GONE0001")["deleted"] is True
    oscar = user(bot, "U0OUTSIDE1")
    assert (oscar["team_id"], oscar["is_stranger"], "enterprise_user" in oscar) == (
        "T0ACME0001",
        False,
        False,
    )
    assert user(bot, "U0STRANGE1")["is_stranger"] is True
    assert refused(bot, "users.info", user="W0NOBODY01") == "user_not_found"


def test_the_email_needs_its_own_scope(slack: LocalSlack, bot: WebClient) -> None:
    assert user(bot, "W0ANA00001")["profile"]["email"] == "ana.ferreira@meridian.example"
    with slack.world.lock:
        slack.world.app.tokens_of(TokenKind.BOT)[0].scopes.remove("users:read.email")
    assert "email" not in user(bot, "W0ANA00001")["profile"]


def test_people_are_found_by_email_unless_deactivated(bot: WebClient) -> None:
    found = bot.users_lookupByEmail(email="Ben.Okafor@meridian.example")["user"]
    assert found["id"] == "W0BEN00001"
    assert refused(bot, "users.lookupByEmail", email="greta.gone@meridian.example") == "users_not_found"
    assert refused(bot, "users.lookupByEmail", email="oscar@acme.example") == "users_not_found"


def test_a_workspace_lists_its_people_deactivated_ones_too(bot: WebClient) -> None:
    ids = {member["id"] for member in bot.users_list(team_id="T0HQ000001")["members"]}
    assert {"W0ANA00001", "W0GONE0001"} <= ids
    assert "U0OUTSIDE1" not in ids


def test_an_admin_sees_sso_and_filters(admin: WebClient) -> None:
    everybody = {u["id"]: u for u in admin.admin_users_list(limit=1000)["users"]}
    assert everybody["W0POLICY01"]["has_sso"] is False
    assert everybody["W0POLICY02"]["has_sso"] is True
    assert "W0GONE0001" not in everybody
    gone = admin.admin_users_list(is_active=False)["users"]
    assert [u["id"] for u in gone] == ["W0GONE0001"]
    owners = admin.api_call("admin.users.list", params={"include_owners": True})["users"]
    assert {u["id"] for u in owners} == {"W0OLGA0001", "W0PAUL0001"}
    guests = admin.api_call("admin.users.list", params={"only_guests": True, "team_id": "T0HQ000001"})[
        "users"
    ]
    assert [u["id"] for u in guests] == ["W0GUEST001"]


def test_deactivated_workspaces_are_listed_for_the_org_only(admin: WebClient) -> None:
    wanted = {"include_deactivated_user_workspaces": True}
    code = refused(admin, "admin.users.list", team_id="T0HQ000001", **wanted)
    assert code == "include_deactivated_user_workspaces_invalid"
    gone = admin.api_call("admin.users.list", params={**wanted, "is_active": False})["users"][0]
    assert gone["workspaces"] == ["T0HQ000001"]


def test_teams_have_names_ours_and_theirs(bot: WebClient) -> None:
    assert bot.team_info()["team"]["name"] == "Meridian"
    assert bot.team_info(team="T0ENG00001")["team"]["enterprise_id"] == "E0MERIDIAN"
    assert bot.team_info(team="T0ACME0001")["team"]["domain"] == "acme"
    assert bot.team_info(domain="meridian-sales")["team"]["id"] == "T0SALES001"
    assert refused(bot, "team.info", domain="acme") == "team_not_on_enterprise"
    assert refused(bot, "team.info", team="T0NOWHERE1") == "team_not_found"


def test_the_app_is_in_all_workspaces_but_labs(bot: WebClient, admin: WebClient) -> None:
    mine = [team["name"] for team in bot.auth_teams_list()["teams"]]
    everything = [team["name"] for team in admin.admin_teams_list()["teams"]]
    assert everything == [*mine, "Labs"]


def test_an_org_wide_token_belongs_to_the_org(bot: WebClient, admin: WebClient) -> None:
    assert bot.auth_test()["team_id"] == bot.auth_test()["enterprise_id"] == "E0MERIDIAN"
    assert (bot.auth_test()["bot_id"], admin.auth_test()["user_id"]) == ("B0DRAWBRDG", "W0INSTALL1")


def test_a_channel_of_a_workspace_without_the_app_is_out_of_reach(bot: WebClient) -> None:
    assert refused(bot, "conversations.info", channel="C0LABS00001") == "team_access_not_granted"


def test_private_conversations_are_for_members(bot: WebClient, admin: WebClient) -> None:
    assert bot.conversations_info(channel="C0ADMIN0001")["channel"]["is_private"] is True
    assert refused(admin, "conversations.info", channel="C0ADMIN0001") == "channel_not_found"
    assert refused(bot, "conversations.members", channel="C0MULTI0002") == "channel_not_found"
    members = bot.conversations_members(channel="C0ADMIN0001")["members"]
    assert {"W0BEN00001", "U0DRAWBRDG"} <= set(members)


def test_listing_a_workspace_filters_after_the_page_is_cut(bot: WebClient) -> None:
    short = bot.conversations_list(team_id="T0HQ000001", limit=3, exclude_archived=True)
    assert len(short["channels"]) < 3
    assert short["response_metadata"]["next_cursor"]
    listed: list[str] = []
    for page in bot.conversations_list(team_id="T0HQ000001", limit=5, types="public_channel,private_channel"):
        listed += [channel["name"] for channel in page["channels"]]
    assert {"lobby", "admin-approvals"} <= set(listed)
    assert "incident-room" not in listed


def test_a_direct_message_opens_once(bot: WebClient) -> None:
    first = bot.conversations_open(users="W0ANA00001")["channel"]["id"]
    again = bot.conversations_open(users=["W0ANA00001"])
    assert (again["channel"]["id"], again["already_open"]) == (first, True)
    assert bot.conversations_open(channel=first)["channel"]["id"] == first


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({}, "users_list_not_supplied"),
        ({"users": "U0DRAWBRDG"}, "not_enough_users"),
        ({"users": "W0NOBODY01"}, "user_not_found"),
        ({"users": "W0GONE0001"}, "user_disabled"),
        ({"users": "U0STRANGE1"}, "invalid_user_combination"),
        ({"users": ",".join(f"W{n}" for n in range(9))}, "too_many_users"),
        ({"channel": "C0LOBBY0001"}, "method_not_supported_for_channel_type"),
    ],
)
def test_a_direct_message_that_cannot_be_opened(bot: WebClient, args: dict[str, str], code: str) -> None:
    assert refused(bot, "conversations.open", **args) == code
