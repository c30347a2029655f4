"""The app's manifest, derived from the registry: commands, scopes and events, and not one scope more.

Shape: Slack's manifest schema (repository slackapi/manifest-schema); `settings.interactivity` also names
where external selects load their options from.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from app.operations import OPERATIONS
from app.slack.methods import METHODS, Token

APP_METHODS: Mapping[str, str] = {
    "chat.postMessage": "cards in the admin channel, their threads, direct messages",
    "chat.update": "the card is changed in place at each step",
    "files.info": "lists of targets that people upload as CSV files",
    "files.getUploadURLExternal": "lists too long for a card, as a file in its thread",
    "files.completeUploadExternal": "shares that file",
    "users.info": "roles of the people who act, read live at every decision; one person counts once",
    "usergroups.users.list": "members of the policy's user groups, read live at every decision",
    "conversations.members": "no guest and no outsider may sit in the admin channel",
    "conversations.info": "the admin channel must be private, unshared, with the bot inside",
}
"""Methods the app itself calls, whatever operations there are, with the reason for each."""

APP_SCOPES: Mapping[str, str] = {"commands": "the slash commands"}
"""Scopes no method asks for."""

EVENTS: Mapping[str, str] = {
    "app_home_opened": "draws the Home tab of whoever looks at it",
    "app_uninstalled": "says early that nothing works any more",
    "channel_unshared": "a disconnect shows: look at once instead of at the next turn",
    "subteam_updated": "a user group changed: look at once",
    "team_access_granted": "it was added to a workspace: look at once who can be read there",
    "team_access_revoked": "it was removed from a workspace: the admin channel is told what that breaks",
    "tokens_revoked": "says early that a token is gone",
}
PLACEHOLDER = "https://drawbridge.example.com"


def scopes(token: Token) -> dict[str, list[str]]:
    """Scopes of that token, each with what needs it: method names and reasons."""
    needed: dict[str, list[str]] = {}
    if token is Token.BOT:
        needed |= {scope: [reason] for scope, reason in APP_SCOPES.items()}
    methods = [method for operation in OPERATIONS.values() for method in operation.methods]
    for method in dict.fromkeys([*APP_METHODS, *methods]):
        if METHODS[method].token is token:
            for scope in METHODS[method].scopes:
                needed.setdefault(scope, []).append(method)
    return dict(sorted(needed.items()))


def manifest(
    prefix: str = "",
    url: str = PLACEHOLDER,
    *,
    socket_mode: bool = False,
    oauth: bool = False,
    rotation: bool = False,
    gov: bool = False,
) -> dict[str, Any]:
    """The manifest as plain data.

    prefix: goes before every command. url: where Slack reaches the app. oauth: organizations install
    themselves, so the address Slack sends them back to is declared. rotation: tokens run out after twelve
    hours and are renewed; Slack does not let it be switched off again. gov: with the block about compliance
    that GovSlack asks for (docs.slack.dev/govslack), claiming nothing.
    """
    endpoint = f"{url}/slack/events"
    where: dict[str, str] = {} if socket_mode else {"url": endpoint}
    events: dict[str, Any] = {"bot_events": sorted(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if not socket_mode:
        events["request_url"] = endpoint
        interactivity |= {"request_url": endpoint, "message_menu_options_url": endpoint}
    return {
        "display_information": {
            "name": "Drawbridge",
            "description": "A second person approves before something irreversible happens to your Slack.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Drawbridge", "always_online": True},
            "slash_commands": [command | where for command in _commands(prefix)],
        },
        "oauth_config": {
            **({"redirect_urls": [f"{url}/slack/oauth_redirect"]} if oauth else {}),
            "scopes": {"bot": list(scopes(Token.BOT)), "user": list(scopes(Token.USER))},
        },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": rotation,
        },
        **({"compliance": dict(_NO_CLAIM)} if gov else {}),
    }


_NO_CLAIM = {"fedramp_authorization": "None", "itar_compliant": "No", "dod_srg_ilx": "None"}


def as_yaml(data: Mapping[str, Any]) -> str:
    """The manifest as YAML, with the reason behind every scope and event as a comment."""
    reasons = {f"bot:{scope}": ", ".join(uses) for scope, uses in scopes(Token.BOT).items()}
    reasons |= {f"user:{scope}": ", ".join(uses) for scope, uses in scopes(Token.USER).items()}
    host = "api.slack-gov.com" if "compliance" in data else "api.slack.com"
    lines, whose = [_HEAD.format(host=host)], ""
    for line in yaml.safe_dump(data, sort_keys=False, width=1000, allow_unicode=True).splitlines():
        entry = line.strip().removeprefix("- ").strip()
        whose = entry.removesuffix(":") if entry in ("bot:", "user:", "bot_events:") else whose
        reason = EVENTS.get(entry) if whose == "bot_events" else reasons.get(f"{whose}:{entry}")
        lines.append(f"{line}  # {reason}" if reason and line.strip().startswith("- ") else line)
    return "\n".join(lines) + "\n"


_HEAD = """\
# The Slack app: create it from this file at https://{host}/apps (From a manifest), after putting
# your own address in place of the example one. Printed by `python -m app manifest`; a test compares."""


def _commands(prefix: str) -> list[dict[str, Any]]:
    commands = [
        {
            "command": f"/{prefix}{key}",
            "description": operation.summary,
            "usage_hint": operation.usage,
            "should_escape": True,
        }
        for key, operation in OPERATIONS.items()
    ]
    own = {
        "command": f"/{prefix}drawbridge",
        "description": "Requests that wait, the latest ones, and the state of the connection.",
        "usage_hint": "help | pending | history | status | why R… | away | back",
        "should_escape": True,
    }
    return [*commands, own]
