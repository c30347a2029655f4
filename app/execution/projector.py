"""Brings Slack in line with the database: each card shown as it is now, each notice posted.

A post is intended in the database before it is made. A process that dies in between leaves the intent without
a `ts`; nobody can then tell whether the message arrived (to find it again would take the right to read
channel history, which Drawbridge does not ask for). The card is then posted anew and says that it replaces
one; a notice is repeated. See the decision record on projections.
"""

import logging
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.execution.notifier import HELD_MS, Notifier, may_post
from app.execution.shared_rows import free, pause_ms
from app.logs import about
from app.messages import cards as card_messages
from app.messages import notices as notice_messages
from app.model.clock import Clock
from app.model.lifecycle import State
from app.operations import OPERATIONS
from app.requests import records, telling
from app.requests.admin_channel import AdminChannels
from app.requests.policies import Policies
from app.requests.transitions import mark_stale
from app.slack.answers import Answer
from app.slack.errors import ErrorClass
from app.slack.gateway import Gateway
from app.storage import Database, now_ms
from app.storage.tables import cards

log = logging.getLogger(__name__)

_WORK_MS = 60_000
_BATCH = 10
_REST_MS = 1500  # between two changes of one card: what happens meanwhile is shown together
_BULK_REST_MS = 4000  # the same while many items are carried out
_BULK = 10  # items
_GONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message", "is_inactive"})


@dataclass(frozen=True)
class _Card:
    request_id: str
    enterprise_id: str
    channel: str
    ts: str | None
    wanted: int
    posting_at: int | None
    failures: int


