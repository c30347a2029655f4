"""What comes back from a Web API call, whatever went wrong on the way."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from app.slack.errors import SlackError, explain

OK = "ok"


@dataclass(frozen=True)
class Answer:
    """The outcome of one call.

    code: `ok`, Slack's error code, or one of ours: `not_sent`, `not_installed` and `no_token` (nothing
    reached Slack), and `answer_lost`, `timeout`, `http_error` (in these three something may have happened).
    data: Slack's JSON, empty when none came.
    request_id: Slack's `x-slack-req-id`, for their support.
    retry_after: seconds Slack asked us to wait, when it did.
    scopes: what the token was granted, from the response headers.
    server_time: Slack's clock in Unix seconds, from the Date header; 0 when not told.
    acted_as: user id of whose token it was made with; empty when none was used.
    """

    method: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""
    retry_after: float | None = None
    scopes: frozenset[str] = frozenset()
    server_time: int = 0
    acted_as: str = ""

    @property
    def ok(self) -> bool:
        """Whether Slack said `ok: true`. Accepted, not proved."""
        return self.code == OK

    @property
    def error(self) -> SlackError:
        """The code explained, as this method means it."""
        return explain(self.code, self.method)


def answered(method: str, response: SlackResponse) -> Answer:
    """The answer in a response of the SDK that arrived whole."""
    headers = {str(name).lower(): value for name, value in response.headers.items()}
    data = response.data if isinstance(response.data, dict) else {}
    return Answer(
        method,
        _code(response.status_code, data),
        data,
        headers.get("x-slack-req-id", ""),
        _seconds(headers.get("retry-after")),
        frozenset(filter(None, (scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")))),
        _date(headers.get("date")),
    )


def refused(method: str, error: SlackApiError) -> Answer:
    """The answer inside the SDK's exception for `ok: false` and for bodies it could not read."""
    response = error.response
    return (
        answered(method, response) if isinstance(response, SlackResponse) else Answer(method, "answer_lost")
    )


def broken(method: str, error: Exception) -> Answer:
    """The answer when the connection failed. Raises `error` again when it is none of the network's."""
    if isinstance(error, HTTPError):
        return Answer(method, "http_error")
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return Answer(method, "not_sent")
    if isinstance(reason, TimeoutError):
        return Answer(method, "timeout")
    if isinstance(reason, OSError | http.client.HTTPException | UnicodeDecodeError):
        return Answer(method, "answer_lost")
    raise error


def _code(status: int, data: Mapping[str, Any]) -> str:
    if status == 429:
        return "ratelimited"
    code = data.get("error")
    if data.get("ok") is True and status < 300:
        return OK
    if not isinstance(code, str) or " " in code:  # the SDK puts a sentence there when the body was no JSON
        return "http_error" if status >= 300 else "answer_lost"
    return code


def _seconds(header: Any) -> float | None:
    value = header[0] if isinstance(header, list) and header else header
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return None


def _date(header: str | None) -> int:
    try:
        return round(parsedate_to_datetime(header or "").timestamp())
    except ValueError:
        return 0
