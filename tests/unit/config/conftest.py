"""A sound policy file, to be changed, and readers of what is wrong with one."""

import pytest

from app.config import ConfigError, PolicyBook, Terms, parse_policy

LIMITS = {
    "disconnect-org": Terms(50, frozenset({"private_channel"})),
    "disable-usergroup": Terms(1000, frozenset({"guest"})),
}
BASE = """
admin_channel = "C0ADMIN0001"
requesters = ["role:org_admin", "role:org_owner"]
approvers = ["usergroup:S0SECURITY"]
"""


def parse(text: str) -> PolicyBook:
    """The policy in that text."""
    return parse_policy(text, LIMITS)


def problems(text: str) -> list[str]:
    """Everything that is wrong with that text."""
    with pytest.raises(ConfigError) as refused:
        parse(text)
    return refused.value.problems


def keys(text: str) -> set[str]:
    """The keys that are wrong in that text."""
    found = problems(text)
    assert all(problem.startswith("policy.toml: ") for problem in found)
    return {problem.split(": ")[1] for problem in found}
