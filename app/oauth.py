"""The org-wide install over OAuth: `/slack/install` and `/slack/oauth_redirect`.

Slack: docs.slack.dev/authentication/installing-with-oauth. Bolt's flow does the protocol; what is refused,
and what is kept, is ours.
"""

import html
import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation as Granted
from slack_sdk.oauth.installation_store import InstallationStore
from slack_sdk.web import WebClient

from app.config import ConfigError, Secret, Settings
from app.installing.installations import Installations
from app.installing.states import OAuthStates
from app.manifest import scopes
from app.slack.credentials import Installation
from app.slack.directory.rows import person
from app.slack.gateway import ReadFailed, call_once
from app.slack.methods import Token

log = logging.getLogger(__name__)

_NEXT_STEPS = (
    "Add Drawbridge to the workspace where your admins are: Organization settings → Integrations → "
    "Installed apps → Drawbridge → Add to more workspaces.",
    "Invite the bot into the private admin channel: /invite @Drawbridge",
    "Run python -m app doctor, and look at every line.",
)


class Refused(BoltError):
    """An installation that is not kept; the message says why and what to do."""


class Flow(OAuthFlow):
    """Bolt's flow, storing into our installations."""

    def __init__(
        self,
        settings: Settings,
        kept: Installations,
        states: OAuthStates,
        admit: Callable[[Installation], object],
    ) -> None:
        self._base_url, self._kept, self._admit = settings.slack_api_url, kept, admit
        public = settings.public_url or f"http://{settings.host}:{settings.port}"
        secret = settings.client_secret.reveal() if settings.client_secret else ""
        super().__init__(
            client=WebClient(base_url=settings.slack_api_url, retry_handlers=[]),
            logger=logging.getLogger("slack_bolt.oauth"),
            settings=OAuthSettings(
                client_id=settings.client_id,
                client_secret=secret,
                scopes=list(scopes(Token.BOT)),
                user_scopes=list(scopes(Token.USER)),
                redirect_uri=f"{public}/slack/oauth_redirect",
                install_page_rendering_enabled=False,
                authorization_url=authorize_url(settings.slack_api_url),
                installation_store=_Nowhere(),
                state_store=states,
                callback_options=CallbackOptions(success=_succeeded, failure=_failed),
            ),
        )

    def store_installation(self, request: BoltRequest, installation: Granted) -> None:
        """Keep an org-wide installation by an org admin, if the policy can serve the organization."""
        found = _org_wide(installation)
        answer = call_once(self._base_url, found.bot_token, "users.info", {"user": found.admin_id})
        installer = person(answer.data["user"]) if answer.ok else None
        if installer is None or not (installer.org_admin or installer.org_owner):
            raise Refused("Only an org admin or org owner can install Drawbridge. Ask one of them to do it.")
        try:
            self._admit(found)
        except ConfigError as error:
            told = "; ".join(error.problems)
            raise Refused(f"The policy file cannot serve this organization: {told}") from error
        except ReadFailed as failed:
            told = f"{failed.answer.error.sentence} {failed.answer.error.remedy}"
            raise Refused(f"Slack did not tell what the policy needs. {told}") from failed
        self._kept.save(found)
        log.info("installed in %s by %s", found.enterprise_id, found.admin_id)


class _Nowhere(InstallationStore):
    """Bolt wants a store even though nothing goes through it: ours is asked by the gateway."""


def authorize_url(api_url: str) -> str:
    """Slack's consent page beside that Web API: GovSlack's and local Slack's move along."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def _org_wide(granted: Granted) -> Installation:
    if not granted.is_enterprise_install or not granted.enterprise_id:
        raise Refused(
            "This was installed on a single workspace. Install it again, and choose the organization in the "
            "switcher at the top right of Slack's page."
        )
    if not granted.bot_token or not granted.user_token:
        raise Refused(
            "Slack granted only one of the two tokens. Install it again, and allow everything asked for."
        )
    return Installation(
        enterprise_id=granted.enterprise_id,
        enterprise_name=granted.enterprise_name or "",
        app_id=granted.app_id or "",
        bot_id=granted.bot_id or "",
        bot_user_id=granted.bot_user_id or "",
        bot_token=Secret(granted.bot_token),
        admin_id=granted.user_id,
        user_token=Secret(granted.user_token),
    )


def _succeeded(arguments: SuccessArgs) -> BoltResponse:
    steps = "".join(f"<li>{html.escape(step)}</li>" for step in _NEXT_STEPS)
    name = html.escape(arguments.installation.enterprise_name or "your organization")
    return _page(200, f"Drawbridge is installed in {name}", f"<ol>{steps}</ol>")


def _failed(arguments: FailureArgs) -> BoltResponse:
    reasons = {
        "access_denied": "The installation was cancelled.",
        "not_allowed": "Only an org admin or org owner can install Drawbridge.",
        "invalid_browser": "The installation was begun in another browser. Begin again at /slack/install.",
        "invalid_state": "This link was used before or is older than ten minutes. Begin at /slack/install.",
    }
    refused = isinstance(arguments.error, Refused)
    told = (
        str(arguments.error) if refused else reasons.get(arguments.reason, "Begin again at /slack/install.")
    )
    suggested = arguments.suggested_status_code
    status = 403 if refused or suggested == 200 else suggested
    return _page(status, "Drawbridge was not installed", f"<p>{html.escape(told)}</p>")


def _page(status: int, title: str, body: str) -> BoltResponse:
    page = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>{body}"
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    return BoltResponse(status=status, body=page, headers=headers)
