"""Reads what Slack sent. What is missing there, Slack never leaves out: somebody else made that payload.

Shapes: docs.slack.dev/reference/interaction-payloads.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from slack_bolt import BoltContext

from app.messages.forms import entries_from, field_key, files_from
from app.model.form import UploadedFile
from app.model.refusal import Refusal
from app.operations import OPERATIONS, Operation
from app.storage.unstorable import without

NOT_UNDERSTOOD = Refusal(
    "not_understood",
    "Drawbridge did not understand this, and did nothing. Start again from the command or the card.",
)


class NotUnderstood(Exception):
    """The payload is not of the shape that Slack sends."""


def button_value(body: Mapping[str, Any]) -> str:
    """The value of the button pressed: an opaque id. Raises NotUnderstood, as everything here does."""
    with _of_slacks_shape():
        return str(body["actions"][0].get("value") or "")


def pressed_at(body: Mapping[str, Any]) -> str:
    """The `action_ts` of the press."""
    with _of_slacks_shape():
        return str(body["actions"][0]["action_ts"])


def pressed_on(body: Mapping[str, Any]) -> str:
    """The `ts` of the message whose button it was; empty for one in a modal or on the Home tab."""
    with _of_slacks_shape():
        return str((body.get("container") or {}).get("message_ts") or "")


def chosen_in(body: Mapping[str, Any]) -> str:
    """The field whose select was changed."""
    with _of_slacks_shape():
        return field_key(str(body["actions"][0]["block_id"]))


def operation(body: Mapping[str, Any]) -> Operation:
    """The operation that a button's value names."""
    with _of_slacks_shape():
        return OPERATIONS[button_value(body)]


def metadata(body: Mapping[str, Any]) -> str:
    """The modal's `private_metadata`: the id of a draft or of a request."""
    with _of_slacks_shape():
        return str((body.get("view") or {}).get("private_metadata") or "")


def callback(body: Mapping[str, Any]) -> str:
    """The modal's `callback_id`."""
    with _of_slacks_shape():
        return str(body["view"]["callback_id"])


def typed(body: Mapping[str, Any], block_id: str) -> str:
    """The text in that input of a modal of ours."""
    with _of_slacks_shape():
        return without(str(body["view"]["state"]["values"][block_id]["type"].get("value") or ""))


def day(body: Mapping[str, Any], block_id: str) -> date | None:
    """The day chosen in that datepicker of a modal of ours."""
    with _of_slacks_shape():
        chosen = body["view"]["state"]["values"][block_id]["type"].get("selected_date")
        return date.fromisoformat(chosen) if chosen else None


def somebody(body: Mapping[str, Any], block_id: str) -> str:
    """The id of the person chosen in that users_select of a modal of ours; empty for nobody."""
    with _of_slacks_shape():
        return without(str(body["view"]["state"]["values"][block_id]["type"].get("selected_user") or ""))


def entered(body: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that was entered in a form, as `Entries` reads it."""
    with _of_slacks_shape():
        return entries_from(body["view"]["state"]["values"])


def attached(body: Mapping[str, Any]) -> tuple[UploadedFile, ...]:
    """The files that were attached to a form."""
    with _of_slacks_shape():
        return files_from(body["view"]["state"]["values"])


def inputs(body: Mapping[str, Any]) -> list[str]:
    """The ids of a form's input blocks."""
    with _of_slacks_shape():
        return [str(block["block_id"]) for block in body["view"]["blocks"] if block["type"] == "input"]


def sent_at(context: BoltContext) -> str:
    """When Slack signed this request (Unix seconds): the time of a decision made in a modal."""
    return str(context.get("signed_at") or "")


@contextmanager
def _of_slacks_shape() -> Iterator[None]:
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood(f"{type(error).__name__}: {error}") from error
