"""What several commands need before they can do their work."""

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.config import ConfigError, Settings, read_settings
from app.installing.installations import Installations
from app.installing.vault import Vault
from app.logs import hide, set_up
from app.model.clock import system_clock
from app.services import reading
from app.slack.credentials import Credentials
from app.slack.gateway import Gateway
from app.slack.identity import SlackAway, given_tokens
from app.storage import Database
from app.storage.migrate import pending
from app.storage.tables import audit_heads

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database they name, as it stands. Needs no tokens, and changes nothing.

    Raises ConfigError when the database holds no schema of this version.
    """
    settings = read_settings(credentials=False)
    hide(settings.secrets())
    set_up("WARNING")
    with closing(Database(settings.database_url.reveal())) as database:
        if pending(database):
            problem = f"DATABASE_URL: {database.described()} has no schema of this version; `serve` makes it"
            raise ConfigError([problem])
        yield settings, database


def organization(database: Database, named: str | None) -> str:
    """The organization that is named, or the only one in the database; empty when there is none.

    Raises ConfigError when it is unknown, or when there are several and none is named: what belongs to one is
    never handed out together with another's.
    """
    query = sa.select(audit_heads.c.enterprise_id).order_by(audit_heads.c.enterprise_id)
    with database.read() as connection:
        known = list(connection.scalars(query))
    if named is None and len(known) <= 1:
        return known[0] if known else ""
    if named is None or named not in known:
        raise ConfigError([f"--org: give one of the organizations: {', '.join(known) or 'none yet'}"])
    return named


@contextmanager
def connected(enterprise_id: str | None) -> Iterator[tuple[Settings, Database, Gateway, str]]:
    """The same with a gateway to Slack, for one installed organization: the only one unless named.

    Raises ConfigError when it is not installed, or when several are and none is named.
    """
    with opened() as (_, database):
        settings = read_settings()
        kept = credentials(settings, database)
        there = kept.enterprise_ids()
        chosen = enterprise_id or (there[0] if len(there) == 1 else "")
        if chosen not in there:
            problem = f"--org: give one of the installed organizations: {', '.join(there) or 'none yet'}"
            raise ConfigError([problem])
        yield settings, database, reading(settings, database, kept), chosen


def credentials(settings: Settings, database: Database) -> Credentials:
    """The given tokens, or what was installed. Raises ConfigError, also while Slack is away."""
    if settings.bot_token is not None and settings.user_token is not None:
        try:
            return given_tokens(settings.slack_api_url, settings.bot_token, settings.user_token)
        except SlackAway as away:
            raise ConfigError([str(away)]) from away
    return Installations(database, Vault(settings.encryption_keys), system_clock)
