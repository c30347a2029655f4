"""The policy of each organization in force, with every user group found and every quorum reachable."""

import logging
from collections.abc import Iterable

from app.config import ConfigError, Policy, PolicyBook
from app.messages.mentions import mentions
from app.messages.text import acting
from app.model.clock import Clock
from app.model.request import Request
from app.operations import OPERATIONS
from app.requests import delegation_rows
from app.requests.demands import rules_of
from app.requests.quorums import Electorate, unreachable
from app.slack.directory import Live
from app.slack.gateway import ReadFailed
from app.storage import Database
from app.storage.remembered import recall, remember

log = logging.getLogger(__name__)

_NO_TEAM = frozenset({"invalid_team", "team_access_not_granted", "team_not_found"})


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

    def served(self) -> tuple[str, ...]:
        """Organizations whose policy is in force."""
        return tuple(self._resolved)

    def written(self, enterprise_id: str) -> Policy | None:
        """The organization's policy in force, else as it stands in the file; None when it has none."""
        if enterprise_id in self._resolved:
            return self._resolved[enterprise_id]
        try:
            return self._book.of(enterprise_id)
        except ConfigError:
            return None

    def mentions(self, request: Request) -> tuple[str, ...]:
        """The approvers of that request whom the policy names by group or id, in their mention form."""
        policy = self.written(request.enterprise_id)
        return () if policy is None else mentions(rules_of(policy, request).all_approvers())

    def called(self, request: Request) -> tuple[str, ...]:
        """The same of one that waits, and after them those who stand in for somebody who is away."""
        policy = self.written(request.enterprise_id)
        if policy is None or not policy[request.operation].delegation:
            return self.mentions(request)
        with self._database.read() as connection:
            found = delegation_rows.listed(connection, request.enterprise_id)
        deputies = tuple(
            acting(given.delegate_id, given.delegator_id)
            for given in found
            if given.in_force(self._clock()) and request.operation in given.operations
        )
        return self.mentions(request) + deputies

    def adaptive(self, enterprise_id: str, method: str) -> bool:
        """Whether that method may be called faster than Slack documents, where Slack lets us.

        Operations share methods and so budgets: the most careful of those that call it decides.
        """
        policy = self.written(enterprise_id)
        callers = [key for key, operation in OPERATIONS.items() if method in operation.methods]
        if policy is None or not callers:
            return False
        return all(policy[key].pacing == "adaptive" for key in callers)

    def resolve(self, live: Live) -> Policy:
        """Find the workspace of every user group, count who can approve, and put the policy in force.

        Raises ConfigError that names the keys with absent or ambiguous groups and unreachable quorums, and
        ReadFailed when Slack could not be asked.
        """
        policy = self.checked(live, self._book)
        self.adopt(live.enterprise_id, policy)
        return policy

    def adopt(self, enterprise_id: str, policy: Policy) -> None:
        """Put a checked policy in force."""
        self._resolved[enterprise_id] = policy

    def use(self, book: PolicyBook) -> None:
        """Take the policies of organizations that come in later from that file."""
        self._book = book

    def checked(self, live: Live, book: PolicyBook) -> Policy:
        """The organization's policy by that file, everything in it found. Raises as `resolve` does."""
        policy = book.of(live.enterprise_id)
        present = _Present(live)
        bare = [group.id for group in policy.groups() if not group.team]
        remembered = self._remembered(live.enterprise_id, bare)
        places = {group_id: team for group_id, team in remembered.items() if present(team, group_id)}
        problems = [
            f"{policy.where(group.id)}: usergroup:{group.team}/{group.id}: no such enabled user group there"
            for group in policy.groups()
            if group.team and not present(group.team, group.id)
        ]
        unknown = [group_id for group_id in bare if group_id not in places]
        if unknown:
            found = _search(live, unknown)
            problems += _misplaced(found, policy)
            new = {group_id: teams[0] for group_id, teams in found.items() if len(teams) == 1}
            self._remember(live.enterprise_id, new)
            places |= new
        resolved = policy.with_teams(places)
        if not problems:
            short = unreachable(resolved, Electorate(live))
            problems += [f"operations.{key}.{told}" for key, told in short.items()]
        if problems:
            raise ConfigError(problems)
        return resolved

    def _remembered(self, enterprise_id: str, group_ids: Iterable[str]) -> dict[str, str]:
        keys = {f"usergroup:{group_id}": group_id for group_id in group_ids}
        with self._database.read() as connection:
            found = recall(connection, enterprise_id, keys)
        return {keys[key]: team for key, (team, _) in found.items()}

    def _remember(self, enterprise_id: str, places: dict[str, str]) -> None:
        values = {f"usergroup:{group_id}": team for group_id, team in places.items()}
        with self._database.write() as connection:
            remember(connection, enterprise_id, values, self._clock())


class _Present:
    """Whether a user group is there and enabled; each workspace is read once."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._read: dict[str, frozenset[str]] = {}

    def __call__(self, team: str, group_id: str) -> bool:
        """Raises ReadFailed, but not for a workspace that Slack does not know or does not show."""
        if team not in self._read:
            self._read[team] = self._groups(team)
        return group_id in self._read[team]

    def _groups(self, team: str) -> frozenset[str]:
        try:
            return frozenset(group.id for group in self._live.usergroups(team) if not group.disabled_at)
        except ReadFailed as failed:
            if failed.answer.code in _NO_TEAM:
                return frozenset()
            raise


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


def _misplaced(found: dict[str, list[str]], policy: Policy) -> list[str]:
    problems = []
    for group_id, teams in found.items():
        where = f"{policy.where(group_id)}: usergroup:{group_id}"
        if not teams:
            problems.append(f"{where}: no such enabled user group in any workspace Drawbridge was added to")
        elif len(teams) > 1:
            choices = " or ".join(f"usergroup:{team}/{group_id}" for team in teams)
            problems.append(f"{where}: found in several workspaces, write {choices}")
    return problems
