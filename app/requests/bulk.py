"""What a plan of many items needs besides: the digest of its list, and time enough to be carried out."""

from dataclasses import replace
from hashlib import sha256

from app.config import OperationPolicy
from app.messages.attachments import items_csv
from app.messages.cards import ITEMS_SHOWN
from app.messages.text import duration, roughly
from app.model.canonical import Json
from app.model.plan import Plan
from app.model.refusal import Refusal
from app.operations import OPERATIONS


def with_list(plan: Plan) -> Plan:
    """The plan with the digest of the file its items are attached as, if they are too many for a card."""
    if len(plan.items) <= ITEMS_SHOWN:
        return plan
    listed: Json = {"rows": len(plan.items), "sha256": sha256(items_csv(plan)).hexdigest()}
    return replace(plan, arguments={**plan.arguments, "list": listed})


def too_long(plan: Plan, rules: OperationPolicy, time_scale: float) -> Refusal | None:
    """A refusal when an approved request could not be carried out within the time the policy gives it."""
    operation = OPERATIONS[plan.operation]
    move = operation.move(plan)
    seconds = move.seconds(len(plan.items)) / time_scale
    if seconds <= rules.execute_within:
        return None
    fits = max(1, int(len(plan.items) * rules.execute_within / seconds))
    return Refusal(
        "too_long",
        f"{len(plan.items):,} {operation.noun[1]} take at least {roughly(seconds)} at the pace that Slack "
        f"promises; the policy gives {duration(rules.execute_within)} (execute_within). Ask for {fits:,} at "
        "a time, or have execute_within raised.",
    )
