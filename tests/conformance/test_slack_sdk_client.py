"""slack_sdk against local Slack: paging, patience, uploads, errors and installing, as it expects of Slack."""

import time
from collections.abc import Callable
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web import SlackResponse

from localslack.people import Person
from localslack.server import LocalSlack
from tests.conformance.clients import COMMAND, HttpDoor, error_code, modal

ADMIN, LOBBY, HQ = "C0ADMIN0001", "C0LOBBY0001", "T0HQ000001"


def test_a_forged_request_is_turned_away_by_bolt(emulator: LocalSlack) -> None:
    """The other way round: what is signed with another secret is not let in."""
    emulator.world.reset("small")
    door = HttpDoor(emulator)
    with emulator.world.lock:
        emulator.world.app.signing_secret = "another"
    ana = emulator.client.person("W0ANA00001")
    door.fresh().command(COMMAND)(lambda ack: ack())
    result = ana.command(COMMAND, channel=ADMIN)
    assert (result.status, result.ok, door.verdicts) == (401, False, [False])


def test_the_sdk_walks_through_all_pages(bot: WebClient, admin: WebClient, slack: LocalSlack) -> None:
    def ids(pages: SlackResponse, key: str) -> list[list[str]]:
        return [[item["id"] for item in page[key]] for page in pages]

    teams = ids(admin.auth_teams_list(limit=2), "teams")
    assert [len(page) for page in teams] == [2, 2, 1]
    both = "public_channel,private_channel"
    channels = ids(bot.conversations_list(team_id=HQ, limit=4, types=both), "channels")
    (everything,) = ids(bot.conversations_list(team_id=HQ, limit=999, types=both), "channels")
    assert len(channels) > 1
    assert list(chain(*channels)) == everything
    people = list(chain(*ids(admin.admin_users_list(limit=5), "users")))
    assert len(set(people)) == len(people) > 5
    with pytest.raises(SlackApiError) as caught:
        bot.conversations_list(team_id=HQ, cursor="rubbish")
    assert error_code(caught) == "invalid_cursor"


def test_the_sdk_waits_as_long_as_retry_after_says(slack: LocalSlack) -> None:
    patient = WebClient(slack.env()["SLACK_BOT_TOKEN"], base_url=slack.api_url)
    patient.retry_handlers = [RateLimitErrorRetryHandler(max_retry_count=1)]
    slack.client.settings(time_scale=60, rate_burst=0, rate_per_minute={"auth.test": 1})
    assert patient.auth_test()["ok"]
    started = time.monotonic()
    assert patient.auth_test()["ok"]
    assert time.monotonic() - started >= 1
    assert [call["status"] for call in slack.client.calls("auth.test")] == [200, 429, 200]


def test_a_file_is_uploaded_the_new_way(bot: WebClient, ana: Person) -> None:
    answer = bot.files_upload_v2(
        channel=ADMIN,
        initial_comment="Both",
        file_uploads=[
            {"filename": "plan.json", "content": "{}", "title": "Plan"},
            {"filename": "proof.bin", "file": b"\x00\xff--\r\n", "title": "Proof"},
        ],
    )
    assert [file["title"] for file in answer["files"]] == ["Plan", "Proof"]
    message = ana.wait_message(ADMIN, containing="Both")
    assert [ana.file(file["id"]) for file in message.files] == [b"{}", b"\x00\xff--\r\n"]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("invalid_auth", lambda bot: bot.auth_test(token="xoxb-unknown")),
        ("channel_not_found", lambda bot: bot.chat_postMessage(channel="C0NOWHERE", text="x")),
        ("no_text", lambda bot: bot.api_call("chat.postMessage", json={"channel": ADMIN})),
        ("is_archived", lambda bot: bot.chat_postMessage(channel="C0ARCHIVE01", text="x")),
        ("message_not_found", lambda bot: bot.chat_update(channel=ADMIN, ts="1.1", text="x")),
        ("missing_argument", lambda bot: bot.conversations_list(limit=1)),
        ("not_allowed_token_type", lambda bot: bot.admin_users_list()),
        ("users_not_found", lambda bot: bot.users_lookupByEmail(email="nobody@example.com")),
        ("invalid_trigger_id", lambda bot: bot.views_open(trigger_id="1.2.3", view=modal())),
        ("not_found", lambda bot: bot.views_update(view_id="V0NONE", view=modal())),
        ("unknown_method", lambda bot: bot.api_call("chat.nothing")),
    ],
)
def test_errors_come_as_documented(bot: WebClient, code: str, call: Callable[[WebClient], Any]) -> None:
    with pytest.raises(SlackApiError) as caught:
        call(bot)
    assert (error_code(caught), caught.value.response.status_code) == (code, 200)
    assert caught.value.response.headers["x-slack-req-id"]


