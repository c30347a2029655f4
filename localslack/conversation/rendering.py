"""Blocks as lines of text: what a person reads, top to bottom, buttons as ``[Approve]``."""

from collections.abc import Callable
from typing import Any

from localslack.blocks.layout import elements_of
from localslack.conversation.reading import Reader

JSON = dict[str, Any]
Values = dict[str, dict[str, JSON]]


def read_blocks(blocks: list[JSON], reader: Reader, values: Values | None = None) -> str:
    """All blocks as text; ``values`` are what the person has filled in."""
    lines = [_BLOCKS.get(block["type"], _silent)(block, reader, values or {}) for block in blocks]
    return "\n".join(line for line in lines if line)


def buttons_of(blocks: list[JSON], reader: Reader) -> list[JSON]:
    """Every button with its label, ids, style and confirm dialog."""
    return [
        {
            "label": reader.text(element.get("text")),
            "block_id": block.get("block_id"),
            "action_id": element.get("action_id"),
            "style": element.get("style"),
            "url": element.get("url"),
            "confirm": element.get("confirm"),
        }
        for block in blocks
        for _, element in elements_of(block)
        if element.get("type") in ("button", "workflow_button", "icon_button")
    ]


def read_value(value: JSON | None, reader: Reader) -> str | list[str]:
    """What an input shows: typed text, the chosen label, or the list of chosen labels."""
    if not value:
        return ""
    if "selected_option" in value:
        option = value["selected_option"]
        return reader.text(option["text"]) if option else ""
    if "selected_options" in value:
        return [reader.text(option["text"]) for option in value["selected_options"]]
    for key in ("value", "selected_date", "selected_time", "selected_date_time"):
        if key in value:
            return "" if value[key] is None else str(value[key])
    if "rich_text_value" in value:
        return _rich_text(value["rich_text_value"], reader, {}) if value["rich_text_value"] else ""
    return _chosen_objects(value, reader)


def _chosen_objects(value: JSON, reader: Reader) -> str | list[str]:
    for kind in ("user", "conversation", "channel"):
        if f"selected_{kind}s" in value:
            return [_object_name(kind, id, reader) for id in value[f"selected_{kind}s"]]
        if f"selected_{kind}" in value:
            chosen = value[f"selected_{kind}"]
            return _object_name(kind, chosen, reader) if chosen else ""
    return ""


def _object_name(kind: str, id: str, reader: Reader) -> str:
    if kind == "user":
        return reader.name(id)
    channel = reader.org.channels.get(id)
    return f"#{channel.name}" if channel else id


def read_element(block: JSON, element: JSON, reader: Reader, values: Values) -> str:
    """One element inside a line: a button's label, a select's choice or placeholder."""
    kind = element.get("type")
    if kind in ("button", "workflow_button", "icon_button"):
        return f"[{reader.text(element.get('text'))}]"
    if kind == "image":
        return f"[image: {element.get('alt_text', '')}]"
    if kind == "overflow":
        return "[⋯]"
    if kind in ("plain_text", "mrkdwn"):
        return reader.text(element)
    if kind in ("checkboxes", "radio_buttons"):
        return _read_boxes(block, element, reader, values)
    chosen = read_value(values.get(block.get("block_id", ""), {}).get(element.get("action_id", "")), reader)
    shown = ", ".join(chosen) if isinstance(chosen, list) else chosen
    return shown or f"({reader.text(element.get('placeholder')) or '…'})"


def _read_boxes(block: JSON, element: JSON, reader: Reader, values: Values) -> str:
    value = values.get(block.get("block_id", ""), {}).get(element.get("action_id", ""), {})
    chosen = value.get("selected_options") or [value.get("selected_option")]
    ticked = {option["value"] for option in chosen if option}
    marks = {True: "[x]", False: "[ ]"} if element["type"] == "checkboxes" else {True: "(o)", False: "( )"}
    lines = []
    for option in element["options"]:
        about = reader.text(option.get("description"))
        line = f"{marks[option['value'] in ticked]} {reader.text(option['text'])}"
        lines.append(f"{line} ({about})" if about else line)
    return "\n".join(lines)


