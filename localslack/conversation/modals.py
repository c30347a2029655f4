"""Views: a stack of up to three modals per person, and one Home tab each.

Sources: docs.slack.dev/surfaces/modals, docs.slack.dev/reference/methods/views.open (.push, .update,
.publish).
"""

from typing import TYPE_CHECKING, Any

from localslack.blocks.limits import LIMITS
from localslack.blocks.normal import fill_in, fill_in_text
from localslack.conversation.inputs import initial_values
from localslack.conversation.store import View

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]
STACK_DEPTH: int = LIMITS["view"]["stack_depth"]


def stack_of(world: "World", user: str) -> list[str]:
    """Ids of a person's open modals, the top one last."""
    return world.talk.stacks.setdefault(user, [])


def top(world: "World", user: str) -> View | None:
    """The modal a person sees."""
    stack = stack_of(world, user)
    return world.talk.views[stack[-1]] if stack else None


def open_root(world: "World", user: str, team_id: str, content: JSON) -> View:
    """Start a new stack; a stack still open is replaced."""
    drop_all(world, user)
    view = _new(world, user, team_id, content, previous=None)
    stack_of(world, user).append(view.id)
    return view


def push(world: "World", user: str, content: JSON) -> View | None:
    """Put a view on top; None when the stack is full or empty."""
    stack = stack_of(world, user)
    if not 0 < len(stack) < STACK_DEPTH:
        return None
    below = world.talk.views[stack[-1]]
    view = _new(world, user, below.team_id, content, previous=below)
    stack.append(view.id)
    return view


def update(world: "World", view: View, content: JSON) -> None:
    """Replace a view's content; inputs keep what was typed where block_id and action_id stay the same."""
    view.content = _filled(world, content)
    view.values = initial_values(view.content["blocks"], kept=view.values)
    view.errors, view.trouble, view.loaded = {}, "", {}
    view.hash = _hash(world)
    world.touch()


def publish(world: "World", user: str, team_id: str, content: JSON) -> View:
    """Set a person's Home tab; it keeps its view id."""
    view_id = world.talk.homes.get(user)
    if view_id is not None:
        view = world.talk.views[view_id]
        update(world, view, content)
        return view
    view = _new(world, user, team_id, content, previous=None)
    world.talk.homes[user] = view.id
    return view


def drop(world: "World", view: View) -> None:
    """Close one modal; the one below shows again."""
    stack_of(world, view.user).remove(view.id)
    del world.talk.views[view.id]
    world.touch()


def drop_all(world: "World", user: str) -> None:
    """Close the whole stack."""
    for view_id in stack_of(world, user):
        del world.talk.views[view_id]
    stack_of(world, user).clear()
    world.touch()


def find(world: "World", view_id: str, external_id: str) -> View | None:
    """An open view or a Home tab, by its id or by the app's own."""
    if view_id:
        return world.talk.views.get(view_id)
    return next((v for v in world.talk.views.values() if external_id and v.external_id == external_id), None)


def external_id_taken(world: "World", external_id: str, but: View | None = None) -> bool:
    """Whether another view already uses this external id."""
    views = world.talk.views.values()
    return bool(external_id) and any(v.external_id == external_id and v is not but for v in views)


def wire_form(world: "World", view: View, *, values: bool = True) -> JSON:
    """The view object of the Web API and of interaction payloads."""
    content = view.content
    return {
        "id": view.id,
        "team_id": view.team_id,
        "type": view.kind,
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": view.values if values else {}},
        "hash": view.hash,
        "title": content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(content.get("clear_on_close", False)),
        "notify_on_close": bool(content.get("notify_on_close", False)),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": world.app.id,
        "external_id": view.external_id,
        "app_installed_team_id": world.org.id,
        "bot_id": world.app.bot_id,
    }


def _new(world: "World", user: str, team_id: str, content: JSON, previous: View | None) -> View:
    filled, view_id = _filled(world, content), world.new_id("V")
    root = previous.root if previous else view_id
    view = View(view_id, user, team_id, filled, _hash(world), root, previous.id if previous else None)
    view.values = initial_values(filled["blocks"])
    world.talk.views[view.id] = view
    world.touch()
    return view


def _filled(world: "World", content: JSON) -> JSON:
    filled = {**content, "blocks": fill_in(content["blocks"], lambda: world.new_secret("b"))}
    for name in ("title", "submit", "close"):
        filled[name] = fill_in_text(content.get(name))
    return filled


def _hash(world: "World") -> str:
    return f"{world.now()}.{world.new_secret('')[-8:]}"
