"""States of the OAuth flow: each ties one install to the browser that began it."""

import logging
import secrets

from slack_sdk.oauth.state_store import OAuthStateStore

from app.model.clock import Clock
from app.storage import Database
from app.storage.tables import oauth_states

log = logging.getLogger(__name__)

STATE_LIFE_MS = 600_000


class OAuthStates(OAuthStateStore):
    """States of the OAuth flow: ten minutes, one use, good in every process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt's flow logs about states."""
        return log

    def issue(self, *_: object, **__: object) -> str:
        """A fresh state."""
        state = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(oauth_states.delete().where(oauth_states.c.expires_at <= self._clock()))
            connection.execute(
                oauth_states.insert().values(state=state, expires_at=self._clock() + STATE_LIFE_MS)
            )
        return state

    def consume(self, state: str) -> bool:
        """Whether that state was issued and not used or expired; it is used now."""
        mine = (oauth_states.c.state == state, oauth_states.c.expires_at > self._clock())
        with self._database.write() as connection:
            return connection.execute(oauth_states.delete().where(*mine)).rowcount == 1
