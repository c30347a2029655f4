"""Settings from the environment and the policy file: read once, checked, errors that name the key."""

from app.config.errors import ConfigError
from app.config.policy import Group, OperationPolicy, Policy, PolicyBook, Principal
from app.config.policy_file import parse_policy, read_policy
from app.config.settings import Secret, Settings, read_settings

__all__ = [
    "ConfigError",
    "Group",
    "OperationPolicy",
    "Policy",
    "PolicyBook",
    "Principal",
    "Secret",
    "Settings",
    "parse_policy",
    "read_policy",
    "read_settings",
]
