"""Whom and what the guardrails protect, read when a guardrail asks for it."""

from functools import cached_property

from app.config import Policy
from app.requests.quorums import members
from app.slack.directory import Live


class LiveRails:
    """The guardrails' view of one organization; every property may raise ReadFailed."""

    def __init__(self, policy: Policy, live: Live, admin_ids: frozenset[str]) -> None:
        self._policy, self._live = policy, live
        self.enterprise_id = live.enterprise_id
        self.admin_channel = policy.admin_channel
        self.admin_ids = admin_ids

    @cached_property
    def workspace_ids(self) -> frozenset[str]:
        """Our workspaces."""
        return frozenset(workspace.id for workspace in self._live.workspaces())

    @cached_property
    def approvers(self) -> frozenset[str]:
        """Everybody who may approve anything."""
        rules = self._policy.operations.values()
        principals = [principal for rule in rules for principal in rule.escalated().all_approvers()]
        return members(dict.fromkeys(principals), self._live)

    @cached_property
    def protected_groups(self) -> frozenset[str]:
        """User groups the policy uses for authority or lists as protected."""
        return frozenset(group.id for group in self._policy.groups())
