"""Options from the draft (dependent lists) or the directory's snapshot; never live: people are typing."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.forms import field_key, options
from app.messages.text import cut
from app.model.form import Select
from app.slack.directory.snapshot import Entry, folded, words
from listeners.forms import form_of
from listeners.payloads import metadata
from listeners.scene import Scene

_LONGEST = 75  # characters of an option's text and value


def choices(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Answer with up to 100 options; with none to whoever does not own the draft."""
    scene = Scene.of(context, body)
    draft = scene.draft(metadata(body))
    query = str(body.get("value") or "").strip()
    key = field_key(str(body.get("block_id") or ""))
    fields = form_of(scene, draft).fields if draft is not None else ()
    field = next((field for field in fields if isinstance(field, Select) and field.key == key), None)
    if draft is None or field is None:
        ack(options=[])
        return
    if field.parent is not None:
        offered = draft.offered.get(key, ())
        wanted = words(query)
        found = [
            (choice.value, choice.text)
            for choice in offered
            if all(word in folded(f"{choice.text} {choice.value}") for word in wanted)
        ]
    else:
        entries = scene.services.snapshots.search(scene.enterprise_id, field.source, query)
        found = [(entry.key, _text(field.source, entry)) for entry in entries]
        if _worth_a_look(query, entries):
            found.append((query, f"Look up “{query}” in Slack"))
    ack(options(found))


def _text(source: str, entry: Entry) -> str:
    """Name and id, whatever has to be cut; what else is known, if there is room."""
    mark = "#" if source.endswith("channels") else ""
    more = f" {entry.more.replace('-', ' ')}" if entry.more else ""
    tail = f" ({entry.key}){more}"
    return f"{mark}{cut(entry.name, max(10, _LONGEST - len(mark) - len(tail)))}{tail}"


def _worth_a_look(query: str, entries: list[Entry]) -> bool:
    """An id or a name that the snapshot does not have yet: looked up live once it is chosen."""
    if not 3 <= len(query) <= _LONGEST or len(entries) > 5:
        return False
    wanted = folded(query).lstrip("#@")
    return not any(
        name.startswith(wanted) or wanted.startswith(name)
        for entry in entries
        for name in (folded(entry.key), folded(entry.name))
    )
