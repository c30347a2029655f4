"""Uploaded files are read from Slack's own file host only, and the token goes nowhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.slack.answers import Answer
from app.slack.credentials import NotInstalled
from app.slack.files import Files, FileUnread
from app.slack.gateway import ReadFailed
from app.slack.methods import Token
from tests.unit.given import ORG

CONTENT = b"user\nW0DINO0001\n"


class Host(ThreadingHTTPServer):
    """A file host that answers each path as a test wants, and remembers the tokens it was shown."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.seen: list[tuple[str, str]] = []

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.netloc}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers.get("Authorization", "")))
        status, headers, content = self.server.answers[self.path]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quietly."""


class Desk:
    """What Files needs of a gateway: one answer to files.info, one token."""

    def __init__(self, told: dict[str, Any] | Answer) -> None:
        self.told = told
        self.credentials = self

    def read(self, enterprise_id: str, method: str, arguments: Any, lane: Any) -> Any:
        assert (method, arguments) == ("files.info", {"file": "F0LIST0001"})
        if isinstance(self.told, Answer):
            raise ReadFailed(self.told)
        return {"file": self.told}

    def granted(self, enterprise_id: str, token: Token) -> frozenset[str]:
        return frozenset({"chat:write", "files:read"} if token is Token.BOT else ())

    def installation(self, enterprise_id: str) -> Any:
        if enterprise_id != ORG:
            raise NotInstalled(enterprise_id)
        return self

    def token(self, kind: Token) -> Any:
        assert kind is Token.BOT
        return self

    def reveal(self) -> str:
        return "xoxb-1"


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def elsewhere() -> Iterator[Host]:
    with Host() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def files(host: Host, told: dict[str, Any] | Answer) -> Files:
    desk: Any = Desk(told)
    return Files(desk, "http", host.netloc)


def read(host: Host, url: str, most: int = 1000, enterprise_id: str = ORG) -> bytes:
    return files(host, {"url_private_download": url}).read(enterprise_id, "F0LIST0001", most)


def refused(host: Host, url: str, **more: Any) -> FileUnread:
    with pytest.raises(FileUnread) as caught:
        read(host, url, **more)
    return caught.value


def test_a_file_is_read_with_the_bot_token(host: Host) -> None:
    host.answers["/f"] = 200, {}, CONTENT
    assert read(host, host.url("/f")) == CONTENT
    assert host.seen == [("/f", "Bearer xoxb-1")]


def test_the_scope_decides_whether_a_form_may_ask_for_files(host: Host) -> None:
    assert files(host, {}).allowed(ORG)


def test_without_an_address_for_downloads_the_private_one_is_used(host: Host) -> None:
    host.answers["/p"] = 200, {}, CONTENT
    assert files(host, {"url_private": host.url("/p")}).read(ORG, "F0LIST0001", 1000) == CONTENT


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.google.example/sheet",
        "",
        "file:///etc/passwd",
        "http://127.0.0.1:1/f",
        "http://{netloc}@evil.example/f",
        "http://evil.example:80/{netloc}",
        "https://{netloc}/f",
        "ftp://{netloc}/f",
    ],
)
def test_no_other_address_is_asked(host: Host, url: str) -> None:
    assert refused(host, url.format(netloc=host.netloc)).code == "foreign_file"
    assert host.seen == []


def test_a_redirect_within_the_host_is_followed(host: Host) -> None:
    host.answers["/f"] = 302, {"Location": "/g"}, b""
    host.answers["/g"] = 200, {}, CONTENT
    assert read(host, host.url("/f")) == CONTENT


def test_a_redirect_away_from_it_is_not(host: Host, elsewhere: Host) -> None:
    host.answers["/f"] = 302, {"Location": elsewhere.url("/f")}, b""
    elsewhere.answers["/f"] = 200, {}, b"user\nW0EVIL0001\n"
    assert refused(host, host.url("/f")).code == "no_file"
    assert elsewhere.seen == []


def test_slack_s_sign_in_page_is_no_list(host: Host) -> None:
    host.answers["/f"] = 200, {"Content-Type": "text/html; charset=utf-8"}, b"<title>Sign in</title>"
    assert refused(host, host.url("/f")).code == "no_file"


def test_one_byte_more_than_allowed_is_not_read(host: Host) -> None:
    host.answers["/f"] = 200, {}, b"x" * 1_000
    assert len(read(host, host.url("/f"), 1_000)) == 1_000
    host.answers["/f"] = 200, {}, b"x" * 1_001
    assert refused(host, host.url("/f")).code == "file_too_large"


@pytest.mark.parametrize(
    ("status", "headers", "code"),
    [(404, {}, "http_error"), (500, {}, "http_error"), (200, {"Content-Length": "4000"}, "broken_off")],
)
def test_what_breaks_off_is_said(host: Host, status: int, headers: dict[str, str], code: str) -> None:
    host.answers["/f"] = status, headers, CONTENT
    assert refused(host, host.url("/f")).code == code


def test_half_a_list_is_no_list_even_when_the_host_says_it_is_all(host: Host) -> None:
    host.answers["/f"] = 200, {}, CONTENT
    with pytest.raises(FileUnread) as caught:
        files(host, {"url_private": host.url("/f"), "size": len(CONTENT) + 1}).read(ORG, "F0LIST0001", 1000)
    assert caught.value.code == "broken_off"


def test_an_organization_that_left_meanwhile_has_no_token(host: Host) -> None:
    assert refused(host, host.url("/f"), enterprise_id="E0GONE0001").code == "not_installed"


def test_why_slack_knows_no_such_file_is_told_in_words(host: Host) -> None:
    with pytest.raises(FileUnread) as caught:
        files(host, Answer("files.info", "file_not_found")).read(ORG, "F0LIST0001", 1000)
    assert caught.value.code == "file_not_found"
    assert caught.value.sentence.endswith("Upload the list again, or paste it into the form.")
