"""`remove-policy-users`: take people off the e-mail/password authentication policy.

Slack: admin.auth.policy.removeEntities, undone by assignEntities. Afterwards they sign in by the
organization's default, usually SSO; whoever has no working SSO account is locked out at the next sign-in.
"""

from app.operations.remove_policy_users.operation import RemovePolicyUsers

__all__ = ["RemovePolicyUsers"]
