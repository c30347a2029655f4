"""With a manifest, the emulator knows only what it declares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from slack_sdk import WebClient

from localslack.people import CannotDo
from localslack.server import LocalSlack

MANIFEST = {
    "display_information": {"name": "Bridge"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
        "bot_user": {"display_name": "bridge"},
        "slash_commands": [
            {"command": "/escape", "description": "x", "should_escape": True},
            {"command": "/plain", "description": "x", "should_escape": False},
        ],
        "shortcuts": [{"name": "Go", "type": "global", "callback_id": "go", "description": "x"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "team:read"], "user": ["admin.teams:read"]}},
    "settings": {"event_subscriptions": {"bot_events": ["subteam_updated"]}, "org_deploy_enabled": True},
}
ADMIN = "C0ADMIN0001"


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    path: Path = tmp_path_factory.mktemp("manifest") / "manifest.yml"
    path.write_text(yaml.safe_dump(MANIFEST))
    with LocalSlack(manifest=path, app_url="http://127.0.0.1:1") as slack:
        yield slack


def test_tokens_have_the_declared_scopes(declared: LocalSlack) -> None:
    bot = WebClient(declared.env()["SLACK_BOT_TOKEN"], base_url=declared.api_url)
    assert bot.team_info().headers["x-oauth-scopes"] == "chat:write,team:read"
    assert bot.auth_test()["app_name"] == "Bridge"


def test_only_declared_commands_exist(declared: LocalSlack) -> None:
    ana = declared.client.person("W0ANA00001")
    assert "not a valid command" in ana.command("/other", channel=ADMIN).error
    assert ana.command("/plain", channel=ADMIN).sent


def test_mentions_are_escaped_only_where_the_command_asks_for_it(declared: LocalSlack) -> None:
    ana = declared.client.person("W0ANA00001")
    typed = "@ben.okafor <@W0CHLOE001> #lobby #admin-approvals #nowhere"
    ana.command("/escape", typed, channel=ADMIN)
    ana.command("/plain", typed, channel=ADMIN)
    escaped, plain = (d["payload"]["text"] for d in declared.client.deliveries("slash_commands")[-2:])
    assert escaped == (
        "<@W0BEN00001|ben.okafor> <@W0CHLOE001|chloe.martin> <#C0LOBBY0001|lobby> <#C0ADMIN0001|> #nowhere"
    )
    assert plain == "@ben.okafor @chloe.martin #lobby #admin-approvals #nowhere"


def test_only_declared_shortcuts_can_be_run(declared: LocalSlack) -> None:
    ana = declared.client.person("W0ANA00001")
    assert ana.shortcut("go").sent
    with pytest.raises(CannotDo, match="go"):
        ana.shortcut("stop")


def test_only_subscribed_events_are_sent(declared: LocalSlack) -> None:
    declared.client.post("app", workspaces=["T0HQ000001"])
    declared.client.person("W0ANA00001").open_home()
    assert declared.world.outbox == []
    assert declared.client.deliveries("events_api") == []


def test_without_a_messages_tab_the_app_cannot_write_to_people(declared: LocalSlack) -> None:
    bot = WebClient(declared.env()["SLACK_BOT_TOKEN"], base_url=declared.api_url)
    with pytest.raises(Exception, match="messages_tab_disabled"):
        bot.chat_postMessage(channel="W0ANA00001", text="x")
