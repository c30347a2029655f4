"""Proves effects by reading, and ends requests: `ok: true` from Slack is never success by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple

import sqlalchemy as sa

from app.audit.chain import APP
from app.audit.events import Event
from app.execution import agenda, ledger
from app.execution.calling import read_back
from app.execution.ledger import Settled
from app.messages import notices
from app.model.clock import Clock, Millis
from app.model.lifecycle import Outcome, State, roll_up
from app.model.request import Record, Request
from app.operations import OPERATIONS
from app.operations.contract import Patience, Standing
from app.requests import records, telling
from app.requests.transitions import move
from app.slack.directory import Live
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database
from app.storage.tables import requests

_LONGEST_BETWEEN_LOOKS = 3600.0


class Verifying:
    """Looks for the effects of accepted calls. `time_scale` divides every pause and patience."""

    def __init__(self, database: Database, gateway: Gateway, clock: Clock, time_scale: float) -> None:
        self._database, self._gateway = database, gateway
        self._clock, self._scale = clock, time_scale

    def patience(self, enterprise_id: str, request_id: str) -> list[float]:
        """How long to look for that request's effects: a `Patience`, already divided by the time scale."""
        return list(astuple(self.patience_with(self._request(enterprise_id, request_id))))

    def patience_with(self, request: Request) -> Patience:
        """The same as one."""
        told = OPERATIONS[request.operation].move(request.plan).patience
        return Patience(*(seconds / self._scale for seconds in astuple(told)))

    def look(self, enterprise_id: str, request_id: str) -> tuple[int, int]:
        """Read the accepted items once; answers how many are still not proved, and how many of them unseen.

        Raises ReadFailed when Slack could not be asked; nothing is concluded from that.
        """
        request = self._request(enterprise_id, request_id)
        with self._database.read() as connection:
            keys = ledger.unsettled(connection, request_id, Outcome.ACCEPTED)
        if not keys:
            return 0, 0
        return self.look_at(request, keys)

    def look_at(self, request: Request, keys: Sequence[str]) -> tuple[int, int]:
        """The same for those accepted items only."""
        move_ = OPERATIONS[request.operation].move(request.plan)
        items = [request.plan.item(key) for key in keys]
        sights = move_.look(request.plan, items, Live(self._gateway, request.enterprise_id, Lane.EXECUTION))
        proved: dict[str, Settled] = {
            key: (Outcome.VERIFIED, None, sight.note)
            for key, sight in sights.items()
            if sight.standing is Standing.REACHED
        }
        unseen = sum(sight.standing is Standing.UNSEEN for sight in sights.values())
        with self._database.write(request.enterprise_id) as connection:
            ledger.note(connection, request, Event.ITEM_READ_BACK, self._clock(), read_back(move_, sights))
            ledger.settle(connection, request, proved, self._clock())
            agenda.mark_looked(connection, request.id, sights.keys() - proved.keys(), self._clock())
        return len(keys) - len(proved), unseen

    def settle_unseen(self, enterprise_id: str, request_id: str) -> None:
        """What our token cannot see will not show later either: the outcome is unknown, and said so."""
        request = self._request(enterprise_id, request_id)
        sentence = "Slack accepted it, but no token of Drawbridge can see the result. Look at Slack yourself."
        self._give_up(request, "unseen", sentence)

    def hand_over(self, enterprise_id: str, request_id: str) -> None:
        """Execution has watched long enough: keep looking now and then, and say so."""
        request = self._request(enterprise_id, request_id)
        now = self._clock()
        pause = self._pause(request, 0)
        with self._database.write(enterprise_id) as connection:
            handed = move(
                connection,
                enterprise_id=enterprise_id,
                request_id=request_id,
                state=State.EXECUTING,
                following=State.VERIFYING,
                event=Event.REQUEST_VERIFYING,
                actor=APP,
                at=now,
                values={"look_at": now + pause, "looks": 0},
            )
            record = records.record(connection, enterprise_id, request_id)
            if handed and record is not None:
                telling.in_thread(connection, request, "verifying", notices.verifying_line(record), now)

    def looked(self, enterprise_id: str, request_id: str) -> None:
        """After a later look: finish, look again later, or stop looking at the operation's limit."""
        request = self._request(enterprise_id, request_id)
        with self._database.read() as connection:
            waiting = ledger.unsettled(connection, request_id, Outcome.ACCEPTED)
        limit = OPERATIONS[request.operation].move(request.plan).patience.limit / self._scale
        began = max(request.called_at or 0, request.began_at or request.filed_at)
        if waiting and self._clock() < began + round(limit * 1000):
            self._look_again(request)
            return
        if waiting:
            sentence = "Slack accepted it, but the effect has not shown. Look at Slack yourself."
            self._give_up(request, "not_shown", sentence)
        self.finish(enterprise_id, request_id)

    def look_again(self, enterprise_id: str, request_id: str) -> None:
        """A later look could not be completed: try again at the next one."""
        self._look_again(self._request(enterprise_id, request_id))

    def finish(self, enterprise_id: str, request_id: str) -> None:
        """Every item has its outcome: end the request and tell."""
        with self._database.write(enterprise_id) as connection:
            record = records.record(connection, enterprise_id, request_id)
            if record is None or record.request.state not in (State.EXECUTING, State.VERIFYING):
                return
            outcomes: Counter[Outcome] = Counter()
            for outcome, number in record.results.tally.items():
                outcomes[outcome or Outcome.SKIPPED] += number
            ended = move(
                connection,
                enterprise_id=enterprise_id,
                request_id=request_id,
                state=record.request.state,
                following=roll_up(outcomes, stopped=record.request.stopped_by is not None),
                event=Event.REQUEST_FINISHED,
                actor=APP,
                at=self._clock(),
                body={"outcomes": {outcome.value: number for outcome, number in outcomes.items()}},
                values={"look_at": None},
            )
            if ended:
                self._tell(connection, records.record(connection, enterprise_id, request_id))

    def _tell(self, connection: sa.Connection, record: Record | None) -> None:
        if record is None:
            return
        info = OPERATIONS[record.request.operation].info(record.request.plan)
        telling.result(connection, record, info, self._clock())

    def _give_up(self, request: Request, code: str, sentence: str) -> None:
        told: Settled = (Outcome.UNKNOWN, code, sentence)
        with self._database.write(request.enterprise_id) as connection:
            keys = ledger.unsettled(connection, request.id, Outcome.ACCEPTED)
            ledger.settle(connection, request, dict.fromkeys(keys, told), self._clock())

    def _look_again(self, request: Request) -> None:
        looks = request.looks + 1
        values = {"look_at": self._clock() + self._pause(request, looks), "looks": looks}
        with self._database.write() as connection:
            connection.execute(
                requests.update()
                .where(requests.c.id == request.id, requests.c.state == State.VERIFYING.value)
                .values(values)
            )

    def _pause(self, request: Request, looks: int) -> Millis:
        longest = OPERATIONS[request.operation].move(request.plan).patience.longest
        return round(min(_LONGEST_BETWEEN_LOOKS, longest * 2.0 ** min(looks + 1, 20)) / self._scale * 1000)

    def _request(self, enterprise_id: str, request_id: str) -> Request:
        with self._database.read() as connection:
            request = records.find(connection, enterprise_id, request_id)
        if request is None:
            raise LookupError(request_id)
        return request
