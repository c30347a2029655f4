"""The wire checker: does Slack accept this message, view or answer?

Every limit comes from ``data/limits.json``; each function returns a list of problems, empty when Slack
would accept.
"""

from localslack.blocks.answers import check_command_response, check_options_response, check_view_response
from localslack.blocks.limits import LIMITS
from localslack.blocks.problems import Problem
from localslack.blocks.surfaces import check_message, check_view

__all__ = [
    "LIMITS",
    "Problem",
    "check_command_response",
    "check_message",
    "check_options_response",
    "check_view",
    "check_view_response",
]
