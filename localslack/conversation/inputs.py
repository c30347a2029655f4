"""The inputs of a view or message: their empty and initial values, and how ``state.values`` is kept.

Source: docs.slack.dev/reference/interaction-payloads/view-interactions-payload.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localslack.blocks.layout import elements_of
from localslack.conversation.reading import Reader

JSON = dict[str, Any]
Values = dict[str, dict[str, JSON]]

_TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_EMPTY: dict[str, tuple[str, str, Any]] = {
    **dict.fromkeys(_TYPED, ("value", "initial_value", None)),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "radio_buttons": ("selected_option", "initial_option", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
}


@dataclass(frozen=True)
class Input:
    """One input or menu on a surface: its block and element, and the label a person knows it by."""

    block: JSON
    element: JSON
    label: str

    @property
    def block_id(self) -> str:
        """Id of the block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """Id of the element."""
        return str(self.element["action_id"])

    @property
    def kind(self) -> str:
        """Element type."""
        return str(self.element["type"])

    @property
    def dispatches(self) -> bool:
        """A change is sent at once: outside input blocks, or with ``dispatch_action``."""
        return self.block["type"] != "input" or bool(self.block.get("dispatch_action"))

    @property
    def is_typed(self) -> bool:
        """A text field of any kind."""
        return self.kind in _TYPED


def inputs_of(blocks: list[JSON], reader: Reader) -> Iterator[Input]:
    """Every input and menu, top to bottom."""
    for block in blocks:
        for _, element in elements_of(block):
            if element.get("type") in _EMPTY or element.get("type") == "overflow":
                yield Input(block, element, _label(block, element, reader))


def _label(block: JSON, element: JSON, reader: Reader) -> str:
    if block["type"] == "input":
        return reader.text(block["label"])
    if block["type"] == "section" and block.get("text"):
        return reader.text(block["text"])
    return reader.text(element.get("placeholder")) or str(element["action_id"])


def value_key(kind: str) -> str:
    """The key of ``state.values`` that holds the choice of an element type."""
    return _EMPTY[kind][0]


def initial_values(blocks: list[JSON], kept: Values | None = None) -> Values:
    """``state.values`` of freshly shown blocks; ``kept`` values survive where block_id and action_id are the
    same.
    """
    values: Values = {}
    for block in blocks:
        for _, element in elements_of(block):
            kind = element.get("type")
            if kind in _EMPTY:
                block_id, action_id = block["block_id"], element["action_id"]
                old = (kept or {}).get(block_id, {}).get(action_id)
                keep = old is not None and old["type"] == kind
                values.setdefault(block_id, {})[action_id] = old if keep and old else _initial(element)
    return values


def _initial(element: JSON) -> JSON:
    key, given, empty = _EMPTY[element["type"]]
    initial = element.get(given, empty)
    return {"type": element["type"], key: list(initial) if isinstance(initial, list) else initial}


def is_empty(value: JSON) -> bool:
    """Nothing typed or chosen."""
    content = value.get(value_key(value["type"]))
    return content is None or content in ("", [])
