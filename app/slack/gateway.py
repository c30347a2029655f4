"""The only place that calls Slack's Web API."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse, WebClient
from slack_sdk.webhook import WebhookClient

from app.config import ConfigError, Secret
from app.metrics import RATE_LIMITED, SLACK_CALLS, SLACK_SECONDS
from app.model.attachment import Attachment
from app.slack.answers import Answer, answered, broken, refused
from app.slack.credentials import OF_THE_TOKEN, Credentials, Grant, NotInstalled
from app.slack.methods import METHODS, Token
from app.slack.pace import Lane, Pace, Turn

log = logging.getLogger(__name__)

_sdk_log = logging.getLogger("slack_sdk.quiet")
"""Silent: the SDK would log bodies and addresses. Ours says what matters."""
_sdk_log.setLevel(logging.CRITICAL)

_Send = Callable[[WebClient], SlackResponse]

_TIMEOUT = 30  # seconds; a slower answer counts as lost
_READ_ATTEMPTS = 5
_MOST_SENT_AWAY = 20
_LONGEST_PAUSE = 60.0


def identify(base_url: str, token: Secret) -> Answer:
    """Whose token that is (auth.test), before any installation is known."""
    return call_once(base_url, token, "auth.test", {})


def call_once(base_url: str, token: Secret, method: str, arguments: Mapping[str, Any]) -> Answer:
    """One request with a token that belongs to no installation yet."""
    client = WebClient(
        token=token.reveal(), base_url=base_url, timeout=_TIMEOUT, retry_handlers=[], logger=_sdk_log
    )
    return _sent(method, lambda: client.api_call(method, params=_form(arguments)))


def exchange(base_url: str, client_id: str, client_secret: Secret, code: str, redirect_uri: str) -> Answer:
    """The tokens for the code that an install ended with (oauth.v2.access); a code is good once."""
    client = WebClient(base_url=base_url, timeout=_TIMEOUT, retry_handlers=[], logger=_sdk_log)
    return _sent(
        "oauth.v2.access",
        lambda: client.oauth_v2_access(
            client_id=client_id,
            client_secret=client_secret.reveal(),
            code=code,
            redirect_uri=redirect_uri,
        ),
    )


def renew(base_url: str, client_id: str, client_secret: Secret, refresh_token: Secret) -> Answer:
    """A new token and a new refresh token for one refresh token, which is then used up.

    Source: docs.slack.dev/authentication/using-token-rotation.
    """
    client = WebClient(base_url=base_url, timeout=_TIMEOUT, retry_handlers=[], logger=_sdk_log)
    return _sent(
        "oauth.v2.access",
        lambda: client.oauth_v2_access(
            client_id=client_id,
            client_secret=client_secret.reveal(),
            grant_type="refresh_token",
            refresh_token=refresh_token.reveal(),
        ),
    )


def open_socket(base_url: str, app_token: Secret) -> Answer:
    """Whether that app-level token may open Socket Mode connections (apps.connections.open)."""
    client = WebClient(base_url=base_url, timeout=_TIMEOUT, retry_handlers=[], logger=_sdk_log)
    token = app_token.reveal()
    return _sent("apps.connections.open", lambda: client.apps_connections_open(app_token=token))


def _sent(method: str, send: Callable[[], SlackResponse]) -> Answer:
    """The answer to one request of the SDK, whatever became of it; counted."""
    with SLACK_SECONDS.labels(method).time():
        answer = _answer(method, send)
    SLACK_CALLS.labels(method, answer.code).inc()
    if answer.code == "ratelimited":
        RATE_LIMITED.labels(method).inc()
    return answer


def _answer(method: str, send: Callable[[], SlackResponse]) -> Answer:
    try:
        response = send()
    except SlackApiError as error:
        return refused(method, error)
    except SlackRequestError:  # the upload of a file was not taken
        return Answer(method, "http_error")
    except (AttributeError, TypeError):  # the SDK takes any JSON for an object: a list or a number trips it
        return Answer(method, "answer_lost")
    except Exception as error:  # noqa: BLE001  (`broken` raises again what is not the network's)
        return broken(method, error)
    return answered(method, response)


class ReadFailed(Exception):
    """A read could not be completed: what it was to tell is *unknown*, never "gone"."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.method}: {answer.code}")
        self.answer = answer


