"""Notices when Drawbridge is added to workspaces of an organization or removed from them.

Slack's events say so (docs.slack.dev/reference/events/team_access_granted, …/team_access_revoked); like all
events they only make us look. `auth.teams.list` is the truth, and it is asked from time to time anyway.
"""

import json
import logging

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.messages import installs
from app.model.clock import Clock
from app.requests import telling
from app.requests.policies import Policies
from app.slack.directory import Live
from app.slack.directory.snapshot import Snapshots
from app.slack.gateway import Gateway, ReadFailed
from app.slack.pace import Lane
from app.storage import Database, upsert
from app.storage.tables import remembered

log = logging.getLogger(__name__)

_KEY = "workspaces"
_EVERY_MS = 300_000


class Workspaces:
    """Remembers where Drawbridge is, and tells the admin channel of a change, once."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        policies: Policies,
        snapshots: Snapshots,
        clock: Clock,
    ) -> None:
        self._database, self._gateway, self._policies = database, gateway, policies
        self._snapshots, self._clock = snapshots, clock

    def run_once(self) -> int:
        """Look at every organization whose last look is five minutes old; answers how many had changed."""
        query = sa.select(remembered.c.enterprise_id).where(
            remembered.c.key == _KEY, remembered.c.at > self._clock() - _EVERY_MS
        )
        with self._database.read() as connection:
            fresh = set(connection.scalars(query))
        due = [found for found in self._gateway.credentials.enterprise_ids() if found not in fresh]
        return sum(self.look(found) for found in due)

    def look(self, enterprise_id: str) -> bool:
        """Look at one organization; answers whether something had changed since the last look."""
        live = Live(self._gateway, enterprise_id, Lane.BACKGROUND)
        try:
            found = {each.id: each.name for each in live.workspaces() if each.app_added}
        except ReadFailed as failed:
            log.warning("the workspaces of %s were not read: %s", enterprise_id, failed)
            return False
        with self._database.write(enterprise_id) as connection:
            before = self._remembered(connection, enterprise_id)
            same = before is not None and before.keys() == found.keys()
            if self._remember(connection, enterprise_id, before, found) and before is not None and not same:
                self._tell(connection, enterprise_id, before, found)
        if same:
            return False
        self._snapshots.want(enterprise_id, "workspaces")
        return before is not None

    def _remembered(self, connection: sa.Connection, enterprise_id: str) -> dict[str, str] | None:
        query = sa.select(remembered.c.value).where(
            remembered.c.enterprise_id == enterprise_id, remembered.c.key == _KEY
        )
        text = connection.scalar(query)
        return None if text is None else dict(json.loads(text))

    def _remember(
        self,
        connection: sa.Connection,
        enterprise_id: str,
        before: dict[str, str] | None,
        found: dict[str, str],
    ) -> bool:
        """Whether this process is the one that writes the change down."""
        row = {"value": json.dumps(found, sort_keys=True), "at": self._clock()}
        if before is None:
            first = upsert(connection, remembered).values(enterprise_id=enterprise_id, key=_KEY, **row)
            return bool(connection.execute(first.on_conflict_do_nothing()).rowcount)
        seen = (remembered.c.enterprise_id == enterprise_id, remembered.c.key == _KEY)
        old = remembered.c.value == json.dumps(before, sort_keys=True)
        return connection.execute(remembered.update().where(*seen, old).values(row)).rowcount == 1

    def _tell(
        self, connection: sa.Connection, enterprise_id: str, before: dict[str, str], found: dict[str, str]
    ) -> None:
        added, removed = sorted(found.keys() - before.keys()), sorted(before.keys() - found.keys())
        now, names = self._clock(), before | found
        append(
            connection,
            enterprise_id=enterprise_id,
            at=now,
            event=Event.WORKSPACES_CHANGED,
            actor=APP,
            body={"added": list(added), "removed": list(removed)},
        )
        policy = self._policies.written(enterprise_id)
        if policy is None:
            return
        in_force = self._policies.of(enterprise_id) if self._policies.in_force(enterprise_id) else policy
        lost = [f"{group.team}/{group.id}" for group in in_force.groups() if group.team in removed]
        line = installs.workspaces_changed(
            [f"{names[team]} ({team})" for team in added],
            [f"{names[team]} ({team})" for team in removed],
            lost,
        )
        telling.in_channel(connection, enterprise_id, policy.admin_channel, f"workspaces:{now}", line, now)
