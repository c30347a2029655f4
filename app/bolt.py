"""Builds the Bolt App: authorization, middleware, listeners."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web import WebClient

import listeners
from app.followups import FollowUps
from app.front import Front, InPlace
from app.services import Services
from app.slack.credentials import NotInstalled

log = logging.getLogger(__name__)

_NOT_INSTALLED = "Drawbridge is not installed in this organization."

_READ_BY_BOLT = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_SCOPES",
    "SLACK_USER_SCOPES",
    "SLACK_VERIFICATION_TOKEN",
)


def build(services: Services, followups: FollowUps) -> Front:
    """The Bolt app with every listener of ours; what follows their acknowledgement goes to `followups`.

    It holds no token: who may act comes from our credentials.
    """
    settings = services.settings
    secret = settings.signing_secret.reveal() if settings.signing_secret else ""
    with _hidden_environment():
        app = App(
            name="drawbridge",
            logger=logging.getLogger("slack_bolt"),
            signing_secret=secret,
            client=WebClient(base_url=settings.slack_api_url, retry_handlers=[]),
            before_authorize=_installed_only(services),
            authorize=_authorize(services),  # type: ignore[arg-type]  # Bolt takes None, its hint does not say so
            user_facing_authorize_error_message=_NOT_INSTALLED,
            listener_executor=InPlace(),
        )
    app.use(_provide(services, followups))
    app.error(_failed)
    listeners.register(app, settings.command_prefix)
    return Front(app, followups)


def _installed_only(services: Services) -> Callable[..., BoltResponse]:
    def installed_only(context: BoltContext, body: dict[str, Any], next: Callable[[], BoltResponse]) -> Any:
        """Turn away requests of no organization, and of organizations we do not serve."""
        if body.get("type") == "url_verification":
            return next()
        enterprise_id = context.get("enterprise_id")
        if not enterprise_id or (not context.get("user_id") and body.get("type") != "event_callback"):
            return BoltResponse(status=400, body="this names no organization or no person")
        if enterprise_id not in services.credentials.enterprise_ids():
            log.warning("a request came from organization %r, which is not installed", enterprise_id)
            return BoltResponse(status=200, body=_NOT_INSTALLED)
        if not services.policies.in_force(enterprise_id):
            log.warning(
                "a request came from organization %r, whose policy is not in force yet", enterprise_id
            )
            text = "Drawbridge is being set up in this organization. Try again in a minute."
            return BoltResponse(status=200, body=text)
        return next()

    return installed_only


def _authorize(services: Services) -> Callable[..., AuthorizeResult | None]:
    def authorize(enterprise_id: str, team_id: str | None) -> AuthorizeResult | None:
        """Who we are there; None when it was uninstalled just now, which Bolt tells the person.

        The request's own client is not used for calls.
        """
        try:
            installation = services.credentials.installation(enterprise_id)
        except NotInstalled:
            return None
        return AuthorizeResult(
            enterprise_id=installation.enterprise_id,
            team_id=team_id,
            bot_token=installation.bot_token.reveal(),
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
        )

    return authorize


def _provide(services: Services, followups: FollowUps) -> Callable[..., BoltResponse]:
    def provide(context: BoltContext, request: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:
        """Give every listener the services, and when the request came.

        That is Slack's signature time; Socket Mode signs nothing, so there it is ours.
        """
        context["services"], context["followups"] = services, followups
        signed_at = (request.headers.get("x-slack-request-timestamp") or [""])[0]
        context["signed_at"] = signed_at or str(services.clock() // 1000)
        return next()

    return provide


def _failed(error: Exception) -> BoltResponse:
    """Listeners of ours do not raise. What does is Bolt, at a payload that is not of Slack's shape."""
    log.warning("a request could not be understood: %s", type(error).__name__)
    return BoltResponse(status=400, body="not a request of Slack's")


@contextmanager
def _hidden_environment() -> Iterator[None]:
    """Bolt reads these variables by itself and would prefer OAuth silently."""
    hidden = {name: os.environ.pop(name) for name in _READ_BY_BOLT if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
