"""The WSGI application by itself: what it answers from the first moment, and what it never lets in."""

import io
from collections.abc import Iterable
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from app.server import MOST_BYTES, Web


def ask(web: Web, method: str, path: str, body: bytes = b"", **more: Any) -> tuple[int, str]:
    """Status and body of the answer."""
    statuses: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        statuses.append(status)
        names = [name for name, _ in headers]
        assert "content-length" in names

    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": io.BytesIO(body),
        **more,
    }
    answer: Iterable[bytes] = web(environ, start)
    return int(statuses[0].split()[0]), b"".join(answer).decode()


class Broken:
    """A Bolt app with a mistake of ours in it."""

    def dispatch(self, _: Any) -> Any:
        raise ZeroDivisionError


class Answering:
    """A Bolt app that takes everything."""

    def dispatch(self, _: Any) -> BoltResponse:
        return BoltResponse(status=200, body="taken")


@pytest.fixture
def web() -> Web:
    return Web(events=True)


class TestHealth:
    def test_it_is_alive_before_it_is_ready(self, web: Web) -> None:
        assert ask(web, "GET", "/healthz") == (200, "alive")
        assert ask(web, "GET", "/readyz")[0] == 503
        web.ready.set()
        assert ask(web, "GET", "/readyz") == (200, "ready")

    def test_its_metrics_are_in_prometheus_format(self, web: Web) -> None:
        status, body = ask(web, "GET", "/metrics")
        assert (status, "# TYPE" in body) == (200, True)


class TestDoors:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/"),
            ("GET", "/slack/events"),
            ("POST", "/healthz"),
            ("GET", "/healthz/"),
            ("DELETE", "/metrics"),
        ],
    )
    def test_any_other_is_not_there(self, web: Web, method: str, path: str) -> None:
        assert ask(web, method, path)[0] == 404

    def test_over_a_socket_no_events_come_by_http(self) -> None:
        assert ask(Web(events=False), "POST", "/slack/events")[0] == 404

    @pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
    def test_with_given_tokens_nobody_installs(self, web: Web, path: str) -> None:
        assert ask(web, "GET", path)[0] == 404

    def test_until_it_is_ready_slack_is_asked_to_come_again(self, web: Web) -> None:
        assert ask(web, "POST", "/slack/events", b"x=1")[0] == 503


class TestDraining:
    def test_what_still_comes_is_taken_while_a_load_balancer_is_told_to_send_nothing(self, web: Web) -> None:
        web.app = Answering()  # type: ignore[assignment]
        web.ready.set()
        web.ready.clear()
        assert ask(web, "GET", "/readyz")[0] == 503
        assert ask(web, "POST", "/slack/events", b"x=1") == (200, "taken")


class TestWhatIsNoRequestOfSlacks:
    @pytest.fixture
    def ready(self, web: Web) -> Web:
        web.app = Broken()  # type: ignore[assignment]
        web.ready.set()
        return web

    @pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "-1", "1e3", "many"])
    def test_too_much_or_a_length_that_is_none_is_refused_unread(self, ready: Web, length: str) -> None:
        class Unread(io.BytesIO):
            def read(self, *_: Any) -> bytes:
                raise AssertionError("it was read")

        told: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
        assert ask(ready, "POST", "/slack/events", **told)[0] == 413

    def test_bytes_that_are_no_text_are_refused(self, ready: Web) -> None:
        assert ask(ready, "POST", "/slack/events", b"\xff\xfe")[0] == 400

    def test_a_mistake_of_ours_shows_no_stack_trace(
        self, ready: Web, caplog: pytest.LogCaptureFixture
    ) -> None:
        status, body = ask(ready, "POST", "/slack/events", b"x=1")
        assert (status, body) == (500, "failed")
        assert "could not be answered" in caplog.text
