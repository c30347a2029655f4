"""Asks Slack whether the tokens that were given still work. Nobody else's can be taken in their place."""

import logging
from collections.abc import Iterable

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.installing.judging import EVERY_MS, Standing, Unclear, problem
from app.messages import installs
from app.model.clock import Clock, Millis
from app.requests import telling
from app.requests.policies import Policies
from app.slack.credentials import Credentials, NotInstalled
from app.slack.errors import explain
from app.slack.gateway import identify
from app.slack.methods import Token
from app.storage import Database
from app.storage.remembered import exchange, recall, remember, turn

log = logging.getLogger(__name__)

_TURN = "tokens"
_SETTINGS = {Token.BOT: "SLACK_BOT_TOKEN", Token.USER: "SLACK_USER_TOKEN"}


class GivenHealth:
    """Looks at both tokens; what is found is kept, logged, and told in the admin channel when it is news."""

    def __init__(
        self, database: Database, given: Credentials, base_url: str, policies: Policies, clock: Clock
    ) -> None:
        self._database, self._given, self._base_url = database, given, base_url
        self._policies, self._clock = policies, clock

    def run_once(self) -> int:
        """Look at both tokens when nobody did for five minutes; answers how many. One process each time."""
        looked = 0
        for enterprise_id in self._given.enterprise_ids():
            with self._database.write() as connection:
                mine = turn(connection, enterprise_id, _TURN, self._clock(), EVERY_MS)
            if mine:
                self.look(enterprise_id, "found")
                looked += len(Token)
        return looked

    def look(self, enterprise_id: str, reason: str) -> None:
        """Look at both tokens now. reason: what made us look, for the log."""
        try:
            given = self._given.installation(enterprise_id)
        except NotInstalled:
            return
        for kind in Token:
            grant = given.grant(kind)
            answer = identify(self._base_url, grant.token)
            found = problem(self._base_url, answer, kind, grant.user_id, given.bot_token)
            if found is Unclear.UNCLEAR:
                continue
            if found is not None:
                told = f"{explain(found).sentence} Put a new one into {_SETTINGS[kind]} and start again."
                whose = f"{grant.user_id} in {enterprise_id}"
                log.error("the %s token of %s cannot be used (%s): %s. %s", kind, whose, reason, found, told)
            self._keep(enterprise_id, kind, grant.user_id, found or "")

    def standing(self) -> Iterable[Standing]:
        """What was found last, by whichever process."""
        for enterprise_id in self._given.enterprise_ids():
            with self._database.read() as connection:
                kept = recall(connection, enterprise_id, map(_key, Token))
            for kind in Token:
                if _key(kind) in kept:
                    code, at = kept[_key(kind)]
                    yield Standing(enterprise_id, kind, not code, at)

    def _keep(self, enterprise_id: str, kind: Token, owner_id: str, code: str) -> None:
        """Keep what was found; news is evidence, and told once. code: empty when all is well."""
        now, key = self._clock(), _key(kind)
        with self._database.write(enterprise_id) as connection:
            before = recall(connection, enterprise_id, [key]).get(key, ("", 0))[0]
            if before == code:
                remember(connection, enterprise_id, {key: code}, now)
            elif exchange(connection, enterprise_id, key, before, code, now):
                append(
                    connection,
                    enterprise_id=enterprise_id,
                    at=now,
                    event=Event.INSTALLATION_REFUSED if code else Event.INSTALLATION_RECOVERED,
                    actor=APP,
                    body={"owner": owner_id, "kind": kind.value, "code": code or before},
                )
                if kind is Token.USER:  # a bot that is refused can tell nobody
                    self._tell(connection, enterprise_id, owner_id, code, now)

    def _tell(
        self, connection: sa.Connection, enterprise_id: str, owner_id: str, code: str, now: Millis
    ) -> None:
        policy = self._policies.written(enterprise_id)
        if policy is None:
            return
        refused = installs.given_refused(owner_id, code, explain(code).sentence)
        message = refused if code else installs.works(owner_id)
        telling.in_channel(connection, enterprise_id, policy.admin_channel, f"token:{now}", message, now)


def _key(kind: Token) -> str:
    return f"token:{kind.value}"
