"""Slack's Web API methods that Drawbridge calls: token kind, scopes and documented floor of the rate.

Source: the method reference on docs.slack.dev (reference/methods/<name>) and the page on rate limits
(apis/web-api/rate-limits). `per_minute` is what a tier promises at least; 0 means no tier of its own.
"""

from dataclasses import dataclass
from enum import StrEnum


class Token(StrEnum):
    """Whose token a method is called with."""

    BOT = "bot"  # the app's own, org-wide
    USER = "user"  # of the org admin who installed the app


@dataclass(frozen=True)
class Method:
    """One Web API method as Drawbridge calls it.

    json: whether arguments go as a JSON body (nested ones must); all others go as a form.
    """

    token: Token
    scopes: tuple[str, ...]
    per_minute: int
    json: bool = False


_ADMIN_READ = ("admin.conversations:read",)
_ADMIN_WRITE = ("admin.conversations:write",)

METHODS: dict[str, Method] = {
    "admin.auth.policy.assignEntities": Method(Token.USER, ("admin.users:write",), 100),
    "admin.auth.policy.getEntities": Method(Token.USER, ("admin.users:read",), 100),
    "admin.auth.policy.removeEntities": Method(Token.USER, ("admin.users:write",), 100),
    "admin.conversations.disconnectShared": Method(Token.USER, _ADMIN_WRITE, 20),
    "admin.conversations.getTeams": Method(Token.USER, _ADMIN_READ, 50),
    "admin.conversations.search": Method(Token.USER, _ADMIN_READ, 20),
    "admin.conversations.setTeams": Method(Token.USER, _ADMIN_WRITE, 20),
    "admin.teams.list": Method(Token.USER, ("admin.teams:read",), 50),
    "admin.users.list": Method(Token.USER, ("admin.users:read",), 50),  # the stricter of two sources
    "auth.teams.list": Method(Token.BOT, (), 20),
    "auth.test": Method(Token.BOT, (), 0),
    "chat.getPermalink": Method(Token.BOT, (), 0),
    "chat.postMessage": Method(Token.BOT, ("chat:write",), 60, json=True),
    "chat.update": Method(Token.BOT, ("chat:write",), 50, json=True),
    "conversations.info": Method(Token.BOT, ("channels:read", "groups:read"), 50),
    "conversations.members": Method(Token.BOT, ("channels:read", "groups:read"), 100),
    "files.completeUploadExternal": Method(Token.BOT, ("files:write",), 100),
    "files.getUploadURLExternal": Method(Token.BOT, ("files:write",), 100),
    "files.info": Method(Token.BOT, ("files:read",), 100),
    "team.externalTeams.disconnect": Method(Token.BOT, ("conversations.connect:manage",), 1),
    "team.externalTeams.list": Method(Token.BOT, ("conversations.connect:manage", "team:read"), 20),
    "usergroups.disable": Method(Token.USER, ("usergroups:write",), 20),
    "usergroups.enable": Method(Token.USER, ("usergroups:write",), 20),
    "usergroups.list": Method(Token.BOT, ("usergroups:read",), 20),
    "usergroups.users.list": Method(Token.BOT, ("usergroups:read",), 20),
    "users.info": Method(Token.BOT, ("users:read", "users:read.email"), 100),
    "views.open": Method(Token.BOT, (), 0, json=True),
    "views.publish": Method(Token.BOT, (), 100, json=True),
    "views.update": Method(Token.BOT, (), 0, json=True),
}
