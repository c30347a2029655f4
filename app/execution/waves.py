"""Many calls: fed in waves, while the next ones are rechecked and the last ones are proved.

A round does three things side by side, each at the pace of its own methods: it sends the calls that were
rechecked just now, it rechecks those that come next, and it looks for the effects of those Slack has taken.
What a round has to do is read from the rows, and what it did is in the rows when it ends: killed at any
point, the next one goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from app.execution import agenda, canary, ledger, sending
from app.execution.beginning import Beginning
from app.execution.calling import Calling
from app.execution.canary import Verdict
from app.execution.engine import Engine
from app.execution.feeding import Feeder
from app.execution.holding import Holding
from app.execution.ledger import CallRow
from app.execution.looking import Looking
from app.execution.resting import Resting
from app.execution.together import Crew
from app.model.clock import Clock
from app.model.lifecycle import Outcome, State
from app.model.request import Request
from app.operations import OPERATIONS
from app.requests import records
from app.requests.policies import NotInForce
from app.slack.answers import Answer
from app.slack.credentials import NotInstalled
from app.slack.gateway import ReadFailed
from app.slack.methods import METHODS
from app.storage import Database

MOST_OUT = 50
"""Calls on their way at the same time."""

_AHEAD_SECONDS = 30
"""How far rechecks run ahead of the calls: not so far that one is stale when its turn comes."""

_MOST_SETBACKS = 30  # rounds in a row in which Slack could not be read, or did nothing
_LONGEST_PAUSE = 60.0
_SHORTEST_PAUSE = 0.2


class Told(StrEnum):
    """What a round says about the next one."""

    MORE = "more"
    SETBACK = "setback"  # later, and later each time
    DONE = "done"  # every call is answered
    OVER = "over"  # this run is: the request is paused, or somebody else's


@dataclass(frozen=True)
class Round:
    """What can be done now.

    looks: keys of accepted items. pauses: seconds until something is to be looked at, or told by the canary.
    only: the run whose canary the others wait for, if they do.
    """

    lost: Sequence[CallRow]
    looks: Sequence[str]
    pauses: Sequence[float]
    send: Sequence[CallRow] = ()
    check: Sequence[CallRow] = ()
    only: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing can be done now."""
        return not (self.send or self.check or self.lost or self.looks)


