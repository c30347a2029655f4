"""The app as Slack knows it: manifest, credentials, tokens, where it is installed."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

import yaml


class TokenKind(StrEnum):
    """Kinds of token (docs.slack.dev/authentication/tokens)."""

    BOT = "bot"
    USER = "user"
    APP = "app"
    WORKFLOW = "workflow"


class TokenStatus(StrEnum):
    """Whether a token still works."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass
class Token:
    """One token. ``team_id`` is None for an org-wide install; ``expires_at`` only with token rotation."""

    value: str
    kind: TokenKind
    owner: str
    scopes: list[str]
    team_id: str | None = None
    status: TokenStatus = TokenStatus.ACTIVE
    expires_at: float | None = None
    refresh_token: str = ""


@dataclass(frozen=True)
class Command:
    """A slash command of the manifest."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass
class Manifest:
    """What local Slack reads of an app manifest (docs.slack.dev/reference/app-manifest).

    ``commands`` is None when no manifest was given: then every command is accepted.
    """

    name: str
    bot_scopes: list[str]
    user_scopes: list[str]
    bot_events: list[str]
    commands: dict[str, Command] | None = None
    shortcuts: list[str] = field(default_factory=list)
    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    redirect_urls: list[str] = field(default_factory=list)
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    org_deploy: bool = True
    token_rotation: bool = False


@dataclass
class App:
    """The app, its credentials and every token issued for it."""

    id: str
    bot_user: str
    bot_id: str
    installer: str
    client_id: str
    client_secret: str
    signing_secret: str
    verification_token: str
    manifest: Manifest
    tokens: dict[str, Token] = field(default_factory=dict)
    installed: bool = True

    def tokens_of(self, kind: TokenKind) -> list[Token]:
        """Working tokens of one kind, oldest first."""
        return [t for t in self.tokens.values() if t.kind is kind and t.status is TokenStatus.ACTIVE]


def default_manifest() -> Manifest:
    """Everything the emulator can serve, for use without a manifest file."""
    text = resources.files("localslack").joinpath("data/default_app.json").read_text(encoding="utf-8")
    defaults = json.loads(text)
    return Manifest(
        name=defaults["name"],
        bot_scopes=defaults["bot_scopes"],
        user_scopes=defaults["user_scopes"],
        bot_events=defaults["bot_events"],
    )


def read_manifest(path: str | Path) -> Manifest:
    """Read a manifest file, YAML or JSON."""
    document: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    features = document.get("features", {})
    oauth = document.get("oauth_config", {})
    settings = document.get("settings", {})
    home = features.get("app_home", {})
    return Manifest(
        name=document["display_information"]["name"],
        bot_scopes=list(oauth.get("scopes", {}).get("bot", [])),
        user_scopes=list(oauth.get("scopes", {}).get("user", [])),
        bot_events=list(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands={command.name: command for command in map(_command, features.get("slash_commands", []))},
        shortcuts=[s["callback_id"] for s in features.get("shortcuts", []) if s.get("type") == "global"],
        functions=dict(document.get("functions", {})),
        redirect_urls=list(oauth.get("redirect_urls", [])),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        org_deploy=bool(settings.get("org_deploy_enabled", False)),
        token_rotation=bool(settings.get("token_rotation_enabled", False)),
    )


def _command(entry: dict[str, Any]) -> Command:
    return Command(
        name=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=bool(entry.get("should_escape", False)),
    )
