"""`/drawbridge help | pending | history | status | why R… | away | back`: answers only who asked."""

from collections.abc import Callable, Sequence
from typing import Any

from slack_bolt import Ack, BoltContext

from app.installing.judging import standings
from app.messages.lists import explanation_message, help_message, requests_message, status_message
from app.messages.text import Block, escape, message
from app.model.clock import rfc3339
from app.model.lifecycle import State
from app.model.refusal import UNKNOWN_REQUEST
from app.model.request import Listed
from app.operations import OPERATIONS
from app.requests import lists
from listeners.commands.away import away, back
from listeners.commands.operation import plain_text
from listeners.scene import Scene


def drawbridge(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Answer the word after the command; anything else gets the help."""
    ack()
    scene = Scene.of(context, body)
    word, _, rest = plain_text(body.get("text") or "").partition(" ")
    if (door := _DOORS.get(word.casefold())) is not None:
        door(scene)
        return
    answer = _ANSWERS.get(word.casefold())
    if answer is None:
        scene.tell(_help(scene))
        return
    policy = scene.services.policies.of(scene.enterprise_id)
    refusal = scene.services.standing_in.concerned(scene.user_id, policy, scene.live)
    if refusal is not None:
        scene.services.filing.refused(scene.enterprise_id, scene.user_id, "drawbridge", refusal)
        scene.refuse(refusal)
        return
    scene.tell(answer(scene, rest.strip()))


def _help(scene: Scene, _: str = "") -> Block:
    infos = [operation.info() for operation in OPERATIONS.values()]
    return help_message(infos, scene.services.settings.command_prefix)


def _pending(scene: Scene, _: str) -> Block:
    found = _listed(scene, State.PENDING)
    return requests_message("Waiting for a decision", found, "Nothing waits for a decision.")


def _history(scene: Scene, _: str) -> Block:
    return requests_message("Latest requests", _listed(scene), "There have been no requests yet.")


def _listed(scene: Scene, state: State | None = None) -> Sequence[Listed]:
    with scene.services.database.read() as connection:
        return lists.latest(connection, scene.enterprise_id, state=state)


def _status(scene: Scene, _: str) -> Block:
    services = scene.services
    base_url = services.settings.slack_api_url
    checks = list(standings(services.credentials, base_url, scene.enterprise_id))
    with services.database.read() as connection:
        waiting = lists.pending(connection, scene.enterprise_id)
    checks.append((True, f"{waiting} requests wait for a decision"))
    checks += [
        (True, f"{given.delegate_name} decides for {given.delegator_name} until {rfc3339(given.until)[:10]}")
        for given in services.delegations.open(scene.enterprise_id)
    ]
    return status_message(checks, services.snapshots.states(scene.enterprise_id))


def _why(scene: Scene, request_id: str) -> Block:
    services = scene.services
    record = services.deciding.record(scene.enterprise_id, request_id)
    if record is None:
        return message(f"🚫 {escape(UNKNOWN_REQUEST.sentence)} Type the id that stands on its card.")
    policy = services.policies.of(scene.enterprise_id)
    return explanation_message(services.explaining.request(record, policy, scene.live, scene.user_id))


_DOORS: dict[str, Callable[[Scene], None]] = {"away": away, "back": back}
_ANSWERS: dict[str, Callable[[Scene, str], Block]] = {
    "pending": _pending,
    "history": _history,
    "status": _status,
    "help": _help,
    "why": _why,
}
