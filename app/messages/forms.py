"""Draws a form: the operation's fields, then reason and ticket, which every form asks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.messages.text import Block, View, clean, context, cut, label, modal, plain, section
from app.model.canonical import digest
from app.model.form import (
    KEEP,
    UPLOAD,
    Acknowledge,
    Entries,
    Field,
    Form,
    Radio,
    Select,
    Text,
    Upload,
    UploadedFile,
)
from app.model.table import MOST_BYTES, Table

FORM = "form"
"""Begins the callback_id of every form, before a colon and the operation's key."""

CHOOSE = "choose"
"""action_id of every select and radio group; the field is named by the block_id."""

REASON = Text(
    "reason",
    "Reason",
    multiline=True,
    min_length=10,
    max_length=1000,
    hint="The approver and the auditor read this.",
    placeholder="Why this is needed, and what was agreed",
)
_MOST_CHOSEN = 100  # options a select shows; more targets go into the pasted list


def ticket_field(pattern: str | None) -> Text:
    """The ticket's field: asked for when the policy has a pattern, optional when not."""
    hint = f"Must match {pattern}" if pattern else "The change or incident this belongs to."
    return Text(
        "ticket", "Ticket", max_length=200, hint=hint, placeholder="SEC-123", optional=pattern is None
    )


def block_id(field: Field, entries: Entries) -> str:
    """The field's block. A dependent field gets a new one with every parent, so that Slack empties it."""
    parent = getattr(field, "parent", None)
    return field.key if parent is None else f"{field.key}.{digest(entries.one(parent))[:8]}"


def field_key(block: str) -> str:
    """The field a block belongs to."""
    return block.split(".", 1)[0]


def form_view(
    operation: str,
    form: Form,
    entries: Entries,
    draft_id: str,
    ticket_pattern: str | None,
    notes: tuple[str, ...] = (),
) -> View:
    """The modal. `private_metadata` holds the draft's id, nothing else.

    notes: our own sentences above the fields: the directory's age, what a prefill did not find.
    """
    blocks: list[Block] = [section(text) for text in form.intro]
    for field in (*form.fields, REASON, ticket_field(ticket_pattern)):
        blocks.append(_input(field, entries))
        if isinstance(field, Upload) and field.kept is not None:
            blocks.append(_keep(field.kept, entries))
    if notes:
        blocks.append(context(*notes))
    return modal(
        form.title,
        blocks,
        callback_id=f"{FORM}:{operation}",
        private_metadata=draft_id,
        submit=label("Preview"),
        notify_on_close=True,
    )


def entries_from(state: Mapping[str, Any]) -> dict[str, Any]:
    """What a person entered, from the `state.values` of a view: field key → value as `Entries` reads it."""
    entries: dict[str, Any] = {}
    for block, actions in state.items():
        for element in actions.values():
            if element.get("type") != "file_input":
                entries[field_key(block)] = _value(element)
    return entries


def files_from(state: Mapping[str, Any]) -> tuple[UploadedFile, ...]:
    """The files a person attached, from the `state.values` of a view.

    Shape: docs.slack.dev/reference/objects/file-object.
    """
    elements = [element for actions in state.values() for element in actions.values()]
    files = [
        file for element in elements if element.get("type") == "file_input" for file in element["files"] or ()
    ]
    return tuple(
        UploadedFile(str(file["id"]), str(file.get("name") or ""), int(file.get("size") or 0))
        for file in files
    )


def wrong_files(files: Sequence[UploadedFile]) -> dict[str, str]:
    """What is wrong with attached files without reading them: field key → sentence."""
    if len(files) > 1:
        return {UPLOAD: "One file at a time."}
    for file in files:
        if not file.name.lower().endswith(".csv"):
            return {UPLOAD: "A CSV file is needed, with a name that ends in .csv."}
        if file.size > MOST_BYTES:
            return {UPLOAD: f"At most {MOST_BYTES // 1_000_000} MB; split the list into several files."}
        if file.size == 0:
            return {UPLOAD: "This file is empty."}
    return {}


def wrong_lengths(fields: Iterable[Field], entries: Entries) -> dict[str, str]:
    """Texts that are too short or too long, whatever the client let through: field key → sentence."""
    wrong = {}
    for field in fields:
        length = len(entries.text(field.key))
        if isinstance(field, Text) and length > field.max_length:
            wrong[field.key] = f"At most {field.max_length} characters; these are {length}."
        elif isinstance(field, Text) and length < field.min_length:
            wrong[field.key] = f"At least {field.min_length} characters."
    return wrong


