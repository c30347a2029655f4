"""`/<operation> [text]`: a form, pre-filled with the text."""

import re
from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.text import clean
from app.operations import OPERATIONS, Operation
from listeners.forms import draw, offer
from listeners.scene import Scene

_ESCAPED = re.compile(r"<(?:[#@]|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<[a-z]+:[^|>]+\|([^>]+)>|<(?:https?://|mailto:)([^|>]+)>")


def open_operation(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Open the form of the operation that the command names."""
    ack()
    begin(body, context, _named(body["command"]), plain_text(body.get("text") or ""))


def begin(body: dict[str, Any], context: BoltContext, operation: Operation, text: str) -> None:
    """Open an operation's form for whoever may request it, pre-filled with the text."""
    scene = Scene.of(context, body, operation.title).open()
    if scene is None:
        return
    if scene.requester(operation.key) is None:
        return
    services = scene.services
    for source in operation.sources:
        services.snapshots.want(scene.enterprise_id, source)
    site = services.planner.site(scene.enterprise_id, operation.key)
    entries = operation.prefill(text, site) if text else {}
    draft = scene.begin(operation.key, entries)
    draw(scene, *offer(scene, draft, entries))


def plain_text(text: str) -> str:
    """What the person meant by Slack's escaped command text: ids for mentions, the label of a link."""
    text = _ESCAPED.sub(r"\1", text)
    text = _LINK.sub(lambda match: match[1] or match[2], text)
    return clean(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")).strip()


def _named(command: str) -> Operation:
    """The operation behind `/disconnect-org`, with or without the installation's prefix."""
    return next(operation for key, operation in OPERATIONS.items() if command.endswith(key))
