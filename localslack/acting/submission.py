"""Submitting and closing modals (docs.slack.dev/surfaces/modals)."""

import re
from typing import Any

from localslack.acting.outcome import TROUBLE, Impossible, Outcome
from localslack.acting.place import open_modal, person
from localslack.blocks import check_view_response
from localslack.conversation import modals
from localslack.conversation.inputs import Input, inputs_of, is_empty
from localslack.conversation.reading import Reader
from localslack.conversation.store import View
from localslack.engine import Engine
from localslack.logs import Delivery
from localslack.outbound import payloads
from localslack.outbound.courier import Kind
from localslack.world import World

JSON = dict[str, Any]


async def submit(engine: Engine, body: JSON) -> Outcome:
    """Press submit: the client checks required fields and lengths first, then asks the app."""
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        view = open_modal(world, user)
        if not view.content.get("submit"):
            raise Impossible(f"the modal {view.content['title']['text']!r} has no submit button")
        view.trouble, view.errors = "", _client_errors(world, view)
        if view.errors:
            world.touch()
            return Outcome(errors=labelled(world, view, view.errors))
        payload = payloads.submission(world, user, view)
    about = str(view.content.get("callback_id") or view.id)
    delivery = await engine.courier.deliver(Kind.INTERACTION, about, payload)
    with world.lock:
        return _interpret(world, view, delivery)


async def close(engine: Engine, body: JSON) -> Outcome:
    """Close the top modal, or the whole stack; the app hears of views with ``notify_on_close``."""
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        view = open_modal(world, user)
        everything = bool(body.get("everything")) or bool(view.content.get("clear_on_close"))
        stack = [world.talk.views[id] for id in reversed(modals.stack_of(world, user.id))]
        closing = [v for v in (stack if everything else [view]) if v.content.get("notify_on_close")]
        notices = [(v, payloads.closed(world, user, v, is_cleared=everything)) for v in closing]
        if everything:
            modals.drop_all(world, user.id)
        else:
            modals.drop(world, view)
    outcome = Outcome()
    for closed, payload in notices:
        about = str(closed.content.get("callback_id") or closed.id)
        outcome = Outcome.of(await engine.courier.deliver(Kind.INTERACTION, about, payload))
    return outcome


def labelled(world: World, view: View, errors: dict[str, str]) -> dict[str, str]:
    """Inline errors by the label of their input instead of its block_id."""
    labels = {i.block_id: i.label for i in inputs_of(view.content["blocks"], Reader(world.org))}
    return {labels.get(block_id, block_id): message for block_id, message in errors.items()}


def _client_errors(world: World, view: View) -> dict[str, str]:
    """What Slack's client refuses before asking the app."""
    errors = {}
    for field in inputs_of(view.content["blocks"], Reader(world.org)):
        if field.block["type"] == "input":
            value = view.values[field.block_id][field.action_id]
            if message := _client_error(field, value):
                errors[field.block_id] = message
    return errors


def _client_error(field: Input, value: JSON) -> str:
    if is_empty(value):
        return "" if field.block.get("optional") else "Please complete this required field."
    if not field.is_typed:
        return ""
    text, element = str(value["value"]), field.element
    if len(text) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(text) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return _format_error(field.kind, text, element)


def _format_error(kind: str, text: str, element: JSON) -> str:
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+$", text):
        return "Please enter a valid URL."
    if kind == "number_input":
        number = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
        if not re.fullmatch(number, text):
            return "Please enter a valid number."
        low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
        if not low <= float(text) <= high:
            return f"Please enter a number between {low:g} and {high:g}."
    return ""


def _interpret(world: World, view: View, delivery: Delivery) -> Outcome:
    outcome = Outcome.of(delivery)
    if view.id not in world.talk.views:
        return outcome
    answer = delivery.ack or None
    if not delivery.error:
        outcome.problems = [f"{delivery.about} ack: {p}" for p in check_view_response(answer, view.content)]
        outcome.problems += [] if outcome.problems else _apply(world, view, answer)
        world.ledger.problems.extend(outcome.problems)
    if outcome.problems or delivery.error:
        outcome.error = view.trouble = TROUBLE
    outcome.errors = labelled(world, view, view.errors)
    world.touch()
    return outcome


def _apply(world: World, view: View, answer: JSON | None) -> list[str]:
    """Do what the ack says; a problem when Slack could not."""
    if answer is None:
        modals.drop(world, view)
        return []
    content = answer.get("view") or {}
    if modals.external_id_taken(world, content.get("external_id", ""), but=view):
        return ["duplicate_external_id"]
    match answer["response_action"]:
        case "errors":
            view.errors = dict(answer["errors"])
        case "update":
            modals.update(world, view, content)
        case "push":
            return [] if modals.push(world, view.user, content) else ["push_limit_reached"]
        case "clear":
            modals.drop_all(world, view.user)
    return []
