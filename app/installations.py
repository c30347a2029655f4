"""What OAuth gave us: installations of any number of organizations, their tokens encrypted at rest."""

import json
import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.state_store import OAuthStateStore

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import ConfigError, Secret
from app.model.clock import Clock
from app.slack.credentials import Installation, NotInstalled
from app.storage import Database, upsert
from app.storage.tables import installations, oauth_states

log = logging.getLogger(__name__)

STATE_LIFE_MS = 600_000
_SECRETS = ("bot_token", "user_token")


class Vault:
    """Seals texts with the newest of several keys, and opens what any of them sealed."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key.reveal()) for key in keys])
        except ValueError as error:
            remedy = "make one with `python -m app keys new`"
            raise ConfigError([f"ENCRYPTION_KEYS: not a list of keys; {remedy}"]) from error

    @staticmethod
    def new_key() -> str:
        """A fresh key."""
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> str:
        """The text, encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again. Raises ConfigError when none of the keys fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ConfigError(["ENCRYPTION_KEYS: none of these keys opens the stored tokens"]) from error

    def reseal(self, sealed: str) -> str:
        """The same text, sealed with the newest key. Raises ConfigError when none of the keys fits."""
        return self.seal(self.open(sealed))


class Installations:
    """Credentials from OAuth. The newest installation of an organization that still works is used."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock

    def installation(self, enterprise_id: str) -> Installation:
        """The organization's installation. Raises NotInstalled, and ConfigError when no key opens it."""
        newest = next(self.every(enterprise_id), None)
        if newest is None:
            raise NotInstalled(enterprise_id)
        return newest

    def every(self, enterprise_id: str) -> Iterator[Installation]:
        """Each installation in use there, the newest first. Raises ConfigError when no key opens one."""
        query = (
            sa.select(installations.c.sealed)
            .where(installations.c.enterprise_id == enterprise_id, installations.c.problem.is_(None))
            .order_by(installations.c.installed_at.desc())
        )
        with self._database.read() as connection:
            found = list(connection.scalars(query))
        for sealed in found:
            values = json.loads(self._vault.open(sealed))
            yield Installation(**values | {name: Secret(values[name]) for name in _SECRETS})

    def enterprise_ids(self) -> tuple[str, ...]:
        """Every organization with an installation that still works."""
        query = sa.select(installations.c.enterprise_id).where(installations.c.problem.is_(None)).distinct()
        with self._database.read() as connection:
            return tuple(sorted(connection.scalars(query)))

    def save(self, found: Installation) -> None:
        """Keep an installation, in place of an earlier one by the same admin."""
        values = asdict(found) | {name: getattr(found, name).reveal() for name in _SECRETS}
        row = {
            "sealed": self._vault.seal(json.dumps(values)),
            "installed_at": self._clock(),
            "problem": None,
        }
        with self._database.write() as connection:
            connection.execute(
                upsert(connection, installations)
                .values(enterprise_id=found.enterprise_id, user_id=found.admin_id, **row)
                .on_conflict_do_update(index_elements=["enterprise_id", "user_id"], set_=row)
            )
            append(
                connection,
                enterprise_id=found.enterprise_id,
                at=self._clock(),
                event=Event.INSTALLATION_SAVED,
                actor=found.admin_id,
                body={"app_id": found.app_id, "bot_user_id": found.bot_user_id},
            )

    def remove(self, enterprise_id: str, admin_ids: Sequence[str] | None, reason: str) -> int:
        """Stop using installations by those admins (None: all); answers how many. Evidence stays."""
        mine = [installations.c.enterprise_id == enterprise_id, installations.c.problem.is_(None)]
        if admin_ids is not None:
            mine.append(installations.c.user_id.in_(admin_ids))
        with self._database.write() as connection:
            gone = connection.execute(installations.update().where(*mine).values(problem=reason, sealed=""))
            if gone.rowcount:
                append(
                    connection,
                    enterprise_id=enterprise_id,
                    at=self._clock(),
                    event=Event.INSTALLATION_REMOVED,
                    actor=APP,
                    body={"reason": reason, "admins": list(admin_ids) if admin_ids is not None else None},
                )
        return gone.rowcount

    def reseal(self) -> int:
        """Seal every installation with the newest key; answers how many."""
        with self._database.write() as connection:
            query = sa.select(installations).where(installations.c.problem.is_(None))
            rows = connection.execute(query).all()
            for row in rows:
                connection.execute(
                    installations.update()
                    .where(
                        installations.c.enterprise_id == row.enterprise_id,
                        installations.c.user_id == row.user_id,
                    )
                    .values(sealed=self._vault.reseal(row.sealed))
                )
        return len(rows)


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
