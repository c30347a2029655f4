"""Pressing buttons in messages, modals and on the Home tab."""

from typing import Any

from localslack.acting.outcome import Impossible, Outcome
from localslack.acting.place import Place, find_place, person
from localslack.engine import Engine
from localslack.outbound.courier import Kind

JSON = dict[str, Any]


async def press(engine: Engine, body: JSON) -> Outcome:
    """Press a button; one with a confirm dialog needs ``confirm`` true (go on) or false (cancel: nothing is
    sent).
    """
    world = engine.world
    with world.lock:
        place = find_place(world, person(world, body["user"]), body.get("message"))
        block, button = place.find_button(body["label"], body.get("block_id"))
        if not _confirmed(place, button, body.get("confirm")):
            return Outcome()
        payload = place.action_payload(_action(place, block, button))
    delivery = await engine.courier.deliver(Kind.INTERACTION, button["action_id"], payload)
    return Outcome.of(delivery)


def _confirmed(place: Place, button: JSON, answer: bool | None) -> bool:
    dialog = button.get("confirm")
    if dialog is None:
        return True
    if answer is None:
        asks = f"{place.reader.text(dialog['title'])}: {place.reader.text(dialog['text'])}"
        raise Impossible(f"this button asks first, so say confirm=True or confirm=False. It asks: {asks}")
    return answer


def _action(place: Place, block: JSON, button: JSON) -> JSON:
    action = {"action_id": button["action_id"], "block_id": block["block_id"], "text": button["text"]}
    for name in ("value", "style", "url", "confirm"):
        if name in button:
            action[name] = button[name]
    return {**action, "type": button["type"], "action_ts": place.world.new_ts()}
