"""Installing by OAuth: authorize, exchange, refresh, revoke, uninstall."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.org.app import TokenKind
from localslack.server import LocalSlack

REDIRECT = "http://127.0.0.1:3000/slack/oauth_redirect"


def authorize(slack: LocalSlack, **changes: str) -> httpx.Response:
    query = {
        "client_id": slack.env(oauth=True)["SLACK_CLIENT_ID"],
        "scope": "chat:write,commands",
        "user_scope": "admin.teams:read",
        "redirect_uri": REDIRECT,
        "state": "s t",
        "user": "W0OLGA0001",
    }
    return httpx.get(f"{slack.base_url}/oauth/v2/authorize", params=query | changes, trust_env=False)


def answer(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    return {
        name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()
    }


def exchange(slack: LocalSlack, **args: Any) -> dict[str, Any]:
    env = slack.env(oauth=True)
    credentials = {"client_id": env["SLACK_CLIENT_ID"], "client_secret": env["SLACK_CLIENT_SECRET"]}
    data = WebClient(base_url=slack.api_url).oauth_v2_access(**{**credentials, **args}).data
    assert isinstance(data, dict)
    return data


def refused(slack: LocalSlack, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        exchange(slack, **args)
    return str(caught.value.response["error"])


def test_an_org_wide_install_yields_a_bot_and_a_user_token(slack: LocalSlack) -> None:
    given = answer(authorize(slack))
    assert given["state"] == "s t"
    tokens = exchange(slack, code=given["code"], redirect_uri=REDIRECT)
    assert (tokens["team"], tokens["is_enterprise_install"]) == (None, True)
    assert tokens["enterprise"] == {"id": "E0MERIDIAN", "name": "Meridian"}
    assert tokens["authed_user"]["id"] == "W0OLGA0001"
    bot = WebClient(tokens["access_token"], base_url=slack.api_url)
    user = WebClient(tokens["authed_user"]["access_token"], base_url=slack.api_url)
    assert bot.auth_test()["user_id"] == "U0DRAWBRDG"
    assert user.admin_teams_list()["ok"]
    with pytest.raises(SlackApiError, match="missing_scope"):
        user.admin_users_list()


def test_a_workspace_install_belongs_to_its_workspace(slack: LocalSlack) -> None:
    given = answer(authorize(slack, install_on="T0ENG00001"))
    tokens = exchange(slack, code=given["code"], redirect_uri=REDIRECT)
    assert (tokens["team"]["id"], tokens["is_enterprise_install"]) == ("T0ENG00001", False)
    assert WebClient(tokens["access_token"], base_url=slack.api_url).auth_test()["team_id"] == "T0ENG00001"
    with pytest.raises(SlackApiError, match="feature_not_enabled"):
        WebClient(tokens["authed_user"]["access_token"], base_url=slack.api_url).admin_teams_list()


def test_without_a_person_the_page_lets_one_choose_and_says_it_is_not_slack(slack: LocalSlack) -> None:
    page = authorize(slack, user="").text
    assert "This is not Slack" in page
    assert "Olga Lindqvist" in page
    assert "Ben Okafor" not in page


def test_who_may_not_install_or_does_not_want_to_is_sent_back_with_an_error(slack: LocalSlack) -> None:
    assert answer(authorize(slack, user="W0BEN00001"))["error"] == "not_allowed"
    assert answer(authorize(slack, deny="1"))["error"] == "access_denied"


def test_a_request_that_is_not_the_apps_gets_no_further(slack: LocalSlack) -> None:
    assert "invalid_client_id" in authorize(slack, client_id="1.2").text
    assert "invalid_scope: admin.apps:write" in authorize(slack, scope="admin.apps:write").text
    assert "bad_redirect_uri" in authorize(slack, redirect_uri="").text


def test_a_code_is_good_once_for_ten_minutes_at_the_same_address(slack: LocalSlack) -> None:
    code = answer(authorize(slack))["code"]
    assert refused(slack, code=code, redirect_uri="http://elsewhere") == "bad_redirect_uri"
    code = answer(authorize(slack))["code"]
    exchange(slack, code=code, redirect_uri=REDIRECT)
    assert refused(slack, code=code, redirect_uri=REDIRECT) == "invalid_code"
    code = answer(authorize(slack))["code"]
    with slack.world.lock:
        slack.world.oauth_codes[code].issued_at -= 601
    assert refused(slack, code=code, redirect_uri=REDIRECT) == "invalid_code"


def test_wrong_credentials(slack: LocalSlack) -> None:
    assert refused(slack, code="x", client_id="1.2") == "invalid_client_id"
    assert refused(slack, code="x", client_secret="wrong") == "bad_client_secret"
    assert refused(slack, code="x", grant_type="password") == "invalid_grant_type"


def test_rotating_tokens_expire_and_are_refreshed_once(slack: LocalSlack) -> None:
    manifest = slack.world.app.manifest
    manifest.token_rotation = True
    try:
        tokens = exchange(slack, code=answer(authorize(slack))["code"], redirect_uri=REDIRECT)
        assert tokens["expires_in"] == 43_200
        with slack.world.lock:
            slack.world.app.tokens[tokens["access_token"]].expires_at = 0.0
        with pytest.raises(SlackApiError, match="token_expired"):
            WebClient(tokens["access_token"], base_url=slack.api_url).auth_test()
        renew = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        fresh = exchange(slack, **renew)
        assert WebClient(fresh["access_token"], base_url=slack.api_url).auth_test()["ok"]
        assert refused(slack, **renew) == "invalid_refresh_token"
    finally:
        manifest.token_rotation = False


def test_with_a_faster_clock_rotating_tokens_run_out_sooner(slack: LocalSlack) -> None:
    slack.client.post("app", token_rotation=True)
    slack.client.settings(token_life=7_200, time_scale=7_200)
    try:
        tokens = exchange(slack, code=answer(authorize(slack))["code"], redirect_uri=REDIRECT)
        assert tokens["expires_in"] == tokens["authed_user"]["expires_in"] == 7_200, "as Slack would say it"
        client = WebClient(tokens["access_token"], base_url=slack.api_url)
        assert client.auth_test()["ok"]

        def code() -> str:
            try:
                return "ok" if client.auth_test()["ok"] else ""
            except SlackApiError as error:
                return str(error.response["error"])

        assert slack.client.wait(lambda: code() == "token_expired", 5)
    finally:
        slack.client.post("app", token_rotation=False)
        slack.client.settings(token_life=43_200, time_scale=1)


def test_a_refresh_token_dies_with_its_token(slack: LocalSlack) -> None:
    slack.client.post("app", token_rotation=True)
    try:
        tokens = exchange(slack, code=answer(authorize(slack))["code"], redirect_uri=REDIRECT)
        slack.client.post("app", revoke=["user"], owners=["W0OLGA0001"])
        lost = tokens["authed_user"]["refresh_token"]
        assert refused(slack, grant_type="refresh_token", refresh_token=lost) == "invalid_refresh_token"
        assert exchange(slack, grant_type="refresh_token", refresh_token=tokens["refresh_token"])["ok"]
    finally:
        slack.client.post("app", token_rotation=False)


def test_one_persons_token_is_revoked_alone(slack: LocalSlack) -> None:
    tokens = exchange(slack, code=answer(authorize(slack))["code"], redirect_uri=REDIRECT)
    slack.client.post("app", revoke=["user"], owners=["W0OLGA0001"])
    assert [token.owner for token in slack.world.app.tokens_of(TokenKind.USER)] == ["W0INSTALL1"]
    assert WebClient(tokens["access_token"], base_url=slack.api_url).auth_test()["ok"]


def test_revoking_and_uninstalling_kill_the_tokens_and_tell_the_app(
    slack: LocalSlack, bot: WebClient
) -> None:
    slack.client.post("app", revoke=["user"])
    assert slack.world.app.tokens_of(TokenKind.USER) == []
    assert bot.auth_test()["ok"]
    slack.client.post("app", uninstall=True)
    with pytest.raises(SlackApiError, match="token_revoked"):
        bot.auth_test()
    slack.client.wait(lambda: slack.client.deliveries("app_uninstalled"))
    revoked = [
        d["payload"]["event"]["tokens"] for d in slack.client.deliveries("tokens_revoked") if not d["attempt"]
    ]
    assert revoked == [{"oauth": ["W0INSTALL1"], "bot": []}, {"oauth": [], "bot": ["U0DRAWBRDG"]}]


def test_a_new_install_brings_the_app_back(slack: LocalSlack) -> None:
    slack.client.post("app", uninstall=True)
    tokens = exchange(slack, code=answer(authorize(slack))["code"], redirect_uri=REDIRECT)
    assert WebClient(tokens["access_token"], base_url=slack.api_url).auth_test()["ok"]
    assert slack.client.get("app")["installed"] is True
