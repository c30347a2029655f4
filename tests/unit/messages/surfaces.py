"""Whether Slack would take what we built: by local Slack's checker, the SDK's models and our own rules."""

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from localslack.blocks import check_message, check_view

MARKERS = ("<!channel>", "<!here>", "<@U0EVIL0001>", "<https://evil.example", "</script>", "<b>")
"""Of the hostile texts: must never stand unescaped where Slack reads mrkdwn."""

UNSEEN = ("\u202e", "\u2066", "\u200b", "\x00", "\x07", "\x1b", "\r")
"""Must never reach a reader at all."""


def accept_message(message: dict[str, Any]) -> None:
    """The message passes every check."""
    assert check_message(message) == []
    assert check_message(message, update=True) == []
    for block in Block.parse_all(message["blocks"]):
        block.validate_json()
    assert len(message["blocks"]) <= 50
    assert sum(map(len, strings(message["blocks"]))) <= 13_200
    assert message["unfurl_links"] is False
    assert message["unfurl_media"] is False
    _nothing_foreign_speaks(message["blocks"])
    assert not any(marker in message["text"] for marker in MARKERS)


def accept_view(view: dict[str, Any]) -> None:
    """The view passes every check."""
    assert check_view(view) == []
    View(**view).validate_json()
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view, ensure_ascii=False).encode()) <= 250_000
    _nothing_foreign_speaks(view)


def strings(value: Any) -> Iterator[str]:
    """Every string inside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from objects(inner)


def shown(value: Any) -> str:
    """Every text a reader sees, one after the other."""
    told = []
    for found in objects(value):
        if found.get("type") in ("plain_text", "mrkdwn"):
            told.append(found["text"])
        elif found.get("type") == "rich_text_section":
            told.append("".join(element["text"] for element in found["elements"]))
    return "\n".join(told)


def _nothing_foreign_speaks(value: Any) -> None:
    for found in objects(value):
        if found.get("type") == "mrkdwn":
            assert found["verbatim"] is True
            assert not any(marker in found["text"] for marker in MARKERS), found["text"]
        if found.get("type") in ("plain_text", "mrkdwn", "text"):
            assert not any(unseen in found["text"] for unseen in UNSEEN), repr(found["text"])
