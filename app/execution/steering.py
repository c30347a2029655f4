"""Pause, resume and stop a request that is being carried out: who may, and what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.execution import agenda, canary, ledger
from app.execution.holding import Holding
from app.messages import notices
from app.messages.text import person
from app.model.canonical import Json
from app.model.clock import Clock
from app.model.lifecycle import Outcome, State
from app.model.refusal import UNKNOWN_REQUEST, Refusal
from app.model.request import Request
from app.requests import records, telling
from app.requests.admin_channel import AdminChannels
from app.requests.authority import Entitled, may_approve
from app.requests.deciding import Deciding
from app.requests.demands import widened
from app.requests.policies import Policies
from app.requests.transitions import move
from app.requests.verdicts import Click
from app.slack.directory import Live
from app.storage import Database
from app.storage.tables import requests

_OWN = Refusal("own_request", "You asked for this, so somebody else has to let it go on. You can stop it.")
_STOPPING = Refusal("stopping", "It is being stopped already; what is out is still proved.")
_NOTHING_LEFT = Refusal("nothing_left", "Every call is out already; nothing is left to hold back.")


@dataclass(frozen=True)
class Steered:
    """What was done. run: the run of the execution that goes on with it."""

    request: Request
    run: int


Act: TypeAlias = Callable[[sa.Connection, Request, Entitled], Refusal | None]


class Steering:
    """Holds executions back and lets them go on. Roles are read live; a refusal is in the audit log."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        channels: AdminChannels,
        deciding: Deciding,
        holding: Holding,
        clock: Clock,
    ) -> None:
        self._database, self._policies, self._channels = database, policies, channels
        self._deciding, self._holding, self._clock = deciding, holding, clock

    def pause(self, click: Click, live: Live) -> Steered | Refusal:
        """Call nothing further for now. Raises ReadFailed when Slack could not tell the person's role."""

        def act(connection: sa.Connection, request: Request, may: Entitled) -> Refusal | None:
            if request.stopped_by is not None:
                return _STOPPING
            if not ledger.unsettled(connection, request.id, None):
                return _NOTHING_LEFT
            why = f"{may.person.name} paused it."
            held = self._holding.hold(connection, request, why, click.person_id, _proved(click, may))
            return None if held else _elsewhere(request)

        return self._steer(click, live, "pause", act)

    def resume(self, click: Click, live: Live) -> Steered | Refusal:
        """Go on, a few items ahead of the rest; not while the admin channel is unfit. Raises ReadFailed."""
        suspended = self._channels.unfit(live)
        if suspended is not None:
            return self._deciding.refuse(click, "resume", suspended)

        def act(connection: sa.Connection, request: Request, may: Entitled) -> Refusal | None:
            if may.person.id == request.requester_id or _same_address(may, request):
                return _OWN
            body = _proved(click, may)
            if not self._go_on(connection, request, Event.REQUEST_RESUMED, click.person_id, body):
                return _elsewhere(request)
            agenda.choose_canary(connection, request.id, _run(connection, request), canary.SIZE)
            left = len(ledger.unsettled(connection, request.id, None))
            line = notices.going_on_line(click.person_id, left)
            telling.in_thread(connection, request, f"resumed:{self._clock()}", line, self._clock())
            return None

        return self._steer(click, live, "resume", act)

    def stop(self, click: Click, live: Live) -> Steered | Refusal:
        """Leave the rest alone for good; what is out is finished and proved. Raises ReadFailed."""

        def act(connection: sa.Connection, request: Request, may: Entitled) -> Refusal | None:
            if request.stopped_by is not None:
                return _STOPPING
            if request.state not in (State.EXECUTING, State.PAUSED):
                return _elsewhere(request)
            if not ledger.unsettled(connection, request.id, None):
                return _NOTHING_LEFT
            stopped = self._stop(connection, request, click.person_id, may.person.name, _proved(click, may))
            return None if stopped else _STOPPING

        return self._steer(click, live, "stop", act)

    def lapse(self) -> list[Steered]:
        """Stop every request that was paused for too long; answers them, for their execution to end."""
        query = sa.select(requests).where(
            requests.c.state == State.PAUSED.value, requests.c.resume_by <= self._clock()
        )
        lapsed: list[Steered] = []
        with self._database.read() as connection:
            found = [records.request_from(row) for row in connection.execute(query)]
        for request in found:
            with self._database.write(request.enterprise_id) as connection:
                fresh = records.find(connection, request.enterprise_id, request.id)
                if fresh is None or fresh.resume_by != request.resume_by or fresh.state is not State.PAUSED:
                    continue
                if self._stop(connection, fresh, APP, "", {"why": "nobody resumed it in time"}):
                    lapsed.append(Steered(fresh, _run(connection, fresh)))
        return lapsed

    def _steer(self, click: Click, live: Live, verb: str, act: Act) -> Steered | Refusal:
        done = self._attempt(click, live, act)
        return self._deciding.refuse(click, verb, done) if isinstance(done, Refusal) else done

    def _attempt(self, click: Click, live: Live, act: Act) -> Steered | Refusal:
        record = self._deciding.record(click.enterprise_id, click.request_id)
        if record is None:
            return UNKNOWN_REQUEST
        if record.request.state not in (State.EXECUTING, State.PAUSED):
            return _elsewhere(record.request)
        rules = widened(self._policies.of(click.enterprise_id)[record.request.operation], record.request)
        may = may_approve(click.person_id, rules, live, self._clock)
        if isinstance(may, Refusal):
            return may
        with self._database.write(click.enterprise_id) as connection:
            request = records.find(connection, click.enterprise_id, click.request_id)
            if request is None:
                return UNKNOWN_REQUEST
            refusal = act(connection, request, may)
            return refusal or Steered(request, _run(connection, request))

    def _go_on(
        self, connection: sa.Connection, request: Request, event: Event, actor: str, body: dict[str, Json]
    ) -> bool:
        return move(
            connection,
            enterprise_id=request.enterprise_id,
            request_id=request.id,
            state=State.PAUSED,
            following=State.EXECUTING,
            event=event,
            actor=actor,
            at=self._clock(),
            body=body,
            values={"closing": None, "paused_at": None, "resume_by": None},
        )

    def _stop(
        self, connection: sa.Connection, request: Request, actor: str, name: str, body: dict[str, Json]
    ) -> bool:
        """Skip what waits, and let the execution, a paused one too, come to its end by itself.

        False when it has moved on meanwhile.
        """
        now = self._clock()
        told = f"{name} stopped it." if name else "Nobody resumed it in time."
        still = (requests.c.id == request.id, requests.c.state == request.state.value)
        taken = connection.execute(
            requests.update().where(*still, requests.c.stopped_by.is_(None)).values(stopped_by=actor)
        )
        if taken.rowcount != 1:
            return False
        if request.state is State.PAUSED:
            self._go_on(connection, request, Event.REQUEST_STOPPING, actor, body)
        else:
            append(
                connection,
                enterprise_id=request.enterprise_id,
                at=now,
                event=Event.REQUEST_STOPPING,
                actor=actor,
                request_id=request.id,
                body=body,
            )
        connection.execute(requests.update().where(requests.c.id == request.id).values(closing=told))
        skipped = ledger.drop(connection, request, (Outcome.SKIPPED, "stopped", told), now, ("ready",))
        who = f"{person(actor)} stopped it" if name else "Nobody resumed it in time, so it is stopped"
        telling.in_thread(connection, request, "stopping", notices.stopping_line(who, skipped), now)
        return True


def _run(connection: sa.Connection, request: Request) -> int:
    """The run that is next, read while the row is ours: a run may just have come to rest."""
    return connection.scalar(sa.select(requests.c.runs).where(requests.c.id == request.id)) or 0


def _proved(click: Click, may: Entitled) -> dict[str, Json]:
    return {"card_ts": click.card_ts, "action_ts": click.action_ts, "proof": may.proof.as_json()}


def _same_address(may: Entitled, request: Request) -> bool:
    mine = (may.person.email or "").casefold()
    return bool(mine) and mine == (request.requester_email or "").casefold()


def _elsewhere(request: Request) -> Refusal:
    return Refusal("moved_on", f"Too late: it is {request.state.value} now.")
