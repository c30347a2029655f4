"""What an app may answer: to an options request, to a view submission, to a slash command."""

from typing import Any

from localslack.blocks.fields import KINDS
from localslack.blocks.limits import LIMITS
from localslack.blocks.problems import Findings, Problem
from localslack.blocks.surfaces import check_message, check_view


def check_options_response(answer: Any) -> list[Problem]:
    """Check the answer to a ``block_suggestion``: options or option_groups, at most 100."""
    found = Findings("message")
    lists = LIMITS["answers"]["block_suggestion"]
    given = [name for name in lists if isinstance(answer, dict) and name in answer]
    if len(given) != 1:
        found.add("", "exactly_one", "must define exactly one of: options, option_groups")
        return found.problems
    name = given[0]
    KINDS[lists[name]["kind"]](found, answer[name], lists[name], f"/{name}")
    return found.problems


def check_view_response(answer: Any, view: dict[str, Any]) -> list[Problem]:
    """Check the answer to a ``view_submission`` of ``view``; an empty answer (None) closes the view."""
    if answer is None:
        return []
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or action not in LIMITS["answers"]["view_submission"]["response_action"]:
        return [Problem("/response_action", "one_of", f"unsupported response_action: {action}")]
    if action == "errors":
        return _check_errors(answer.get("errors"), view)
    if action in ("update", "push"):
        return check_view(answer.get("view"))
    return []


def check_command_response(answer: dict[str, Any]) -> list[Problem]:
    """Check a message given in the ack of a slash command or to a response_url."""
    problems = check_message(answer)
    kinds = LIMITS["answers"]["slash_command"]["response_type"]
    if answer.get("response_type", "ephemeral") not in kinds:
        problems.append(Problem("/response_type", "one_of", f"must be one of: {', '.join(kinds)}"))
    return problems


def _check_errors(errors: Any, view: dict[str, Any]) -> list[Problem]:
    if not isinstance(errors, dict) or not errors:
        return [Problem("/errors", "required", "missing required field: errors")]
    inputs = {block.get("block_id") for block in view.get("blocks", []) if block.get("type") == "input"}
    problems = []
    for block_id, message in errors.items():
        if block_id not in inputs:
            problems.append(Problem(f"/errors/{block_id}", "block_id", f"no input block named {block_id}"))
        if not isinstance(message, str) or not message:
            problems.append(Problem(f"/errors/{block_id}", "min", "must be more than 0 characters", 1))
    return problems
