"""A policy in force, the people it names, and readers of what was written down."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.config import PolicyBook
from app.model.person import Person
from app.model.refusal import Refusal
from app.requests.admin_channel import AdminChannels
from app.requests.deciding import Deciding
from app.requests.policies import Policies
from app.requests.verdicts import Click, Decided
from app.storage import Database
from app.storage.tables import audit_events, notices, requests
from tests.unit.given import (
    ANA,
    BEN,
    CHLOE,
    ORG,
    TEAM,
    StillClock,
    Town,
    account,
    filed,
    group,
    policy,
    somebody,
)


@dataclass(frozen=True)
class Office:
    """Where requests are decided, and what can be read there afterwards."""

    database: Database
    clock: StillClock
    town: Town
    deciding: Deciding
    policies: Policies

    def click(self, request_id: str, person_id: str = BEN) -> Click:
        """That person presses a button."""
        return Click(ORG, request_id, person_id, "1790000000.000100", "1790000000.000200")

    def state(self, request_id: str) -> str:
        """Where the request stands."""
        with self.database.read() as connection:
            return str(connection.scalar(sa.select(requests.c.state).where(requests.c.id == request_id)))

    def events(self, *kinds: Event) -> list[tuple[str, str]]:
        """The audit log as (event, actor), of those kinds if any are given."""
        query = sa.select(audit_events.c.event, audit_events.c.actor).order_by(audit_events.c.seq)
        if kinds:
            query = query.where(audit_events.c.event.in_([kind.value for kind in kinds]))
        with self.database.read() as connection:
            return [(row.event, row.actor) for row in connection.execute(query)]

    def last_event(self) -> tuple[str, str, dict[str, Any]]:
        """The newest audit event: name, actor and body."""
        query = sa.select(audit_events).order_by(audit_events.c.seq.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(query).one()
        return row.event, row.actor, json.loads(row.body)

    def told(self) -> list[tuple[str, str, str]]:
        """What is to be told: place, recipient, text."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(notices).order_by(notices.c.id)).all()
        return [(row.place, row.recipient, json.loads(row.message)["text"]) for row in rows]


def refused(told: Any) -> str:
    """The code of a refusal."""
    assert isinstance(told, Refusal), told
    return told.code


def decided(told: Any) -> Decided:
    """A decision that counted."""
    assert isinstance(told, Decided), told
    return told


def ask(office: Office, **changes: Any) -> str:
    """A request by Ana; changes are to the rules it was filed under."""
    return filed(office.database, office.clock, **changes).id


def approve(office: Office, request_id: str, person_id: str = BEN, typed: str = "Acme") -> Any:
    """That person approves."""
    return office.deciding.approve(office.click(request_id, person_id), office.town, typed)


def deny(office: Office, request_id: str, person_id: str = BEN, reason: str = "Not now.") -> Any:
    """That person denies."""
    return office.deciding.deny(office.click(request_id, person_id), office.town, reason)


def cancel(office: Office, request_id: str, person_id: str = ANA) -> Any:
    """That person cancels."""
    return office.deciding.cancel(office.click(request_id, person_id), office.town)


@pytest.fixture
def open_office(database: Database, clock: StillClock) -> Callable[..., Office]:
    """Opens an office; further people, user groups and changes to the rules may be given."""

    def open_it(*people: Person, groups: Mapping[str, set[str]] | None = None, **changes: Any) -> Office:
        town = Town(*map(somebody, (ANA, BEN, CHLOE)))
        town.groups = {(TEAM, name): frozenset(inside) for name, inside in (groups or {}).items()}
        town.group_lists = {TEAM: [group(name, name.lower()) for name in groups or {}]}
        town.people |= {person.id: person for person in people}
        town.roster = [account(person.id, person.role) for person in town.people.values()]
        policies = Policies(PolicyBook(policy(**changes)), database, clock)
        policies.resolve(town)
        channels = AdminChannels(database, policies, clock)
        return Office(database, clock, town, Deciding(database, policies, channels, clock), policies)

    return open_it


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """An office with the usual rules."""
    return open_office()
