"""The browser page: what is served and under which policy, and the WebSocket that tells of changes."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from localslack.page.routes import STATIC, static_files
from localslack.people import Person
from localslack.server import LocalSlack

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
FILES = sorted(STATIC.iterdir())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]
SINKS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc")


@pytest.fixture
def http(slack: LocalSlack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=slack.base_url, trust_env=False) as client:
        yield client


@contextlib.contextmanager
def live(slack: LocalSlack, **options: Any) -> Iterator[ClientConnection]:
    address = slack.base_url.replace("http://", "ws://") + "/live"
    with connect(address, proxy=None, **options) as socket:
        yield socket


def frame(socket: ClientConnection) -> dict[str, int]:
    told: dict[str, int] = json.loads(socket.recv(timeout=5))
    return told


@pytest.mark.parametrize("path", ["/", "/page/app.js", "/page/page.css", "/page/nothing.js"])
def test_the_policy_is_strict_on_every_answer(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_front_page_is_html_and_says_what_it_is(http: httpx.Client) -> None:
    answer = http.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "This is not Slack" in answer.text
    assert "style=" not in answer.text
    assert re.findall(r"<script(?![^>]* src=)", answer.text) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_static_file_is_served_with_its_type(http: httpx.Client, path: Path) -> None:
    types = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    answer = http.get(f"/page/{path.name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == types[path.suffix]
    assert answer.content == path.read_bytes()


def test_an_unchanged_file_is_not_sent_again(http: httpx.Client) -> None:
    first = http.get("/page/app.js")
    assert first.headers["cache-control"] == "no-cache"
    again = http.get("/page/app.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert http.get("/page/app.js", headers={"if-none-match": '"old"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/page/../routes.py",
        "/page/%2e%2e/routes.py",
        "/page/..%2froutes.py",
        "/page/..%2f..%2fserver.py",
        "/page/%2fetc%2fpasswd",
        "/page//etc/passwd",
        "/page/static/app.js",
        "/page/app.js%00.css",
        "/page/",
    ],
)
def test_nothing_but_the_listed_files_is_served(http: httpx.Client, path: str) -> None:
    answer = http.get(httpx.URL(http.base_url, raw_path=path.encode()))
    assert answer.status_code == 404
    assert b"import" not in answer.content


def test_files_of_other_kinds_are_not_on_the_list(tmp_path: Path) -> None:
    for name in ("page.js", "notes.txt", "key.pem", ".hidden.py"):
        (tmp_path / name).write_text("x")
    assert list(static_files(tmp_path)) == ["page.js"]


def test_the_page_asks_for_nothing_that_is_not_served() -> None:
    served = set(static_files())
    page = (STATIC / "index.html").read_text()
    assert {*re.findall(r'/page/([^"]+)"', page)} <= served
    for script in SCRIPTS:
        imported = re.findall(r'from "\./([^"]+)"', script.read_text())
        assert set(imported) <= served, script.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_text_can_become_markup_or_code(path: Path) -> None:
    content = path.read_text()
    assert [sink for sink in SINKS if sink in content] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_small_and_reach_nothing_outside(path: Path) -> None:
    content = path.read_text()
    assert len(content.splitlines()) <= 250
    assert re.findall(r"""["'`]https?://(?!www\.w3\.org/2000/svg)[^"'`]*""", content) == []


def test_the_live_socket_tells_the_version_at_once_and_after_each_change(
    slack: LocalSlack, ana: Person
) -> None:
    with live(slack) as socket:
        first = frame(socket)
        assert first["version"] == slack.client.get("see/version")["version"]
        ana.say("C0ADMIN0001", "hello")
        assert frame(socket)["version"] > first["version"]


def test_the_live_socket_tells_of_a_reset(slack: LocalSlack) -> None:
    with live(slack) as socket:
        first = frame(socket)
        slack.client.reset()
        seen = frame(socket)
        assert seen["epoch"] == first["epoch"] + 1
        assert seen["version"] > first["version"]


def test_two_pages_are_told(slack: LocalSlack, ana: Person) -> None:
    with live(slack) as one, live(slack) as other:
        before = frame(one)["version"], frame(other)["version"]
        ana.say("C0ADMIN0001", "hello")
        assert frame(one)["version"] > before[0]
        assert frame(other)["version"] > before[1]


def test_a_page_that_went_away_leaves_nothing_behind(slack: LocalSlack, ana: Person) -> None:
    with live(slack) as socket:
        frame(socket)
    ana.say("C0ADMIN0001", "still working")
    with live(slack) as socket:
        assert frame(socket)["version"] == slack.client.get("see/version")["version"]


def test_another_sites_page_may_not_listen(slack: LocalSlack) -> None:
    with live(slack, origin=slack.base_url) as socket:
        frame(socket)
    with pytest.raises(InvalidStatus, match="403"), live(slack, origin="https://evil.example"):
        pass
