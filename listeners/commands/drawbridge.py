"""`/drawbridge help | pending | history | status`: answers only the person who asked."""

from collections.abc import Callable, Collection
from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.lists import help_message, requests_message, status_message
from app.messages.text import Block
from app.model.lifecycle import State
from app.model.request import Record
from app.operations import OPERATIONS
from app.requests import records
from app.requests.authority import concerned
from app.slack.identity import standing
from listeners.scene import Scene


def drawbridge(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Answer the word after the command; anything else gets the help."""
    ack()
    scene = Scene.of(context, body)
    answer = _ANSWERS.get((body.get("text") or "").strip().casefold())
    if answer is None:
        scene.tell(_help(scene))
        return
    policy = scene.services.policies.of(scene.enterprise_id)
    refusal = concerned(scene.user_id, policy, scene.live, scene.services.clock)
    if refusal is not None:
        scene.services.filing.refused(scene.enterprise_id, scene.user_id, "drawbridge", refusal)
        scene.refuse(refusal)
        return
    scene.tell(answer(scene))


def _help(scene: Scene) -> Block:
    infos = [operation.info() for operation in OPERATIONS.values()]
    return help_message(infos, scene.services.settings.command_prefix)


def _pending(scene: Scene) -> Block:
    found = _records(scene, states={State.PENDING})
    return requests_message("Waiting for a decision", found, "Nothing waits for a decision.")


def _history(scene: Scene) -> Block:
    return requests_message("Latest requests", _records(scene), "There have been no requests yet.")


def _records(scene: Scene, states: Collection[State] | None = None) -> list[Record]:
    with scene.services.database.read() as connection:
        found = records.listed(connection, scene.enterprise_id, states=states)
        return [records.whole(connection, request) for request in found]


def _status(scene: Scene) -> Block:
    services = scene.services
    base_url = services.settings.slack_api_url
    checks = list(standing(services.credentials, base_url, scene.enterprise_id))
    with services.database.read() as connection:
        waiting = len(records.listed(connection, scene.enterprise_id, states={State.PENDING}, most=1000))
    checks.append((True, f"{waiting} requests wait for a decision"))
    return status_message(checks, services.snapshots.states(scene.enterprise_id))


_ANSWERS: dict[str, Callable[[Scene], Block]] = {
    "pending": _pending,
    "history": _history,
    "status": _status,
    "help": _help,
}
