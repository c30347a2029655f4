"""Installing, revoking and uninstalling the app.

Sources: docs.slack.dev/authentication/installing-with-oauth, docs.slack.dev/authentication/using-token-
rotation.
"""

from typing import TYPE_CHECKING

from localslack.org.app import Token, TokenKind, TokenStatus
from localslack.outbound import events

if TYPE_CHECKING:
    from localslack.world import World


def issue(world: "World", kind: TokenKind, owner: str, scopes: list[str], team_id: str | None) -> Token:
    """A fresh token; a rotating one when the manifest asks for token rotation."""
    prefix = {"bot": "xoxb", "user": "xoxp", "app": "xapp", "workflow": "xwfp"}[kind]
    rotating = world.app.manifest.token_rotation and kind in (TokenKind.BOT, TokenKind.USER)
    token = Token(
        world.new_secret(f"{'xoxe.' if rotating else ''}{prefix}-local-"), kind, owner, scopes, team_id
    )
    if rotating:
        token.expires_at = world.clock() + world.settings.token_life / world.settings.time_scale
        token.refresh_token = world.new_secret("xoxe-1-local-")
    world.app.tokens[token.value] = token
    return token


def revoke(world: "World", kinds: list[TokenKind], of: list[str] | None = None) -> None:
    """Revoke every token of these kinds (``of`` these owners only) and send ``tokens_revoked``."""
    owners: dict[TokenKind, list[str]] = {kind: [] for kind in kinds}
    for token in list(world.app.tokens.values()):
        concerned = token.kind in owners and (of is None or token.owner in of)
        if concerned and token.status is TokenStatus.ACTIVE:
            token.status = TokenStatus.REVOKED
            owners[token.kind].append(token.owner)
    events.tokens_revoked(world, owners.get(TokenKind.USER, []), owners.get(TokenKind.BOT, []))
    world.touch()


def uninstall(world: "World") -> None:
    """Remove the app from the org: all its tokens die; the order of the two events is not guaranteed."""
    revoke(world, [TokenKind.BOT, TokenKind.USER])
    world.app.installed = False
    events.app_uninstalled(world)


def set_workspaces(world: "World", team_ids: list[str]) -> None:
    """Have the app in exactly these workspaces; sends ``team_access_granted`` and ``team_access_revoked``."""
    granted = [w.id for w in world.org.workspaces.values() if not w.has_app and w.id in team_ids]
    withdrawn = [w.id for w in world.org.workspaces.values() if w.has_app and w.id not in team_ids]
    for workspace in world.org.workspaces.values():
        workspace.has_app = workspace.id in team_ids
    if granted:
        events.team_access(world, "team_access_granted", granted)
    if withdrawn:
        events.team_access(world, "team_access_revoked", withdrawn)
    world.touch()
