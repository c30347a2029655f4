"""Asks Slack again and again whether every stored token still works: events are hints, this is the truth."""

import logging
from collections.abc import Iterable
from itertools import groupby

import sqlalchemy as sa

from app.installing.installations import GONE, LOST, Installations
from app.installing.judging import EVERY_MS, Standing, Unclear, problem
from app.installing.rows import Kept
from app.model.clock import Clock
from app.slack.answers import Answer
from app.slack.gateway import identify
from app.slack.methods import Token
from app.storage import Database
from app.storage.tables import installations

log = logging.getLogger(__name__)

_UNINSTALLED = frozenset({GONE, "account_inactive"})  # of the bot's token


class Health:
    """Looks at tokens, and has written down what is found."""

    def __init__(
        self, database: Database, kept: Installations, base_url: str, clock: Clock, time_scale: float = 1.0
    ) -> None:
        self._database, self._kept, self._base_url = database, kept, base_url
        self._clock, self._scale = clock, time_scale

    def run_once(self) -> int:
        """Look at every token that was not looked at for five minutes; answers how many. One process each."""
        now = self._clock()
        due = (
            installations.c.sealed != "",
            installations.c.checked_at <= now - round(EVERY_MS / self._scale),
        )
        take = (
            installations.update()
            .where(*due)
            .values(checked_at=now)
            .returning(installations.c.enterprise_id, installations.c.user_id)
        )
        with self._database.write() as connection:
            rows = connection.execute(take).all()
        for row in rows:
            kept = self._kept.one(row.enterprise_id, row.user_id)
            if kept is not None:
                self._look(kept, "found")
        return len(rows)

    def look(self, enterprise_id: str, reason: str) -> None:
        """Look at every token of an organization now. reason: what made us look, for the log."""
        for kind in (Token.BOT, Token.USER):
            for kept in self._kept.kept(enterprise_id, kind):
                self._look(kept, reason)

    def _look(self, kept: Kept, reason: str) -> None:
        if kept.token is None:
            return
        answer = identify(self._base_url, kept.token)
        if answer.code == "token_expired" and self._kept.refused(
            kept.enterprise_id, kept.kind, kept.grants[0], answer.code
        ):
            return  # it was renewed
        if kept.kind is Token.BOT and answer.code in _UNINSTALLED:
            if self._kept.remove(kept.enterprise_id, reason):
                log.error("Drawbridge is no longer installed in %s: %s", kept.enterprise_id, answer.code)
            return
        found = self._problem(kept, answer)
        if found is not Unclear.UNCLEAR and self._kept.found(kept, found):
            log.warning("the token of %s in %s: %s", kept.user_id, kept.enterprise_id, found or "works")

    def standing(self) -> Iterable[Standing]:
        """What was found last, by whichever process, of each organization in which the bot has a token.

        A token whose renewal was lost works until it runs out.
        """
        query = sa.select(
            installations.c.enterprise_id,
            installations.c.kind,
            installations.c.sealed != "",
            installations.c.problem,
            installations.c.checked_at,
        ).order_by(installations.c.enterprise_id, installations.c.kind)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        served = {org for org, kind, there, *_ in rows if there and kind == Token.BOT.value}
        for (org, kind), found in groupby(rows, key=lambda row: (row[0], row[1])):
            tokens = [(bool(there) and code in (None, LOST), at) for *_, there, code, at in found]
            if org in served:
                works = any(works for works, _ in tokens)
                yield Standing(org, Token(kind), works, max(at for _, at in tokens))

    def _problem(self, kept: Kept, answer: Answer) -> str | Unclear | None:
        """The code with which Slack refuses the token, None when it takes it."""
        bot = next(iter(self._kept.kept(kept.enterprise_id, Token.BOT)), None)
        found = problem(self._base_url, answer, kept.kind, kept.user_id, bot.token if bot else None)
        return LOST if found is None and kept.problem == LOST else found
