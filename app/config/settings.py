"""Settings of the running app, from the environment and `.env` (the environment wins)."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.config.errors import ConfigError

PUBLIC_SLACK = ("slack.com", "slack-gov.com")
DEFAULT_API_URL = "https://slack.com/api/"

_LONGEST_DRAIN = 300


class Secret:
    """A value that never shows itself: `str()` and `repr()` give stars, `reveal()` the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself. Call this only where it leaves for Slack or for a cipher."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True)
class Settings:
    """Every setting of the contract; `.env.example` describes each."""

    slack_api_url: str
    signing_secret: Secret | None
    bot_token: Secret | None
    user_token: Secret | None
    app_token: Secret | None
    client_id: str | None
    client_secret: Secret | None
    database_url: Secret  # may hold a password
    encryption_keys: tuple[Secret, ...]
    policy_file: Path
    time_scale: float
    host: str
    port: int
    drain_seconds: float
    public_url: str | None
    log_level: str
    command_prefix: str

    def secrets(self) -> tuple[Secret, ...]:
        """Every value that nobody may read, the database's password among them."""
        url = _database(self.database_url.reveal())
        passwords = [url.password, url.query.get("password")] if url is not None else []
        found = (
            self.signing_secret,
            self.bot_token,
            self.user_token,
            self.app_token,
            self.client_secret,
            *self.encryption_keys,
            *(Secret(found) for found in passwords if isinstance(found, str)),
        )
        return tuple(secret for secret in found if secret is not None and secret.reveal())

    @property
    def oauth(self) -> bool:
        """Whether orgs install themselves over OAuth, rather than tokens being given."""
        return self.client_id is not None

    @property
    def socket_mode(self) -> bool:
        """Whether Slack's events come over a WebSocket."""
        return self.app_token is not None

    @property
    def gov(self) -> bool:
        """Whether this is GovSlack, a Slack of its own at slack-gov.com (docs.slack.dev/govslack)."""
        return _public_slack(self.slack_api_url) == "slack-gov.com"

    def slack_host(self) -> str:
        """Host (and port) of the Web API."""
        return urlsplit(self.slack_api_url).netloc

    def hooks_host(self) -> str:
        """The only host a `response_url` may point to.

        Slack's own hooks live on `hooks.slack.com` and `hooks.slack-gov.com` (GovSlack); anything else,
        such as local Slack, answers on the API's own host.
        """
        public = _public_slack(self.slack_api_url)
        return f"hooks.{public}" if public else self.slack_host()

    def authorize_url(self) -> str:
        """Slack's consent page, on the Web API's own host: GovSlack's and local Slack's move along."""
        url = urlsplit(self.slack_api_url)
        return f"{url.scheme}://{url.netloc}/oauth/v2/authorize"

    def add_workspaces_page(self, enterprise_id: str, app_id: str) -> str | None:
        """Where an org admin adds the app to workspaces; None where Slack does not document the address.

        Source: docs.slack.dev/enterprise/organization-ready-apps.
        """
        if _public_slack(self.slack_api_url) != "slack.com":
            return None
        return f"https://app.slack.com/manage/{enterprise_id}/integrations/profile/{app_id}/workspaces/add"

    def files_host(self) -> str:
        """The only host an uploaded file is read from.

        Slack's own files live on `files.slack.com` and `files.slack-gov.com` (GovSlack); local Slack serves
        them from the API's own host.
        """
        public = _public_slack(self.slack_api_url)
        return f"files.{public}" if public else self.slack_host()


def read_settings(
    environ: Mapping[str, str] | None = None,
    env_file: Path | None = Path(".env"),
    *,
    credentials: bool = True,
) -> Settings:
    """The settings from `environ` (default: the process's) over those of `env_file`.

    credentials: whether tokens and secrets must be there; an auditor's commands need none.
    Raises ConfigError that names every variable that is wrong.
    """
    values = _merged(os.environ if environ is None else environ, env_file)
    problems: list[str] = []
    settings = Settings(
        slack_api_url=values.get("SLACK_API_URL", DEFAULT_API_URL).rstrip("/") + "/",
        signing_secret=_secret(values, "SLACK_SIGNING_SECRET"),
        bot_token=_token(values, "SLACK_BOT_TOKEN", ("xoxb-",), problems),
        user_token=_token(values, "SLACK_USER_TOKEN", ("xoxp-",), problems),
        app_token=_token(values, "SLACK_APP_TOKEN", ("xapp-",), problems),
        client_id=values.get("SLACK_CLIENT_ID"),
        client_secret=_secret(values, "SLACK_CLIENT_SECRET"),
        database_url=Secret(values.get("DATABASE_URL", "sqlite:///drawbridge.db")),
        encryption_keys=tuple(
            Secret(key.strip()) for key in values.get("ENCRYPTION_KEYS", "").split(",") if key.strip()
        ),
        policy_file=Path(values.get("POLICY_FILE", "policy.toml")),
        time_scale=_number(values, "SLACK_TIME_SCALE", 1.0, problems),
        host=values.get("HOST", "127.0.0.1"),
        port=_port(values, problems),
        drain_seconds=_drain(values, problems),
        public_url=(values.get("PUBLIC_URL") or "").rstrip("/") or None,
        log_level=values.get("LOG_LEVEL", "INFO").upper(),
        command_prefix=values.get("COMMAND_PREFIX", ""),
    )
    problems += _value_problems(settings)
    problems += _credential_problems(settings) if credentials else []
    if problems:
        raise ConfigError(problems)
    return settings


