"""``admin.auth.policy.*``: who is on the ``email_password`` policy."""

from localslack.org.model import AuthPolicy
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.paging import metadata, page
from localslack.web_api.roles import require_org_admin


def get_entities(call: MethodCall) -> JSON:
    """The users assigned to a policy, oldest assignment first."""
    require_org_admin(call)
    policy = _policy(call)
    rows = [{"entity_type": "USER", "entity_id": id, "date_added": at} for id, at in policy.entities.items()]
    shown, cursor = page(call, rows)
    return {"entities": shown, "entity_total_count": len(rows), **metadata(cursor)}


def remove_entities(call: MethodCall) -> JSON:
    """Take users off a policy; one unknown id refuses the whole call, unless ``entities_partial`` is set."""
    require_org_admin(call)
    policy, ids = _policy(call), _entity_ids(call)
    known = [id for id in ids if id in policy.entities]
    if len(known) < len(ids) and not call.world.settings.entities_partial:
        raise Refused("entity_not_found")
    for id in known:
        del policy.entities[id]
    call.effect = bool(known)
    if len(known) < len(ids):
        raise Refused("entity_not_found")
    return {"entity_total_count": len(policy.entities)}


def assign_entities(call: MethodCall) -> JSON:
    """Put users on a policy; those already on it stay as they are."""
    require_org_admin(call)
    policy, ids = _policy(call), _entity_ids(call)
    known = [id for id in ids if id in call.world.org.users]
    if len(known) < len(ids) and not call.world.settings.entities_partial:
        raise Refused("entity_not_found")
    new = [id for id in known if id not in policy.entities]
    if len(policy.entities) + len(new) > call.world.settings.policy_entities_max:
        raise Refused("over_max_entity_limit")
    policy.entities |= dict.fromkeys(new, call.world.now())
    call.effect = bool(new)
    if len(known) < len(ids):
        raise Refused("entity_not_found")
    return {"entity_total_count": len(policy.entities)}


def _policy(call: MethodCall) -> AuthPolicy:
    policy = call.world.org.policies.get(call.text("policy_name"))
    if policy is None:
        raise Refused("policy_not_found")
    return policy


def _entity_ids(call: MethodCall) -> list[str]:
    ids = list(dict.fromkeys(call.ids("entity_ids")))
    most = call.world.settings.entities_per_call_max
    if len(ids) > most:
        message = f"no more than {most} items allowed [json-pointer:/entity_ids]"
        raise Refused.with_messages("invalid_arguments", [message])
    return ids


METHODS = {
    "admin.auth.policy.getEntities": get_entities,
    "admin.auth.policy.removeEntities": remove_entities,
    "admin.auth.policy.assignEntities": assign_entities,
}
