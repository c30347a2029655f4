"""The policy of each organization in force, with every user group found and every quorum reachable."""

import logging
from collections.abc import Iterable

import sqlalchemy as sa

from app.config import ConfigError, OperationPolicy, Policy, PolicyBook, Principal
from app.model.clock import Clock
from app.slack.directory import Live
from app.storage import Database, upsert
from app.storage.tables import remembered

log = logging.getLogger(__name__)


class NotInForce(Exception):
    """The organization's policy could not be put in force so far: nothing can be decided there."""


class Policies:
    """Holds what `resolve` found."""

    def __init__(self, book: PolicyBook, database: Database, clock: Clock) -> None:
        self._book, self._database, self._clock = book, database, clock
        self._resolved: dict[str, Policy] = {}

    def of(self, enterprise_id: str) -> Policy:
        """The organization's policy in force. Raises NotInForce before it was resolved."""
        if enterprise_id not in self._resolved:
            raise NotInForce(enterprise_id)
        return self._resolved[enterprise_id]

    def in_force(self, enterprise_id: str) -> bool:
        """Whether requests of that organization can be served."""
        return enterprise_id in self._resolved

    def written(self, enterprise_id: str) -> Policy | None:
        """The organization's policy as it stands in the file, in force or not; None when it has none."""
        try:
            return self._book.of(enterprise_id)
        except ConfigError:
            return None

    def resolve(self, live: Live) -> Policy:
        """Find the workspace of every user group, count who can approve, and put the policy in force.

        Raises ConfigError that names the keys with absent or ambiguous groups and unreachable quorums, and
        ReadFailed when Slack could not be asked.
        """
        policy = self._book.of(live.enterprise_id)
        bare = [group.id for group in policy.groups() if not group.team]
        places = self._remembered(live.enterprise_id, bare)
        unknown = [group_id for group_id in bare if group_id not in places]
        problems: list[str] = []
        if unknown:
            found = _search(live, unknown)
            problems += _misplaced(found)
            new = {group_id: teams[0] for group_id, teams in found.items() if len(teams) == 1}
            self._remember(live.enterprise_id, new)
            places |= new
        resolved = policy.with_teams(places)
        problems += [] if problems else _unreachable(resolved, live)
        if problems:
            raise ConfigError(problems)
        self._resolved[live.enterprise_id] = resolved
        return resolved

    def _remembered(self, enterprise_id: str, group_ids: Iterable[str]) -> dict[str, str]:
        keys = [f"usergroup:{group_id}" for group_id in group_ids]
        query = sa.select(remembered.c.key, remembered.c.value).where(
            remembered.c.enterprise_id == enterprise_id, remembered.c.key.in_(keys)
        )
        with self._database.read() as connection:
            return {row.key.removeprefix("usergroup:"): row.value for row in connection.execute(query)}

    def _remember(self, enterprise_id: str, places: dict[str, str]) -> None:
        with self._database.write() as connection:
            for group_id, team in places.items():
                row = {"key": f"usergroup:{group_id}", "value": team, "at": self._clock()}
                connection.execute(
                    upsert(connection, remembered)
                    .values(enterprise_id=enterprise_id, **row)
                    .on_conflict_do_update(index_elements=["enterprise_id", "key"], set_=row)
                )


def members(principals: Iterable[Principal], live: Live) -> frozenset[str]:
    """Everybody those principals name, read live, as user ids. Raises ReadFailed."""
    found: set[str] = set()
    roles = set()
    for principal in principals:
        if principal.kind == "user":
            found.add(principal.name)
        elif principal.kind == "usergroup":
            found |= live.usergroup_members(principal.team, principal.name)
        else:
            roles.add(principal.name)
    if "org_owner" in roles:
        found |= {account.id for account in live.accounts(include_owners=True) if account.role == "owner"}
    if "org_admin" in roles:
        found |= {account.id for account in live.accounts(include_admins=True) if account.org_admin}
    return frozenset(found)


def _search(live: Live, group_ids: list[str]) -> dict[str, list[str]]:
    """Workspaces in which each group lives, among those Drawbridge was added to."""
    found: dict[str, list[str]] = {group_id: [] for group_id in group_ids}
    for workspace in live.workspaces():
        if not workspace.app_added:
            continue
        for group in live.usergroups(workspace.id):
            if group.id in found and not group.disabled_at:
                found[group.id].append(workspace.id)
    return found


def _misplaced(found: dict[str, list[str]]) -> list[str]:
    problems = []
    for group_id, teams in found.items():
        if not teams:
            problems.append(
                f"usergroup:{group_id}: no such enabled user group in any workspace Drawbridge was added to"
            )
        elif len(teams) > 1:
            choices = " or ".join(f"usergroup:{team}/{group_id}" for team in teams)
            problems.append(f"usergroup:{group_id}: found in several workspaces, write {choices}")
    return problems


def _unreachable(policy: Policy, live: Live) -> list[str]:
    """Quorums that too few people could ever meet, the requester never counting."""
    cache: dict[tuple[Principal, ...], frozenset[str]] = {}

    def people(principals: tuple[Principal, ...]) -> frozenset[str]:
        if principals not in cache:
            cache[principals] = members(principals, live)
        return cache[principals]

    problems = []
    for key, rules in policy.operations.items():
        if not rules.requesters:
            continue
        where = f"operations.{key}"
        approving = people(rules.all_approvers())
        requesting = people(rules.requesters)
        left = len(approving) - (1 if requesting and requesting <= approving else 0)
        if left < rules.approvals:
            problems.append(
                f"{where}.approvals: {rules.approvals} wanted, but only {left} people could approve "
                f"({_names(rules)}; the requester never counts)"
            )
        for principal, number in rules.approvals_from:
            if len(people((principal,))) < number:
                problems.append(f"{where}.approvals_from: fewer than {number} people in {principal}")
    return problems


def _names(rules: OperationPolicy) -> str:
    return ", ".join(map(str, rules.all_approvers())) or "nobody"