def test_an_org_wide_install_by_the_sdks_parts(slack: LocalSlack) -> None:
    env, back = slack.env(oauth=True), "http://127.0.0.1:3000/slack/oauth_redirect"
    generator = AuthorizeUrlGenerator(
        client_id=env["SLACK_CLIENT_ID"],
        scopes=["commands", "chat:write"],
        user_scopes=["admin.teams:read"],
        redirect_uri=back,
        authorization_url=f"{slack.base_url}/oauth/v2/authorize",
    )
    code = consent(generator.generate("state-1"))["code"]
    tokens = WebClient(base_url=slack.api_url).oauth_v2_access(
        client_id=env["SLACK_CLIENT_ID"],
        client_secret=env["SLACK_CLIENT_SECRET"],
        code=code,
        redirect_uri=back,
    )
    assert (tokens["is_enterprise_install"], tokens["team"]) == (True, None)
    assert (tokens["token_type"], tokens["scope"]) == ("bot", "commands,chat:write")
    who = WebClient(tokens["access_token"], base_url=slack.api_url).auth_test()
    assert (who["enterprise_id"], who["is_enterprise_install"]) == ("E0MERIDIAN", True)


def consent(address: str, as_user: str = "W0OLGA0001") -> dict[str, str]:
    """Install as this person; what the redirect brings back."""
    answer = httpx.get(f"{address}&user={as_user}", trust_env=False)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def test_bolts_own_oauth_flow_installs_on_the_org_and_its_listeners_use_that_token(
    slack: LocalSlack, folder: Path
) -> None:
    """From the "Add to Slack" page to a command that is answered with the token just stored."""
    door, env = HttpDoor(slack), slack.env(oauth=True)
    store = FileInstallationStore(base_dir=str(folder / "installations"), client_id=env["SLACK_CLIENT_ID"])
    settings = OAuthSettings(
        client_id=env["SLACK_CLIENT_ID"],
        client_secret=env["SLACK_CLIENT_SECRET"],
        scopes=["commands", "chat:write", "chat:write.public"],
        redirect_uri=f"{door.url}/slack/oauth_redirect",
        authorization_url=f"{slack.base_url}/oauth/v2/authorize",
        installation_store=store,
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder / "states")),
    )
    app = App(
        signing_secret=env["SLACK_SIGNING_SECRET"],
        client=WebClient(base_url=slack.api_url),
        oauth_settings=settings,
    )
    door.app, door.handler = app, SlackRequestHandler(app, path="/slack/events")

    @app.command(COMMAND)
    def answer(ack: Ack, say: Say) -> None:
        ack()
        say("Installed")

    slack.client.post("app", uninstall=True)
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(f"{door.url}/slack/install")
        address = unescape(page.text.split(f'"{slack.base_url}')[1].split('"')[0])
        cookie = page.headers["set-cookie"].partition(";")[0]
        given = consent(f"{slack.base_url}{address}")
        done = browser.get(f"{door.url}/slack/oauth_redirect", params=given, headers={"Cookie": cookie})
    assert done.status_code == 200, done.text
    stored = store.find_installation(enterprise_id="E0MERIDIAN", team_id=None, is_enterprise_install=True)
    assert stored is not None
    assert (stored.is_enterprise_install, stored.team_id, stored.user_id) == (True, None, "W0OLGA0001")
    assert stored.bot_user_id == "U0DRAWBRDG"
    ana = slack.client.person("W0ANA00001")
    assert ana.command(COMMAND, channel=LOBBY).ok
    assert ana.wait_message(LOBBY, containing="Installed")
    assert door.verdicts
