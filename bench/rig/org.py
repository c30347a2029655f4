"""Targets in local Slack, made by the hundred, and what its call log says became of them."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.model.canonical import Json
from localslack.control.changing import create
from localslack.logs import Call
from localslack.server import LocalSlack

TEAM = "T0ENG00001"
CHOSEN: Json = [{"value": TEAM, "text": "Engineering"}]
"""That workspace, as a form keeps what was chosen in a select."""

DISABLE, REMOVE = "usergroups.disable", "admin.auth.policy.removeEntities"


def new_groups(slack: LocalSlack, count: int) -> list[str]:
    """So many user groups of one workspace; their ids."""
    with slack.world.lock:
        return [create(slack.world, "usergroup", {"team_id": TEAM}) for _ in range(count)]


def new_policy_users(slack: LocalSlack, count: int) -> list[str]:
    """So many people on the authentication policy, each with SSO; their ids."""
    with slack.world.lock:
        return [create(slack.world, "policy_member", {"has_sso": True}) for _ in range(count)]


def calls(slack: LocalSlack, *methods: str) -> list[Call]:
    """The log's calls of those methods, of all when none is named."""
    with slack.world.lock:
        return [call for call in slack.world.ledger.calls if not methods or call.method in methods]


def settle(slack: LocalSlack, *methods: str, quiet: float = 0.3) -> None:
    """Wait until no call of those methods, of any when none is named, has come for so many seconds."""
    seen = -1
    while seen < (seen := len(calls(slack, *methods))):
        time.sleep(quiet)


@dataclass(frozen=True)
class Tally:
    """What became of a list of user groups. repeated: calls after one for the same group had succeeded."""

    lost: int
    repeated: int
    limited: int
    calls: int


def tally(slack: LocalSlack, groups: Sequence[str]) -> Tally:
    """Count in the org what was left undone, and in the log what was done again or answered 429."""
    with slack.world.lock:
        lost = sum(not slack.world.org.usergroups[group].disabled_at for group in groups)
    disabled = Counter(call.args["usergroup"] for call in calls(slack, DISABLE) if call.performed and call.ok)
    every = calls(slack)
    return Tally(
        lost,
        sum(times - 1 for times in disabled.values()),
        sum(call.status == 429 for call in every),
        len(every),
    )
