"""Secrets planted wherever something could leak from: logs, errors, output of commands, metrics, evidence."""

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from prometheus_client import generate_latest

from app import logs
from app.config import ConfigError, Secret, read_settings
from app.installing.vault import Vault
from app.logs import JsonLines, hide, strike_secrets, tell_uncaught
from app.oauth import Flow
from app.slack.gateway import call_once, exchange, identify, renew
from app.storage import Database
from app.storage.tables import oauth_states
from tests.unit.cli.conftest import house, quiet_logging, run
from tests.unit.slack.conftest import wire
from tests.unit.slack.wire import Wire, error, raw

__all__ = ["house", "quiet_logging", "run", "wire"]

SHAPED = {
    "bot token": "xoxb-111-222-CanaryBot",
    "user token": "xoxp-111-222-333-CanaryAdmin",
    "app-level token": "xapp-1-A0CANARY-444-canaryapp",
    "refresh token": "xoxe-1-CanaryRefresh",
    "rotating bot token": "xoxe.xoxb-1-CanaryBot",
    "rotating user token": "xoxe.xoxp-1-CanaryAdmin",
    "workflow token": "xwfp-canary-workflow",
    "response_url": "https://hooks.slack.com/commands/T1/2/CanaryHook",
    "gov response_url": "https://hooks.slack-gov.com/actions/T1/2/CanaryHook",
    "upload address": "https://files.slack.com/upload/v1/CanaryUpload",
    "gov upload address": "https://files.slack-gov.com/upload/v1/CanaryUpload",
    "sealed token": Vault([Secret(Vault.new_key())]).seal("CanarySealed"),
}
"""Known by what they look like, whoever has them."""

KEY = Vault.new_key()
SHAPELESS = {
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_CLIENT_SECRET": "canaryclientsecret0123456789abcd",
    "ENCRYPTION_KEYS": KEY,
    "database password": "Canary/Pass:word",
}
"""Known only because the settings hold them."""

SETTINGS = {
    "SLACK_SIGNING_SECRET": SHAPELESS["SLACK_SIGNING_SECRET"],
    "SLACK_CLIENT_ID": "111.222",
    "SLACK_CLIENT_SECRET": SHAPELESS["SLACK_CLIENT_SECRET"],
    "SLACK_APP_TOKEN": SHAPED["app-level token"],
    "ENCRYPTION_KEYS": KEY,
    "PUBLIC_URL": "https://drawbridge.example",
    "DATABASE_URL": "postgresql+psycopg://drawbridge:Canary%2FPass%3Aword@127.0.0.1:1/x",
}
EVERY = SHAPED | SHAPELESS
every = pytest.mark.parametrize("canary", EVERY.values(), ids=EVERY)