def _value(element: Mapping[str, Any]) -> Any:
    kind = element.get("type", "")
    if kind == "radio_buttons":
        return (element.get("selected_option") or {}).get("value", "")
    if kind == "checkboxes":
        return [option["value"] for option in element.get("selected_options") or ()]
    if kind.startswith("multi_"):
        return [_chosen(option) for option in element.get("selected_options") or ()]
    if kind.endswith("_select"):
        option = element.get("selected_option")
        return [_chosen(option)] if option else []
    return clean(element.get("value") or "").strip()


def _chosen(option: Mapping[str, Any]) -> dict[str, str]:
    return {"value": str(option["value"]), "text": str(option["text"]["text"])}


def _input(field: Field, entries: Entries) -> Block:
    element, more = _element(field, entries)
    block: Block = {
        "type": "input",
        "block_id": block_id(field, entries),
        "label": label(field.label, 2000),
        "element": element,
        **more,
    }
    hint = getattr(field, "hint", "")
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def _element(field: Field, entries: Entries) -> tuple[Block, Block]:
    """The element, and what the input block around it needs besides."""
    if isinstance(field, Select):
        return _select(field, entries), {"optional": field.optional, "dispatch_action": field.redraws}
    if isinstance(field, Radio):
        return _radio(field, entries), {"dispatch_action": field.redraws}
    if isinstance(field, Acknowledge):
        return _acknowledge(field, entries), {}
    if isinstance(field, Upload):
        return _upload(), {"optional": field.optional}
    return _text(field, entries), {"optional": field.optional}


def _select(field: Select, entries: Entries) -> Block:
    chosen = [_option(choice.value, choice.text) for choice in entries.chosen(field.key)]
    element: Block = {
        "type": "external_select" if field.many == 1 else "multi_external_select",
        "action_id": CHOOSE,
        "placeholder": plain(field.placeholder, 150),
        "min_query_length": 0,
    }
    if field.many > 1:
        element["max_selected_items"] = min(field.many, _MOST_CHOSEN)
    if chosen:
        element |= {"initial_option": chosen[0]} if field.many == 1 else {"initial_options": chosen}
    return element


def _radio(field: Radio, entries: Entries) -> Block:
    options = [_option(choice.value, choice.text) for choice in field.choices]
    wanted = entries.text(field.key) or field.initial
    chosen = next(option for option in options if option["value"] == wanted)
    return {"type": "radio_buttons", "action_id": CHOOSE, "options": options, "initial_option": chosen}


def _acknowledge(field: Acknowledge, entries: Entries) -> Block:
    option = _option("yes", field.statement, most=150)
    if field.detail:
        option["description"] = plain(field.detail, 75)
    element: Block = {"type": "checkboxes", "action_id": "tick", "options": [option]}
    if entries.ticked(field.key):
        element["initial_options"] = [option]
    return element


def _upload() -> Block:
    """Source: docs.slack.dev/reference/block-kit/block-elements/file-input-element."""
    return {"type": "file_input", "action_id": "attach", "filetypes": ["csv"], "max_files": 1}


def _keep(kept: Table, entries: Entries) -> Block:
    """A box for the list uploaded before: Slack does not show a file again in a form that comes back."""
    rows = f"{len(kept.rows):,} row{'' if len(kept.rows) == 1 else 's'}"
    option = _option("yes", f"Use {cut(kept.name, 45)}: {rows}")
    option["description"] = plain("Untick to leave it out; upload another file to replace it.", 75)
    element: Block = {"type": "checkboxes", "action_id": "tick", "options": [option]}
    if entries.values.get(KEEP) != []:
        element["initial_options"] = [option]
    return {
        "type": "input",
        "block_id": KEEP,
        "label": label("Uploaded before"),
        "element": element,
        "optional": True,
    }


def _text(field: Text, entries: Entries) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "type",
        "multiline": field.multiline,
        "max_length": field.max_length,
    }
    if field.min_length:
        element["min_length"] = field.min_length
    if field.placeholder:
        element["placeholder"] = plain(field.placeholder, 150)
    value = entries.text(field.key)
    if value:
        element["initial_value"] = value[: field.max_length]
    return element


def _option(value: str, text: str, most: int = 75) -> Block:
    return {"text": plain(text, most), "value": value}


def options(choices: Mapping[str, str] | list[tuple[str, str]]) -> Block:
    """The answer to a block_suggestion: at most 100 (value, text)."""
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    return {"options": [_option(value, text) for value, text in list(pairs)[:_MOST_CHOSEN]]}
