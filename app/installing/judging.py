"""What Slack says of a token: whether it takes it, and whether it can do the work. One judgement for all.

Slack's events about uninstalls and revoked tokens come late, twice, in any order, for single workspaces too,
or not at all; that somebody is no longer an admin is told by no event (docs.slack.dev/reference/events/
tokens_revoked, docs.slack.dev/reference/events/app_uninstalled).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.config import Secret
from app.manifest import scopes
from app.model.clock import Millis
from app.model.person import Person
from app.slack.answers import Answer
from app.slack.credentials import OF_THE_TOKEN, Credentials
from app.slack.directory.rows import person
from app.slack.errors import explain
from app.slack.gateway import call_once, identify
from app.slack.methods import Token

EVERY_MS = 300_000
"""How often each token is asked about."""


class Unclear(Enum):
    """Slack did not tell, so nothing is changed."""

    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Standing:
    """What was last found of an organization's tokens of one kind. works: at least one of them does."""

    enterprise_id: str
    kind: Token
    works: bool
    checked_at: Millis


class TokenHealth(Protocol):
    """Asks Slack about tokens: by itself every five minutes, and when there is a reason."""

    def run_once(self) -> int:
        """Ask about what was not asked about for five minutes; answers how many tokens that were."""
        ...

    def look(self, enterprise_id: str, reason: str) -> None:
        """Ask about every token of an organization now. reason: what made us, for the log."""
        ...

    def standing(self) -> Iterable[Standing]:
        """What was found last, by whichever process."""
        ...


def standings(credentials: Credentials, base_url: str, enterprise_id: str) -> Iterator[tuple[bool, str]]:
    """Whether each token of an organization can do its work, asked just now, with a line about it.

    Raises NotInstalled, and ConfigError when the stored tokens cannot be opened.
    """
    bot = credentials.installation(enterprise_id).bot_token
    for kind, whose in ((Token.BOT, "Bot token"), (Token.USER, "Admin user token")):
        for grant in credentials.grants(enterprise_id, kind):
            answer = identify(base_url, grant.token)
            found = problem(base_url, answer, kind, grant.user_id, bot)
            if found is None:
                yield True, f"{whose} works, as {answer.data.get('user')}"
            else:
                code = (grant.problem if answer.ok else answer.code) if isinstance(found, Unclear) else found
                told = "Slack did not tell whether it works." if code is None else explain(code).sentence
                yield False, f"{whose} of {grant.user_id}: {code or 'unclear'}. {told}"
    left = {grant.user_id for grant in credentials.grants(enterprise_id, Token.USER)}
    for user_id in sorted(credentials.admin_ids(enterprise_id) - left):
        yield False, f"Admin user token of {user_id}: withdrawn; that admin can install Drawbridge again"


def problem(
    base_url: str, answer: Answer, kind: Token, owner_id: str, bot: Secret | None
) -> str | Unclear | None:
    """The code with which Slack refuses a token, or that names what it lacks; None when all is well.

    answer: of auth.test with that token. bot: the token that reads its owner's role.
    """
    if answer.code in OF_THE_TOKEN:
        return answer.code
    if not answer.ok:
        return Unclear.UNCLEAR
    if missing_scopes(kind, answer):
        return "missing_scope"
    return _standing(base_url, owner_id, bot) if kind is Token.USER else None


def missing_scopes(kind: Token, answer: Answer) -> frozenset[str]:
    """The scopes that a token of that kind needs and lacks; none when Slack did not tell its scopes."""
    return frozenset(scopes(kind)) - answer.scopes if answer.scopes else frozenset()


def administers(found: Person) -> bool:
    """Whether somebody is an org admin or owner, so that their token can do the work."""
    return found.org_admin or found.org_owner or found.primary_owner


def _standing(base_url: str, owner_id: str, bot: Secret | None) -> str | Unclear | None:
    """Whether the token's owner is still an org admin or owner, as the bot sees it."""
    if bot is None:
        return Unclear.UNCLEAR
    answer = call_once(base_url, bot, "users.info", {"user": owner_id})
    if not answer.ok or not answer.data.get("user"):
        return Unclear.UNCLEAR
    return None if administers(person(answer.data["user"])) else "not_an_admin"
