"""Renews tokens that run out, each by one process at a time.

With token rotation a token works for twelve hours and comes with a refresh token that can be used once
(docs.slack.dev/authentication/using-token-rotation). So one process takes the row, asks Slack, and stores
what it got before anybody else may ask. The old token goes on working meanwhile: nobody has to wait.

A process that dies between Slack's answer and the commit loses the new refresh token. Slack documents no
grace for the old one: the next try is then refused with `invalid_refresh_token`. That is told at once, about
two hours before the token runs out, and another install puts it right.
"""

import logging
import time
from collections.abc import Callable

import sqlalchemy as sa

from app.config import Secret
from app.execution.shared_rows import free
from app.installing.installations import LOST, Installations
from app.installing.rows import Kept
from app.model.clock import Clock
from app.slack.answers import Answer
from app.slack.credentials import Grant, Renewal
from app.storage import Database, now_ms
from app.storage.tables import installations

log = logging.getLogger(__name__)

_AHEAD_MS = 7_200_000  # two hours before it runs out, as Slack's own SDKs do
_LEASE_MS = 60_000  # longer than Slack may take to answer
_STORE_TRIES = 60
_PATIENCE = 10.0  # seconds a caller waits while another process renews its token


class Rotation:
    """Renews what is due. worker: this process, which beats. ask: exchanges a refresh token at Slack."""

    def __init__(
        self,
        database: Database,
        kept: Installations,
        worker: str,
        ask: Callable[[Secret], Answer],
        clock: Clock,
        time_scale: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database, self._kept, self._worker = database, kept, worker
        self._ask, self._clock, self._scale, self._sleep = ask, clock, time_scale, sleep

    def run_once(self) -> int:
        """Renew every token that runs out soon; answers how many were renewed."""
        soon = self._clock() + round(_AHEAD_MS / self._scale)
        query = sa.select(installations.c.enterprise_id, installations.c.user_id).where(
            installations.c.expires_at <= soon,
            installations.c.sealed != "",
            sa.or_(installations.c.problem.is_(None), installations.c.problem != LOST),
        )
        with self._database.read() as connection:
            due = connection.execute(query).all()
        read = (self._kept.one(row.enterprise_id, row.user_id) for row in due)
        return sum(self._renew(kept) for kept in read if kept and (kept.expires_at or soon + 1) <= soon)

    def now(self, stale: Kept) -> Grant | None:
        """A fresh token for one that has run out just now; None when there is none to be had.

        Another process may be at it: its result is waited for.
        """
        enterprise_id, user_id = stale.enterprise_id, stale.user_id
        deadline = time.monotonic() + _PATIENCE
        while stale.problem != LOST:
            self._renew(stale)
            waiting = self._busy(enterprise_id, user_id) and time.monotonic() < deadline
            found = self._kept.one(enterprise_id, user_id)
            if found is None or found.token != stale.token:
                return next(iter(found.grants), None) if found is not None else None
            if not waiting:
                break
            self._sleep(0.1)
        return None

    def _renew(self, kept: Kept) -> bool:
        """Renew that token, unless the row has changed since it was read or another process is at it."""
        if kept.refresh_token is None or not self._take(kept):
            return False
        answer = self._ask(kept.refresh_token)
        fresh = _fresh(answer)
        if fresh is None:
            self._refused(kept, answer)
            return False
        token, refresh_token, seconds = fresh
        expires_at = self._clock() + round(seconds * 1000 / self._scale)
        stored = self._store(kept, token, Renewal(refresh_token, expires_at))
        if stored:
            log.info("the token of %s in %s was renewed", kept.user_id, kept.enterprise_id)
        return stored

    def _take(self, kept: Kept) -> bool:
        """Take the row for this process, unless another has it or has changed it."""
        mine = self._row(kept.enterprise_id, kept.user_id)
        take = (
            installations.update()
            .where(*mine, installations.c.sealed == kept.sealed, free(installations))
            .values(worker=self._worker, leased_until=now_ms() + _LEASE_MS)
        )
        with self._database.write() as connection:
            return connection.execute(take).rowcount == 1

    def _store(self, kept: Kept, token: Secret, renewal: Renewal) -> bool:
        """Store what Slack gave, whatever the database does meanwhile: it cannot be had a second time."""
        for attempt in range(_STORE_TRIES):
            try:
                return self._kept.renewed(kept, token, renewal)
            except sa.exc.SQLAlchemyError as error:
                log.error("a renewed token of %s could not be stored: %s", kept.user_id, type(error).__name__)
                if attempt == _STORE_TRIES - 1:
                    raise
                self._sleep(1.0)
        return False

    def _refused(self, kept: Kept, answer: Answer) -> None:
        log.error("the token of %s in %s was not renewed: %s", kept.user_id, kept.enterprise_id, answer.code)
        if answer.code == LOST:
            self._kept.found(kept, LOST)
        with self._database.write() as connection:  # else tried again at a later turn
            connection.execute(
                installations.update()
                .where(*self._row(kept.enterprise_id, kept.user_id), installations.c.worker == self._worker)
                .values(leased_until=None)
            )

    def _busy(self, enterprise_id: str, user_id: str) -> bool:
        """Whether some process is renewing that token."""
        query = sa.select(installations.c.user_id).where(
            *self._row(enterprise_id, user_id), sa.not_(free(installations))
        )
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    @staticmethod
    def _row(enterprise_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (installations.c.enterprise_id == enterprise_id, installations.c.user_id == user_id)


def _fresh(answer: Answer) -> tuple[Secret, Secret, int] | None:
    """Token, refresh token and seconds to live; None when Slack gave no such thing."""
    token, refresh = answer.data.get("access_token"), answer.data.get("refresh_token")
    seconds = answer.data.get("expires_in")
    if not (answer.ok and isinstance(token, str) and isinstance(refresh, str) and isinstance(seconds, int)):
        return None
    return Secret(token), Secret(refresh), seconds
