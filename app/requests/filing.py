"""Turns a previewed draft into a request: holds its targets, draws its card, writes the first audit event."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.audit.chain import append
from app.audit.events import Event
from app.config import OperationPolicy, Policy
from app.messages import notices
from app.messages.attachments import Attached
from app.messages.cards import ITEMS_SHOWN
from app.metrics import TRANSITIONS
from app.model.canonical import Json, digest
from app.model.clock import Clock, Millis, new_id
from app.model.lifecycle import State
from app.model.plan import Plan
from app.model.preview import Preview, Problem
from app.model.refusal import Refusal
from app.model.request import Request
from app.operations.contract import Planned
from app.requests import records, telling
from app.requests.authority import Entitled
from app.requests.broken_glass import Glass, Unclosed, break_it
from app.requests.bulk import too_long
from app.requests.demands import rules_for
from app.requests.drafts import Draft
from app.requests.holding import holders
from app.requests.transitions import mark_homes, mark_undone
from app.storage import Database
from app.storage.tables import cards, drafts, holds, items, requests

_MOST_TOLD = 100
_NOT_PREVIEWED = Refusal("not_previewed", "Look at the preview first, then file from there.")


class _AlreadyFiled(Exception):
    """Another submit of the same draft was faster."""


@dataclass(frozen=True)
class Filed:
    """The request that came of a draft. again: it had been filed before (a double submit)."""

    request: Request
    again: bool = False


class Filing:
    """Files drafts, each once."""

    def __init__(self, database: Database, clock: Clock, time_scale: float = 1.0) -> None:
        self._database, self._clock, self._scale = database, clock, time_scale

    def file(
        self, draft: Draft, requester: Entitled, policy: Policy, glass: Glass | None = None
    ) -> Filed | Refusal:
        """File a draft that has a preview. A refusal is in the audit log when this returns.

        glass: it begins without approval; whether that is allowed was decided before.
        """
        before = self._already(draft)
        if before is not None:
            return Filed(before, again=True)
        result = self._unfit(draft, policy[draft.operation]) or self._try(draft, requester, policy, glass)
        if isinstance(result, Refusal):
            self.refused(draft.enterprise_id, requester.person.id, draft.operation, result)
        return result

    def _try(self, draft: Draft, requester: Entitled, policy: Policy, glass: Glass | None) -> Filed | Refusal:
        if draft.plan is None or draft.preview is None:
            return _NOT_PREVIEWED
        try:
            return Filed(self._write(draft, draft.plan, draft.preview, requester, policy, glass))
        except _AlreadyFiled:
            again = self._already(draft)
            if again is None:
                raise
            return Filed(again, again=True)
        except Unclosed as open_still:
            return open_still.refusal
        except IntegrityError:
            held = self._held(draft.plan)
            if held is None:
                raise
            return held

    def refused(
        self,
        enterprise_id: str,
        user_id: str,
        operation: str,
        refusal: Refusal,
        problems: Sequence[Problem] = (),
    ) -> None:
        """Write down that somebody was told no. problems: the targets refused, each with its reason."""
        body: dict[str, Json] = {
            "operation": operation,
            "code": refusal.code,
            "sentence": refusal.sentence,
        }
        if problems:
            told = [[problem.subject, problem.code, problem.sentence] for problem in problems[:_MOST_TOLD]]
            codes = Counter(problem.code for problem in problems)
            body |= {"targets": told, "count": len(problems), "codes": dict(sorted(codes.items()))}
        with self._database.write(enterprise_id) as connection:
            append(
                connection,
                enterprise_id=enterprise_id,
                at=self._clock(),
                event=Event.REQUEST_REFUSED,
                actor=user_id,
                body=body,
            )

    def left_out(self, draft: Draft, planned: Planned) -> None:
        """Write down which of the entered targets cannot be requested, if any: trying is evidence too."""
        problems = planned.problems
        if not problems:
            return
        first = Refusal(problems[0].code, problems[0].sentence)
        some = Refusal("left_out", "These targets were left out of the preview.")
        refusal = first if planned.plan is None else some
        self.refused(draft.enterprise_id, draft.user_id, draft.operation, refusal, problems)

    def _already(self, draft: Draft) -> Request | None:
        query = sa.select(drafts.c.request_id).where(drafts.c.id == draft.id)
        with self._database.read() as connection:
            request_id = connection.scalar(query)
            return records.find(connection, draft.enterprise_id, request_id) if request_id else None

    def _unfit(self, draft: Draft, rules: OperationPolicy) -> Refusal | None:
        if len(draft.entries.text("reason")) < 10:
            return Refusal("no_reason", "Give a reason of at least ten characters.")
        if not rules.ticket_fits(draft.entries.text("ticket")):
            return Refusal("wrong_ticket", f"The ticket must match {rules.ticket_pattern}.")
        if draft.plan is not None and len(draft.plan.items) > rules.max_items:
            return Refusal("too_many_items", f"The policy allows {rules.max_items} at a time.")
        return too_long(draft.plan, rules, self._scale) if draft.plan is not None else None

    def _write(
        self,
        draft: Draft,
        plan: Plan,
        preview: Preview,
        requester: Entitled,
        policy: Policy,
        glass: Glass | None,
    ) -> Request:
        now, request_id = self._clock(), new_id("R")
        row = self._row(request_id, draft, plan, preview, requester, policy, now)
        evidence = _evidence(row, plan, preview, requester)
        with self._database.write(draft.enterprise_id) as connection:
            claimed = connection.execute(
                drafts.update()
                .where(drafts.c.id == draft.id, drafts.c.request_id.is_(None))
                .values(request_id=request_id)
            )
            if claimed.rowcount != 1:
                raise _AlreadyFiled
            row["authorisation"] = "break_glass" if glass else "approval"
            connection.execute(requests.insert().values(row))
            TRANSITIONS.labels(State.PENDING.value).inc()
            connection.execute(
                items.insert(),
                [
                    {"request_id": request_id, "position": at, "key": item.key, "label": item.label}
                    for at, item in enumerate(plan.items)
                ],
            )
            connection.execute(
                holds.insert(),
                [
                    {"enterprise_id": plan.enterprise_id, "hold": hold, "request_id": request_id}
                    for hold in plan.holds()
                ],
            )
            card = {"request_id": request_id, "enterprise_id": plan.enterprise_id, "due_at": now}
            connection.execute(cards.insert().values(channel=policy.admin_channel, **card))
            mark_undone(connection, request_id, now)
            mark_homes(connection, plan.enterprise_id, now)
            append(
                connection,
                enterprise_id=plan.enterprise_id,
                at=now,
                event=Event.REQUEST_FILED,
                actor=requester.person.id,
                request_id=request_id,
                body=evidence,
            )
            filed = records.find(connection, plan.enterprise_id, request_id)
            if filed is None:
                raise LookupError(request_id)
            if glass is not None:
                break_it(connection, filed, requester, glass, policy, now)
            if len(plan.items) > ITEMS_SHOWN:
                telling.attach(connection, filed, Attached.ITEMS, notices.items_line(filed), now)
        return filed

    def _row(
        self,
        request_id: str,
        draft: Draft,
        plan: Plan,
        preview: Preview,
        requester: Entitled,
        policy: Policy,
        now: Millis,
    ) -> dict[str, Json]:
        rules = rules_for(policy, plan)
        return {
            "id": request_id,
            "enterprise_id": plan.enterprise_id,
            "operation": plan.operation,
            "undo_of": plan.undo_of,
            "plan": plan.canonical(),
            "plan_hash": plan.hash,
            "preview": json.dumps(preview.as_json(), ensure_ascii=False),
            "headline": preview.headline,
            "requester_id": requester.person.id,
            "requester_name": requester.person.name,
            "requester_email": requester.person.email,
            "reason": draft.entries.text("reason"),
            "ticket": draft.entries.text("ticket"),
            "state": State.PENDING.value,
            "approvals_wanted": rules.approvals,
            "approvals_from": json.dumps([[str(found), number] for found, number in rules.approvals_from]),
            "raised_by": json.dumps(rules.raised_by, ensure_ascii=False),
            "policy_digest": policy.digest,
            "filed_at": now,
            "expires_at": now + rules.expires_after * 1000,
            "execute_within_ms": rules.execute_within * 1000,
            "cool_off_ms": rules.cool_off * 1000,
        }

    def _held(self, plan: Plan) -> Refusal | None:
        with self._database.read() as connection:
            others = sorted(set(holders(connection, plan).values()))
        if not others:
            return None
        return Refusal(
            "held", f"Request {', '.join(others)} is already about this. Wait for it, or cancel it."
        )


def _evidence(row: dict[str, Json], plan: Plan, preview: Preview, requester: Entitled) -> dict[str, Json]:
    told = ("reason", "ticket", "approvals_wanted", "policy_digest", "expires_at")
    demanded = ("approvals_from", "raised_by")
    return {
        "operation": plan.operation,
        "undo_of": plan.undo_of,
        "plan_hash": plan.hash,
        "items": [[item.key, item.label, item.fingerprint] for item in plan.items],
        "headline": preview.headline,
        "preview_hash": digest(preview.as_json()),
        "coverage": list(preview.coverage),
        "requester": {
            "id": requester.person.id,
            "name": requester.person.name,
            "email": requester.person.email,
            "proof": requester.proof.as_json(),
        },
        **{name: row[name] for name in told},
        **{name: json.loads(str(row[name])) for name in demanded},
    }
