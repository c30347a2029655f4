"""Asks Slack again and again whether every stored token still works: events are hints, this is the truth.

Slack's events about uninstalls and revoked tokens come late, twice, in any order, for single workspaces too,
or not at all; that somebody is no longer an admin is told by no event (docs.slack.dev/reference/events/
tokens_revoked, docs.slack.dev/reference/events/app_uninstalled).
"""

import logging
from enum import Enum

from app.installing.installations import GONE, LOST, Installations
from app.installing.rows import Kept
from app.manifest import scopes
from app.model.clock import Clock
from app.slack.answers import Answer
from app.slack.credentials import OF_THE_TOKEN
from app.slack.directory.rows import person
from app.slack.gateway import call_once, identify
from app.slack.methods import Token
from app.storage import Database
from app.storage.tables import installations

log = logging.getLogger(__name__)

_EVERY_MS = 300_000
_UNINSTALLED = frozenset({GONE, "account_inactive"})  # of the bot's token


class Unclear(Enum):
    """Slack did not tell, so nothing is changed."""

    UNCLEAR = "unclear"


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
            installations.c.checked_at <= now - round(_EVERY_MS / self._scale),
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
        problem = self._problem(kept, answer)
        if problem is not Unclear.UNCLEAR and self._kept.found(kept, problem):
            log.warning("the token of %s in %s: %s", kept.user_id, kept.enterprise_id, problem or "works")

    def _problem(self, kept: Kept, answer: Answer) -> str | Unclear | None:
        """The code with which Slack refuses the token, None when it takes it."""
        if answer.code in OF_THE_TOKEN:
            return answer.code
        if not answer.ok:
            return Unclear.UNCLEAR
        if answer.scopes and set(scopes(kept.kind)) - answer.scopes:
            return "missing_scope"
        if kept.kind is Token.USER:
            standing = self._standing(kept)
            if standing is not None:
                return standing
        return LOST if kept.problem == LOST else None

    def _standing(self, kept: Kept) -> str | Unclear | None:
        """Whether the token's owner is still an org admin or owner, as the bot sees it."""
        bot = next(iter(self._kept.kept(kept.enterprise_id, Token.BOT)), None)
        if bot is None or bot.token is None:
            return Unclear.UNCLEAR
        answer = call_once(self._base_url, bot.token, "users.info", {"user": kept.user_id})
        if not answer.ok or not answer.data.get("user"):
            return Unclear.UNCLEAR
        found = person(answer.data["user"])
        return None if found.org_admin or found.org_owner or found.primary_owner else "not_an_admin"
