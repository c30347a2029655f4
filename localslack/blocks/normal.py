"""Slack fills in what an app leaves out: block ids, action ids, and the defaults of text objects and inputs.

The filled-in form is what interaction payloads echo (docs.slack.dev/reference/interaction-payloads).
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from localslack.blocks.layout import elements_of
from localslack.blocks.limits import LIMITS

JSON = dict[str, Any]
_INTERACTIVE = frozenset(LIMITS["elements"]) - {"image"}


def fill_in(blocks: list[JSON], new_id: Callable[[], str]) -> list[JSON]:
    """A copy of ``blocks`` as Slack stores them; generated ids are new each time."""
    filled: list[JSON] = _with_text_defaults(deepcopy(blocks))
    for block in filled:
        block.setdefault("block_id", new_id())
        if block["type"] == "input":
            block.setdefault("optional", False)
            block.setdefault("dispatch_action", False)
        for _, element in elements_of(block):
            if element.get("type") in _INTERACTIVE:
                element.setdefault("action_id", new_id())
            if element.get("type") == "plain_text_input":
                element.setdefault("dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]})
    return filled


def fill_in_text(value: JSON | None) -> JSON | None:
    """A single text object (title, submit, close) with its defaults; None stays None."""
    filled: JSON | None = _with_text_defaults(deepcopy(value))
    return filled


def _with_text_defaults(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_text_defaults(item) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {name: _with_text_defaults(item) for name, item in value.items()}
    if filled.get("type") == "plain_text":
        filled.setdefault("emoji", True)
    elif filled.get("type") == "mrkdwn":
        filled.setdefault("verbatim", False)
    return filled
