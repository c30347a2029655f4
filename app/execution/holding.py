"""Pausing an execution: the state, the audit event and a loud word to those who can let it go on."""

from collections.abc import Mapping

import sqlalchemy as sa

from app.audit.chain import APP
from app.audit.events import Event
from app.messages import notices
from app.model.canonical import Json
from app.model.clock import Clock
from app.model.lifecycle import State
from app.model.request import Request
from app.requests import telling
from app.requests.policies import Policies
from app.requests.transitions import move


class Holding:
    """Pauses executions; whoever may approve them resumes or stops them."""

    def __init__(self, policies: Policies, clock: Clock) -> None:
        self._policies, self._clock = policies, clock

    def hold(
        self,
        connection: sa.Connection,
        request: Request,
        why: str,
        actor: str = APP,
        body: Mapping[str, Json] | None = None,
    ) -> bool:
        """Pause it, if it is being carried out; answers whether it was.

        why: one sentence, on the card and in the thread. A pause lasts as long at most as the request had to
        begin (`execute_within`); after that it is stopped. One that nobody asked for mentions the approvers.
        """
        now = self._clock()
        resume_by = now + request.execute_within_ms
        held = move(
            connection,
            enterprise_id=request.enterprise_id,
            request_id=request.id,
            state=State.EXECUTING,
            following=State.PAUSED,
            event=Event.REQUEST_PAUSED,
            actor=actor,
            at=now,
            body={"why": why, **(body or {})},
            values={"closing": why, "paused_at": now, "resume_by": resume_by},
        )
        if held:
            loud = actor == APP
            mentions = self._policies.mentions(request) if loud else ()
            line = notices.paused_line(request, why, resume_by, mentions, loud=loud)
            telling.in_thread(connection, request, f"paused:{now}", line, now)
        return held
