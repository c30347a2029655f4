"""Disconnecting an external organization: accepted at once, done in the background, visible everywhere."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack

JSON = dict[str, Any]
ACME = "T0ACME0001"


def refused(client: WebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, params=args)
    return str(caught.value.response["error"])


def listed(bot: WebClient, team_id: str = ACME) -> JSON:
    orgs: list[JSON] = bot.team_externalTeams_list(limit=100)["organizations"]
    return next(org for org in orgs if org["team_id"] == team_id)


def disconnect_and_wait(slack: LocalSlack, bot: WebClient, team_id: str = ACME) -> None:
    slack.client.settings(disconnect_delay=0.01)
    bot.team_externalTeams_disconnect(target_team=team_id)
    orgs = slack.client.wait(
        lambda: slack.client.state()["external_orgs"][team_id]["status"] == "DISCONNECTED"
    )
    assert orgs


def test_the_list_counts_conversations_by_kind_and_names_our_workspaces(bot: WebClient) -> None:
    acme = listed(bot)
    assert (acme["public_channel_count"], acme["private_channel_count"]) == (3, 2)
    assert (acme["im_channel_count"], acme["mpim_channel_count"]) == (1, 1)
    assert {w["workspace_name"] for w in acme["connected_workspaces"]} == {
        "Meridian HQ",
        "Engineering",
        "Sales",
        "Support",
        "Finance",
    }
    assert (acme["team_domain"], acme["connection_status"], acme["is_sponsored"]) == (
        "acme",
        "CONNECTED",
        False,
    )


def test_the_list_pages_by_team_id_and_filters(bot: WebClient) -> None:
    first = bot.team_externalTeams_list(limit=3)
    following = first["response_metadata"]["next_cursor"]
    second = bot.team_externalTeams_list(limit=3, cursor=following)
    assert second["organizations"][0]["team_id"] == following
    assert first["total_count"] == 8
    blocked = bot.team_externalTeams_list(connection_status_filter="BLOCKED")["organizations"]
    assert [org["team_name"] for org in blocked] == ["Hooli"]
    support = bot.team_externalTeams_list(workspace_filter=["T0SUPPORT1"])["organizations"]
    assert [org["team_id"] for org in support] == [ACME]
    assert (
        refused(bot, "team.externalTeams.list", workspace_filter="T0NOWHERE1") == "invalid_workspace_filter"
    )


def test_the_list_sorts(bot: WebClient) -> None:
    newest = bot.team_externalTeams_list(sort_field="last_active_timestamp", sort_direction="desc")
    stamps = [org["last_active_timestamp"] for org in newest["organizations"]]
    assert stamps == sorted(stamps, reverse=True)


def test_a_disconnect_is_accepted_at_once_and_still_running(
    slack: LocalSlack, bot: WebClient, admin: WebClient
) -> None:
    slack.client.settings(disconnect_delay=1000)
    assert bot.team_externalTeams_disconnect(target_team=ACME).data == {"ok": True}
    assert listed(bot)["connection_status"] == "CONNECTED"
    found = admin.admin_conversations_search(query="acme-project")["conversations"][0]
    assert found["is_disconnect_in_progress"] is True
    assert bot.team_externalTeams_disconnect(target_team=ACME)["ok"]
    assert [call["effect"] for call in slack.client.calls("team.externalTeams.disconnect")] == [True, False]


def test_afterwards_the_org_is_disconnected_and_counts_nothing(slack: LocalSlack, bot: WebClient) -> None:
    disconnect_and_wait(slack, bot)
    acme = listed(bot)
    assert acme["connection_status"] == "DISCONNECTED"
    assert [acme[f"{kind}_channel_count"] for kind in ("public", "private", "im", "mpim")] == [0, 0, 0, 0]
    assert acme["connected_workspaces"] == []


def test_afterwards_our_channels_keep_their_id_and_lose_the_org_and_its_people(
    slack: LocalSlack, bot: WebClient
) -> None:
    disconnect_and_wait(slack, bot)
    lobby = slack.client.state()["channels"]["C0LOBBY0001"]
    assert (lobby["connected"], lobby["ever_external"], lobby["is_archived"]) == ([], True, False)
    assert "U0OUTSIDE1" not in lobby["members"]
    assert bot.conversations_info(channel="C0LOBBY0001")["channel"]["is_ext_shared"] is False


def test_afterwards_their_channels_are_frozen_copies_under_a_new_id(
    slack: LocalSlack, bot: WebClient, admin: WebClient
) -> None:
    disconnect_and_wait(slack, bot)
    assert refused(admin, "conversations.info", channel="C0ACME00002") == "channel_not_found"
    copy = admin.admin_conversations_search(query="acme-support")["conversations"][0]
    assert copy["id"] != "C0ACME00002"
    assert (copy["is_archived"], copy["is_frozen"], copy["member_count"]) == (True, True, -1)
    info = admin.conversations_info(channel=copy["id"])["channel"]
    assert info["frozen_reason"] == "connection_severed"


def test_afterwards_direct_messages_are_archived(slack: LocalSlack, bot: WebClient) -> None:
    disconnect_and_wait(slack, bot)
    channels = slack.client.state()["channels"]
    assert channels["D0ACME00001"]["is_archived"] is True
    assert channels["C0MPIMACME1"]["is_archived"] is True


def test_a_channel_with_a_third_org_stays_shared_with_it(slack: LocalSlack, bot: WebClient) -> None:
    disconnect_and_wait(slack, bot)
    assert slack.client.state()["channels"]["C0ACME00003"]["connected"] == ["T0INITECH1"]


def test_searching_by_a_disconnected_org_says_it_is_not_connected(
    slack: LocalSlack, bot: WebClient, admin: WebClient
) -> None:
    found = admin.admin_conversations_search(connected_team_ids=ACME)
    assert {c["name"] for c in found["conversations"]} == {
        "lobby",
        "acme-project",
        "acme-support",
        "acme-initech-deal",
    }
    disconnect_and_wait(slack, bot)
    code = "external_team_not_connected_to_this_org"
    assert refused(admin, "admin.conversations.search", connected_team_ids=ACME) == code


@pytest.mark.parametrize("target", ["T0NOWHERE1", "T0STARK001", "T0HOOLI001", "T0WAYNE001", "E0MERIDIAN"])
def test_what_is_not_connected_cannot_be_disconnected(bot: WebClient, target: str) -> None:
    assert refused(bot, "team.externalTeams.disconnect", target_team=target) == "invalid_target_team"


def test_a_repeat_after_the_work_is_done_is_refused(slack: LocalSlack, bot: WebClient) -> None:
    disconnect_and_wait(slack, bot)
    assert refused(bot, "team.externalTeams.disconnect", target_team=ACME) == "invalid_target_team"


def test_an_enterprise_partner_goes_by_its_own_id_not_by_a_workspace_below_it(
    slack: LocalSlack, bot: WebClient, admin: WebClient
) -> None:
    code = "connected_team_passed_in_is_not_top_level_team"
    assert refused(admin, "admin.conversations.search", connected_team_ids="T0GLOBEX11") == code
    disconnect_and_wait(slack, bot, "E0GLOBEX01")


def test_the_work_can_take_its_own_time_per_org_or_never_end(slack: LocalSlack, bot: WebClient) -> None:
    slack.client.settings(
        disconnect_delay=1000,
        disconnect_delays={"T0INITECH1": 0.0},
        disconnect_never=[ACME],
        rate_limits=False,
    )
    bot.team_externalTeams_disconnect(target_team=ACME)
    bot.team_externalTeams_disconnect(target_team="T0INITECH1")
    assert listed(bot, "T0INITECH1")["connection_status"] == "DISCONNECTED"
    with slack.world.lock:
        slack.world.settings.disconnect_never = []
    assert listed(bot)["connection_status"] == "CONNECTED"


def test_the_time_scale_shortens_the_work(slack: LocalSlack, bot: WebClient) -> None:
    slack.client.settings(time_scale=100_000, disconnect_delay=60)
    bot.team_externalTeams_disconnect(target_team=ACME)
    done = slack.client.wait(lambda: listed(bot)["connection_status"] == "DISCONNECTED", timeout=5)
    assert done


def test_the_app_hears_of_each_channel_it_can_see(slack: LocalSlack, bot: WebClient) -> None:
    disconnect_and_wait(slack, bot)
    slack.client.wait(lambda: len(slack.client.deliveries("channel_unshared")) >= 2)
    told = {d["payload"]["event"]["channel"] for d in slack.client.deliveries("channel_unshared")}
    assert told == {"C0LOBBY0001", "C0ACME00001"}
