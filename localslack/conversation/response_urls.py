"""What a response_url does with a message: answer, replace or delete.

Source: docs.slack.dev/interactivity/handling-user-interaction#message_responses.
"""

from typing import TYPE_CHECKING, Any

from localslack.blocks import check_command_response
from localslack.conversation import messages
from localslack.conversation.handles import use_response_url
from localslack.conversation.messages import Content
from localslack.conversation.store import Message, ResponseUrl
from localslack.org.model import Channel

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]


def respond(world: "World", handle: str, body: Any) -> tuple[int, str]:
    """Use a response_url: HTTP status and text of the answer (``ok``, or an error code)."""
    if not isinstance(body, dict):
        return 500, "invalid_payload"
    known = use_response_url(world, handle)
    if known is None:
        return 404, "used_url" if handle in world.talk.response_urls else "no_url"
    original = _original(world, known)
    if body.get("delete_original"):
        if original is None:
            return 404, "message_not_found"
        messages.delete(world, original)
        return 200, "ok"
    if problems := check_command_response(body):
        world.ledger.problems.extend(f"response_url: {problem}" for problem in problems)
        return 400, "no_text" if problems[0].rule == "no_text" else "invalid_blocks"
    if body.get("replace_original") and original is not None:
        content = Content(text=body.get("text") or "", blocks=body.get("blocks") or [])
        messages.change(world, original, content, keep_metadata=True)
        return 200, "ok"
    answer(world, known.user, world.org.channels[known.channel], body)
    return 200, "ok"


def _original(world: "World", known: ResponseUrl) -> Message | None:
    """The message the interaction came from; none for a slash command."""
    if known.message_ts is None:
        return None
    found = messages.find(world, known.channel, known.message_ts)
    return found or messages.find(world, known.channel, known.message_ts, ephemeral=True)


def answer(world: "World", user: str, channel: Channel, body: JSON) -> Message:
    """Show a response message: to everybody when ``in_channel``, else to one person."""
    public = body.get("response_type") == "in_channel"
    content = Content(
        text=body.get("text") or "",
        blocks=body.get("blocks") or [],
        attachments=body.get("attachments") or [],
        metadata=body.get("metadata") or {},
        thread_ts=body.get("thread_ts"),
    )
    bot = world.org.users[world.app.bot_user]
    return messages.post(world, channel, bot, content, ephemeral_to=None if public else user)
