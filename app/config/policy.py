"""The policy as rules: who may request, who may approve, how many, how long. `policy_file` reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.config.errors import ConfigError


@dataclass(frozen=True, order=True)
class Group:
    """A user group; `team` is empty until it has been looked for in the workspaces."""

    id: str
    team: str = ""


@dataclass(frozen=True)
class Principal:
    """One entry of a requesters or approvers list.

    kind: `role` (name: org_owner, org_admin), `usergroup` (name: S…, team maybe) or `user` (name: U…/W…).
    """

    kind: str
    name: str
    team: str = ""

    def __str__(self) -> str:
        team = f"{self.team}/" if self.team else ""
        return f"{self.kind}:{team}{self.name}"

    @property
    def group(self) -> Group:
        """The user group this principal names."""
        return Group(self.name, self.team)


@dataclass(frozen=True)
class OperationPolicy:
    """The rules for one operation. Durations in seconds; an empty list means nobody.

    approvals_from: further demands `(principal, how many)`, each to be met by different people.
    pacing: `documented` or `adaptive`.
    """

    requesters: tuple[Principal, ...] = ()
    approvers: tuple[Principal, ...] = ()
    approvals: int = 1
    approvals_from: tuple[tuple[Principal, int], ...] = ()
    expires_after: int = 86400
    execute_within: int = 86400
    cool_off: int = 0
    ticket_pattern: str | None = None
    max_items: int = 1000
    protected_usergroups: tuple[Group, ...] = ()
    pacing: str = "documented"

    def ticket_fits(self, ticket: str) -> bool:
        """Whether the ticket id is of the wanted form (any text when no pattern is set)."""
        return self.ticket_pattern is None or re.search(self.ticket_pattern, ticket) is not None

    def all_approvers(self) -> tuple[Principal, ...]:
        """Everyone who could ever approve: the list and the further demands."""
        return self.approvers + tuple(principal for principal, _ in self.approvals_from)


@dataclass(frozen=True)
class Policy:
    """The policy of one organization.

    operations: operation key → its rules, one for every operation there is.
    digest: SHA-256 of the file's text, for the audit log.
    """

    admin_channel: str
    operations: Mapping[str, OperationPolicy]
    digest: str

    def __getitem__(self, operation: str) -> OperationPolicy:
        return self.operations[operation]

    def groups(self) -> tuple[Group, ...]:
        """Every user group the policy speaks of, each once."""
        found: list[Group] = []
        for rules in self.operations.values():
            principals = rules.requesters + rules.all_approvers()
            found += [principal.group for principal in principals if principal.kind == "usergroup"]
            found += rules.protected_usergroups
        return tuple(dict.fromkeys(found))

    def where(self, group_id: str) -> str:
        """The keys of the policy file under which that user group stands."""
        found = set()
        for rules in self.operations.values():
            lists = {
                "requesters": rules.requesters,
                "approvers": rules.approvers,
                "approvals_from": tuple(principal for principal, _ in rules.approvals_from),
            }
            found |= {key for key, named in lists.items() if group_id in {found.name for found in named}}
            if group_id in {group.id for group in rules.protected_usergroups}:
                found.add("protected_usergroups")
        return ", ".join(sorted(found))

    def approving_groups(self) -> frozenset[str]:
        """Ids of the user groups whose members approve something."""
        return frozenset(
            principal.name
            for rules in self.operations.values()
            for principal in rules.all_approvers()
            if principal.kind == "usergroup"
        )

    def with_teams(self, teams: Mapping[str, str]) -> "Policy":
        """The same policy with the workspace of each bare user group filled in (group id → team id)."""

        def placed(principal: Principal) -> Principal:
            if principal.kind != "usergroup" or principal.team:
                return principal
            return replace(principal, team=teams.get(principal.name, ""))

        operations = {
            key: replace(
                rules,
                requesters=tuple(map(placed, rules.requesters)),
                approvers=tuple(map(placed, rules.approvers)),
                approvals_from=tuple((placed(principal), count) for principal, count in rules.approvals_from),
            )
            for key, rules in self.operations.items()
        }
        return replace(self, operations=operations)


@dataclass(frozen=True)
class PolicyBook:
    """The whole file: the top level, and what `[orgs.E…]` tables change for an organization."""

    default: Policy
    orgs: Mapping[str, Policy] = field(default_factory=dict)

    def of(self, enterprise_id: str) -> Policy:
        """The policy of that organization.

        Raises ConfigError when the file has tables for organizations and none for this one.
        """
        if not self.orgs:
            return self.default
        if enterprise_id not in self.orgs:
            raise ConfigError(
                [f"[orgs.{enterprise_id}]: missing; this organization is installed and needs one"]
            )
        return self.orgs[enterprise_id]
