"""``oauth.v2.access``: a code, or a refresh token, for tokens."""

from localslack.org.app import Token, TokenKind, TokenStatus
from localslack.org.installing import issue
from localslack.web_api.call import JSON, MethodCall, Refused

_CODE_LIFE = 600


def access(call: MethodCall) -> JSON:
    """Check the client, then exchange."""
    app = call.world.app
    client_id, secret = call.basic or (call.text("client_id"), call.text("client_secret"))
    if client_id != app.client_id:
        raise Refused("invalid_client_id")
    if secret != app.client_secret:
        raise Refused("bad_client_secret")
    if call.text("code_verifier"):
        raise Refused("pkce_not_allowed")
    if call.text("grant_type") == "refresh_token":
        return _refresh(call)
    return _exchange(call)


def _exchange(call: MethodCall) -> JSON:
    world = call.world
    code = world.oauth_codes.pop(call.text("code"), None)
    if code is None or world.clock() - code.issued_at > _CODE_LIFE:
        raise Refused("invalid_code")
    if code.redirect_uri != call.text("redirect_uri"):
        raise Refused("bad_redirect_uri")
    if not code.scopes and not code.user_scopes:
        raise Refused("no_scopes")
    bot = issue(world, TokenKind.BOT, world.app.bot_user, code.scopes, code.team_id)
    world.app.installed, world.app.installer = True, code.user
    authed: JSON = {"id": code.user}
    if code.user_scopes:
        user = issue(world, TokenKind.USER, code.user, code.user_scopes, code.team_id)
        authed |= {"scope": ",".join(user.scopes), "token_type": "user", **_token_fields(call, user)}
    call.effect = True
    return {**_installation(call, bot), "authed_user": authed}


def _refresh(call: MethodCall) -> JSON:
    wanted = call.text("refresh_token")
    old = next((t for t in call.world.app.tokens.values() if wanted and t.refresh_token == wanted), None)
    if old is None or old.status is TokenStatus.REVOKED or not call.world.app.installed:
        raise Refused("invalid_refresh_token")
    new = issue(call.world, old.kind, old.owner, old.scopes, old.team_id)
    old.refresh_token = ""
    _keep_two(call, new)
    call.effect = True
    if new.kind is TokenKind.BOT:
        return _installation(call, new)
    return {**_installation(call, new), "scope": ",".join(new.scopes), "token_type": "user"}


def _keep_two(call: MethodCall, new: Token) -> None:
    """At most two tokens of a kind and owner stay alive under rotation."""
    living = [t for t in call.world.app.tokens_of(new.kind) if t.owner == new.owner and t.expires_at]
    for token in living[:-2]:
        token.status = TokenStatus.REVOKED


def _installation(call: MethodCall, token: Token) -> JSON:
    org, app = call.world.org, call.world.app
    workspace = org.workspaces.get(token.team_id or "")
    return {
        "app_id": app.id,
        "scope": ",".join(token.scopes),
        "token_type": token.kind.value,
        **_token_fields(call, token),
        "bot_user_id": app.bot_user,
        "team": {"id": workspace.id, "name": workspace.name} if workspace else None,
        "enterprise": {"id": org.id, "name": org.name},
        "is_enterprise_install": workspace is None,
    }


def _token_fields(call: MethodCall, token: Token) -> JSON:
    fields: JSON = {"access_token": token.value}
    if token.expires_at is not None:
        life = round(call.world.settings.token_life)
        fields |= {"expires_in": life, "refresh_token": token.refresh_token}
    return fields


METHODS = {"oauth.v2.access": access}
