"""The reading side of a bulk: rechecks before calls, what became of lost ones, proofs of accepted items."""

from collections.abc import Sequence

from app.execution import agenda, ledger
from app.execution.agenda import Accepted
from app.execution.calling import Calling
from app.execution.ledger import CallRow
from app.execution.verifying import Verifying
from app.model.clock import Clock
from app.model.lifecycle import Outcome
from app.model.request import Request
from app.operations.contract import Patience
from app.slack.gateway import ReadFailed
from app.storage import Database


class Looking:
    """Reads for a bulk, many items at a time. Every method but `due` may raise ReadFailed."""

    def __init__(self, database: Database, calling: Calling, verifying: Verifying, clock: Clock) -> None:
        self._database, self._calling = database, calling
        self._verifying, self._clock = verifying, clock

    def patience(self, request: Request) -> Patience:
        """How long to look for the request's effects, in seconds of ours."""
        return self._verifying.patience_with(request)

    def recheck(self, request: Request, rows: Sequence[CallRow]) -> None:
        """Read the items of those calls once more, before they are made.

        A target that cannot be read while others can is skipped, with the reason: it holds nobody up.
        """
        try:
            self._calling.rechecking.recheck(request, rows)
        except ReadFailed as failed:
            if failed.answer.error.error_class.passes or len(rows) == 1:
                raise
            self._one_by_one(request, rows)

    def resolve(self, request: Request, rows: Sequence[CallRow]) -> None:
        """Look what became of calls whose answer was lost; conclude once an effect can no longer appear."""
        patience, now = self.patience(request), self._clock()
        for call_id, seen in self._calling.look_all(request, rows).items():
            if seen == "reached":
                continue
            row = next(row for row in rows if row.id == call_id)
            waited = (now - (row.answered_at or row.sent_at or now)) / 1000
            if waited >= patience.settle:
                self._calling.conclude(request.enterprise_id, call_id, seen == "not_yet")
                pause = 0.0
            else:
                pause = min(patience.settle - waited, _next_look(patience, waited))
            with self._database.write() as connection:
                agenda.put_off(connection, call_id, now + round(pause * 1000))

    def prove(self, request: Request, keys: Sequence[str]) -> None:
        """Look for the effects of accepted items."""
        self._verifying.look_at(request, keys)

    def due(self, request: Request, calls: int) -> tuple[list[str], list[float]]:
        """Accepted items to look at now, of that many calls at most; else the seconds until each is due.

        Each is looked at once it has had the time to show, then ever more rarely until `Patience.settle` has
        passed: what has not shown by then is proved after the last call.
        """
        patience, now = self.patience(request), self._clock()
        with self._database.read() as connection:
            found = agenda.accepted(connection, request.id)
            share = agenda.items_per_call(connection, request.id)
        waits = {
            item.key: _wait(item, patience, now)
            for item in found
            if item.looked_at is None or item.looked_at - item.changed_at < patience.settle * 1000
        }
        ready = [key for key, wait in waits.items() if wait <= 0]
        return ready[: calls * share], [] if ready else list(waits.values())

    def _one_by_one(self, request: Request, rows: Sequence[CallRow]) -> None:
        unread: dict[str, ReadFailed] = {}
        for row in rows:
            try:
                self._calling.rechecking.recheck(request, [row])
            except ReadFailed as failed:
                unread[row.id] = failed
        if len(unread) == len(rows):
            raise unread[rows[0].id]
        with self._database.write(request.enterprise_id) as connection:
            for row in rows:
                if row.id in unread:
                    error = unread[row.id].answer.error
                    told = f"Not attempted, because it could not be read. {error.sentence} {error.remedy}"
                    skipped = dict.fromkeys(row.keys, (Outcome.SKIPPED, error.code, told))
                    ledger.settle(connection, request, skipped, self._clock())
                    ledger.set_state(connection, row.id, "dropped", only_from="ready")


def _wait(item: Accepted, patience: Patience, now: int) -> float:
    """Seconds until that item is to be looked at; negative when it is overdue."""
    if item.looked_at is None:
        return patience.first - (now - item.changed_at) / 1000
    shown = (item.looked_at - item.changed_at) / 1000
    return _next_look(patience, shown) - (now - item.looked_at) / 1000


def _next_look(patience: Patience, waited: float) -> float:
    """The pause after a look that was made after so many seconds: as long again, within bounds."""
    return min(patience.longest, max(patience.first, waited))
