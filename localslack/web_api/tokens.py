"""The token's part of the pipeline: known, alive, of the right kind, with the right scopes."""

from typing import TYPE_CHECKING

from localslack.org.app import Token, TokenStatus
from localslack.web_api.call import Refused, missing_scope
from localslack.web_api.catalog import Method

if TYPE_CHECKING:
    from localslack.world import World


def find_token(world: "World", method: Method, value: str) -> Token | None:
    """Look the token up; None only for methods that take none (``oauth.v2.access``)."""
    if not method.tokens:
        return None
    if not value:
        raise Refused(method.refusal("missing_args", otherwise="not_authed"))
    token = world.app.tokens.get(value)
    if token is None:
        raise Refused("invalid_auth")
    if token.status is TokenStatus.REVOKED or not world.app.installed:
        raise Refused("token_revoked")
    if token.expires_at is not None and token.expires_at <= world.clock():
        raise Refused("token_expired")
    owner = world.org.users.get(token.owner)
    if owner is not None and owner.deleted:
        raise Refused("account_inactive")
    return token


def check_kind(method: Method, token: Token | None) -> None:
    """Refuse a bot token where a user token is wanted, and so on."""
    if token is not None and token.kind not in method.tokens:
        raise Refused("not_allowed_token_type")


def check_scopes(method: Method, token: Token | None) -> None:
    """Refuse unless all documented scopes are granted, or one of them where they differ by kind of
    conversation.
    """
    if token is None or method.scope_rule == "none":
        return
    wanted = method.scopes.get(token.kind, ())
    missing = [scope for scope in wanted if scope not in token.scopes]
    enough = len(missing) < len(wanted) if method.scope_rule == "by_kind" else not missing
    if wanted and not enough:
        raise missing_scope(list(wanted), token.scopes)


def describe(token: Token | None) -> str:
    """How the call log names a token: kind and owner, never its value."""
    return f"{token.kind}:{token.owner}" if token else "none"
