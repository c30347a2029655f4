"""Filling inputs: choosing, ticking, typing, clearing. Where a block dispatches, a change is sent at once."""

from typing import Any

from localslack.acting.options import flatten, match, offer
from localslack.acting.outcome import Impossible, Outcome
from localslack.acting.place import Place, find_place, person
from localslack.blocks.problems import Findings
from localslack.blocks.rich_text import check_rich_text
from localslack.conversation.inputs import Input, inputs_of, value_key
from localslack.engine import Engine
from localslack.outbound.courier import Kind

JSON = dict[str, Any]
_PICKERS = ("datepicker", "timepicker", "datetimepicker")


async def choose(engine: Engine, body: JSON) -> Outcome:
    """Choose by visible text; a multi-select keeps what was chosen before."""
    world = engine.world
    with world.lock:
        place = find_place(world, person(world, body["user"]), body.get("message"))
        field = place.find_input(body["field"], body.get("block_id"))
    if field.is_typed:
        raise Impossible(f"{field.label!r} is a text field: fill it instead")
    query = body.get("query")
    chosen = [await _find_option(engine, place, field, label, query) for label in body["labels"]]
    with world.lock:
        extra = _set(place, field, chosen)
        payload = dispatched(place, field, extra)
    return await send(engine, field, payload)


async def check(engine: Engine, body: JSON) -> Outcome:
    """Tick or untick one checkbox by its text."""
    world, label = engine.world, body["label"]
    with world.lock:
        place = find_place(world, person(world, body["user"]), body.get("message"))
        field, option = _find_box(place, label)
        value = place.values[field.block_id][field.action_id]
        ticked = [o for o in value["selected_options"] if o["value"] != option["value"]]
        wanted = [*ticked, option] if body["checked"] else ticked
        order = [o["value"] for o in field.element["options"]]
        value["selected_options"] = sorted(wanted, key=lambda o: order.index(o["value"]))
        payload = dispatched(place, field, {"selected_options": value["selected_options"]})
    return await send(engine, field, payload)


async def fill(engine: Engine, body: JSON) -> Outcome:
    """Type into a text field; a dispatching block sends on each change, or on Enter, as it is configured."""
    world = engine.world
    with world.lock:
        place = find_place(world, person(world, body["user"]), body.get("message"))
        field = place.find_input(body["field"], body.get("block_id"))
        place.values[field.block_id][field.action_id].update(_written(field, body["value"]))
        world.touch()
        triggers = field.element.get("dispatch_action_config", {}).get("trigger_actions_on", [])
        typed = "on_character_entered" in triggers
        entered = bool(body.get("enter")) and "on_enter_pressed" in (triggers or ["on_enter_pressed"])
        sends = typed or entered
        payload = dispatched(place, field, {value_key(field.kind): body["value"]}) if sends else None
    return await send(engine, field, payload)


def _written(field: Input, value: Any) -> JSON:
    """What ``state.values`` keeps of something typed: text, or a ``rich_text`` object in a field for one."""
    if field.is_typed:
        return {"value": str(value or "") or None}
    if field.kind != "rich_text_input":
        raise Impossible(f"{field.label!r} is a {field.kind}: choose there instead")
    if isinstance(value, str) and value:
        text = {"type": "text", "text": value}
        value = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text]}]}
    found = Findings("modal")
    if value:
        check_rich_text(found, value, "/value")
    if found.problems:
        raise ValueError(f"no rich_text object: {found.problems[0]}")
    return {"rich_text_value": value or None}


async def clear(engine: Engine, body: JSON) -> Outcome:
    """Empty an input."""
    world = engine.world
    with world.lock:
        place = find_place(world, person(world, body["user"]), body.get("message"))
        field = place.find_input(body["field"], body.get("block_id"))
        key = value_key(field.kind)
        value = place.values[field.block_id][field.action_id]
        value[key] = [] if isinstance(value[key], list) else None
        payload = None if field.is_typed else dispatched(place, field, {key: value[key]})
        world.touch()
    return await send(engine, field, payload)


async def _find_option(engine: Engine, place: Place, field: Input, label: str, query: str | None) -> JSON:
    if field.kind in _PICKERS:
        return {"picked": int(label) if field.kind == "datetimepicker" else label}
    seen: list[JSON] = []
    for typed in _queries(field, label, query):
        seen = await offer(engine, place, field, typed)
        if (option := match(place, seen, label)) is not None:
            return option
    names = [place.reader.text(option["text"]) for option in seen]
    raise Impossible(f"{field.label!r} offers no {label!r}; offered: {names}")


def _queries(field: Input, label: str, query: str | None) -> list[str]:
    if not field.kind.endswith("external_select"):
        return [""]
    if query is not None:
        return [query]
    return list(dict.fromkeys([label, label.split()[0] if label.split() else label, ""]))


def _set(place: Place, field: Input, chosen: list[JSON]) -> JSON:
    """Put the choice into the state; the fields the action payload reports."""
    place.world.touch()
    if field.kind == "overflow":
        return {"selected_option": chosen[0]}
    value, key = place.values[field.block_id][field.action_id], value_key(field.kind)
    plain = [stored(field, option) for option in chosen]
    if isinstance(value[key], list):
        kept = [] if field.kind == "checkboxes" else [old for old in value[key] if old not in plain]
        require_room(field, [*kept, *plain])
        value[key] = [*kept, *plain]
    elif len(plain) != 1:
        raise Impossible(f"{field.label!r} takes exactly one choice")
    else:
        value[key] = plain[0]
    return {key: value[key]}


def stored(field: Input, option: JSON) -> Any:
    """What ``state.values`` keeps of a chosen option."""
    if "picked" in option:
        return option["picked"]
    if any(word in field.kind for word in ("users", "channels", "conversations")):
        return option["value"]
    return {name: option[name] for name in ("text", "value", "description", "url") if name in option}


def require_room(field: Input, chosen: list[Any]) -> None:
    """Refuse more choices than ``max_selected_items``."""
    most = field.element.get("max_selected_items")
    if most is not None and len(chosen) > most:
        raise Impossible(f"{field.label!r} takes at most {most} choices")


def _find_box(place: Place, label: str) -> tuple[Input, JSON]:
    boxes = [i for i in inputs_of(place.blocks, place.reader) if i.kind == "checkboxes"]
    for field in boxes:
        if (option := match(place, flatten(field.element), label)) is not None:
            return field, option
    names = [place.reader.text(o["text"]) for field in boxes for o in field.element["options"]]
    raise Impossible(f"no checkbox {label!r}; here: {names}")


def dispatched(place: Place, field: Input, extra: JSON) -> JSON | None:
    """The ``block_actions`` payload, None where a change waits for the submit button."""
    if not field.dispatches:
        return None
    action = {"type": field.kind, "action_id": field.action_id, "block_id": field.block_id, **extra}
    for name in ("placeholder", "confirm"):
        if name in field.element:
            action[name] = field.element[name]
    return place.action_payload({**action, "action_ts": place.world.new_ts()})


async def send(engine: Engine, field: Input, payload: JSON | None) -> Outcome:
    """Bring a change to the app, if it is to be sent at once."""
    if payload is None:
        return Outcome()
    return Outcome.of(await engine.courier.deliver(Kind.INTERACTION, field.action_id, payload))
