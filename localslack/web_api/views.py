"""``views.*``: open, push, update, publish."""

from localslack.blocks import Problem, check_view
from localslack.blocks.layout import elements_of
from localslack.conversation import modals
from localslack.conversation.direct import find_or_open
from localslack.conversation.handles import spend_trigger
from localslack.conversation.messages import team_of
from localslack.conversation.store import Trigger, View
from localslack.web_api.call import JSON, MethodCall, Refused


def open_view(call: MethodCall) -> JSON:
    """Open a modal for the person who made the trigger."""
    content = _content(call, "modal")
    trigger = _trigger(call)
    view = modals.open_root(call.world, trigger.user, trigger.team_id, content)
    return _done(call, view)


def push_view(call: MethodCall) -> JSON:
    """Put a modal on top of the one the trigger came from."""
    content = _content(call, "modal")
    trigger = _trigger(call)
    stack = modals.stack_of(call.world, trigger.user)
    if trigger.view is None or trigger.view not in stack:
        raise Refused("not_found")
    if len(stack) >= modals.STACK_DEPTH:
        raise Refused("push_limit_reached")
    view = modals.push(call.world, trigger.user, content)
    if view is None:
        raise Refused("not_found")
    return _done(call, view)


def update_view(call: MethodCall) -> JSON:
    """Replace an open view, found by ``view_id`` or ``external_id``."""
    if not call.text("view_id") and not call.text("external_id"):
        raise Refused.with_messages("invalid_arguments", ["missing required field: view_id"])
    view = modals.find(call.world, call.text("view_id"), call.text("external_id"))
    if view is None:
        raise Refused("not_found")
    content = _content(call, view.kind, but=view)
    if call.text("external_id") and not content.get("external_id"):
        content["external_id"] = call.text("external_id")
    _require_hash(call, view)
    modals.update(call.world, view, content)
    return _done(call, view)


def publish_view(call: MethodCall) -> JSON:
    """Set a person's Home tab."""
    world = call.world
    if not world.app.manifest.home_tab:
        raise Refused("not_enabled")
    person = world.org.users.get(call.text("user_id"))
    if person is None or person.deleted:
        raise Refused("invalid_arguments")
    existing = world.talk.views.get(world.talk.homes.get(person.id, ""))
    content = _content(call, "home", but=existing)
    if existing is not None:
        _require_hash(call, existing)
    team_id = team_of(world, find_or_open(world, [world.app.bot_user, person.id])[0], person)
    return _done(call, modals.publish(world, person.id, team_id, content))


def _trigger(call: MethodCall) -> Trigger:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise Refused.with_messages("invalid_arguments", ["missing required field: trigger_id"])
    trigger = spend_trigger(call.world, trigger_id)
    if isinstance(trigger, str):
        raise Refused(trigger)
    return trigger


def _content(call: MethodCall, kind: str, but: View | None = None) -> JSON:
    view = call.args["view"]
    problems = check_view(view)
    if not problems and view["type"] != kind:
        problems = [Problem("/view/type", "one_of", f"unsupported type: {view['type']}")]
    if problems:
        call.problems.extend(map(str, problems))
        if any(problem.rule == "view_too_large" for problem in problems):
            raise Refused("view_too_large")
        raise Refused.with_messages("invalid_arguments", list(map(str, problems)))
    if any(element["type"] == "file_input" for block in view["blocks"] for _, element in elements_of(block)):
        call.require_scope(
            "files:read"
        )  # docs.slack.dev names the scope, not the error: this one is inferred
    if modals.external_id_taken(call.world, view.get("external_id", ""), but):
        raise Refused("duplicate_external_id")
    return dict(view)


def _require_hash(call: MethodCall, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict")


def _done(call: MethodCall, view: View) -> JSON:
    call.effect = True
    return {"view": modals.wire_form(call.world, view)}


METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
