"""A policy that changes is evidence: what was so before, what is so now, told once whoever notices it."""

import json
from collections.abc import Mapping, Sequence

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import Policy
from app.messages import notices
from app.model.canonical import Json
from app.model.clock import Clock
from app.requests import memory, telling
from app.requests.transitions import mark_homes
from app.storage import Database

_POLICY = "policy"  # remembered: digest and every setting of the policy in force
_REFUSED = "policy_refused"  # remembered: the problems that were told last


class PolicyChanges:
    """Writes down what a policy has become. Of several processes with the same file one does."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def adopted(self, enterprise_id: str, policy: Policy) -> bool:
        """A policy is in force; answers whether it is another one than before, which was written down."""
        now = self._clock()
        settings: dict[str, Json] = dict(policy.listed())
        text = json.dumps({"digest": policy.digest, "settings": settings}, sort_keys=True)
        with self._database.write(enterprise_id) as connection:
            before = memory.recalled(connection, enterprise_id, _POLICY)
            memory.changed(connection, enterprise_id, _REFUSED, "", now)
            if not memory.changed(connection, enterprise_id, _POLICY, text, now):
                return False
            if not before:
                return False
            was = json.loads(before)
            changes = _difference(was["settings"], policy.listed())
            append(
                connection,
                enterprise_id=enterprise_id,
                at=now,
                event=Event.POLICY_CHANGED,
                actor=APP,
                body={"from": was["digest"], "to": policy.digest, "changes": changes},
            )
            channels = {policy.admin_channel, was["settings"].get("admin_channel", policy.admin_channel)}
            for channel in sorted(channels):
                message = notices.policy_message(changes)
                telling.in_channel(connection, enterprise_id, channel, _POLICY, message, now)
            mark_homes(connection, enterprise_id, now)
        return True

    def refused(self, enterprise_id: str, in_force: Policy, problems: Sequence[str]) -> bool:
        """A changed file cannot be put in force; answers whether that is new, and was written down."""
        now = self._clock()
        with self._database.write(enterprise_id) as connection:
            if not memory.changed(connection, enterprise_id, _REFUSED, "\n".join(problems), now):
                return False
            append(
                connection,
                enterprise_id=enterprise_id,
                at=now,
                event=Event.POLICY_REFUSED,
                actor=APP,
                body={"in_force": in_force.digest, "problems": list(problems)},
            )
            message = notices.policy_refused_message(problems)
            telling.in_channel(connection, enterprise_id, in_force.admin_channel, _REFUSED, message, now)
        return True


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Json]:
    """Settings that differ: key → [old, new]; what was or is not there is empty."""
    keys = sorted(before.keys() | after.keys())
    return {
        key: [before.get(key, ""), after.get(key, "")] for key in keys if before.get(key) != after.get(key)
    }
