"""A request about to be carried out, against a Slack that plays a script."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.config import PolicyBook
from app.execution import ledger
from app.execution.calling import Calling
from app.execution.holding import Holding
from app.execution.lease import Lease
from app.model.canonical import Json
from app.model.plan import Item, Plan
from app.model.request import Request
from app.operations import OPERATIONS
from app.operations.disable_usergroup.move import facts_of
from app.requests import records
from app.requests.policies import Policies
from app.slack.directory import UserGroup
from app.slack.gateway import Gateway
from app.storage import Database
from app.storage.tables import audit_events, calls, items, notices, requests
from tests.unit.given import NOW, ORG, TEAM, StillClock, filed, policy
from tests.unit.slack.conftest import gateway, slept, wire
from tests.unit.slack.wire import Turn, Wire, ok

__all__ = ["gateway", "slept", "wire"]

OPS = {"id": "S0OPS00001", "handle": "ops", "name": "Ops", "users": ["W0ANA00001"]}
DBA = {"id": "S0DBA00001", "handle": "dba", "name": "Dba"}
OFF = {**OPS, "date_delete": NOW // 1000}


def groups(*rows: Mapping[str, Any]) -> Turn:
    """Slack's answer to `usergroups.list`."""
    return ok(usergroups=list(rows))


def members(*user_ids: str) -> Turn:
    """Slack's answer to `admin.auth.policy.getEntities`."""
    return ok(entities=[{"entity_id": user_id} for user_id in user_ids])


def disabling(*rows: Mapping[str, Any]) -> Plan:
    """The plan to disable those groups."""
    found = [UserGroup.read({"team_id": TEAM, **row}) for row in rows]
    made = tuple(
        Item(group.id, f"@{group.handle}", {"group": group.id, "team": TEAM}, facts_of(group), (group.id,))
        for group in found
    )
    return Plan(ORG, "disable-usergroup", {"team": TEAM}, made)


def removing(*user_ids: str) -> Plan:
    """The plan to take those people off the policy."""
    facts: dict[str, Json] = {"on_policy": True, "role": "member"}
    made = tuple(Item(user, f"Name of {user}", {"user": user}, facts, (user,)) for user in user_ids)
    return Plan(ORG, "remove-policy-users", {"policy": "email_password"}, made)


@dataclass(frozen=True)
class Bridge:
    """A request being carried out, and what can be read of it."""

    database: Database
    clock: StillClock
    wire: Wire
    gateway: Gateway
    request: Request
    lease: Lease
    holding: Holding
    calling: Calling

    def calls(self) -> list[ledger.CallRow]:
        """Every call of the request."""
        with self.database.read() as connection:
            return ledger.every_call(connection, self.request.id)

    @property
    def call(self) -> ledger.CallRow:
        """Its first call."""
        return self.calls()[0]

    def outcomes(self) -> list[tuple[str | None, str | None]]:
        """What became of the items: outcome and code."""
        query = sa.select(items.c.outcome, items.c.code).order_by(items.c.position)
        with self.database.read() as connection:
            return [(row.outcome, row.code) for row in connection.execute(query)]

    def details(self) -> list[str]:
        """What is said about the items."""
        query = sa.select(items.c.detail).order_by(items.c.position)
        with self.database.read() as connection:
            return [detail or "" for detail in connection.scalars(query)]

    def events(self) -> list[Event]:
        """The audit log after the filing."""
        query = sa.select(audit_events.c.event).order_by(audit_events.c.seq).offset(1)
        with self.database.read() as connection:
            return [Event(event) for event in connection.scalars(query)]

    def body(self) -> dict[str, Any]:
        """The body of the newest audit event."""
        query = sa.select(audit_events.c.body).order_by(audit_events.c.seq.desc()).limit(1)
        with self.database.read() as connection:
            found: dict[str, Any] = json.loads(connection.scalar(query) or "{}")
        return found

    def told(self) -> list[str]:
        """What thread and people are told."""
        with self.database.read() as connection:
            rows = connection.scalars(sa.select(notices.c.message).order_by(notices.c.id))
            return [json.loads(message)["text"] for message in rows]

    def stored(self) -> Request:
        """The request as it is now."""
        with self.database.read() as connection:
            found = records.find(connection, ORG, self.request.id)
        assert found is not None
        return found

    def set(self, **values: Any) -> None:
        """Put the request into another state."""
        with self.database.write() as connection:
            connection.execute(requests.update().values(values))

    def put_call(self, **values: Any) -> None:
        """Put its first call into another state."""
        with self.database.write() as connection:
            connection.execute(calls.update().where(calls.c.id == self.call.id).values(values))

    def checked(self) -> None:
        """As right after this process has rechecked every call."""
        with self.database.write() as connection:
            told = {"checked_at": self.clock(), "checked_by": self.lease.executor}
            connection.execute(calls.update().values(told))

    def recheck(self) -> bool:
        """Recheck its first call."""
        return self.calling.recheck(ORG, self.call.id)

    def send(self) -> tuple[str, float]:
        """Send its first call, just rechecked."""
        self.checked()
        return self.calling.send(ORG, self.call.id)

    def look(self) -> str:
        """Look whether its first call took effect."""
        return self.calling.look(ORG, self.call.id)

    def conclude(self, *, clear: bool = True) -> bool:
        """Conclude its first call."""
        return self.calling.conclude(ORG, self.call.id, clear)

    def methods(self) -> list[str]:
        """What Slack was asked."""
        return [asked.method for asked in self.wire.asked]


@pytest.fixture
def carry_out(sqlite: Database, clock: StillClock, wire: Wire, gateway: Gateway) -> Callable[[Plan], Bridge]:
    """Puts a plan on its way: filed, executing, its calls written, this process alive.

    On SQLite: what the kind of database changes is told in the ledger's own stories.
    """
    database = sqlite

    def begun(plan: Plan) -> Bridge:
        request = filed(database, clock, plan)
        lease = Lease(database, "executor-one")
        lease.beat()
        with database.write() as connection:
            ledger.write_calls(connection, request.id, OPERATIONS[plan.operation].move(plan).pack(plan.items))
            connection.execute(requests.update().values(state="executing", began_at=NOW))
        holding = Holding(Policies(PolicyBook(policy()), database, clock), clock)
        calling = Calling(database, gateway, lease, holding, clock)
        return Bridge(database, clock, wire, gateway, request, lease, holding, calling)

    return begun


@pytest.fixture
def bridge(carry_out: Callable[[Plan], Bridge]) -> Bridge:
    """The disabling of one group, on its way."""
    return carry_out(disabling(OPS))