@pytest.fixture(autouse=True)
def hidden(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process knows its settings, as `serve` does."""
    monkeypatch.setattr(logs, "_hidden", set())
    hide(read_settings(SETTINGS, None).secrets())
    yield


def written(log: Callable[[logging.Logger], None]) -> str:
    """What stands in the log afterwards."""
    out, logger = io.StringIO(), logging.Logger("app.canary")
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    log(logger)
    assert out.getvalue()
    return out.getvalue()


def raising(canary: str) -> None:
    """An exception with it in its text, in its cause and in its notes."""
    try:
        raise KeyError(canary)
    except KeyError as error:
        told = RuntimeError(f"could not use {canary}")
        told.add_note(f"it was {canary}")
        raise told from error


@every
class TestLogs:
    def test_message_and_arguments(self, canary: str) -> None:
        assert canary not in written(lambda log: log.warning(f"used {canary}"))
        assert canary not in written(lambda log: log.warning("used %s and %r", canary, {"x": [canary]}))

    def test_fields(self, canary: str) -> None:
        extra = {"one": canary, canary: 1, "deep": {"er": [canary, (canary,)]}, "thing": ValueError(canary)}
        assert canary not in written(lambda log: log.warning("used", extra=extra))

    def test_exceptions(self, canary: str) -> None:
        def log(logger: logging.Logger) -> None:
            try:
                raising(canary)
            except RuntimeError:
                logger.exception("failed")

        found = written(log)
        assert "RuntimeError" in found
        assert canary not in found

    def test_what_nobody_catches(self, canary: str, capsys: pytest.CaptureFixture[str]) -> None:
        try:
            raising(canary)
        except RuntimeError as error:
            tell_uncaught(type(error), error, error.__traceback__)
        err = capsys.readouterr().err
        assert err.startswith("Traceback")
        assert canary not in err


class TestSettings:
    def test_every_value_that_is_secret_is_typed_as_one(self) -> None:
        settings = read_settings(SETTINGS, None)
        shown = f"{settings!r} {settings} {asdict(settings)}"
        assert [name for name, canary in EVERY.items() if canary in shown] == []
        assert "Canary%2F" not in shown
        secret = {"signing_secret", "bot_token", "user_token", "app_token", "client_secret", "database_url"}
        typed = {field.name for field in fields(settings) if "Secret" in str(field.type)}
        assert typed == secret | {"encryption_keys"}

    @pytest.mark.parametrize(
        "address",
        [
            "postgresql+psycopg://ana:Cana@ry@db:5432/x",
            "postgresql+psycopg://ana:Canary@db:Canary/x",
            "postgresql+psycopg://ana:x@Canary@db/x",
        ],
    )
    def test_an_address_that_breaks_apart_is_named_and_not_shown(self, address: str) -> None:
        with pytest.raises(ConfigError) as refused:
            read_settings(SETTINGS | {"DATABASE_URL": address}, None)
        assert "DATABASE_URL: cannot be understood" in str(refused.value)
        assert "Canary" not in str(refused.value)
        assert "ry@db" not in str(refused.value)

    @pytest.mark.parametrize("key", ["SLACK_BOT_TOKEN", "SLACK_USER_TOKEN", "SLACK_APP_TOKEN", "PORT"])
    def test_a_secret_in_the_wrong_place_is_not_repeated(self, key: str) -> None:
        with pytest.raises(ConfigError) as refused:
            read_settings({key: "CanaryMisplaced"}, None)
        assert "CanaryMisplaced" not in str(refused.value)


class TestTheDatabase:
    def test_an_error_of_a_statement_shows_no_parameter(self, sqlite: Database) -> None:
        row = {"state": "CanaryState", "expires_at": 1}
        with pytest.raises(sa.exc.IntegrityError) as broken, sqlite.write() as connection:
            connection.execute(oauth_states.insert().values(row))
            connection.execute(oauth_states.insert().values(row))
        assert "CanaryState" not in str(broken.value)

    def test_what_postgresql_quotes_of_a_row_reaches_no_log(self, postgresql: Database) -> None:
        def log(logger: logging.Logger) -> None:
            row = {"state": "CanaryState", "expires_at": 1}
            try:
                with postgresql.write() as connection:
                    connection.execute(oauth_states.insert().values(row))
                    connection.execute(oauth_states.insert().values(row))
            except sa.exc.IntegrityError as error:
                assert isinstance(error.orig, psycopg.errors.UniqueViolation)
                assert "CanaryState" in str(error.orig), "else this proves nothing"
                logger.exception("failed")

        found = written(log)
        assert "UniqueViolation" in found
        assert "CanaryState" not in found

    def test_a_refused_connection_shows_no_password(self) -> None:
        found = Database(SETTINGS["DATABASE_URL"])
        with pytest.raises(sa.exc.OperationalError) as broken, found.read():
            pass
        told = f"{broken.value} {broken.value.orig} {found.described()} {found.engine!r}"
        assert "Canary" not in told


class TestSlack:
    @pytest.mark.parametrize("turn", [error("invalid_auth"), raw(500, "x"), raw(200, "no json")])
    def test_a_failed_call_logs_neither_token_nor_code(
        self, wire: Wire, caplog: pytest.LogCaptureFixture, turn: Any
    ) -> None:
        caplog.set_level(logging.DEBUG)
        secret = Secret(SHAPELESS["SLACK_CLIENT_SECRET"])
        wire.plays(*[turn] * 4)
        answers = [
            identify(wire.url, Secret(SHAPED["bot token"])),
            call_once(wire.url, Secret(SHAPED["user token"]), "users.info", {"user": "U1"}),
            exchange(wire.url, "111.222", secret, "CanaryCode", "https://here"),
            renew(wire.url, "111.222", secret, Secret(SHAPED["refresh token"])),
        ]
        told = caplog.text + repr(answers)
        assert [name for name, canary in EVERY.items() if canary in told] == []
        assert "CanaryCode" not in told

    def test_an_install_that_fails_logs_no_code(self, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
        settings = read_settings(SETTINGS | {"SLACK_API_URL": wire.url}, None)
        flow = Flow(settings, None, None, lambda _: None)  # type: ignore[arg-type]
        wire.plays(error("invalid_code"))
        assert flow.run_installation("CanaryCode") is None
        assert "invalid_code" in caplog.text
        assert "CanaryCode" not in caplog.text


class TestCommands:
    @pytest.mark.parametrize(
        "command",
        [
            ("doctor",),
            ("audit", "verify"),
            ("audit", "export"),
            ("audit", "anchor"),
            ("keys", "rotate"),
            ("manifest",),
            ("policy", "check"),
            ("requests", "list"),
            ("requests", "show", "R1"),
        ],
        ids=" ".join,
    )
    @pytest.mark.parametrize("reachable", [True, False])
    def test_none_prints_one(
        self,
        run: Callable[..., tuple[int, str, str]],
        house: Path,
        wire: Wire,
        monkeypatch: pytest.MonkeyPatch,
        command: tuple[str, ...],
        reachable: bool,
    ) -> None:
        here = {"DATABASE_URL": f"sqlite:///{house}/none.db"} if reachable else {}
        for key in ("SLACK_BOT_TOKEN", "SLACK_USER_TOKEN"):
            monkeypatch.delenv(key)
        for key, value in (SETTINGS | {"SLACK_API_URL": wire.url} | here).items():
            monkeypatch.setenv(key, value)
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        _, out, err = run(*command)
        assert [name for name, canary in EVERY.items() if canary in out + err] == []
        assert "Canary%2F" not in out + err

    def test_the_metrics_hold_none(self, wire: Wire) -> None:
        for canary in SHAPED.values():
            identify(wire.url, Secret(canary))
        found = generate_latest().decode()
        assert [name for name, canary in EVERY.items() if canary in found] == []


def test_what_is_no_secret_is_left_alone() -> None:
    for text in (
        "the code=ok of a call",
        "in state=pending",
        "Basic plan",
        "https://slack.com/api/",
        "DETAIL",
    ):
        assert strike_secrets(text) == text


def test_hiding_nothing_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_hidden", set())
    hide([Secret(""), Secret("short")])
    assert strike_secrets("a short text") == "a short text"


def test_nor_is_one_shown_by_a_thread_that_dies(
    quiet_logging: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (sys, threading):
        monkeypatch.setattr(module, "excepthook", module.excepthook)
    logs.set_up("ERROR")
    thread = threading.Thread(target=raising, args=[SHAPED["bot token"]])
    thread.start()
    thread.join()
    err = capsys.readouterr().err
    assert "RuntimeError" in err
    assert SHAPED["bot token"] not in err
