"""Reads files that people uploaded: only from Slack's own file host, only as much as is allowed.

`files.info` gives the address (`url_private_download`), which takes the bot token as a bearer token
(docs.slack.dev/reference/objects/file-object; scope `files:read`). The token must never go anywhere else.
"""

import http.client
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import urlsplit

from app.slack.credentials import NotInstalled
from app.slack.gateway import Gateway, ReadFailed
from app.slack.methods import Token
from app.slack.pace import Lane

log = logging.getLogger(__name__)

READS_FILES = "files:read"
"""The scope without which Slack neither shows a form that asks for files nor gives them out."""

_TIMEOUT = 30.0  # seconds, for the whole file
_CHUNK = 65_536
_BROKEN_OFF = "The file could not be read to its end. Try again."


class FileUnread(Exception):
    """The file could not be read; the sentence says why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class Files:
    """Files of any organization, as far as the app may see them. host: the only one they are read from."""

    def __init__(self, gateway: Gateway, scheme: str, host: str) -> None:
        self._gateway, self._scheme, self._host = gateway, scheme, host
        self._opener = urllib.request.build_opener(_SameHost(self._is_ours))

    def allowed(self, enterprise_id: str) -> bool:
        """Whether the app may ask for files there at all."""
        return READS_FILES in self._gateway.granted(enterprise_id, Token.BOT)

    def read(self, enterprise_id: str, file_id: str, most: int) -> bytes:
        """The bytes of that file, at most so many. Raises FileUnread."""
        try:
            told = self._gateway.read(enterprise_id, "files.info", {"file": file_id}, Lane.INTERACTIVE)
        except ReadFailed as failed:
            error = failed.answer.error
            raise FileUnread(error.code, f"{error.sentence} {error.remedy}") from failed
        file = told.get("file")
        file = file if isinstance(file, Mapping) else {}
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if not self._is_ours(url):
            log.warning("a file is not on Slack's file host but on %r; not read", urlsplit(url).hostname)
            raise FileUnread("foreign_file", "The file is not stored in Slack itself. Upload the file.")
        content = self._download(url, self._token(enterprise_id), most)
        if file.get("size") not in (None, len(content)):  # half a list would look like a whole one
            raise FileUnread("broken_off", _BROKEN_OFF)
        return content

    def _token(self, enterprise_id: str) -> str:
        try:
            return self._gateway.credentials.installation(enterprise_id).token(Token.BOT).reveal()
        except NotInstalled as gone:
            raise FileUnread("not_installed", "Drawbridge is not installed here any more.") from gone

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        return (parts.scheme, parts.netloc) == (self._scheme, self._host)

    def _download(self, url: str, token: str, most: int) -> bytes:
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  (`_is_ours`)
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as response:
                if (
                    response.headers.get_content_type() == "text/html"
                ):  # Slack's sign-in page, with status 200
                    raise FileUnread("no_file", "Slack did not give the file out. Upload it again.")
                return _within(response, most)
        except urllib.error.HTTPError as error:
            error.close()
            raise FileUnread("http_error", f"Slack answered {error.code}. Upload the file again.") from error
        except (OSError, http.client.HTTPException) as error:
            raise FileUnread("broken_off", _BROKEN_OFF) from error


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect away from the file host: the token would go along."""

    def __init__(self, is_ours: Any) -> None:
        self._is_ours = is_ours

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request to follow with. Raises FileUnread when it would leave the host."""
        if self._is_ours(newurl):
            return super().redirect_request(req, fp, code, msg, headers, newurl)
        fp.close()
        log.warning("a file redirected to %r; not followed", urlsplit(newurl).hostname)
        raise FileUnread("no_file", "Slack did not give the file out. Upload it again.")


def _within(response: http.client.HTTPResponse, most: int) -> bytes:
    deadline, content = time.monotonic() + _TIMEOUT, bytearray()
    while chunk := response.read(_CHUNK):
        content += chunk
        if len(content) > most:
            raise FileUnread("file_too_large", f"The file has more than {most // 1_000_000} MB. Split it.")
        if time.monotonic() > deadline:
            raise FileUnread("broken_off", "The file could not be read in time. Try again.")
    if response.length:  # `read` with a size does not mind that the rest never came
        raise FileUnread("broken_off", _BROKEN_OFF)
    return bytes(content)