class Projector:
    """Draws cards and posts notices; several processes share the work row by row."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        policies: Policies,
        channels: AdminChannels,
        worker: str,
        clock: Clock,
        time_scale: float,
    ) -> None:
        self._database, self._gateway, self._policies = database, gateway, policies
        self._channels, self._worker, self._clock = channels, worker, clock
        self._scale = time_scale
        self._notifier = Notifier(database, gateway, channels, worker, clock)

    def run_once(self) -> int:
        """Do everything that is due; answers how many messages were posted or changed."""
        done = 0
        while claimed := self._claim_cards():
            done += sum(self._shown_as_is(card) for card in claimed)
        return done + self._notifier.run_once()

    def _claim_cards(self) -> list[_Card]:
        due = (cards.c.wanted > cards.c.shown, cards.c.due_at <= self._clock(), free(cards))
        chosen = sa.select(cards.c.request_id).where(*due).order_by(cards.c.due_at).limit(_BATCH)
        chosen = chosen.with_for_update(skip_locked=True)  # never waits with some rows in hand
        take = (
            cards.update()
            .where(cards.c.request_id.in_(chosen), *due)
            .values(worker=self._worker, leased_until=now_ms() + _WORK_MS)
            .returning(cards)
        )
        with self._database.write() as connection:
            rows = connection.execute(take).all()
        return [_Card(*(row._mapping[name] for name in _Card.__dataclass_fields__)) for row in rows]

    def _shown_as_is(self, card: _Card) -> bool:
        with about(enterprise=card.enterprise_id, request=card.request_id):
            return self._show(card)

    def _show(self, card: _Card) -> bool:
        with self._database.read() as connection:
            record = records.record(connection, card.enterprise_id, card.request_id)
        if record is None:
            raise LookupError(card.request_id)
        if not may_post(self._channels, self._gateway, card.enterprise_id):
            with self._database.write() as connection:
                held = {"worker": None, "leased_until": None, "due_at": self._clock() + HELD_MS}
                self._update(connection, card, **held)
            return False
        info = OPERATIONS[record.request.operation].info(record.request.plan)
        pending = record.request.state is State.PENDING
        mentions = self._policies.called(record.request) if pending else ()
        message = card_messages.card(record, info, mentions, self._clock())
        if card.ts is None:
            return self._post_card(card, message, "unknown" if card.posting_at else None)
        answer = self._gateway.call(
            card.enterprise_id, "chat.update", {"channel": card.channel, "ts": card.ts, **_edit(message)}
        )
        if answer.code in _GONE:
            log.warning(
                "the card of %s cannot be changed (%s): posting it anew", card.request_id, answer.code
            )
            return self._post_card(card, message, card.ts)
        bulk = record.request.state is State.EXECUTING and record.results.number >= _BULK
        return self._shown(card, answer, card.ts, rest_ms=_BULK_REST_MS if bulk else _REST_MS)

    def _post_card(self, card: _Card, message: dict[str, Any], replaces: str | None) -> bool:
        with self._database.write() as connection:
            self._update(connection, card, posting_at=self._clock())
        metadata = {"event_type": "drawbridge_card", "event_payload": {"request_id": card.request_id}}
        answer = self._gateway.call(
            card.enterprise_id,
            "chat.postMessage",
            {"channel": card.channel, "metadata": metadata, **message},
        )
        ts = answer.data.get("ts") if answer.ok else None
        if not answer.ok and answer.error.error_class is not ErrorClass.VERIFY_FIRST:
            with self._database.write() as connection:  # surely not posted: no doubt remains
                self._update(connection, card, posting_at=card.posting_at)
        return self._shown(card, answer, str(ts) if ts else None, replaces)

    def _shown(
        self,
        card: _Card,
        answer: Answer,
        ts: str | None,
        replaces: str | None = None,
        rest_ms: int = _REST_MS,
    ) -> bool:
        links = self._links(card, replaces, str(ts)) if answer.ok and replaces is not None else ("", "")
        values: dict[str, Any] = {"worker": None, "leased_until": None}
        if answer.ok:
            rested = self._clock() + round(rest_ms / self._scale)
            values |= {"ts": ts, "shown": card.wanted, "failures": 0, "due_at": rested}
            values |= {"replaces": replaces} if replaces is not None else {}
        else:
            values |= {
                "failures": card.failures + 1,
                "due_at": self._clock() + pause_ms(answer, card.failures),
            }
            log.warning("the card of %s was not shown: %s", card.request_id, answer.code)
        with self._database.write(card.enterprise_id) as connection:
            self._update(connection, card, **values)
            if answer.ok and replaces is not None:
                self._replaced(connection, card, str(ts), replaces, links)
        return answer.ok

    def _replaced(
        self, connection: sa.Connection, card: _Card, ts: str, replaces: str, links: tuple[str, str]
    ) -> None:
        """Link the two cards, each in its thread; nobody knows where one is that may have arrived."""
        request = records.find(connection, card.enterprise_id, card.request_id)
        if request is None:
            raise LookupError(card.request_id)
        lost = replaces == "unknown"
        reason = "the first may or may not have arrived" if lost else "it could not be changed"
        now, (back, forth) = self._clock(), links
        line = notice_messages.replaced_line(reason, back)
        telling.in_thread(connection, request, f"replaced:{ts}", line, now)
        if not lost:
            line = notice_messages.moved_line(forth)
            telling.in_thread(connection, request, f"moved:{ts}", line, now, thread=replaces)
        append(
            connection,
            enterprise_id=card.enterprise_id,
            at=now,
            event=Event.CARD_REPLACED,
            actor=APP,
            request_id=card.request_id,
            body={"old": replaces, "new": ts, "reason": reason},
        )
        mark_stale(connection, card.request_id, now)

    def _links(self, card: _Card, old: str, new: str) -> tuple[str, str]:
        """Where the old card is and where the new one is."""
        return ("", "") if old == "unknown" else (self._link(card, old), self._link(card, new))

    def _link(self, card: _Card, ts: str) -> str:
        """Where a card is; empty when Slack does not tell (a deleted one has no address)."""
        found = self._gateway.call(
            card.enterprise_id, "chat.getPermalink", {"channel": card.channel, "message_ts": ts}
        )
        return str(found.data.get("permalink") or "") if found.ok else ""

    def _update(self, connection: sa.Connection, card: _Card, **values: Any) -> None:
        mine = (cards.c.request_id == card.request_id, cards.c.worker == self._worker)
        connection.execute(cards.update().where(*mine).values(values))


def _edit(message: dict[str, Any]) -> dict[str, Any]:
    """chat.update knows no unfurl flags."""
    return {name: value for name, value in message.items() if not name.startswith("unfurl_")}
