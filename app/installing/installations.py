"""What OAuth gave us: the bot and the admins of any number of organizations, their tokens sealed at rest.

A row holds one token: the bot's of an organization, or that of one admin. `problem` is the code with which
Slack refuses it. Of several admins those without a problem come first, the newest install before the others;
the others are tried all the same when nobody else is left.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import Secret
from app.installing.rows import Kept, opened, sealed
from app.installing.vault import Vault
from app.messages import installs
from app.model.canonical import Json
from app.model.clock import Clock
from app.requests import telling
from app.requests.policies import Policies
from app.slack.credentials import Grant, Installation, NotInstalled, Renewal
from app.slack.errors import explain
from app.slack.methods import Token
from app.storage import Database, upsert
from app.storage.tables import installations

GONE = "token_revoked"
"""The one refusal after which a token never works again: it is deleted."""

LOST = "invalid_refresh_token"
"""The token still works until it runs out, but what renews it was used up and its result lost."""

Renewing = Callable[[Kept], Grant | None]
"""Renews a token that has run out; None when it cannot be."""

_FIELDS = ("enterprise_name", "app_id", "bot_id")
_BOTS = (installations.c.kind == Token.BOT.value, installations.c.sealed != "")


class Installations:
    """Credentials from OAuth. policies: whose admin channel is told when Slack refuses an admin's token."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, policies: Policies | None = None
    ) -> None:
        self._database, self._vault, self._clock = database, vault, clock
        self._policies = policies
        self.renewing: Renewing = lambda _: None

    def installation(self, enterprise_id: str) -> Installation:
        """The organization's bot and the admin whose token is used first.

        Raises NotInstalled, and ConfigError when no key opens it.
        """
        bot = next(iter(self.kept(enterprise_id, Token.BOT)), None)
        if bot is None or bot.token is None:
            raise NotInstalled(enterprise_id)
        admin = next(iter(self.kept(enterprise_id, Token.USER)), None)
        return Installation(
            enterprise_id=enterprise_id,
            bot_user_id=bot.user_id,
            bot_token=bot.token,
            admin_id=admin.user_id if admin else "",
            user_token=(admin.token if admin else None) or Secret(""),
            enterprise_name=bot.more["enterprise_name"],
            app_id=bot.more["app_id"],
            bot_id=bot.more["bot_id"],
        )

    def grants(self, enterprise_id: str, kind: Token) -> Sequence[Grant]:
        """Tokens of that kind, those without a problem first. Raises NotInstalled and ConfigError."""
        if not self._installed(enterprise_id):
            raise NotInstalled(enterprise_id)
        return [grant for kept in self.kept(enterprise_id, kind) for grant in kept.grants]

    def admin_ids(self, enterprise_id: str) -> frozenset[str]:
        """Every admin who has installed Drawbridge there, whether their token works now or not."""
        query = sa.select(installations.c.user_id).where(
            installations.c.enterprise_id == enterprise_id, installations.c.kind == Token.USER.value
        )
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def enterprise_ids(self) -> tuple[str, ...]:
        """Every organization in which the bot has a token."""
        query = sa.select(installations.c.enterprise_id).where(*_BOTS).distinct()
        with self._database.read() as connection:
            return tuple(sorted(connection.scalars(query)))

    def kept(self, enterprise_id: str, kind: Token) -> list[Kept]:
        """The stored tokens of that kind, in the order to try them. Raises ConfigError."""
        query = (
            sa.select(installations)
            .where(installations.c.enterprise_id == enterprise_id, installations.c.kind == kind.value)
            .order_by(
                installations.c.sealed == "",
                installations.c.problem.is_not(None),
                installations.c.installed_at.desc(),
                installations.c.user_id,
            )
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [opened(self._vault, row) for row in rows]

    def one(self, enterprise_id: str, user_id: str) -> Kept | None:
        """The stored token of that bot or admin. Raises ConfigError."""
        query = sa.select(installations).where(*_mine(enterprise_id, user_id))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else opened(self._vault, row)

    def refused(self, enterprise_id: str, kind: Token, grant: Grant, code: str) -> Grant | None:
        """Slack refused that token: one that has run out is renewed, any other comes last from now on."""
        kept = self.one(enterprise_id, grant.user_id)
        if kept is None or kept.token != grant.token:  # renewed or installed anew meanwhile
            return next(iter(kept.grants), None) if kept is not None else None
        if code == "token_expired" and kept.refresh_token is not None:
            renewed = self.renewing(kept)
            if renewed is not None:
                return renewed
        if kind is Token.USER:
            self.found(kept, code)
        return None

    def found(self, kept: Kept, problem: str | None) -> bool:
        """Write down whether Slack takes a token; answers whether that is news, which is told then.

        Nothing is written when the row has changed since it was read.
        """
        if problem == kept.problem:
            return False
        values: dict[str, Any] = {"problem": problem, "problem_at": self._clock() if problem else None}
        values |= {"sealed": ""} if problem == GONE else {}
        with self._database.write(kept.enterprise_id) as connection:
            unchanged = (*_mine(kept.enterprise_id, kept.user_id), installations.c.sealed == kept.sealed)
            seen = installations.c.problem.is_not_distinct_from(kept.problem)
            changed = connection.execute(installations.update().where(*unchanged, seen).values(values))
            if changed.rowcount != 1:
                return False
            event = Event.INSTALLATION_REFUSED if problem else Event.INSTALLATION_RECOVERED
            told = kept.problem if problem is None else problem
            body: dict[str, Json] = {"owner": kept.user_id, "kind": kept.kind.value, "code": told}
            self._note(connection, kept.enterprise_id, event, body)
            if kept.kind is Token.USER or problem == LOST:  # a bot that is refused can tell nobody
                self._tell(connection, kept, problem)
        return True

    def save(self, found: Installation) -> None:
        """Keep an installation: its bot in place of an earlier one, its admin beside the others."""
        more = {name: getattr(found, name) for name in _FIELDS}
        bot = self._row(found, Token.BOT, found.bot_renewal, more)
        admin = self._row(found, Token.USER, found.user_renewal, {})
        with self._database.write(found.enterprise_id) as connection:
            others = (installations.c.kind == Token.BOT.value, installations.c.user_id != found.bot_user_id)
            mine = installations.c.enterprise_id == found.enterprise_id
            connection.execute(installations.delete().where(mine, *others))
            for row in (bot, admin):
                connection.execute(
                    upsert(connection, installations)
                    .values(row)
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

    def renewed(self, kept: Kept, token: Secret, renewal: Renewal) -> bool:
        """Put a renewed token in place of the one it was renewed from; answers whether that still stood."""
        grant = Grant(kept.user_id, token)
        text = sealed(self._vault, kept.enterprise_id, grant, renewal, kept.more)
        standing = sa.case(
            (installations.c.problem.in_([LOST, "token_expired"]), None), else_=installations.c.problem
        )
        values = {
            "sealed": text,
            "expires_at": renewal.expires_at,
            "problem": standing,
            "leased_until": None,
        }
        unchanged = (*_mine(kept.enterprise_id, kept.user_id), installations.c.sealed == kept.sealed)
        with self._database.write() as connection:
            return connection.execute(installations.update().where(*unchanged).values(values)).rowcount == 1

    def remove(self, enterprise_id: str, reason: str) -> bool:
        """Drawbridge was uninstalled there: no token is kept. Answers whether there was one."""
        mine = (installations.c.enterprise_id == enterprise_id, installations.c.sealed != "")
        gone = {"sealed": "", "problem": GONE, "problem_at": self._clock()}
        with self._database.write(enterprise_id) as connection:
            removed = connection.execute(installations.update().where(*mine).values(gone)).rowcount
            if removed:
                body: dict[str, Json] = {"reason": reason, "tokens": removed}
                self._note(connection, enterprise_id, Event.INSTALLATION_REMOVED, body)
        return removed > 0

    def reseal(self) -> int:
        """Seal every token with the newest key; answers how many."""
        with self._database.write() as connection:
            rows = connection.execute(sa.select(installations).where(installations.c.sealed != "")).all()
            for row in rows:
                connection.execute(
                    installations.update()
                    .where(*_mine(row.enterprise_id, row.user_id))
                    .values(sealed=self._vault.reseal(row.sealed))
                )
        return len(rows)

    def _installed(self, enterprise_id: str) -> bool:
        query = sa.select(sa.exists().where(installations.c.enterprise_id == enterprise_id, *_BOTS))
        with self._database.read() as connection:
            return bool(connection.scalar(query))

    def _row(
        self, found: Installation, kind: Token, renewal: Renewal | None, more: Mapping[str, str]
    ) -> dict[str, Any]:
        grant, now = found.grant(kind), self._clock()
        return {
            "enterprise_id": found.enterprise_id,
            "user_id": grant.user_id,
            "kind": kind.value,
            "sealed": sealed(self._vault, found.enterprise_id, grant, renewal, more),
            "installed_at": now,
            "expires_at": renewal.expires_at if renewal else None,
            "problem": None,
            "problem_at": None,
            "checked_at": now,
            "leased_until": None,
        }

    def _tell(self, connection: sa.Connection, kept: Kept, problem: str | None) -> None:
        """Tell the admin channel, and whose token is used now."""
        policy = self._policies.written(kept.enterprise_id) if self._policies else None
        if policy is None:
            return
        query = sa.select(installations.c.user_id).where(
            installations.c.enterprise_id == kept.enterprise_id,
            installations.c.kind == Token.USER.value,
            installations.c.problem.is_(None),
            installations.c.user_id != kept.user_id,
        )
        others = sorted(connection.scalars(query))
        now = self._clock()
        error = explain(problem or "ok")
        if problem == LOST:
            message = installs.not_renewed(kept.user_id, kept.expires_at or now)
        elif problem:
            message = installs.refused(kept.user_id, error.code, error.sentence, others)
        else:
            message = installs.works(kept.user_id)
        telling.in_channel(connection, kept.enterprise_id, policy.admin_channel, f"token:{now}", message, now)

    def _note(
        self, connection: sa.Connection, enterprise_id: str, event: Event, body: Mapping[str, Json]
    ) -> None:
        at = self._clock()
        append(connection, enterprise_id=enterprise_id, at=at, event=event, actor=APP, body=body)


def _mine(enterprise_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (installations.c.enterprise_id == enterprise_id, installations.c.user_id == user_id)
