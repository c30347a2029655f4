"""Where a person acts: the open modal, the Home tab, or a message; and finding things there by their visible
text.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localslack.acting.outcome import Impossible
from localslack.blocks.layout import elements_of
from localslack.conversation import messages, modals
from localslack.conversation.inputs import Input, Values, initial_values, inputs_of
from localslack.conversation.reading import Reader
from localslack.conversation.store import Message, View
from localslack.org.model import Channel, User
from localslack.outbound import payloads

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]


@dataclass
class Place:
    """A surface with blocks; ``values`` and ``loaded`` belong to this person."""

    world: "World"
    user: User
    on: View | Message
    blocks: list[JSON]
    values: Values
    loaded: dict[tuple[str, str], list[JSON]]

    @property
    def reader(self) -> Reader:
        """Reads text for this person."""
        return Reader(self.world.org)

    def action_payload(self, action: JSON) -> JSON:
        """The ``block_actions`` payload for an action taken here."""
        if isinstance(self.on, View):
            return payloads.view_action(self.world, self.user, self.on, action)
        return payloads.message_action(self.world, self.user, self.on, action)

    def find_input(self, label: str, block_id: str | None = None) -> Input:
        """An input or menu by label, block_id or action_id; ``⋯`` finds an overflow menu. With ``block_id``
        only that block's, and ``label`` is the action_id.
        """
        inputs = [i for i in inputs_of(self.blocks, self.reader) if block_id in (None, i.block_id)]
        for fits in (
            lambda i: i.label == label,
            lambda i: label in (i.block_id, i.action_id),
            lambda i: i.label.casefold() == label.casefold(),
            lambda i: label == "⋯" and i.kind == "overflow",
        ):
            if found := [i for i in inputs if fits(i)]:
                return found[0]
        raise Impossible(f"no field {label!r}; fields here: {[i.label for i in inputs]}")

    def find_button(self, label: str, block_id: str | None = None) -> tuple[JSON, JSON]:
        """A button's block and element by label or action_id; with ``block_id`` only in that block."""
        buttons = [
            (block, element)
            for block in self.blocks
            if block_id in (None, block["block_id"])
            for _, element in elements_of(block)
            if element.get("type") in ("button", "workflow_button", "icon_button")
        ]
        for block, element in buttons:
            if label in (self.reader.text(element["text"]), element["action_id"]):
                return block, element
        raise Impossible(f"no button {label!r}; here: {[self.reader.text(e['text']) for _, e in buttons]}")


def person(world: "World", user_id: str) -> User:
    """Somebody who can act: known, human, not deactivated."""
    user = world.org.users.get(user_id)
    if user is None or user.is_bot:
        raise Impossible(f"nobody is called {user_id!r}")
    if user.deleted:
        raise Impossible(f"{user_id} is deactivated and cannot sign in")
    return user


def joined_channel(world: "World", user: User, channel_id: str) -> Channel:
    """A conversation the person is in."""
    channel = world.org.channels.get(channel_id)
    if channel is None or user.id not in channel.members:
        raise Impossible(f"{user.id} is in no channel {channel_id!r}")
    return channel


def find_place(world: "World", user: User, message: JSON | None) -> Place:
    """The message named, else the open modal, else the Home tab."""
    if message is not None:
        return _in_message(world, user, message)
    view = modals.top(world, user.id) or world.talk.views.get(world.talk.homes.get(user.id, ""))
    if view is None:
        raise Impossible(f"{user.id} has no modal open and no Home tab")
    return Place(world, user, view, view.content["blocks"], view.values, view.loaded)


def open_modal(world: "World", user: User) -> View:
    """The top modal."""
    view = modals.top(world, user.id)
    if view is None:
        raise Impossible(f"{user.id} has no modal open")
    return view


def _in_message(world: "World", user: User, named: JSON) -> Place:
    channel = joined_channel(world, user, named["channel"])
    ephemeral = bool(named.get("is_ephemeral"))
    message = messages.find(world, channel.id, named["ts"], ephemeral=ephemeral)
    if message is None or message.ephemeral_to not in (None, user.id):
        raise Impossible(f"{user.id} sees no message {named['ts']} in {channel.id}")
    key = (channel.id, message.ts, user.id)
    kept = world.talk.message_values.get(key)
    values = world.talk.message_values[key] = initial_values(message.blocks, kept)
    loaded = world.talk.message_loaded.setdefault(key, {})
    return Place(world, user, message, message.blocks, values, loaded)
