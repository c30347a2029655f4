"""Stored tokens of an organization whose admin channel is known, and what was told there."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest
import sqlalchemy as sa

from app.config import Policy, Secret
from app.installing.installations import Installations
from app.installing.vault import Vault
from app.requests.policies import Policies
from app.slack.credentials import Renewal
from app.storage import Database
from app.storage.tables import audit_events, installations, notices
from tests.unit.given import ADMIN_CHANNEL, NOW, StillClock, policy
from tests.unit.slack.conftest import INSTALLATION, wire

__all__ = ["wire"]

FIRST = INSTALLATION
"""Installed by W0ADMIN001."""

SECOND = replace(INSTALLATION, admin_id="W0OTHER001", user_token=Secret("xoxp-the-other"))
"""Installed by another admin later; the bot is the same."""

EXPIRES = NOW + 43_200_000
ROTATING = replace(
    INSTALLATION,
    bot_token=Secret("xoxe.xoxb-1"),
    user_token=Secret("xoxe.xoxp-1"),
    bot_renewal=Renewal(Secret("xoxe-1-bot"), EXPIRES),
    user_renewal=Renewal(Secret("xoxe-1-admin"), EXPIRES),
)


class Written:
    """A policy file in which every organization has the same rules."""

    def written(self, _enterprise_id: str) -> Policy:
        return policy()

    def of(self, _enterprise_id: str) -> Policy:
        return policy()

    def in_force(self, _enterprise_id: str) -> bool:
        return True


@pytest.fixture
def key() -> Secret:
    """What seals."""
    return Secret(Vault.new_key())


@pytest.fixture
def kept(database: Database, key: Secret, clock: StillClock) -> Installations:
    """Nothing yet."""
    return Installations(database, Vault([key]), clock, cast(Policies, Written()))


@pytest.fixture
def both(kept: Installations, clock: StillClock) -> Installations:
    """Two admins have installed it, the second one later."""
    kept.save(FIRST)
    clock.forward(1)
    kept.save(SECOND)
    return kept


def sealed(database: Database) -> list[str]:
    """What stands in the rows."""
    with database.read() as connection:
        return list(connection.scalars(sa.select(installations.c.sealed)))


def events(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """The audit log: each event with its body."""
    query = sa.select(audit_events.c.event, audit_events.c.body).order_by(audit_events.c.seq)
    with database.read() as connection:
        return [(row.event, json.loads(row.body)) for row in connection.execute(query)]


def told(database: Database) -> list[str]:
    """What the admin channel is told, in order."""
    query = sa.select(notices).order_by(notices.c.id)
    with database.read() as connection:
        rows = connection.execute(query).all()
    assert {(row.place, row.recipient) for row in rows} <= {("channel", ADMIN_CHANNEL)}
    return [json.loads(row.message)["text"] for row in rows]
