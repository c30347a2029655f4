"""What a select offers: its own options, people and channels, or what the app suggests for the typed text."""

from typing import Any

from localslack.acting.outcome import Impossible
from localslack.acting.place import Place, find_place, person
from localslack.blocks import check_options_response
from localslack.conversation.inputs import Input
from localslack.engine import Engine
from localslack.outbound import payloads
from localslack.outbound.courier import Kind

JSON = dict[str, Any]
_DEFAULT_QUERY_LENGTH = 3


async def options(engine: Engine, body: JSON) -> list[JSON]:
    """Type into a select and see what it offers; each option with label, value, description, group."""
    with engine.world.lock:
        place = find_place(engine.world, person(engine.world, body["user"]), body.get("message"))
        field = place.find_input(body["field"], body.get("block_id"))
    offered = await offer(engine, place, field, body.get("query") or "")
    return [_described(place, option) for option in offered]


async def offer(engine: Engine, place: Place, field: Input, query: str) -> list[JSON]:
    """The options for ``query``; asks the app only for external selects, and only when the query is long
    enough.
    """
    if field.kind in ("external_select", "multi_external_select"):
        if len(query) < int(field.element.get("min_query_length", _DEFAULT_QUERY_LENGTH)):
            return []
        return await _ask_app(engine, place, field, query)
    with engine.world.lock:
        return [
            o for o in built_in(place, field) if query.casefold() in _described(place, o)["label"].casefold()
        ]


def built_in(place: Place, field: Input) -> list[JSON]:
    """The options a menu has without asking the app."""
    element, org = field.element, place.world.org
    if "options" in element or "option_groups" in element:
        return flatten(element)
    if field.kind in ("users_select", "multi_users_select"):
        return [_plain(u.real_name, u.id) for u in org.users.values() if not u.deleted and not u.is_stranger]
    if field.kind in ("channels_select", "multi_channels_select"):
        return [_plain(f"#{c.name}", c.id) for c in org.channels.values() if not c.is_private]
    if field.kind in ("conversations_select", "multi_conversations_select"):
        mine = (c for c in org.channels.values() if not c.is_private or place.user.id in c.members)
        return [_plain(f"#{c.name}" if c.name else c.id, c.id) for c in mine]
    raise Impossible(f"{field.label!r} is a {field.kind}: it offers no options")


def flatten(answer: JSON) -> list[JSON]:
    """Options of an element or of an app's answer, groups resolved."""
    if "option_groups" in answer:
        groups = answer["option_groups"]
        return [{**option, "group": group["label"]} for group in groups for option in group["options"]]
    return list(answer.get("options") or [])


async def _ask_app(engine: Engine, place: Place, field: Input, query: str) -> list[JSON]:
    world = engine.world
    with world.lock:
        payload = payloads.suggestion(world, place.user, place.on, field.block_id, field.action_id, query)
    delivery = await engine.courier.deliver(Kind.INTERACTION, field.action_id, payload)
    if delivery.error:
        return []
    with world.lock:
        problems = [f"options of {field.action_id}: {p}" for p in check_options_response(delivery.ack)]
        world.ledger.problems.extend(problems)
        offered = [] if problems else flatten(delivery.ack)
        place.loaded[field.block_id, field.action_id] = offered
        return offered


def _plain(label: str, value: str) -> JSON:
    return {"text": {"type": "plain_text", "text": label, "emoji": True}, "value": value}


def _described(place: Place, option: JSON) -> dict[str, str]:
    reader = place.reader
    return {
        "label": reader.text(option["text"]),
        "value": option["value"],
        "description": reader.text(option.get("description")),
        "group": reader.text(option.get("group")),
    }


def match(place: Place, offered: list[JSON], label: str) -> JSON | None:
    """The option a person means: by exact text or value, else the only one that starts with or contains the
    label.
    """
    texts = [(place.reader.text(option["text"]), option) for option in offered]
    exact = [o for text, o in texts if label in (text, o["value"])]
    if exact:
        return exact[0]
    for close in (
        [o for text, o in texts if text.casefold().startswith(label.casefold())],
        [o for text, o in texts if label.casefold() in text.casefold()],
    ):
        if len(close) == 1:
            return close[0]
        if len(close) > 1:
            names = [place.reader.text(o["text"]) for o in close]
            raise Impossible(f"{label!r} could be any of {names}")
    return None
