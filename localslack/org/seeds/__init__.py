"""Deterministic orgs to start from: ``small`` for tests, ``demo`` (a superset) for the tour and the browser
page.
"""

from localslack.org.app import App, Manifest, Token, TokenKind
from localslack.org.model import Org
from localslack.org.seeds.demo import extend_to_demo
from localslack.org.seeds.small import small_org

SEEDS = ("small", "demo")
BOT_TOKEN = "xoxb-local-1000000000001-2000000000001-drawbridgelocalbottoken"
USER_TOKEN = "xoxp-local-1000000000001-2000000000001-drawbridgelocalusertoken"
APP_TOKEN = "xapp-local-1-A0DRAWBRDG-3000000000001-drawbridgelocalapptoken"
SIGNING_SECRET = "localslack0signing0secret0000001"
CLIENT_ID = "1000000000001.2000000000001"
CLIENT_SECRET = "localslack0client0secret00000001"


def seeded_org(name: str, now: int) -> Org:
    """A fresh org; ages in it are relative to ``now``. ValueError for an unknown seed."""
    if name not in SEEDS:
        raise ValueError(f"unknown seed {name!r}; known: {', '.join(SEEDS)}")
    org = small_org(now)
    if name == "demo":
        extend_to_demo(org, now)
    return org


def seeded_app(manifest: Manifest) -> App:
    """The app, installed on the org by its service admin, with the manifest's scopes."""
    app = App(
        id="A0DRAWBRDG",
        bot_user="U0DRAWBRDG",
        bot_id="B0DRAWBRDG",
        installer="W0INSTALL1",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        signing_secret=SIGNING_SECRET,
        verification_token="local-verification-token-deprecated",
        manifest=manifest,
    )
    for token in (
        Token(BOT_TOKEN, TokenKind.BOT, app.bot_user, list(manifest.bot_scopes)),
        Token(USER_TOKEN, TokenKind.USER, app.installer, list(manifest.user_scopes)),
        Token(APP_TOKEN, TokenKind.APP, app.id, ["connections:write"]),
    ):
        app.tokens[token.value] = token
    return app
