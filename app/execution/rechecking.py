"""The last look before a call: are its items still as they were when the plan was approved?"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.audit.events import Event
from app.execution import ledger
from app.execution.ledger import CallRow, Settled
from app.messages import notices
from app.model.canonical import Json
from app.model.clock import Clock
from app.model.lifecycle import Outcome
from app.model.plan import Item, Plan
from app.model.request import Request
from app.operations import OPERATIONS
from app.operations.contract import Drift, Move, Sight, Standing
from app.requests import telling
from app.slack.directory import Live
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database

_FRESH_MS = 60_000
"""A recheck older than this, or made by another process, is no leave to call."""


class Rechecking:
    """Reads items once more before their calls. executor: this process, whose readings alone count."""

    def __init__(self, database: Database, gateway: Gateway, executor: str, clock: Clock) -> None:
        self._database, self._gateway = database, gateway
        self._executor, self._clock = executor, clock

    def recheck(self, request: Request, rows: Sequence[CallRow], lane: Lane = Lane.EXECUTION) -> int:
        """Read the items of those calls once more, together; answers how many calls are left to be made.

        Items that are already as wanted, changed or unseen are settled and taken out of their call. Raises
        ReadFailed when Slack could not be asked.
        """
        waiting = [row for row in rows if row.state == "ready"]
        if not waiting:
            return len(rows)
        move = OPERATIONS[request.operation].move(request.plan)
        items = [request.plan.item(key) for row in waiting for key in row.keys]
        sights = self._sights(request, move, waiting, lane)
        drifts = {item.key: _drift(move, request.plan, item, sights[item.key]) for item in items}
        left = len(rows) - len(waiting)
        with self._database.write(request.enterprise_id) as connection:
            for row in waiting:
                settled = {
                    key: outcome
                    for key in row.keys
                    if (outcome := _unfit(sights[key], drifts[key], again=bool(row.doubt))) is not None
                }
                self._write_recheck(connection, request, row, move, sights, drifts, settled)
                left += len(settled) < len(row.keys)
        return left

    def _sights(self, request: Request, move: Move, rows: Sequence[CallRow], lane: Lane) -> dict[str, Sight]:
        """The items of calls to be made; closely for a single call, or where one may have gone out before."""
        live = Live(self._gateway, request.enterprise_id, lane)
        close = {row.id for row in rows if row.doubt or lane is Lane.URGENT}
        sights: dict[str, Sight] = {}
        for closely in (True, False):
            keys = [key for row in rows if (row.id in close) is closely for key in row.keys]
            if keys:
                items = [request.plan.item(key) for key in keys]
                sights |= move.look(request.plan, items, live, closely=closely)
        return sights

    def just_checked(self, row: CallRow) -> bool:
        """Whether this process has read the call's items so short a while ago that it may make the call."""
        mine = row.checked_by == self._executor
        return mine and row.checked_at is not None and self._clock() - row.checked_at <= _FRESH_MS

    def _write_recheck(
        self,
        connection: sa.Connection,
        request: Request,
        row: CallRow,
        move: Move,
        sights: Mapping[str, Sight],
        drifts: Mapping[str, Drift],
        settled: Mapping[str, Settled],
    ) -> None:
        going = [request.plan.item(key) for key in row.keys if key not in settled]
        call = row.call if len(going) == len(row.keys) else move.pack(going)[0] if going else None
        now = self._clock()
        if not ledger.mark_checked(connection, row, call, self._executor, now):
            return  # another process has taken it over meanwhile: what we saw is too old
        ledger.note(connection, request, Event.ITEM_RECHECKED, now, _recheck_body(row, sights, drifts))
        ledger.settle(connection, request, settled, now)
        drifted = next((key for key, told in settled.items() if told[0] is Outcome.DRIFTED), None)
        if drifted is not None:  # one line for the request; the card has every item
            line = notices.drift_line(request.plan.item(drifted).label, settled[drifted][2])
            telling.in_thread(connection, request, "drift", line, now)


def _drift(move: Move, plan: Plan, item: Item, sight: Sight) -> Drift:
    """How the item differs from its preview, with the names the plan knows beside ids."""
    if sight.facts is None or sight.facts == item.facts:
        return Drift()
    found = move.drift(item.facts, sight.facts)
    return Drift(tuple(map(plan.with_names, found.changes)), tuple(map(plan.with_names, found.notes)))


def _unfit(sight: Sight, drift: Drift, *, again: bool) -> Settled | None:
    """Why an item is not to be called now, or None. again: a call of ours may have reached it before.

    What Slack is doing already counts as ours only then: somebody else's cut may be of another channel.
    """
    if sight.standing is Standing.REACHED:
        return (Outcome.VERIFIED if again else Outcome.ALREADY), None, sight.note
    if sight.standing is Standing.UNDER_WAY and again:
        return Outcome.ACCEPTED, None, sight.note
    if sight.standing is Standing.UNSEEN:
        return Outcome.UNKNOWN if again else Outcome.DRIFTED, "unseen", sight.note
    if not drift.changes:
        return None
    if again:
        return Outcome.ACCEPTED, None, f"Changing after our call: {'; '.join(drift.changes)}."
    return Outcome.DRIFTED, None, f"{'; '.join(drift.changes)}."


def _recheck_body(row: CallRow, sights: Mapping[str, Sight], drifts: Mapping[str, Drift]) -> dict[str, Json]:
    return {
        "call": row.id,
        "standing": {key: sights[key].standing.value for key in row.keys},
        "changes": {key: list(drifts[key].changes) for key in row.keys if drifts[key].changes},
        "notes": {key: list(drifts[key].notes) for key in row.keys if drifts[key].notes},
    }
