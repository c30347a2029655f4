"""Every Web API call goes the same way: body, token, kind, scopes, arguments, workspace rule, answer, log."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.org.app import TokenKind, TokenStatus
from localslack.server import LocalSlack
from localslack.web_api.catalog import METHODS
from localslack.web_api.registry import HANDLERS

JSON = dict[str, Any]


def call(slack: LocalSlack, method: str, *, token: str | None = "", **request: Any) -> httpx.Response:
    """A raw HTTP call; the bot token unless another one (or None) is given."""
    headers = request.pop("headers", {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token or slack.env()['SLACK_BOT_TOKEN']}"
    verb = request.pop("verb", "POST")
    return httpx.request(verb, f"{slack.api_url}{method}", headers=headers, trust_env=False, **request)


def error(response: httpx.Response) -> str:
    body = response.json()
    assert (response.status_code, body["ok"]) == (200, False)
    return str(body["error"])


def refused(client: WebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, params=args)
    return str(caught.value.response["error"])


def test_every_method_of_the_catalogue_has_a_handler() -> None:
    assert HANDLERS.keys() == METHODS.keys()
    assert len(METHODS) == 41


def test_an_unknown_method_is_named_so(slack: LocalSlack) -> None:
    assert error(call(slack, "nothing.here")) == "unknown_method"


def test_arguments_come_by_form_by_query_and_by_json(slack: LocalSlack) -> None:
    expected = "Meridian HQ"
    form = call(slack, "team.info", data={"team": "T0HQ000001"})
    query = call(slack, "team.info", verb="GET", params={"team": "T0HQ000001"})
    body = call(slack, "team.info", json={"team": "T0HQ000001"})
    assert [r.json()["team"]["name"] for r in (form, query, body)] == [expected] * 3


def test_the_token_may_be_a_form_field_but_never_a_query_or_json_one(slack: LocalSlack) -> None:
    token = slack.env()["SLACK_BOT_TOKEN"]
    assert call(slack, "auth.test", token=None, data={"token": token}).json()["ok"] is True
    assert error(call(slack, "auth.test", token=None, verb="GET", params={"token": token})) == "not_authed"
    assert (
        error(call(slack, "auth.test", token=None, params={"token": token}, data={"x": "1"})) == "not_authed"
    )
    assert error(call(slack, "auth.test", token=None, json={"token": token})) == "not_authed"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json; charset=utf-8", b"{", "invalid_json"),
        ("application/json; charset=utf-8", b"[1]", "json_not_object"),
        ("application/xml", b"<x/>", "invalid_post_type"),
        ("", b"team=T0HQ000001", "missing_post_type"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    slack: LocalSlack, content_type: str, body: bytes, expected: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    assert error(call(slack, "team.info", content=body, headers=headers)) == expected


def test_a_method_without_json_refuses_a_json_body(slack: LocalSlack) -> None:
    assert error(call(slack, "auth.teams.list", json={"limit": 5})) == "invalid_post_type"


def test_json_without_a_charset_earns_a_warning(slack: LocalSlack) -> None:
    answer = call(slack, "team.info", json={"team": "T0HQ000001"}).json()
    assert (answer["ok"], answer["warning"]) == (True, "missing_charset")
    assert answer["response_metadata"]["warnings"] == ["missing_charset"]


def test_no_token_a_wrong_token_and_a_revoked_token_differ(slack: LocalSlack) -> None:
    assert error(call(slack, "auth.test", token=None)) == "not_authed"
    assert error(call(slack, "auth.test", token="xoxb-wrong")) == "invalid_auth"
    with slack.world.lock:
        slack.world.app.tokens_of(TokenKind.BOT)[0].status = TokenStatus.REVOKED
    assert error(call(slack, "auth.test")) == "token_revoked"


def test_the_user_token_dies_with_its_deactivated_owner(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.set("user", "W0INSTALL1", deleted=True)
    assert refused(admin, "auth.test") == "account_inactive"


def test_a_token_of_the_wrong_kind_is_refused(bot: WebClient, admin: WebClient) -> None:
    assert refused(bot, "admin.teams.list") == "not_allowed_token_type"
    assert refused(admin, "team.externalTeams.list") == "not_allowed_token_type"


def test_a_missing_scope_is_named_with_what_was_provided(slack: LocalSlack, bot: WebClient) -> None:
    with slack.world.lock:
        slack.world.app.tokens_of(TokenKind.BOT)[0].scopes = ["chat:write", "team:read"]
    with pytest.raises(SlackApiError) as caught:
        bot.team_externalTeams_list()
    answer = caught.value.response
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "conversations.connect:manage,team:read"
    assert answer["provided"] == "chat:write,team:read"


def test_reading_a_conversation_needs_the_scope_of_its_kind(slack: LocalSlack, bot: WebClient) -> None:
    with slack.world.lock:
        slack.world.app.tokens_of(TokenKind.BOT)[0].scopes = ["channels:read"]
    assert bot.conversations_info(channel="C0LOBBY0001")["ok"]
    assert refused(bot, "conversations.info", channel="C0ADMIN0001") == "missing_scope"


def test_a_missing_argument_is_refused_as_each_method_documents(bot: WebClient, admin: WebClient) -> None:
    assert refused(bot, "team.externalTeams.disconnect") == "missing_argument"
    with pytest.raises(SlackApiError) as caught:
        admin.api_call("admin.conversations.getTeams")
    answer = caught.value.response
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel_id"]


@pytest.mark.parametrize(
    ("method", "args", "expected"),
    [
        ("admin.conversations.search", {"sort": "colour"}, "invalid_sort"),
        ("admin.conversations.search", {"sort_dir": "up"}, "invalid_sort_dir"),
        (
            "admin.conversations.search",
            {"search_channel_types": "private, archived"},
            "invalid_search_channel_type",
        ),
        ("admin.conversations.search", {"limit": 21}, "invalid_arguments"),
        ("admin.conversations.search", {"cursor": "rubbish"}, "invalid_cursor"),
        ("admin.teams.list", {"limit": 1001}, "invalid_limit"),
        ("admin.teams.list", {"limit": "many"}, "invalid_arguments"),
        ("admin.auth.policy.getEntities", {"policy_name": "sso"}, "policy_not_found"),
        ("admin.users.list", {"is_active": "perhaps"}, "invalid_arguments"),
        ("conversations.list", {"team_id": "T0HQ000001", "types": "secret"}, "invalid_types"),
    ],
)
def test_a_bad_value_is_refused_with_the_documented_code(
    admin: WebClient, method: str, args: JSON, expected: str
) -> None:
    assert refused(admin, method, **args) == expected


@pytest.mark.parametrize(
    ("method", "args", "expected"),
    [
        ("usergroups.disable", {"usergroup": "S0FACILITY"}, "target_team_must_be_specified_in_org_context"),
        ("usergroups.enable", {"usergroup": "S0FACILITY"}, "missing_argument"),
        ("usergroups.list", {}, "missing_argument"),
        ("usergroups.users.list", {"usergroup": "S0FACILITY"}, "invalid_arguments"),
        ("conversations.list", {}, "missing_argument"),
        ("users.list", {}, "missing_argument"),
        (
            "usergroups.disable",
            {"usergroup": "S0FACILITY", "team_id": "T0ACME0001"},
            "target_team_not_on_org",
        ),
        ("usergroups.list", {"team_id": "T0NOWHERE1"}, "invalid_team"),
        ("users.list", {"team_id": "T0NOWHERE1"}, "team_access_not_granted"),
        ("usergroups.list", {"team_id": "T0LABS0001"}, "team_access_not_granted"),
        ("admin.users.list", {"team_id": "T0NOWHERE1"}, "team_not_found"),
    ],
)
def test_an_org_wide_token_must_name_a_workspace_the_app_is_in(
    admin: WebClient, method: str, args: JSON, expected: str
) -> None:
    assert refused(admin, method, **args) == expected


def test_a_demoted_installer_is_no_admin_any_more(
    slack: LocalSlack, admin: WebClient, bot: WebClient
) -> None:
    slack.client.set("user", "W0INSTALL1", is_org_admin=False)
    assert refused(admin, "admin.teams.list") == "not_an_admin"
    assert refused(admin, "admin.users.list") == "feature_not_enabled"
    disconnect = {"channel_id": "C0LOBBY0001"}
    assert refused(admin, "admin.conversations.disconnectShared", **disconnect) == "not_an_admin"
    set_teams = {"channel_id": "C0MULTI0001", "team_id": "T0HQ000001"}
    assert refused(admin, "admin.conversations.setTeams", **set_teams) == "restricted_action"
    assert refused(bot, "team.externalTeams.disconnect", target_team="T0ACME0001") == "restricted_action"


def test_responses_carry_a_request_id_and_the_scopes(slack: LocalSlack) -> None:
    first, second = call(slack, "auth.test"), call(slack, "team.info")
    assert first.headers["x-slack-req-id"] != second.headers["x-slack-req-id"]
    assert "chat:write" in second.headers["x-oauth-scopes"].split(",")
    assert second.headers["x-accepted-oauth-scopes"] == "team:read"


def test_unknown_arguments_are_ignored_but_noticed(slack: LocalSlack, admin: WebClient) -> None:
    admin.api_call(
        "admin.conversations.getTeams", params={"channel_id": "C0MULTI0001", "team_id": "T0HQ000001"}
    )
    assert slack.client.calls()[-1]["unexpected_args"] == ["team_id"]


def test_the_log_tells_what_happened_but_never_a_token(slack: LocalSlack, admin: WebClient) -> None:
    refused(admin, "usergroups.disable", usergroup="S0IDPGRP01", team_id="T0HQ000001")
    admin.usergroups_disable(usergroup="S0FACILITY", team_id="T0HQ000001")
    failed, done = slack.client.calls("usergroups.disable")
    assert (failed["ok"], failed["error"], failed["performed"], failed["effect"]) == (
        False,
        "permission_denied",
        True,
        False,
    )
    assert (done["ok"], done["performed"], done["effect"]) == (True, True, True)
    assert done["args"] == {"usergroup": "S0FACILITY", "team_id": "T0HQ000001"}
    assert done["token"] == "user:W0INSTALL1"
    call(slack, "auth.test", token=None, data={"token": slack.env()["SLACK_BOT_TOKEN"]})
    assert slack.env()["SLACK_BOT_TOKEN"] not in json.dumps(slack.client.calls())


def test_paging_with_opaque_cursors_reaches_everything(admin: WebClient) -> None:
    seen: list[str] = []
    for page in admin.admin_users_list(limit=7):
        assert len(page["users"]) <= 7
        seen += [user["id"] for user in page["users"]]
    whole = [user["id"] for user in admin.admin_users_list(limit=1000)["users"]]
    assert seen == whole


def test_a_cursor_of_another_method_is_rubbish(admin: WebClient) -> None:
    cursor = admin.admin_users_list(limit=3)["response_metadata"]["next_cursor"]
    assert refused(admin, "admin.teams.list", cursor=cursor) == "invalid_cursor"
