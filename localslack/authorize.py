"""The OAuth page: who installs, and where (docs.slack.dev/authentication/installing-with-oauth)."""

from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localslack.org.model import User
from localslack.world import OAuthCode, World


class Authorize:
    """``GET /oauth/v2/authorize``: a page to choose from, or, given ``user``, the redirect with a code."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def page(self, request: Request) -> Response:
        """Show the page, or install as ``user`` on the org (default) or on the workspace ``install_on``."""
        with self._world.lock:
            problem = self._problem(request)
            if problem:
                return HTMLResponse(f"<p>{escape(problem)}</p>", 400)
            user = self._world.org.users.get(request.query_params.get("user", ""))
            return self._redirect(request, user) if user else self._choice(request)

    def _problem(self, request: Request) -> str:
        query, app = request.query_params, self._world.app
        if query.get("client_id") != app.client_id:
            return "invalid_client_id"
        wanted = [*_scopes(request, "scope"), *_scopes(request, "user_scope")]
        declared = {*app.manifest.bot_scopes, *app.manifest.user_scopes}
        if unknown := [scope for scope in wanted if scope not in declared]:
            return f"invalid_scope: {', '.join(unknown)}"
        allowed, redirect = app.manifest.redirect_urls, query.get("redirect_uri", "")
        if allowed and redirect and not any(redirect.startswith(url) for url in allowed):
            return "bad_redirect_uri"
        return "" if redirect or allowed else "bad_redirect_uri"

    def _redirect(self, request: Request, user: User) -> Response:
        query = request.query_params
        given = query.get("redirect_uri", "")
        target = given or self._world.app.manifest.redirect_urls[0]
        if query.get("deny"):
            answer = {"error": "access_denied"}
        elif not user.is_admin_or_owner or user.deleted:
            answer = {"error": "not_allowed"}
        else:
            answer = {"code": self._code(request, user, given)}
        joint = "&" if "?" in target else "?"
        return RedirectResponse(
            f"{target}{joint}{urlencode({**answer, 'state': query.get('state', '')})}", 302
        )

    def _code(self, request: Request, user: User, redirect_uri: str) -> str:
        world = self._world
        place = request.query_params.get("install_on")
        code = world.new_secret("code-")
        world.oauth_codes[code] = OAuthCode(
            user=user.id,
            team_id=place if place in world.org.workspaces else None,
            scopes=_scopes(request, "scope"),
            user_scopes=_scopes(request, "user_scope"),
            redirect_uri=redirect_uri,
            issued_at=world.clock(),
        )
        return code

    def _choice(self, request: Request) -> Response:
        users = [
            user for user in self._world.org.users.values() if user.is_admin_or_owner and not user.deleted
        ]
        links = "".join(
            f'<li><a href="?{escape(urlencode({**request.query_params, "user": user.id}))}">'
            f"{escape(user.real_name)}</a></li>"
            for user in users
        )
        org = escape(self._world.org.name)
        page = f"<h1>Local Slack</h1><p>This is not Slack. Install on {org} as:</p><ul>{links}</ul>"
        return HTMLResponse(page)


def _scopes(request: Request, name: str) -> list[str]:
    return [scope for scope in request.query_params.get(name, "").replace(" ", ",").split(",") if scope]
