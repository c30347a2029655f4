"""What comes back from a call, whatever goes wrong on the way: always a code, never an exception."""

import http.client
import socket
import ssl
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from app.config import Secret
from app.slack import gateway as module
from app.slack.answers import OK, Answer, broken, refused
from app.slack.errors import ErrorClass
from app.slack.gateway import Gateway, identify, open_socket
from tests.unit.given import ORG
from tests.unit.slack.wire import Turn, Wire, error, hang_up, nobody_listens, ok, raw, reset, silence

TOKEN = Secret("xoxb-the-bot")
LIMITED = '{"ok": false, "error": "ratelimited"}'


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", 0.2)


def asked(wire: Wire, turn: Turn) -> Answer:
    wire.plays(turn)
    return identify(wire.url, TOKEN)


class TestWhatSlackSays:
    def test_an_ok_comes_with_its_data_and_what_the_headers_tell(self, wire: Wire) -> None:
        body = '{"ok": true, "user_id": "U0BOT"}'
        found = asked(
            wire,
            raw(
                200,
                body,
                x_slack_req_id="req-1",
                x_oauth_scopes="users:read, chat:write,,commands",
                date="Mon, 21 Sep 2026 14:13:20 GMT",
            ),
        )
        assert (found.method, found.code, found.ok) == ("auth.test", OK, True)
        assert found.data["user_id"] == "U0BOT"
        assert found.request_id == "req-1"
        assert found.scopes == {"users:read", "chat:write", "commands"}
        assert found.server_time == 1_790_000_000
        assert found.retry_after is None

    @pytest.mark.parametrize("date", ["", "yesterday", "0"])
    def test_a_date_that_is_none_is_not_told(self, wire: Wire, date: str) -> None:
        assert asked(wire, raw(200, '{"ok": true}', date=date)).server_time == 0

    def test_an_error_is_its_code_and_can_be_explained(self, wire: Wire) -> None:
        found = asked(wire, error("invalid_auth"))
        assert (found.code, found.ok) == ("invalid_auth", False)
        assert found.error.error_class is ErrorClass.OPERATOR

    def test_an_error_keeps_what_slack_says_is_needed(self, wire: Wire) -> None:
        found = asked(wire, raw(200, '{"ok": false, "error": "missing_scope", "needed": "users:read"}'))
        assert found.data["needed"] == "users:read"

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [("30", 30.0), ("0", 0.0), ("-5", 0.0), ("1.5", 1.5), ("soon", None), ("", None)],
    )
    def test_a_429_is_ratelimited_and_says_how_long_if_slack_does(
        self, wire: Wire, header: str, seconds: float | None
    ) -> None:
        found = asked(wire, raw(429, LIMITED, retry_after=header))
        assert (found.code, found.retry_after) == ("ratelimited", seconds)

    @pytest.mark.parametrize("body", ["<html>Too many</html>", "", "[]"])
    def test_so_is_one_with_any_other_body(self, wire: Wire, body: str) -> None:
        assert asked(wire, raw(429, body or " ", retry_after="7")).code in ("ratelimited", "answer_lost")


class TestWhenNothingCanHaveHappened:
    def test_nobody_listens(self) -> None:
        assert identify(nobody_listens(), TOKEN) == Answer("auth.test", "not_sent")

    def test_there_is_no_such_host(self) -> None:
        assert broken("auth.test", URLError(socket.gaierror(8, "unknown"))).code == "not_sent"

    def test_the_certificate_is_not_slacks(self) -> None:
        assert broken("auth.test", URLError(ssl.SSLCertVerificationError())).code == "not_sent"

    def test_then_it_may_simply_be_called_again(self) -> None:
        assert Answer("usergroups.disable", "not_sent").error.error_class is ErrorClass.RETRY


class TestWhenSomethingMayHaveHappened:
    @pytest.mark.parametrize(
        ("turn", "code"),
        [
            (reset, "answer_lost"),
            (hang_up, "answer_lost"),
            (silence, "timeout"),
            (raw(200, '{"ok": tr', content_length="100"), "answer_lost"),
            (raw(200, "<html>Sign in to the proxy</html>"), "answer_lost"),
            (raw(200, ""), "answer_lost"),
            (raw(200, "{}"), "answer_lost"),
            (raw(200, '{"ok": "true"}'), "answer_lost"),
            (raw(200, '{"ok": false}'), "answer_lost"),
            (raw(200, '{"ok": false, "error": "Sorry, no"}'), "answer_lost"),
            (raw(200, "null"), "answer_lost"),
            (raw(200, "[1]"), "answer_lost"),
            (raw(200, "5"), "answer_lost"),
            (raw(200, b"\xff\xfe\x00"), "answer_lost"),
            (raw(200, b"\x1f\x8b\x08", content_encoding="gzip"), "answer_lost"),
            (lambda connection: connection.sendall(b"hello\r\n\r\n"), "answer_lost"),
            (raw(500, "<html>Oops</html>"), "http_error"),
            (raw(502, ""), "http_error"),
            (raw(503, '{"ok": true}'), "http_error"),
        ],
    )
    def test_it_has_a_code_of_ours_and_must_be_looked_at_first(
        self, wire: Wire, gateway: Gateway, turn: Turn, code: str
    ) -> None:
        wire.plays(turn)
        found = gateway.call(ORG, "usergroups.disable", {"usergroup": "S0OPS00001"})
        assert found.code == code
        assert found.error.error_class is ErrorClass.VERIFY_FIRST
        assert len(wire.asked) == 1  # and nobody has repeated it behind our back

    def test_slacks_own_code_counts_also_with_an_http_error(self, wire: Wire) -> None:
        assert asked(wire, error("internal_error", 500)).code == "internal_error"

    def test_a_tls_connection_that_breaks_later_is_one_of_them(self) -> None:
        assert broken("auth.test", ssl.SSLEOFError()).code == "answer_lost"
        assert broken("auth.test", http.client.IncompleteRead(b"")).code == "answer_lost"

    def test_a_refusal_without_a_response_is_one_of_them(self) -> None:
        assert refused("auth.test", SlackApiError("no", {"ok": False})).code == "answer_lost"


def test_a_mistake_of_ours_is_no_answer_of_slacks() -> None:
    with pytest.raises(ZeroDivisionError):
        broken("auth.test", ZeroDivisionError())


def test_whose_token_it_is_is_asked_with_that_token_once(wire: Wire) -> None:
    assert asked(wire, ok(user_id="U0BOT")).ok
    assert [(request.method, request.token) for request in wire.asked] == [("auth.test", "xoxb-the-bot")]


def test_a_socket_is_opened_with_the_app_token(wire: Wire) -> None:
    wire.plays(ok(url="wss://x"), error("invalid_auth"))
    assert open_socket(wire.url, Secret("xapp-1")).ok
    assert open_socket(wire.url, Secret("xapp-1")).code == "invalid_auth"
    assert [(request.method, request.token) for request in wire.asked] == [
        ("apps.connections.open", "xapp-1")
    ] * 2
