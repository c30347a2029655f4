"""Keeps the Home tabs people look at in line with the database."""

import logging
from typing import Any

import sqlalchemy as sa

from app.execution.shared_rows import free, pause_ms
from app.messages.home import home_view
from app.model.clock import Clock
from app.requests.overview import Overview
from app.requests.policies import NotInForce
from app.slack.answers import Answer
from app.slack.credentials import NotInstalled
from app.slack.errors import ErrorClass
from app.slack.gateway import Gateway, ReadFailed
from app.storage import Database, now_ms, upsert
from app.storage.tables import homes

log = logging.getLogger(__name__)

_WORK_MS = 60_000
_BATCH = 10
_REST_MS = 1500  # between two drawings of one tab: what happens meanwhile is shown together


class Homes:
    """Publishes what is due; several processes share the work row by row."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        overview: Overview,
        worker: str,
        clock: Clock,
        time_scale: float,
    ) -> None:
        self._database, self._gateway, self._overview = database, gateway, overview
        self._worker, self._clock = worker, clock
        self._rest_ms = round(_REST_MS / time_scale)

    def opened(self, enterprise_id: str, user_id: str, page: int = 0) -> None:
        """Somebody looks at their tab, at that page: it is drawn next, and kept up to date from now on."""
        now = self._clock()
        fresh = {"page": page, "opened_at": now, "due_at": now}
        with self._database.write() as connection:
            connection.execute(
                upsert(connection, homes)
                .values(enterprise_id=enterprise_id, user_id=user_id, **fresh)
                .on_conflict_do_update(
                    index_elements=["enterprise_id", "user_id"],
                    set_={**fresh, "wanted": homes.c.wanted + 1},
                )
            )

    def run_once(self) -> int:
        """Draw every tab that is due; answers how many were published."""
        done = 0
        while claimed := self._claim():
            done += sum(self._show(row) for row in claimed)
        return done

    def _claim(self) -> list[sa.Row[Any]]:
        due = (homes.c.wanted > homes.c.shown, homes.c.due_at <= self._clock(), free(homes))
        chosen = sa.select(homes.c.enterprise_id, homes.c.user_id).where(*due)
        first = chosen.order_by(homes.c.due_at).limit(_BATCH).with_for_update(skip_locked=True)
        take = (
            homes.update()
            .where(sa.tuple_(homes.c.enterprise_id, homes.c.user_id).in_(first), *due)
            .values(worker=self._worker, leased_until=now_ms() + _WORK_MS)
            .returning(homes)
        )
        with self._database.write() as connection:
            return list(connection.execute(take).all())

    def _show(self, row: sa.Row[Any]) -> bool:
        answer = self._published(row)
        mine = (
            homes.c.enterprise_id == row.enterprise_id,
            homes.c.user_id == row.user_id,
            homes.c.worker == self._worker,
        )
        values: dict[str, Any] = {"worker": None, "leased_until": None}
        if answer.ok:
            values |= {"shown": row.wanted, "failures": 0, "due_at": self._clock() + self._rest_ms}
        else:
            log.warning("the Home tab of %s was not drawn: %s", row.user_id, answer.code)
            due_at = self._clock() + pause_ms(answer, row.failures)
            values |= {"failures": row.failures + 1, "due_at": due_at}
        with self._database.write() as connection:
            if answer.error.error_class is ErrorClass.PERMANENT and not answer.ok:
                connection.execute(homes.delete().where(*mine))  # drawn again when it is opened again
            else:
                connection.execute(homes.update().where(*mine).values(values))
        return answer.ok

    def _published(self, row: sa.Row[Any]) -> Answer:
        try:
            home = self._overview.of(row.enterprise_id, row.user_id, row.page)
        except ReadFailed as failed:
            return failed.answer
        except (NotInstalled, NotInForce):
            return Answer("views.publish", "not_installed")
        view = home_view(home)
        arguments = {"user_id": row.user_id, "view": view}
        return self._gateway.call(row.enterprise_id, "views.publish", arguments)
