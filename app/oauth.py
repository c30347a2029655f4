"""The org-wide install over OAuth: `/slack/install` and `/slack/oauth_redirect`.

Slack: docs.slack.dev/authentication/installing-with-oauth. Bolt's flow does the protocol; what is refused,
and what is kept, is ours.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

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
from app.installing import pages
from app.installing.installations import Installations
from app.installing.states import OAuthStates
from app.manifest import scopes
from app.slack.credentials import Installation, Renewal
from app.slack.directory.rows import person
from app.slack.gateway import ReadFailed, call_once, exchange, identify
from app.slack.methods import Token

log = logging.getLogger(__name__)


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
        self._own, self._kept, self._admit = settings, kept, admit
        public = settings.public_url or f"http://{settings.host}:{settings.port}"
        super().__init__(
            client=WebClient(base_url=settings.slack_api_url, retry_handlers=[]),
            logger=logging.getLogger("slack_bolt.oauth"),
            settings=OAuthSettings(
                client_id=settings.client_id,
                client_secret=settings.client_secret.reveal() if settings.client_secret else "",
                scopes=list(scopes(Token.BOT)),
                user_scopes=list(scopes(Token.USER)),
                redirect_uri=f"{public}/slack/oauth_redirect",
                install_page_rendering_enabled=False,
                authorization_url=settings.authorize_url(),
                installation_store=_Nowhere(),
                state_store=states,
                callback_options=CallbackOptions(success=self._succeeded, failure=_failed),
            ),
        )

    def run_installation(self, code: str) -> Granted | None:
        """Exchange the code for tokens; None when Slack would not. Bolt's own would log the code."""
        own = self._own
        secret = own.client_secret or Secret("")
        answer = exchange(own.slack_api_url, own.client_id or "", secret, code, self.redirect_uri or "")
        token = answer.data.get("access_token")
        if not answer.ok or not token:
            log.warning("an install was not completed: %s", answer.code)
            return None
        bot = identify(own.slack_api_url, Secret(str(token)))
        return _granted(answer.data, bot.data.get("bot_id"), own.time_scale)

    def store_installation(self, request: BoltRequest, installation: Granted) -> None:
        """Keep an org-wide installation by an org admin, if the policy can serve the organization."""
        found = self._org_wide(installation)
        answer = call_once(self._own.slack_api_url, found.bot_token, "users.info", {"user": found.admin_id})
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

    def _org_wide(self, granted: Granted) -> Installation:
        if not granted.is_enterprise_install or not granted.enterprise_id:
            raise Refused(
                "This was installed on a single workspace. Remove it there. Then install it again and choose "
                "the organization in the switcher at the top right of Slack's page."
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
            bot_renewal=_renewal(granted.bot_refresh_token, granted.bot_token_expires_at),
            user_renewal=_renewal(granted.user_refresh_token, granted.user_token_expires_at),
        )

    def _succeeded(self, arguments: SuccessArgs) -> BoltResponse:
        granted = arguments.installation
        enterprise_id, app_id = granted.enterprise_id or "", granted.app_id or ""
        admins = len(self._kept.admin_ids(enterprise_id))
        notes = [
            f"The app {app_id} acts in {enterprise_id} with the token of {granted.user_id}, one of {admins} "
            "admins who have installed it."
            if admins > 1
            else f"The app {app_id} acts in {enterprise_id} with the token of {granted.user_id}."
        ]
        if granted.user_refresh_token:
            notes.append("Its tokens run out after twelve hours; Drawbridge renews them by itself.")
        add_page = self._own.add_workspaces_page(enterprise_id, app_id)
        return pages.installed(granted.enterprise_name or "your organization", notes, add_page)


class _Nowhere(InstallationStore):
    """Bolt wants a store even though nothing goes through it: ours is asked by the gateway."""


def _granted(data: Mapping[str, Any], bot_id: str | None, time_scale: float) -> Granted:
    """Slack's answer to the code in the SDK's shape (docs.slack.dev/reference/methods/oauth.v2.access)."""
    organization, user = data.get("enterprise") or {}, data.get("authed_user") or {}
    return Granted(
        app_id=data.get("app_id"),
        enterprise_id=organization.get("id"),
        enterprise_name=organization.get("name"),
        bot_token=data.get("access_token"),
        bot_id=bot_id,
        bot_user_id=data.get("bot_user_id"),
        bot_refresh_token=data.get("refresh_token"),
        bot_token_expires_in=_seconds(data, time_scale),
        user_id=str(user.get("id") or ""),
        user_token=user.get("access_token"),
        user_refresh_token=user.get("refresh_token"),
        user_token_expires_in=_seconds(user, time_scale),
        is_enterprise_install=bool(data.get("is_enterprise_install")),
    )


def _seconds(data: Mapping[str, Any], time_scale: float) -> int | None:
    """How long a token lives by our clock; None when it never runs out."""
    return round(data["expires_in"] / time_scale) if data.get("expires_in") else None


def _renewal(refresh_token: str | None, expires_at: float | None) -> Renewal | None:
    if not refresh_token or not expires_at:
        return None
    return Renewal(Secret(refresh_token), round(expires_at * 1000))


_REASONS = {
    "access_denied": "The installation was cancelled.",
    "not_allowed": "Only an org admin or org owner can install Drawbridge. Ask one of them to do it.",
    "invalid_browser": "The installation was begun in another browser. Cookies must be allowed here.",
    "invalid_state": "This link was used before or is older than ten minutes.",
    "invalid_code": "Slack did not confirm it: it took too long, or Slack could not be reached.",
}


def _failed(arguments: FailureArgs) -> BoltResponse:
    refused = isinstance(arguments.error, Refused)
    otherwise = "Slack's answer could not be understood."
    told = str(arguments.error) if refused else _REASONS.get(arguments.reason, otherwise)
    suggested = arguments.suggested_status_code
    return pages.not_installed(403 if refused or suggested == 200 else suggested, told)
