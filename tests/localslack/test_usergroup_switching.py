"""usergroups.*: disable and enable, and what a group keeps."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack

ENG = "T0ENG00001"


def refused(client: WebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, params=args)
    return str(caught.value.response["error"])


def test_disabling_stamps_the_group_and_hides_it(slack: LocalSlack, admin: WebClient) -> None:
    group = admin.usergroups_disable(usergroup="S0ONCALL01", team_id=ENG)["usergroup"]
    assert group["date_delete"] == group["date_update"] > 0
    assert (group["deleted_by"], group["user_count"]) == ("W0INSTALL1", 2)
    assert "S0ONCALL01" not in [g["id"] for g in admin.usergroups_list(team_id=ENG)["usergroups"]]
    listed = admin.usergroups_list(team_id=ENG, include_disabled=True)["usergroups"]
    assert any(g["id"] == "S0ONCALL01" and g["date_delete"] for g in listed)


def test_members_of_a_disabled_group_show_only_on_request(admin: WebClient) -> None:
    admin.usergroups_disable(usergroup="S0ONCALL01", team_id=ENG)
    asked = {"usergroup": "S0ONCALL01", "team_id": ENG}
    assert refused(admin, "usergroups.users.list", **asked) == "no_such_subteam"
    users = admin.usergroups_users_list(usergroup="S0ONCALL01", team_id=ENG, include_disabled=True)["users"]
    assert users == ["W0BEN00001", "W0ANA00001"]


def test_enabling_brings_members_and_channels_back(admin: WebClient) -> None:
    admin.usergroups_disable(usergroup="S0ONCALL01", team_id=ENG)
    group = admin.usergroups_enable(usergroup="S0ONCALL01", team_id=ENG)["usergroup"]
    assert (group["date_delete"], group["deleted_by"]) == (0, None)
    assert group["users"] == ["W0BEN00001", "W0ANA00001"]
    assert group["prefs"]["channels"] == ["C0MULTI0001"]


def test_a_second_disable_changes_nothing(slack: LocalSlack, admin: WebClient) -> None:
    for _ in range(2):
        admin.usergroups_disable(usergroup="S0ONCALL01", team_id=ENG)
    assert [c["effect"] for c in slack.client.calls("usergroups.disable")] == [True, False]


@pytest.mark.parametrize("group", ["S0IDPGRP01", "S0ORGLVL01"])
def test_groups_governed_elsewhere_are_refused(admin: WebClient, group: str) -> None:
    assert refused(admin, "usergroups.disable", usergroup=group, team_id="T0HQ000001") == "permission_denied"


def test_where_only_admins_may_the_bot_is_refused_and_the_admin_is_not(
    slack: LocalSlack, admin: WebClient, bot: WebClient
) -> None:
    slack.client.settings(usergroups_admin_only=True)
    assert refused(bot, "usergroups.disable", usergroup="S0ONCALL01", team_id=ENG) == "permission_denied"
    assert admin.usergroups_disable(usergroup="S0ONCALL01", team_id=ENG)["ok"]


def test_a_group_of_another_workspace_is_not_found(admin: WebClient) -> None:
    asked = {"usergroup": "S0ONCALL01", "team_id": "T0HQ000001"}
    assert refused(admin, "usergroups.disable", **asked) == "no_such_subteam"


def test_users_and_counts_are_listed_only_when_asked_for(bot: WebClient) -> None:
    (plain,) = bot.usergroups_list(team_id="T0SALES001")["usergroups"][:1]
    assert "users" not in plain
    assert "user_count" not in plain
    whole = bot.usergroups_list(team_id="T0SALES001", include_users=True, include_count=True)["usergroups"][0]
    assert len(whole["users"]) == whole["user_count"]


def test_the_app_hears_of_the_change(slack: LocalSlack, admin: WebClient) -> None:
    admin.usergroups_disable(usergroup="S0ONCALL01", team_id=ENG)
    delivery, *_ = slack.client.wait(lambda: slack.client.deliveries("subteam_updated"))
    subteam = delivery["payload"]["event"]["subteam"]
    assert (subteam["id"], subteam["date_delete"] > 0) == ("S0ONCALL01", True)
    assert delivery["payload"]["team_id"] == ENG