def _section(block: JSON, reader: Reader, values: Values) -> str:
    parts = [reader.text(block.get("text")), *(reader.text(text) for text in block.get("fields") or [])]
    if accessory := block.get("accessory"):
        parts.append(read_element(block, accessory, reader, values))
    return "\n".join(part for part in parts if part)


def _elements(block: JSON, reader: Reader, values: Values) -> str:
    return " ".join(read_element(block, element, reader, values) for _, element in elements_of(block))


def _input(block: JSON, reader: Reader, values: Values) -> str:
    label = reader.text(block["label"]) + (" (optional)" if block.get("optional") else "")
    shown = read_element(block, block["element"], reader, values)
    line = f"{label}:\n{shown}" if "\n" in shown or shown.startswith("[ ]") else f"{label}: {shown}"
    hint = reader.text(block.get("hint"))
    return f"{line}\n  {hint}" if hint else line


def _rich_text(block: JSON, reader: Reader, _values: Values) -> str:
    return "\n".join(_rich_container(element, reader) for element in block["elements"])


def _rich_container(container: JSON, reader: Reader) -> str:
    if container["type"] == "rich_text_list":
        return "\n".join(f"• {_rich_container(item, reader)}" for item in container["elements"])
    return "".join(_rich_inline(element, reader) for element in container["elements"])


def _rich_inline(element: JSON, reader: Reader) -> str:
    match element["type"]:
        case "user":
            return reader.mrkdwn(f"<@{element['user_id']}>")
        case "usergroup":
            return reader.mrkdwn(f"<!subteam^{element['usergroup_id']}>")
        case "channel":
            return reader.mrkdwn(f"<#{element['channel_id']}>")
        case "broadcast":
            return reader.mrkdwn(f"<!{element['range']}>")
        case "date":
            return reader.mrkdwn(f"<!date^{element['timestamp']}^{element.get('format', '{date}')}|date>")
        case "emoji":
            return f":{element['name']}:"
        case _:
            return str(element.get("text") or element.get("url") or element.get("value") or "")


def _table(block: JSON, reader: Reader, values: Values) -> str:
    def cell(content: JSON) -> str:
        return str(content["text"]) if content["type"] == "raw_text" else _rich_text(content, reader, values)

    return "\n".join(" | ".join(cell(content) for content in row) for row in block["rows"])


def _text(block: JSON, reader: Reader, _values: Values) -> str:
    text = block["text"]
    return text if isinstance(text, str) else reader.text(text)


def _card(block: JSON, reader: Reader, values: Values) -> str:
    parts = [reader.text(block.get(name)) for name in ("title", "subtitle", "body")]
    actions = [read_element(block, button, reader, values) for button in block.get("actions", [])]
    return "\n".join(part for part in [*parts, " ".join(actions)] if part)


def _carousel(block: JSON, reader: Reader, values: Values) -> str:
    return "\n".join(_card(card, reader, values) for card in block["elements"])


def _picture(block: JSON, reader: Reader, _values: Values) -> str:
    return "\n".join(
        filter(None, [reader.text(block.get("title")), f"[{block['type']}: {block.get('alt_text', '')}]"])
    )


def _divider(_block: JSON, _reader: Reader, _values: Values) -> str:
    return "───"


def _silent(_block: JSON, _reader: Reader, _values: Values) -> str:
    return ""


_BLOCKS: dict[str, Callable[[JSON, Reader, Values], str]] = {
    "section": _section,
    "header": _text,
    "markdown": _text,
    "alert": _text,
    "context": _elements,
    "context_actions": _elements,
    "actions": _elements,
    "input": _input,
    "divider": _divider,
    "image": _picture,
    "video": _picture,
    "rich_text": _rich_text,
    "table": _table,
    "card": _card,
    "carousel": _carousel,
}
