"""What a mouse does: setting a menu to exact values among the options on screen, and attaching files.

``choose`` finds options by their visible text, which look-alike names make ambiguous; a browser knows which
one was clicked.
"""

import base64
import binascii
from typing import Any

from localslack.acting.filling import dispatched, require_room, send, stored
from localslack.acting.options import built_in, offer
from localslack.acting.outcome import Impossible, Outcome
from localslack.acting.place import Place, find_place, person
from localslack.conversation.files import filetype
from localslack.conversation.inputs import Input, value_key
from localslack.conversation.store import File
from localslack.conversation.uploads import file_object
from localslack.engine import Engine

JSON = dict[str, Any]
_PICKERS = ("datepicker", "timepicker", "datetimepicker")
_LARGEST_FILE = 10_000_000


async def pick(engine: Engine, body: JSON) -> Outcome:
    """Set a menu, radio group, checkboxes or picker to ``values``, no more and no less."""
    world = engine.world
    with world.lock:
        place = find_place(world, person(world, body["user"]), body.get("message"))
        field = place.find_input(body["field"], body.get("block_id"))
    if field.is_typed or field.kind in ("file_input", "rich_text_input"):
        raise Impossible(f"{field.label!r} is a {field.kind}: it has nothing to pick")
    chosen = await _chosen(engine, place, field, list(body["values"]), body.get("query") or "")
    with world.lock:
        payload = dispatched(place, field, _set(place, field, chosen))
    return await send(engine, field, payload)


async def attach(engine: Engine, body: JSON) -> Outcome:
    """Add a file to a file input; ``content`` is base64."""
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        place = find_place(world, user, body.get("message"))
        field = place.find_input(body["field"], body.get("block_id"))
        file = _file(body)
        files = place.values[field.block_id][field.action_id].get("files")
        if files is None:
            raise Impossible(f"{field.label!r} is a {field.kind}: it takes no files")
        _require_fit(field, file, len(files))
        file.id, file.user, file.created = world.new_id("F"), user.id, world.now()
        world.talk.files[file.id] = file
        files.append(file_object(world, file))
        world.touch()
        payload = dispatched(place, field, {"files": files})
    return await send(engine, field, payload)


async def _chosen(engine: Engine, place: Place, field: Input, values: list[Any], query: str) -> list[Any]:
    if field.kind in _PICKERS:
        return values
    known = _known(place, field)
    if any(value not in known for value in values):
        known |= {option["value"]: option for option in await offer(engine, place, field, query)}
    if strange := [value for value in values if value not in known]:
        raise Impossible(f"{field.label!r} does not offer {strange}")
    return [stored(field, known[value]) for value in values]


def _known(place: Place, field: Input) -> dict[Any, JSON]:
    """Options on screen: chosen before, suggested by the app, or the menu's own."""
    own = [] if field.kind.endswith("external_select") else built_in(place, field)
    suggested = place.loaded.get((field.block_id, field.action_id), [])
    value = place.values.get(field.block_id, {}).get(field.action_id, {})
    before = value.get("selected_options") or [value.get("selected_option")]
    return {option["value"]: option for option in [*own, *suggested, *before] if option}


def _set(place: Place, field: Input, chosen: list[Any]) -> JSON:
    """Put the choice into the state; the fields the action payload reports."""
    place.world.touch()
    if field.kind == "overflow":
        return {"selected_option": chosen[0]}
    value, key = place.values[field.block_id][field.action_id], value_key(field.kind)
    if isinstance(value[key], list):
        require_room(field, chosen)
        value[key] = chosen
    elif len(chosen) > 1:
        raise Impossible(f"{field.label!r} takes exactly one choice")
    else:
        value[key] = chosen[0] if chosen else None
    return {key: value[key]}


def _file(body: JSON) -> File:
    try:
        content = base64.b64decode(body["content"], validate=True)
    except binascii.Error as wrong:
        raise ValueError("content must be base64") from wrong
    if len(content) > _LARGEST_FILE:
        raise Impossible(f"files may have at most {_LARGEST_FILE} bytes here")
    name = str(body["name"])
    return File("", name, len(content), "", title=name, content=content, completed=True)


def _require_fit(field: Input, file: File, already: int) -> None:
    most, kinds = field.element.get("max_files", 10), field.element.get("filetypes")
    if already >= most:
        raise Impossible(f"{field.label!r} takes at most {most} files")
    if kinds and filetype(file) not in kinds:
        raise Impossible(f"{field.label!r} takes only: {', '.join(kinds)}")
