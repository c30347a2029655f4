"""Log lines: every known shape of a secret struck out, one JSON object a line, whoever wrote what."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import logs
from app.logs import JsonLines, about, on_every_line, set_up, strike_secrets
from tests.unit.given import HOSTILE

TOKENS = [
    "xoxb-123-456-AbC",
    "xoxp-123-456-789-abc",
    "xoxa-2-abc",
    "xoxr-abc",
    "xoxs-abc",
    "xoxe-1-refresh_token-Abc",
    "xoxe.xoxb-1-rotating",
    "xoxe.xoxp-1-rotating",
    "xapp-1-A0-123-abcdef",
    "xwfp-abc-123",
    "https://hooks.slack.com/commands/T1/2/abcDEF",
    "https://hooks.slack-gov.com/actions/T1/2/abc",
]
PASSWORDS = [
    ("postgresql+psycopg://ana:hunter2@db:5432/x", "postgresql+psycopg://[secret]@db:5432/x"),
    ("postgresql://:hunter2@db/x", "postgresql://[secret]@db/x"),
    ("https://ana:hunter2@proxy.example.com", "https://[secret]@proxy.example.com"),
    ("dbname=x password=hunter2 host=db", "dbname=x password=[secret] host=db"),
    ("postgresql:///x?password=hunter2&host=/run", "postgresql:///x?password=[secret]&host=/run"),
]


def line(message: str, *args: object, exc_info: Any = None, extra: Any = None) -> dict[str, Any]:
    """The record as it would be written, read back."""
    logger = logging.getLogger("app.story")
    record = logger.makeRecord(logger.name, logging.WARNING, "f.py", 1, message, args, exc_info, extra=extra)
    text = JsonLines().format(record)
    assert len(text.splitlines()) == 1
    found: dict[str, Any] = json.loads(text)
    return found


class TestSecrets:
    @pytest.mark.parametrize("token", TOKENS)
    @pytest.mark.parametrize(
        "around", ["{}", "token {} revoked", "'{}'", '{{"token": "{}"}}', "a={} b", "Bearer {}"]
    )
    def test_every_shape_of_a_token_is_struck_out(self, token: str, around: str) -> None:
        found = strike_secrets(around.format(token))
        assert "[secret]" in found
        assert not any(part in found for part in ("xox", "xapp", "xwfp", "hooks.slack"))

    @pytest.mark.parametrize(("text", "told"), PASSWORDS)
    def test_so_is_a_password_in_an_address(self, text: str, told: str) -> None:
        assert strike_secrets(text) == told

    @pytest.mark.parametrize(
        "text",
        [
            "https://slack.com/api/",
            "a foxb- boxp",
            "12:30@noon",
            "sqlite:///drawbridge.db",
            "hooks.slack.com",
        ],
    )
    def test_what_is_no_secret_stays(self, text: str) -> None:
        assert strike_secrets(text) == text

    @pytest.mark.parametrize("token", TOKENS)
    def test_none_gets_out_through_message_arguments_fields_or_errors(self, token: str) -> None:
        try:
            raise RuntimeError(f"called with {token}")
        except RuntimeError:
            error = sys.exc_info()
        extra = {
            "token": token,
            "nested": {"deep": [token, {"er": token}]},
            "object": RuntimeError(token),
            token: 1,
        }
        found = line("with %s and %r", token, {"body": token}, exc_info=error, extra=extra)
        assert "RuntimeError" in found["error"]
        assert "xox" not in json.dumps(found)
        assert "xapp" not in json.dumps(found)
        assert "xwfp" not in json.dumps(found)
        assert "hooks.slack" not in json.dumps(found)


class TestLines:
    def test_a_record_is_one_object(self) -> None:
        found = line("listening on %s:%d", "127.0.0.1", 3000, extra={"request_id": "R1", "number": 5})
        assert found["at"].endswith("Z")
        assert (found["level"], found["logger"]) == ("warning", "app.story")
        assert found["message"] == "listening on 127.0.0.1:3000"
        assert (found["request_id"], found["number"]) == ("R1", 5)

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_nothing_anybody_writes_makes_a_second_line(self, text: str) -> None:
        assert line("said %s", text, extra={"who": text})["message"] == f"said {text}"

    @given(st.text())
    def test_nor_does_any_text_at_all(self, text: str) -> None:
        line("said %s", text, extra={"who": text})

    @pytest.mark.parametrize(
        "breaking", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
    )
    def test_no_kind_of_line_break_forges_a_line(self, breaking: str) -> None:
        forged = f'x{breaking}{{"level": "info", "message": "all is well"}}'
        assert line("said %s", forged)["message"] == f"said {forged}"

    def test_an_error_is_told_with_its_traceback(self) -> None:
        try:
            raise ZeroDivisionError("no")
        except ZeroDivisionError:
            found = line("failed", exc_info=sys.exc_info())
        assert found["error"].startswith("Traceback")
        assert found["error"].endswith("ZeroDivisionError: no")


class TestSettingUp:
    @pytest.fixture(autouse=True)
    def as_before(self) -> Iterator[None]:
        """Logging is the process's own: put everything back."""
        root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("app", "listeners")]
        before = (list(root.handlers), root.level, [logger.level for logger in ours])
        yield
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        for logger, level in zip(ours, before[2], strict=True):
            logger.setLevel(level)

    def test_ours_speak_at_the_level_asked_for_and_libraries_only_to_warn(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = io.StringIO()
        monkeypatch.setattr(sys, "stderr", out)
        set_up("INFO")
        logging.getLogger("app.story").info("ours, xoxb-1-a")
        logging.getLogger("app.story").debug("too quiet")
        logging.getLogger("listeners.story").info("ours too")
        logging.getLogger("library").info("theirs")
        logging.getLogger("library").warning("theirs, louder")
        found = [json.loads(text)["message"] for text in out.getvalue().splitlines()]
        assert found == ["ours, [secret]", "ours too", "theirs, louder"]


class TestWhatItIsAbout:
    def test_organization_and_request_stand_on_every_line_meanwhile(self) -> None:
        with about(enterprise="E0MERIDIAN"), about(request="R1"):
            found = line("hello")
        assert (found["enterprise"], found["request"]) == ("E0MERIDIAN", "R1")
        assert "request" not in line("and after")

    def test_another_thread_has_its_own(self) -> None:
        found: list[dict[str, Any]] = []
        with about(request="R1"):
            thread = threading.Thread(target=lambda: found.append(line("elsewhere")))
            thread.start()
            thread.join()
        assert "request" not in found[0]

    def test_the_process_names_itself_on_every_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(logs, "_everywhere", {})
        on_every_line(executor="one-of-three")
        assert line("hello")["executor"] == "one-of-three"

    @pytest.mark.parametrize("token", TOKENS)
    def test_no_secret_gets_out_that_way_either(self, token: str) -> None:
        with about(request=token):
            assert token not in json.dumps(line("hello"))
