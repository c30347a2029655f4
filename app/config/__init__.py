"""Settings from the environment and the policy file: read once, checked, errors that name the key."""

from app.config.errors import ConfigError
from app.config.policy import BreakGlass, Policy, PolicyBook
from app.config.policy_file import Terms, parse_policy, read_policy
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
    "Raise",
    "Seats",
    "Secret",
    "Settings",
    "Shape",
    "Terms",
    "parse_policy",
    "read_policy",
    "read_settings",
]