class Waves:
    """Carries requests with several calls out, round by round. `time_scale` divides every pause."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        beginning: Beginning,
        calling: Calling,
        looking: Looking,
        feeder: Feeder,
        holding: Holding,
        clock: Clock,
        time_scale: float,
    ) -> None:
        self._database, self._lease, self._ending = database, engine.lease, engine.ending
        self._beginning, self._calling = beginning, calling
        self._looking, self._feeder, self._holding = looking, feeder, holding
        self._resting = Resting(database, clock)
        self._clock, self._scale = clock, time_scale

    def carry(self, enterprise_id: str, request_id: str, run: int, setbacks: int) -> tuple[str, float]:
        """Do one round; answers what it says about the next one, and the seconds to wait before it.

        setbacks: rounds just before this one that were a SETBACK.
        """
        try:
            return self._round(enterprise_id, request_id, run, setbacks)
        except ReadFailed as failed:
            answer = failed.answer
        except NotInstalled:
            answer = Answer("", "not_installed")
        except NotInForce:
            answer = Answer("", "not_in_force")
        error = answer.error
        if error.error_class.passes and setbacks < _MOST_SETBACKS:
            return Told.SETBACK.value, self._pause(setbacks)
        why = f"Slack cannot be read any more ({error.code}). {error.sentence} {error.repair}"
        self._hold(enterprise_id, request_id, why)
        return Told.MORE.value, 0.0

    def _round(self, enterprise_id: str, request_id: str, run: int, setbacks: int) -> tuple[str, float]:
        self._lease.check()
        if self._ending.is_set():
            return Told.MORE.value, 1.0
        request = self._request(enterprise_id, request_id)
        if request.runs != run or request.state not in (State.EXECUTING, State.PAUSED):
            return Told.OVER.value, 0.0
        request = self._tidied(request)
        now = self._plan(request, run)
        if now is None:
            return Told.MORE.value, 0.0
        if now.empty:
            return self._nothing_now(request, run, now)
        going = self._do(request, run, now)
        return (Told.MORE.value, 0.0) if going else (Told.SETBACK.value, self._pause(setbacks))

    def _tidied(self, request: Request) -> Request:
        """The request after what came before: a process that died, a stop, a long time without a call."""
        refusal = self._beginning.lapsed(request.enterprise_id, request.id)
        if refusal is not None:
            self._calling.stop(request.enterprise_id, request.id, refusal)
        with self._database.read() as connection:
            left = agenda.in_state(connection, request.id, ("sent",))
        living = self._lease.check() if left else frozenset()
        with self._database.write(request.enterprise_id) as connection:
            for row in left:  # nobody here waits for it: rounds end when all their calls are answered
                sending.inherit(connection, request, row, self._lease.executor, living, self._clock())
            if request.stopped_by is not None:
                stopped = (Outcome.SKIPPED, "stopped", request.closing or "")
                ledger.drop(connection, request, stopped, self._clock(), ("ready",))
        return request

    def _plan(self, request: Request, run: int) -> Round | None:
        """What can be done now; None when the canary has just paused the request."""
        gate, wait = self._gate(request, run)
        if gate is Verdict.PAUSE:
            return None
        at, chunk = self._clock(), self._chunk(request)
        only = run if gate is Verdict.WAIT else None
        ready = partial(agenda.in_state, request_id=request.id, states=("ready",), due=at, most=2 * chunk)
        with self._database.read() as connection:
            lost = agenda.in_state(connection, request.id, ("lost",), due=at, most=chunk)
            first, following = ready(connection, canary=only), ready(connection)
        looks, pauses = self._looking.due(request, chunk)
        if request.state is State.PAUSED:
            return Round(lost, looks, pauses)
        send, check = self._split(first, following, chunk, gated=only is not None)
        return Round(lost, looks, [*pauses, *wait], send, check, only)

    def _split(
        self, first: Sequence[CallRow], following: Sequence[CallRow], chunk: int, *, gated: bool
    ) -> tuple[Sequence[CallRow], Sequence[CallRow]]:
        """What to send now and what to recheck for the next round. first: what may be sent at all.

        When a method's turn comes so rarely that no recheck made beforehand would still be fresh, each is
        made when the turn has come. While the canary is out, what follows it is rechecked along with it only.
        """
        if chunk == 1:
            return first[:1], ()
        fresh = [row for row in first if self._calling.rechecking.just_checked(row)]
        if gated and len(fresh) == len(first):
            return fresh[:chunk], ()
        every = {row.id: row for row in (*first, *following)}.values()
        return fresh[:chunk], [row for row in every if not self._calling.rechecking.just_checked(row)][:chunk]

    def _gate(self, request: Request, run: int) -> tuple[Verdict, list[float]]:
        """What the canary of this run says, and the seconds to wait for it; on PAUSE, it has paused."""
        with self._database.read() as connection:
            tried = agenda.canary(connection, request.id, run)
            others = agenda.others(connection, request.id, run)
        if not others or not tried or request.state is State.PAUSED:
            return Verdict.GO, []
        settle = self._looking.patience(request).settle
        waiting = [at for outcome, at in tried if outcome is Outcome.ACCEPTED and at is not None]
        left = [settle - (self._clock() - at) / 1000 for at in waiting]
        outcomes = [outcome for outcome, _ in tried]
        told = canary.verdict(outcomes, settled=max(left, default=0.0) <= 0)
        if told is Verdict.PAUSE:
            failed = canary.failures(outcomes)
            why = f"{failed} of the first {len(outcomes)} did not succeed, so the others were not tried."
            self._hold(request.enterprise_id, request.id, why)
        return told, [max(left)] if left and None not in outcomes else []

    def _nothing_now(self, request: Request, run: int, now: Round) -> tuple[str, float]:
        """There is nothing to do at this moment: wait, come to rest, or see that all is done."""
        with self._database.read() as connection:
            due = agenda.next_due(connection, request.id)
            first = agenda.next_due(connection, request.id, now.only)
        paused = request.state is State.PAUSED
        moments = [due.lost] if paused else [due.lost, first.ready]
        pauses = [*now.pauses, *((at - self._clock()) / 1000 for at in moments if at is not None)]
        if pauses:
            return Told.MORE.value, min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE / self._scale, min(pauses)))
        if paused:
            over = self._resting.rest(request.enterprise_id, request.id, run)
            return (Told.OVER if over else Told.MORE).value, 0.0
        return Told.DONE.value, 0.0

    def _do(self, request: Request, run: int, now: Round) -> bool:
        """The round itself; answers False when Slack did nothing of what it was to do."""
        crew, going = Crew(self._ending), True
        if now.check:
            crew.begin(partial(self._looking.recheck, request, now.check))
        if now.lost:
            crew.begin(partial(self._looking.resolve, request, now.lost))
        if now.looks:
            crew.begin(partial(self._looking.prove, request, now.looks))
        try:
            if now.send:
                going = self._feeder.feed(request, run, now.send)
        finally:
            crew.end()
        return going

    def _chunk(self, request: Request) -> int:
        """How many calls a round has: as many as go out before their rechecks grow stale."""
        method = OPERATIONS[request.operation].move(request.plan).method
        rate = METHODS[method].per_minute * self._scale
        return max(1, min(MOST_OUT, int(rate * _AHEAD_SECONDS / 60)))

    def _hold(self, enterprise_id: str, request_id: str, why: str) -> None:
        with self._database.write(enterprise_id) as connection:
            request = records.find(connection, enterprise_id, request_id)
            if request is not None:
                self._holding.hold(connection, request, why)

    def _pause(self, setbacks: int) -> float:
        return float(min(_LONGEST_PAUSE, 2.0**setbacks)) / self._scale

    def _request(self, enterprise_id: str, request_id: str) -> Request:
        with self._database.read() as connection:
            request = records.find(connection, enterprise_id, request_id)
        if request is None:
            raise LookupError(request_id)
        return request