class Gateway:
    """Calls methods with the right token at the right pace.

    The SDK's own retry handlers are off: one of them repeats a call whose connection broke, even when the
    call had already taken effect.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str,
        hooks_host: str,
        pace: Pace,
        time_scale: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.credentials = credentials
        self._base_url, self._hooks_host = base_url, hooks_host
        self._pace, self._scale, self._sleep = pace, time_scale, sleep
        self._granted: dict[tuple[str, Token], frozenset[str]] = {}

    def call(
        self, enterprise_id: str, method: str, arguments: Mapping[str, Any], token: Token | None = None
    ) -> Answer:
        """One request, now, without pacing and without repeating. Never raises for what Slack does.

        When Slack refuses one admin's token as such, the next admin's is taken. token: another kind than the
        method's usual one.
        """
        spec = METHODS[method]
        body: dict[str, Any] = {"json": dict(arguments)} if spec.json else {"params": _form(arguments)}
        kind = token or spec.token
        answer = self._tried(enterprise_id, method, kind, lambda client: client.api_call(method, **body))
        if answer.scopes:
            self._granted[enterprise_id, kind] = answer.scopes
        if answer.code == "ratelimited" and answer.retry_after is not None:
            self._pace.hold_off(enterprise_id, method, answer.retry_after)
        return answer

    def _tried(self, enterprise_id: str, method: str, kind: Token, send: _Send) -> Answer:
        """The answer to one request, with the first token of that kind that Slack does not refuse.

        Slack refuses a token before it does anything, so nothing is ever done twice. What else it answers, or
        whatever became of the request, is the answer.
        """
        try:
            grants = self.credentials.grants(enterprise_id, kind)
        except NotInstalled:
            return Answer(method, "not_installed")
        except ConfigError as error:  # the stored tokens cannot be opened
            log.error("%s in %s: %s", method, enterprise_id, error)
            return Answer(method, "not_installed")
        answer = Answer(method, "no_token")
        for grant in grants:
            answer = self._as(grant, method, send)
            if answer.code not in OF_THE_TOKEN:
                break
            log.warning("%s as %s in %s: %s", method, grant.user_id, enterprise_id, answer.code)
            renewed = self.credentials.refused(enterprise_id, kind, grant, answer.code)
            if renewed is not None:
                answer = self._as(renewed, method, send)
                break
        return answer

    def _as(self, grant: Grant, method: str, send: _Send) -> Answer:
        client = _Client(
            token=grant.token.reveal(),
            base_url=self._base_url,
            timeout=_TIMEOUT,
            retry_handlers=[],
            logger=_sdk_log,
        )
        return replace(_sent(method, lambda: send(client)), acted_as=grant.user_id)

    def granted(self, enterprise_id: str, token: Token) -> frozenset[str]:
        """The scopes of that token as Slack's last answer to it told; asked for when there was none yet.

        For what is offered only: whether a call may be made Slack says itself. Empty when Slack told none.
        """
        if (enterprise_id, token) not in self._granted:
            self.call(enterprise_id, "auth.test", {}, token)
        return self._granted.get((enterprise_id, token), frozenset())

    def turn(self, enterprise_id: str, method: str, lane: Lane, place: float = 0.0) -> Turn:
        """The method's next moment for this caller, which is then taken; or when to ask again, from where."""
        return self._pace.turn(enterprise_id, method, lane, place)

    def paced(self, enterprise_id: str, method: str, arguments: Mapping[str, Any], lane: Lane) -> Answer:
        """Wait for the method's turn, then one request."""
        self.await_turn(enterprise_id, method, lane)
        return self.call(enterprise_id, method, arguments)

    def await_turn(
        self, enterprise_id: str, method: str, lane: Lane, wait: Callable[[float], object] | None = None
    ) -> bool:
        """Wait until a moment of the method is this caller's; answers whether it is.

        wait: waits that many seconds in place of sleeping, and answers true to give up. Background work that
        was sent away many times waits its turn like an execution.
        """
        pause = wait or self._sleep
        turn = Turn(0.0, taken=False)
        for asked in count():
            patient = lane is Lane.BACKGROUND and asked >= _MOST_SENT_AWAY
            turn = self.turn(enterprise_id, method, Lane.EXECUTION if patient else lane, turn.place)
            if turn.wait > 0 and pause(turn.wait):
                return False
            if turn.taken:
                break
        return True

    def read(
        self, enterprise_id: str, method: str, arguments: Mapping[str, Any], lane: Lane
    ) -> Mapping[str, Any]:
        """Slack's JSON for a reading method, repeated with growing pauses while that can help.

        Raises ReadFailed, which carries the last answer.
        """
        for attempt in range(_READ_ATTEMPTS):
            answer = self.paced(enterprise_id, method, arguments, lane)
            if answer.ok:
                return answer.data
            if not answer.error.error_class.passes or attempt == _READ_ATTEMPTS - 1:
                break
            self._sleep(self.pause(answer, attempt))
        raise ReadFailed(answer)

    def pages(
        self,
        enterprise_id: str,
        method: str,
        arguments: Mapping[str, Any],
        lane: Lane,
        *,
        top_level_cursor: bool = False,
    ) -> Iterator[Mapping[str, Any]]:
        """Every page of a cursor-paged method, to the end. Raises ReadFailed at the page that failed.

        top_level_cursor: `admin.conversations.search` puts `next_cursor` beside its rows.
        """
        cursor, seen = "", {""}
        while True:
            asked = {**arguments, "cursor": cursor} if cursor else arguments
            data = self.read(enterprise_id, method, asked, lane)
            yield data
            holder = data if top_level_cursor else data.get("response_metadata") or {}
            following = holder.get("next_cursor") or ""
            if not following:
                return
            if following in seen:  # going round in circles: the rest of the list is unknown
                raise ReadFailed(Answer(method, "invalid_cursor"))
            seen.add(following)
            cursor = following

    def pause(self, answer: Answer, attempt: int) -> float:
        """Seconds before a repeat: what Slack asked for, else 1, 2, 4 … up to a minute, scaled."""
        if answer.retry_after is not None:
            return answer.retry_after
        return float(min(_LONGEST_PAUSE, 2**attempt)) / self._scale

    def upload(
        self, enterprise_id: str, channel: str, thread_ts: str, file: Attachment, comment: str
    ) -> Answer:
        """Share a file in a thread, under a comment in mrkdwn. Never raises for what Slack does.

        Three requests of the SDK (docs.slack.dev/messaging/working-with-files): an address for the bytes, the
        bytes, the sharing. Only the last one makes anything visible.
        """
        method = "files.completeUploadExternal"
        return self._tried(
            enterprise_id,
            method,
            METHODS[method].token,
            lambda client: client.files_upload_v2(
                filename=file.filename,
                title=file.title,
                content=file.content,
                channel=channel,
                thread_ts=thread_ts,
                initial_comment=comment,
            ),
        )

    def respond(self, response_url: str, text: str, blocks: list[dict[str, Any]] | None = None) -> bool:
        """Tell the person who acted, and only them, through the `response_url` of their action.

        Answers whether it arrived. An address that is not Slack's own is refused (and logged).
        """
        try:
            parts = urlsplit(response_url)
        except ValueError:
            parts = urlsplit("")
        if (parts.scheme, parts.netloc) != (urlsplit(self._base_url).scheme, self._hooks_host):
            log.warning("a response_url pointed to %s://%r and was not used", parts.scheme, parts.hostname)
            return False
        try:
            response = WebhookClient(response_url, timeout=_TIMEOUT, retry_handlers=[]).send(
                text=text, blocks=blocks, response_type="ephemeral", replace_original=False
            )
        except Exception as error:  # noqa: BLE001  (`broken` raises again what is not the network's)
            return broken("response_url", error).ok
        return response.status_code == 200


class _Client(WebClient):
    """The SDK's client, which hands a file to whatever address it is told; this one only to Slack's own."""

    def _upload_file(self, *, url: str, **rest: Any) -> Any:
        api, told = urlsplit(self.base_url), urlsplit(url)
        host, ours = told.hostname or "", api.hostname or ""
        if told.netloc != api.netloc and not (told.scheme == "https" and host.endswith(f".{ours}")):
            log.warning("an upload was to go to %r and was not made", host)
            raise SlackRequestError("not an address of Slack's own")
        return super()._upload_file(url=url, **rest)


def _form(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as a form wants them: lists comma-joined, structures as JSON, None left out."""
    form: dict[str, Any] = {}
    for name, value in arguments.items():
        if value is None:
            continue
        if isinstance(value, list | tuple):
            plain = all(isinstance(entry, str) for entry in value)
            form[name] = ",".join(value) if plain else json.dumps(value)
        else:
            form[name] = value
    return form
