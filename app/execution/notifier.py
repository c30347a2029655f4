"""Posts what is to be told: lines and files in the threads of cards, direct messages, lines in a channel.

The same rule as for cards: what a process left without an answer is posted again, so a notice may come twice
but never gets lost.
"""

import json
import logging
from typing import Any

import sqlalchemy as sa

from app.execution.shared_rows import free, pause_ms
from app.messages.attachments import Attached, attachment
from app.messages.notices import not_attached_line
from app.model.clock import Clock
from app.requests import records
from app.requests.admin_channel import AdminChannels
from app.requests.policies import NotInForce
from app.slack.answers import Answer
from app.slack.directory import Live
from app.slack.errors import ErrorClass
from app.slack.gateway import Gateway, ReadFailed
from app.slack.pace import Lane
from app.storage import Database, now_ms
from app.storage.tables import cards, notices

log = logging.getLogger(__name__)

_WORK_MS = 60_000
_BATCH = 10
_NEVER = frozenset({ErrorClass.PERMANENT, ErrorClass.OPERATOR})


HELD_MS = 15_000
"""What may not be posted into an unfit admin channel is tried again after that."""


def may_post(channels: AdminChannels, gateway: Gateway, enterprise_id: str) -> bool:
    """Whether the admin channel is fit for what requests say; not when Slack cannot tell."""
    try:
        return channels.fit(Live(gateway, enterprise_id, Lane.BACKGROUND))
    except (ReadFailed, NotInForce) as error:
        log.warning("nothing is posted in the admin channel of %s now: %s", enterprise_id, error)
        return False


class Notifier:
    """Posts notices; several processes share the work row by row."""

    def __init__(
        self, database: Database, gateway: Gateway, channels: AdminChannels, worker: str, clock: Clock
    ) -> None:
        self._database, self._gateway, self._channels = database, gateway, channels
        self._worker, self._clock = worker, clock

    def run_once(self) -> int:
        """Post everything that is due; answers how many were posted."""
        done = 0
        while rows := self._claim():
            done += sum(self._post(row) for row in rows)
        return done

    def _claim(self) -> list[sa.Row[Any]]:
        """Unsent notices that are due: of each thread only the earliest, and none before its card."""
        earlier = notices.alias("earlier")
        first = ~sa.exists().where(
            earlier.c.request_id == notices.c.request_id,
            earlier.c.place == notices.c.place,
            earlier.c.recipient == notices.c.recipient,
            earlier.c.sent_at.is_(None),
            earlier.c.given_up.is_(None),
            earlier.c.id < notices.c.id,
        )
        card_there = sa.or_(
            notices.c.place != "thread",
            sa.exists().where(cards.c.request_id == notices.c.request_id, cards.c.ts.is_not(None)),
        )
        unsent = (
            notices.c.sent_at.is_(None),
            notices.c.given_up.is_(None),
            notices.c.due_at <= self._clock(),
        )
        chosen = (
            sa.select(notices.c.id)
            .where(*unsent, free(notices), first, card_there)
            .order_by(notices.c.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        take = (
            notices.update()
            .where(notices.c.id.in_(chosen), *unsent, free(notices))
            .values(worker=self._worker, leased_until=now_ms() + _WORK_MS)
            .returning(notices)
        )
        with self._database.write() as connection:
            return sorted(connection.execute(take).all(), key=lambda row: row.id)

    def _post(self, row: sa.Row[Any]) -> bool:
        message = json.loads(row.message)
        what = message.pop("attach", None)
        if (
            row.place != "person"
            and row.request_id
            and not may_post(self._channels, self._gateway, row.enterprise_id)
        ):
            return self._hold(row)
        if row.place == "thread":
            query = sa.select(cards.c.channel, cards.c.ts).where(cards.c.request_id == row.request_id)
            with self._database.read() as connection:
                channel, thread = connection.execute(query).one()
            message |= {"channel": channel, "thread_ts": row.recipient or thread}
        else:
            message |= {"channel": row.recipient}
        answer = self._say(row, message) if what is None else self._attach(row, Attached(what), message)
        values: dict[str, Any] = {"worker": None, "leased_until": None}
        if answer.ok:
            values |= {"sent_at": self._clock(), "ts": answer.data.get("ts")}
        elif row.recipient and answer.error.error_class in _NEVER:
            values |= {"given_up": answer.code}
            log.warning("a %s message about %s was not taken: %s", row.place, row.request_id, answer.code)
        else:
            pause = pause_ms(answer, row.failures)
            values |= {"failures": row.failures + 1, "due_at": self._clock() + pause}
            log.warning("a line about %s was not posted: %s", row.request_id, answer.code)
        with self._database.write() as connection:
            connection.execute(notices.update().where(notices.c.id == row.id).values(values))
        return answer.ok

    def _hold(self, row: sa.Row[Any]) -> bool:
        """The admin channel is not fit for it now; it comes when it is."""
        held = {"worker": None, "leased_until": None, "due_at": self._clock() + HELD_MS}
        with self._database.write() as connection:
            connection.execute(notices.update().where(notices.c.id == row.id).values(held))
        return False

    def _say(self, row: sa.Row[Any], message: dict[str, Any]) -> Answer:
        return self._gateway.call(row.enterprise_id, "chat.postMessage", message)

    def _attach(self, row: sa.Row[Any], what: Attached, message: dict[str, Any]) -> Answer:
        """Share the file; where Slack will never take it, say so in its place."""
        with self._database.read() as connection:
            request = records.find(connection, row.enterprise_id, row.request_id)
            items = records.item_states(connection, row.request_id) if what is Attached.RESULTS else ()
        if request is None:
            raise LookupError(row.request_id)
        channel, thread = message["channel"], message["thread_ts"]
        answer = self._gateway.upload(
            row.enterprise_id, channel, thread, attachment(what, request, items), message["text"]
        )
        if answer.ok or answer.error.error_class not in _NEVER:
            return answer
        log.warning("the %s of %s could not be attached: %s", what, row.request_id, answer.code)
        line = not_attached_line(message["text"], answer.code, answer.error.repair)
        return self._say(row, {**line, "channel": channel, "thread_ts": thread})
