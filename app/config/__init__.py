"""Settings from the environment and the policy file: read once, checked, errors that name the key."""

from app.config.errors import ConfigError
from app.config.policy import BreakGlass, Policy, PolicyBook
from app.config.policy_file import Terms, parse_policy, read_policy
from app.config.quiet import QuietHours, open_for, quiet_until
from app.config.rules import Group, OperationPolicy, Principal, Raise, Seats, Shape
from app.config.settings import Secret, Settings, read_settings

__all__ = [
    "BreakGlass",
    "ConfigError",
    "Group",
    "OperationPolicy",
    "Policy",
    "PolicyBook",
    "Principal",
    "QuietHours",
    "Raise",
    "Seats",
    "Secret",
    "Settings",
    "Shape",
    "Terms",
    "open_for",
    "parse_policy",
    "quiet_until",
    "read_policy",
    "read_settings",
]
