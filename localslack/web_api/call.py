"""One call on its way through the pipeline, and how it can be refused."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localslack.org.app import Token, TokenKind
from localslack.org.model import User
from localslack.web_api.catalog import Method

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]


class Refused(Exception):
    """Slack answers ``ok: false`` with this code; ``extra`` goes into the body beside it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    @classmethod
    def with_messages(cls, code: str, messages: list[str]) -> "Refused":
        """A refusal with ``response_metadata.messages``, worded as Slack words them."""
        return cls(code, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})


class RateLimited(Exception):
    """HTTP 429 with Retry-After in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass
class MethodCall:
    """What a handler gets: checked arguments, the token, the world. Handlers set ``effect`` when they change
    it.
    """

    world: "World"
    method: Method
    args: JSON
    token: Token | None = None
    basic: tuple[str, str] | None = None
    effect: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def granted(self) -> Token:
        """The token; the pipeline has made sure there is one."""
        if self.token is None:
            raise Refused("not_authed")
        return self.token

    @property
    def caller(self) -> User:
        """The user behind the token: the bot user or the person who installed."""
        return self.world.org.users[self.granted.owner]

    @property
    def is_bot(self) -> bool:
        """Called with the bot token (or a workflow token, which acts as the bot)."""
        return self.granted.kind is not TokenKind.USER

    def text(self, name: str) -> str:
        """A string argument, empty when absent."""
        return str(self.args.get(name) or "")

    def ids(self, name: str) -> list[str]:
        """A list argument, empty when absent."""
        return list(self.args.get(name) or [])

    def refusal(self, *codes: str, otherwise: str) -> Refused:
        """A refusal with the first code this method documents."""
        return Refused(self.method.refusal(*codes, otherwise=otherwise))

    def require_scope(self, scope: str) -> None:
        """Refuse unless granted: for scopes that depend on the kind of conversation."""
        if scope not in self.granted.scopes:
            raise missing_scope([scope], self.granted.scopes)


def missing_scope(needed: list[str], provided: list[str]) -> Refused:
    """The refusal for an absent scope, with ``needed`` and ``provided`` (docs.slack.dev/apis/web-api)."""
    return Refused("missing_scope", needed=",".join(needed), provided=",".join(provided))
