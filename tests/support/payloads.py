"""A second opinion on what the app sends: the models of the official SDK (local Slack is the first)."""

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from localslack.people import LocalSlackClient

JSON = dict[str, Any]


def sdk_problems(client: LocalSlackClient, *, calls_after: int = 0, deliveries_after: int = 0) -> list[str]:
    """What the SDK's models refuse in the messages and views sent since those numbers."""
    return [problem for sent in _sent(client, calls_after, deliveries_after) for problem in _problems(*sent)]


def last_numbers(client: LocalSlackClient) -> JSON:
    """The numbers of the latest call and delivery, for `sdk_problems` afterwards."""
    calls, deliveries = client.calls(), client.deliveries()
    return {
        "calls_after": calls[-1]["number"] if calls else 0,
        "deliveries_after": deliveries[-1]["number"] if deliveries else 0,
    }


def _sent(client: LocalSlackClient, calls_after: int, deliveries_after: int) -> Iterator[tuple[str, JSON]]:
    for call in client.calls(after=calls_after):
        if call["method"] in ("chat.postMessage", "chat.update", "views.open", "views.update"):
            yield call["method"], call["args"]
    for delivery in client.deliveries(after=deliveries_after):
        if isinstance(delivery["ack"], dict) and "response_action" in delivery["ack"]:
            yield "response_action", delivery["ack"]


def _problems(where: str, sent: JSON) -> Iterator[str]:
    try:
        for block in Block.parse_all(_decoded(sent.get("blocks")) or []):
            block.validate_json()
        view = _decoded(sent.get("view"))
        if view:
            View(**view).validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        yield f"{where}: {error}"


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
