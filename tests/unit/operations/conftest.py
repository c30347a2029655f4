"""A small organization to plan in, and guardrails as plain data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.operations.contract import Site
from app.slack.directory.snapshot import Snapshots
from app.storage import Database
from tests.unit.given import ADMIN_CHANNEL, NOW, ORG, StillClock, Town, rules


@dataclass
class PlainRails:
    """Guardrails with everything written down."""

    enterprise_id: str = ORG
    admin_channel: str = ADMIN_CHANNEL
    admin_ids: frozenset[str] = frozenset({"W0ADMIN001"})
    workspace_ids: frozenset[str] = frozenset({"T0HQ000001", "T0LAB00001"})
    approvers: frozenset[str] = frozenset({"W0BEN00001"})
    protected_groups: frozenset[str] = frozenset({"S0SECURITY", "S0ONCALL01"})


@pytest.fixture
def rails() -> PlainRails:
    """The guardrails of the small organization."""
    return PlainRails()


@pytest.fixture
def town() -> Town:
    """The small organization."""
    return Town()


@pytest.fixture
def snapshots(sqlite: Database) -> Snapshots:
    """Its directory, empty."""
    return Snapshots(sqlite, StillClock())


@pytest.fixture
def site(town: Town, snapshots: Snapshots) -> Callable[..., Site]:
    """Where planning happens; arguments change the rules."""

    def at(**changes: Any) -> Site:
        return Site(town, snapshots, rules(**changes), NOW)

    return at
