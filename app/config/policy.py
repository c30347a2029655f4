"""The policy of each organization, and the file that holds them all. `policy_file` reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.config.errors import ConfigError
from app.config.rules import Group, OperationPolicy, Principal


@dataclass(frozen=True)
class BreakGlass:
    """Who may carry out a containment without approval, and after how many seconds. Nobody by default."""

    people: tuple[Principal, ...] = ()
    delay: int = 60


@dataclass(frozen=True)
class Policy:
    """The policy of one organization.

    operations: operation key → its rules, one for every operation there is.
    digest: SHA-256 of the file's text, for the audit log.
    """

    admin_channel: str
    operations: Mapping[str, OperationPolicy]
    digest: str
    break_glass: BreakGlass = BreakGlass()

    def __getitem__(self, operation: str) -> OperationPolicy:
        return self.operations[operation]

    def groups(self) -> tuple[Group, ...]:
        """Every user group the policy speaks of, each once."""
        found: list[Group] = []
        for rules in self.operations.values():
            principals = rules.requesters + rules.escalated().all_approvers()
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
                "escalate_to": rules.escalate_to,
                "raise": tuple(principal for one in rules.raises for principal, _ in one.approvals_from),
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
            for principal in rules.escalated().all_approvers()
            if principal.kind == "usergroup"
        )

    def with_teams(self, teams: Mapping[str, str]) -> "Policy":
        """The same policy with the workspace of each bare user group filled in (group id → team id)."""
        return replace(self, operations={key: rules.placed(teams) for key, rules in self.operations.items()})

    def listed(self) -> dict[str, str]:
        """Every setting as text, by its key (`disconnect-org.approvals`): what a change is told by."""
        told = {
            "admin_channel": self.admin_channel,
            "break_glass.people": _listed(self.break_glass.people),
            "break_glass.delay": f"{self.break_glass.delay}s",
        }
        for key, rules in self.operations.items():
            told |= {f"{key}.{name}": text for name, text in _told(rules)}
        return told


def _told(rules: OperationPolicy) -> Iterator[tuple[str, str]]:
    yield "requesters", _listed(rules.requesters)
    yield "approvers", _listed(rules.approvers)
    yield "approvals", str(rules.approvals)
    yield "approvals_from", _seats(rules.approvals_from)
    yield "escalate_to", _listed(rules.escalate_to)
    for name in ("expires_after", "execute_within", "cool_off"):
        yield name, f"{getattr(rules, name)}s"
    yield "quiet_hours", ", ".join(map(str, rules.quiet_hours)) or "none"
    yield "ticket_pattern", rules.ticket_pattern or "any"
    yield "max_items", str(rules.max_items)
    yield "protected_usergroups", ", ".join(group.id for group in rules.protected_usergroups) or "none"
    yield "pacing", rules.pacing
    yield "delegation", "allowed" if rules.delegation else "not allowed"
    for found in rules.raises:
        seats = _seats(found.approvals_from)
        yield f"raise[{found.when}]", f"approvals {found.approvals}, from {seats}, cool_off {found.cool_off}s"


def _listed(principals: tuple[Principal, ...]) -> str:
    return ", ".join(map(str, principals)) or "nobody"


def _seats(seats: tuple[tuple[Principal, int], ...]) -> str:
    return ", ".join(f"{number} of {principal}" for principal, number in seats) or "nobody in particular"


@dataclass(frozen=True)
class PolicyBook:
    """The whole file: the top level, and what `[orgs.E…]` tables change for an organization."""

    default: Policy
    orgs: Mapping[str, Policy] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the file's text."""
        return self.default.digest

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
