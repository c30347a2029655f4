"""One call: send it, and write the answer with its consequences in one transaction."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.audit.events import Event
from app.execution import agenda, ledger, sending
from app.execution.aftermath import REPEATABLE, Next, after, may_repeat
from app.execution.holding import Holding
from app.execution.lease import Lease
from app.execution.ledger import CallRow, Settled
from app.execution.rechecking import Rechecking
from app.model.canonical import Json
from app.model.clock import Clock
from app.model.lifecycle import Outcome, State
from app.model.refusal import Refusal
from app.model.request import Request
from app.operations import OPERATIONS
from app.operations.contract import Move, Sight, Standing
from app.requests import records
from app.slack.answers import Answer
from app.slack.directory import Live
from app.slack.errors import ErrorClass
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database


class Calling:
    """Carries calls out. Every method may run again after a crash, and then finds what was done before."""

    def __init__(
        self, database: Database, gateway: Gateway, lease: Lease, holding: Holding, clock: Clock
    ) -> None:
        self._database, self._gateway, self._lease = database, gateway, lease
        self._holding, self._clock = holding, clock
        self.rechecking = Rechecking(database, gateway, lease.executor, clock)

    def only_call(self, request_id: str) -> str | None:
        """The call of a request that has a single one; None when it is answered, or for several."""
        with self._database.read() as connection:
            return agenda.only_call(connection, request_id)

    def turn(self, enterprise_id: str, call_id: str, place: float) -> tuple[float, bool, float]:
        """Seconds until a single call may go, and whether that moment is taken; else ask again then.

        place: in the line of those who wait, as the last turn said; 0 when there was none.
        """
        with self._database.read() as connection:
            method = ledger.find_call(connection, call_id).method
        turn = self._gateway.turn(enterprise_id, method, Lane.URGENT, place)
        return turn.wait, turn.taken, turn.place

    def recheck(self, enterprise_id: str, call_id: str) -> bool:
        """Read the items of a single call once more; answers whether any is left to be called.

        None is while the request is paused or being stopped. Raises ReadFailed when Slack could not be asked.
        """
        request, row = self._load(enterprise_id, call_id)
        if request.state is not State.EXECUTING or request.stopped_by is not None:
            return False
        return self.rechecking.recheck(request, [row], Lane.URGENT) == 1

    def send(self, enterprise_id: str, call_id: str) -> tuple[str, float]:
        """Send the call and write what follows; answers that, with the seconds to wait before a repeat.

        WAIT also asks for a new recheck, when the last one was not just now and here. Raises LeaseLost before
        anything is sent when this process is no longer known to be alive, or another one has the call.
        """
        request, row = self._load(enterprise_id, call_id)
        return self.send_one(request, row)

    def send_one(self, request: Request, row: CallRow) -> tuple[str, float]:
        """The same for a call that was loaded just now."""
        enterprise_id = request.enterprise_id
        if row.state in ("answered", "split", "dropped"):
            return Next.VERIFY.value, 0.0
        living, until = self._lease.check(), self._lease.until()
        if row.state == "ready" and not self.rechecking.just_checked(row):
            return Next.WAIT.value, 0.0
        executor, now = self._lease.executor, self._clock()
        try:
            with self._database.write(enterprise_id) as connection:
                fresh = sending.mark_sent(connection, request, row, executor, living, now)
        except sending.Dropped:
            return Next.VERIFY.value, 0.0
        if not fresh:
            return Next.LOOK.value, 0.0
        self._lease.hold(until)
        answer = self._gateway.call(enterprise_id, row.method, row.arguments)
        move = OPERATIONS[request.operation].move(request.plan)
        smaller = [] if answer.ok else move.split(row.call, answer.code)
        following = after(answer, row.attempts + 1, can_split=bool(smaller))
        if following is Next.HALT:
            following = self._halted(request, row)
        with self._database.write(enterprise_id) as connection:
            counted = sending.mark_answered(
                connection, request, row, answer, self._lease.executor, self._clock()
            )
            if counted:
                self._follow(connection, request, row, answer, following)
            if counted and following is Next.SPLIT:
                doubt = row.doubt or "split"
                ledger.set_state(connection, row.id, "split", only_from="answered")
                ledger.write_calls(connection, request.id, smaller, row.attempts + 1, doubt, row.canary)
                body: dict[str, Json] = {"call": row.id, "code": answer.code, "into": len(smaller)}
                ledger.note(connection, request, Event.CALL_SPLIT, self._clock(), body)
        pause = self._gateway.pause(answer, row.attempts) if following is Next.WAIT else 0.0
        return (following if counted else Next.LOOK).value, pause

    def look(self, enterprise_id: str, call_id: str) -> str:
        """After an answer that told nothing: settle what took effect; answers reached, not_yet or unseen.

        Raises ReadFailed when Slack could not be asked.
        """
        request, row = self._load(enterprise_id, call_id)
        return self.look_all(request, [row], Lane.URGENT)[row.id]

    def look_all(
        self, request: Request, rows: Sequence[CallRow], lane: Lane = Lane.EXECUTION
    ) -> dict[str, str]:
        """The same for several calls, read together; by the id of the call."""
        move = OPERATIONS[request.operation].move(request.plan)
        items = [request.plan.item(key) for row in rows for key in row.keys]
        live = Live(self._gateway, request.enterprise_id, lane)
        sights = move.look(request.plan, items, live, closely=True)
        mine = {row.id: {key: sights[key] for key in row.keys} for row in rows}
        return {row.id: self._seen(request, row, move, mine[row.id]) for row in rows}

    def _seen(self, request: Request, row: CallRow, move: Move, sights: Mapping[str, Sight]) -> str:
        """Settle what a look at one lost call has shown; answers what `look` does."""
        outcome = Outcome.ALREADY if _was_already(row) else Outcome.VERIFIED
        shows = {Standing.REACHED: outcome, Standing.UNDER_WAY: Outcome.ACCEPTED}
        told: dict[str, Settled] = {
            key: (shows[sight.standing], None, sight.note)
            for key, sight in sights.items()
            if sight.standing in shows
        }
        with self._database.write(request.enterprise_id) as connection:
            ledger.note(connection, request, Event.ITEM_READ_BACK, self._clock(), read_back(move, sights))
            ledger.settle(connection, request, told, self._clock())
            if len(told) == len(sights):
                ledger.set_state(connection, row.id, "answered", only_from="lost")
        if len(told) == len(sights):
            return Standing.REACHED.value
        unseen = any(sight.standing is Standing.UNSEEN for sight in sights.values())
        return (Standing.UNSEEN if unseen else Standing.NOT_YET).value

    def conclude(self, enterprise_id: str, call_id: str, clear: bool) -> bool:
        """Looking has not shown the effect; answers whether the call is to be made again.

        clear: whether the last look could read every item. Nothing is repeated unless it could.
        """
        request, row = self._load(enterprise_id, call_id)
        if row.state != "lost":  # concluded before
            return row.state == "ready"
        answer = Answer(row.method, row.code or "answer_lost")
        with self._database.write(enterprise_id) as connection:
            if clear and request.stopped_by is None and may_repeat(answer.code, row.attempts):
                ledger.set_state(connection, row.id, "ready", only_from="lost")
                return True
            outcome = _unproved(answer) if clear else Outcome.UNKNOWN
            told: Settled = (outcome, answer.error.code, f"{answer.error.sentence} {answer.error.remedy}")
            waiting = ledger.unsettled(connection, request.id, None)
            left = {key: told for key in row.keys if key in waiting}
            ledger.settle(connection, request, left, self._clock())
            ledger.set_state(connection, row.id, "answered", only_from="lost")
        return False

    def give_up(self, enterprise_id: str, request_id: str, code: str, method: str) -> None:
        """The targets cannot be read any more: what was never called is skipped, with the reason."""
        error = Answer(method, code).error
        sentence = f"Not attempted, because the target could not be read. {error.sentence} {error.remedy}"
        self._stop(enterprise_id, request_id, (Outcome.SKIPPED, error.code, sentence))

    def stop(self, enterprise_id: str, request_id: str, refusal: Refusal) -> None:
        """It may not go on: what was never called is skipped, with the reason."""
        self._stop(enterprise_id, request_id, (Outcome.SKIPPED, refusal.code, refusal.sentence))

    def _stop(self, enterprise_id: str, request_id: str, told: Settled) -> None:
        with self._database.write(enterprise_id) as connection:
            request = records.find(connection, enterprise_id, request_id)
            if request is not None:
                ledger.drop(connection, request, told, self._clock())

    def _follow(
        self, connection: sa.Connection, request: Request, row: CallRow, answer: Answer, following: Next
    ) -> None:
        now, error = self._clock(), answer.error
        if following is Next.VERIFY:
            accepted: Settled = (Outcome.ACCEPTED, None, "Slack accepted it.")
            ledger.settle(connection, request, dict.fromkeys(row.keys, accepted), now)
        if following in (Next.FAIL, Next.HALT):
            told = f"{error.sentence} {error.remedy}{_needed(answer)}"
            failed: Settled = (Outcome.FAILED, error.code, told)
            if row.doubt == "lost":
                failed = (Outcome.UNKNOWN, error.code, f"{told} {ledger.EARLIER}")
            ledger.settle(connection, request, dict.fromkeys(row.keys, failed), now)
        if following is Next.HALT:
            sentence = f"Not attempted after {error.code}. {error.remedy}"
            ledger.drop(connection, request, (Outcome.SKIPPED, error.code, sentence), now)
        if following is Next.HOLD:
            why = f"Slack answered {error.code}. {error.sentence} {error.repair}{_needed(answer)}"
            self._holding.hold(connection, request, why, body={"code": error.code, "call": row.id})
        if following in (Next.WAIT, Next.HOLD):
            ledger.set_state(connection, row.id, "ready", only_from="answered")
        if following is Next.LOOK:
            sure = error.error_class is ErrorClass.ALREADY_DONE
            ledger.set_state(
                connection, row.id, "lost", only_from="answered", doubt=row.doubt if sure else "lost"
            )

    def _halted(self, request: Request, row: CallRow) -> Next:
        """What follows when a person must put something right: of several calls, this one can be made again.

        A call that is refused so a second time, after somebody has resumed, stands alone with it.
        """
        if row.code is not None and Answer(row.method, row.code).error.error_class is ErrorClass.OPERATOR:
            return Next.FAIL
        with self._database.read() as connection:
            several = agenda.several_calls(connection, request.id)
        return Next.HOLD if several else Next.HALT

    def _load(self, enterprise_id: str, call_id: str) -> tuple[Request, CallRow]:
        with self._database.read() as connection:
            row = ledger.find_call(connection, call_id)
            request = records.find(connection, enterprise_id, row.request_id)
        if request is None:
            raise LookupError(row.request_id)
        return request, row


def read_back(move: Move, sights: Mapping[str, Sight]) -> dict[str, Json]:
    """What a reading showed, for the audit log."""
    return {
        "verifies": move.method,
        "standing": {key: sight.standing.value for key, sight in sorted(sights.items())},
        "notes": {key: sight.note for key, sight in sorted(sights.items())},
    }


def _was_already(row: CallRow) -> bool:
    """Slack itself said, and no earlier call of ours may have done it, that there was nothing left to do."""
    error = Answer(row.method, row.code or "").error
    return not row.doubt and error.error_class is ErrorClass.ALREADY_DONE


def _unproved(answer: Answer) -> Outcome:
    """What is known of an item that shows no effect after an answer that told nothing."""
    error = answer.error
    refused = error.known and error.error_class is ErrorClass.VERIFY_FIRST and answer.code not in REPEATABLE
    return Outcome.FAILED if refused else Outcome.UNKNOWN


def _needed(answer: Answer) -> str:
    needed = answer.data.get("needed")
    return f" Scope needed: {needed}." if isinstance(needed, str) and needed else ""