def _merged(environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    from_file = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    merged = {key: value for key, value in from_file.items() if value}
    merged.update({key: value for key, value in environ.items() if value})
    return merged


def _secret(values: Mapping[str, str], key: str) -> Secret | None:
    return Secret(values[key]) if key in values else None


def _token(
    values: Mapping[str, str], key: str, prefixes: tuple[str, ...], problems: list[str]
) -> Secret | None:
    if key not in values:
        return None
    if values[key].startswith("xoxe"):
        problems.append(
            f"{key}: this token runs out after twelve hours, and a given one cannot be renewed. Let the "
            "organization install over OAuth (SLACK_CLIENT_ID), or use an app without token rotation"
        )
    elif not values[key].startswith(prefixes):
        problems.append(f"{key}: this is not that kind of token; it begins with {' or '.join(prefixes)}")
    return Secret(values[key])


def _number(values: Mapping[str, str], key: str, default: float, problems: list[str]) -> float:
    try:
        number = float(values.get(key, default))
    except ValueError:
        problems.append(f"{key}: not a number")
        return default
    if not 0 < number < 1_000_000:
        problems.append(f"{key}: must be greater than 0 and less than a million")
        return default
    return number


def _port(values: Mapping[str, str], problems: list[str]) -> int:
    text = values.get("PORT", "3000")
    if text.isascii() and text.isdigit() and 0 < int(text) < 65_536:
        return int(text)
    problems.append("PORT: must be a whole number from 1 to 65535")
    return 3000


def _drain(values: Mapping[str, str], problems: list[str]) -> float:
    text = values.get("DRAIN_SECONDS", "0")
    if re.fullmatch(r"\d{1,3}(\.\d+)?", text, re.ASCII) and float(text) <= _LONGEST_DRAIN:
        return float(text)
    problems.append(f"DRAIN_SECONDS: must be a number from 0 to {_LONGEST_DRAIN}")
    return 0.0


def _public_slack(url: str) -> str | None:
    """Slack's own domain that an address belongs to, subdomains included; None for any other."""
    host = urlsplit(url).hostname or ""
    return next((own for own in PUBLIC_SLACK if host == own or host.endswith(f".{own}")), None)


def _credential_problems(settings: Settings) -> list[str]:
    problems = []
    given = settings.bot_token is not None or settings.user_token is not None
    oauth = settings.client_id is not None or settings.client_secret is not None
    if given and oauth:
        problems.append(
            "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: cannot be set together with SLACK_BOT_TOKEN or "
            "SLACK_USER_TOKEN. Give tokens for one organization, or let organizations install over OAuth"
        )
    elif oauth:
        problems += _oauth_problems(settings)
    else:
        for key, value in (
            ("SLACK_BOT_TOKEN", settings.bot_token),
            ("SLACK_USER_TOKEN", settings.user_token),
        ):
            if value is None:
                problems.append(f"{key}: missing. Both the org-wide bot token and an org admin's user token")
    if settings.app_token is None and settings.signing_secret is None:
        problems.append("SLACK_SIGNING_SECRET: missing (or set SLACK_APP_TOKEN to use Socket Mode)")
    return problems


def _oauth_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.client_id is None:
        problems.append("SLACK_CLIENT_ID: missing, SLACK_CLIENT_SECRET is set")
    if settings.client_secret is None:
        problems.append("SLACK_CLIENT_SECRET: missing, SLACK_CLIENT_ID is set")
    if not settings.encryption_keys:
        problems.append(
            "ENCRYPTION_KEYS: missing. Installed tokens are stored encrypted; make a key with "
            "`python -m app keys new`"
        )
    if not settings.public_url and _public_slack(settings.slack_api_url):
        problems.append("PUBLIC_URL: missing. Slack sends people back to it when they have installed")
    return problems


def _database(address: str) -> URL | None:
    """The parts of DATABASE_URL as the engine sees them; None when it cannot be meant like that.

    An unescaped @ in the password makes the rest of it part of the host, which errors then show.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return None
    return None if "@" in (url.host or "") else url


def _value_problems(settings: Settings) -> list[str]:
    problems = []
    url = urlsplit(settings.slack_api_url)
    if url.scheme not in ("http", "https") or not url.hostname or not url.path.endswith("/api/"):
        problems.append("SLACK_API_URL: must be an http(s) address that ends in /api/")
    if settings.time_scale != 1 and _public_slack(settings.slack_api_url):
        problems.append(f"SLACK_TIME_SCALE: must be 1 with {url.hostname}; other values are for local Slack")
    database_url = settings.database_url.reveal()
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append("DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://")
    elif _database(database_url) is None:
        problems.append(
            "DATABASE_URL: cannot be understood; in its password write @ as %40, : as %3A and / as %2F"
        )
    if database_url in ("sqlite:///", "sqlite:///:memory:"):
        problems.append("DATABASE_URL: must name a file, such as sqlite:///drawbridge.db; memory forgets")
    if settings.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        problems.append("LOG_LEVEL: must be DEBUG, INFO, WARNING or ERROR")
    if not re.fullmatch(r"[a-z0-9-]{0,8}", settings.command_prefix):
        problems.append("COMMAND_PREFIX: at most 8 lower-case letters, digits and hyphens")
    return problems
