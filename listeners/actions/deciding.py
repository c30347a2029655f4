"""Approve, deny and cancel, from a card's buttons."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.screens import approve_view, deny_view
from app.messages.text import message
from app.model.refusal import Refusal
from app.operations import OPERATIONS
from app.requests.verdicts import Click
from listeners.payloads import button_value, pressed_at, pressed_on
from listeners.scene import Scene


def approve(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Approve; an irreversible request first asks to type its target."""
    ack()
    scene = Scene.of(context, body)
    click = click_of(scene, body)
    deciding = scene.services.deciding
    record = deciding.at_hand(click, scene.live)
    if isinstance(record, Refusal):
        scene.refuse(record)
        return
    phrase = deciding.phrase(record.request)
    if not phrase:
        approved(scene, click)
        return
    opened = scene.titled(f"Approve {record.request.id}").open()
    if opened is None:
        return
    may = deciding.entitled(click, opened.live)
    if isinstance(may, Refusal):
        opened.refuse(may)
        return
    info = OPERATIONS[record.request.operation].info(record.request.plan)
    opened.show(approve_view(record.request, info, phrase[0]))


def approved(scene: Scene, click: Click, typed: str = "") -> bool:
    """Count the approval and set off what follows from it; answers whether it counted.

    What begins at once draws its card when its first call has left: the call never waits for the card.
    """
    services = scene.services
    decided = services.deciding.approve(click, scene.live, typed)
    if isinstance(decided, Refusal):
        scene.refuse(decided)
        return False
    if decided.begins_at_once:
        services.workflows.execute(click.enterprise_id, click.request_id)
    else:
        services.nudge()
    return True


def deny(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Ask why not."""
    ack()
    scene = Scene.of(context, body)
    click = click_of(scene, body)
    record = scene.services.deciding.at_hand(click, scene.live)
    if isinstance(record, Refusal):
        scene.refuse(record)
        return
    opened = scene.titled(f"Deny {record.request.id}").open()
    if opened is None:
        return
    may = scene.services.deciding.entitled(click, opened.live)
    if isinstance(may, Refusal):
        opened.refuse(may)
    else:
        opened.show(deny_view(record.request))


def cancel(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """The requester takes the request back, or an approver has second thoughts before it begins."""
    ack()
    scene = Scene.of(context, body)
    decided = scene.services.deciding.cancel(click_of(scene, body), scene.live)
    if isinstance(decided, Refusal):
        scene.refuse(decided)
        return
    scene.services.nudge()
    scene.tell(message(f"↩️ Request {decided.request.id} is cancelled. Nothing is carried out."))


def click_of(scene: Scene, body: dict[str, Any]) -> Click:
    """The press, on the card or on the Home tab, where the card it stands for is looked up."""
    request_id = button_value(body)
    card_ts = pressed_on(body) or scene.services.deciding.card_ts(scene.enterprise_id, request_id)
    return scene.click(request_id, card_ts, pressed_at(body))
