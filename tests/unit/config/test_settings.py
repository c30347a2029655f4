"""Settings: every variable of the contract, and for each that is wrong a line that begins with its name."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigError, Secret, Settings, read_settings

GIVEN = {
    "SLACK_SIGNING_SECRET": "shhh-signing",
    "SLACK_BOT_TOKEN": "xoxb-1-bot",
    "SLACK_USER_TOKEN": "xoxp-1-admin",
}
OAUTH = {
    "SLACK_SIGNING_SECRET": "shhh-signing",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "shhh-client",
    "ENCRYPTION_KEYS": "new-key, old-key,",
    "PUBLIC_URL": "https://bridge.example.com",
}
LOCAL = "http://127.0.0.1:4000/api/"


def read(values: Mapping[str, str] = GIVEN, /, **more: str) -> Settings:
    return read_settings({**values, **more}, None)


def problems(values: Mapping[str, str] = GIVEN, /, **more: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(values, **more)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


def keys(found: list[str]) -> list[str]:
    return [problem.split(":", 1)[0] for problem in found]


class TestWhatIsNotSetHasItsDefault:
    def test_given_only_tokens_the_rest_is_as_the_contract_says(self) -> None:
        settings = read()
        assert settings.slack_api_url == "https://slack.com/api/"
        assert settings.database_url.reveal() == "sqlite:///drawbridge.db"
        assert settings.policy_file == Path("policy.toml")
        assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 3000, None)
        assert (settings.log_level, settings.command_prefix, settings.time_scale) == ("INFO", "", 1.0)
        assert settings.encryption_keys == ()
        assert not settings.oauth
        assert not settings.socket_mode

    def test_everything_can_be_set(self) -> None:
        settings = read(
            SLACK_API_URL="http://127.0.0.1:4000/api",
            SLACK_APP_TOKEN="xapp-1-A",
            DATABASE_URL="postgresql+psycopg://u:p@db/drawbridge",
            POLICY_FILE="/etc/drawbridge.toml",
            SLACK_TIME_SCALE="600",
            HOST="0.0.0.0",
            PORT="8080",
            PUBLIC_URL="https://bridge.example.com/",
            LOG_LEVEL="debug",
            DRAIN_SECONDS="2.5",
            COMMAND_PREFIX="stg-",
        )
        assert settings.slack_api_url == LOCAL
        assert settings.socket_mode
        assert settings.database_url.reveal() == "postgresql+psycopg://u:p@db/drawbridge"
        assert settings.policy_file == Path("/etc/drawbridge.toml")
        assert (settings.time_scale, settings.host, settings.port) == (600, "0.0.0.0", 8080)
        assert settings.public_url == "https://bridge.example.com"
        assert (settings.log_level, settings.command_prefix) == ("DEBUG", "stg-")
        assert settings.drain_seconds == 2.5

    def test_over_oauth_keys_come_newest_first(self) -> None:
        settings = read(OAUTH)
        assert settings.oauth
        assert [key.reveal() for key in settings.encryption_keys] == ["new-key", "old-key"]

    def test_given_tokens_that_run_out_are_refused_for_nobody_could_renew_them(self) -> None:
        with pytest.raises(ConfigError) as refused:
            read(SLACK_BOT_TOKEN="xoxe.xoxb-1-a", SLACK_USER_TOKEN="xoxe.xoxp-1-b")
        told = refused.value.problems
        assert [problem.split(":")[0] for problem in told] == ["SLACK_BOT_TOKEN", "SLACK_USER_TOKEN"]
        assert all("twelve hours" in problem and "SLACK_CLIENT_ID" in problem for problem in told)
        assert "xox" not in str(told)

    def test_with_an_app_token_no_signing_secret_is_needed(self) -> None:
        values = {key: value for key, value in GIVEN.items() if key != "SLACK_SIGNING_SECRET"}
        assert read(values, SLACK_APP_TOKEN="xapp-1-A").signing_secret is None


class TestEachWrongValueIsNamed:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("SLACK_BOT_TOKEN", "xoxp-1-a-users"),
            ("SLACK_BOT_TOKEN", "xoxe-1-a-refresh-token"),
            ("SLACK_USER_TOKEN", "xoxb-1-a-bots"),
            ("SLACK_APP_TOKEN", "xoxb-1-a-bots"),
            ("SLACK_TIME_SCALE", "fast"),
            ("SLACK_TIME_SCALE", "0"),
            ("SLACK_TIME_SCALE", "-1"),
            ("SLACK_TIME_SCALE", "nan"),
            ("SLACK_TIME_SCALE", "inf"),
            ("PORT", "http"),
            ("PORT", "0"),
            ("PORT", "-80"),
            ("PORT", "65536"),
            ("PORT", "3000.5"),
            ("DATABASE_URL", "mysql://u:p@db/drawbridge"),
            ("DATABASE_URL", "postgresql://u:p@db/drawbridge"),
            ("DATABASE_URL", "drawbridge.db"),
            ("DATABASE_URL", "sqlite:///"),
            ("DATABASE_URL", "sqlite:///:memory:"),
            ("LOG_LEVEL", "loud"),
            ("DRAIN_SECONDS", "soon"),
            ("DRAIN_SECONDS", "-1"),
            ("DRAIN_SECONDS", "nan"),
            ("DRAIN_SECONDS", "301"),
            ("COMMAND_PREFIX", "Staging"),
            ("COMMAND_PREFIX", "stg_"),
            ("COMMAND_PREFIX", "ninechars"),
            ("SLACK_API_URL", "slack.com/api/"),
            ("SLACK_API_URL", "ftp://slack.com/api/"),
            ("SLACK_API_URL", "https://slack.com/"),
            ("SLACK_API_URL", "https:///api/"),
        ],
    )
    def test_given_a_wrong_value_its_key_and_nothing_else_is_named(self, key: str, value: str) -> None:
        assert keys(problems(**{key: value})) == [key]

    @pytest.mark.parametrize("missing", ["SLACK_BOT_TOKEN", "SLACK_USER_TOKEN", "SLACK_SIGNING_SECRET"])
    def test_a_missing_secret_is_named(self, missing: str) -> None:
        assert keys(problems({key: value for key, value in GIVEN.items() if key != missing})) == [missing]

    @pytest.mark.parametrize(
        "missing", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEYS", "PUBLIC_URL"]
    )
    def test_oauth_by_halves_is_named(self, missing: str) -> None:
        values = {key: value for key, value in OAUTH.items() if key != missing}
        assert keys(problems(values)) == [missing]

    @pytest.mark.parametrize("token", ["SLACK_BOT_TOKEN", "SLACK_USER_TOKEN"])
    @pytest.mark.parametrize("oauth", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"])
    def test_tokens_and_oauth_together_are_refused(self, token: str, oauth: str) -> None:
        values = {"SLACK_SIGNING_SECRET": "s", token: GIVEN[token], oauth: OAUTH[oauth]}
        (problem,) = problems(values)
        assert problem.startswith(
            "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: cannot be set together with SLACK_BOT_TOKEN"
        )

    def test_where_no_secret_is_needed_none_is_missed_and_the_rest_is_still_checked(self) -> None:
        assert read_settings({}, None, credentials=False).bot_token is None
        with pytest.raises(ConfigError, match="PORT"):
            read_settings({"PORT": "x"}, None, credentials=False)

    def test_an_empty_environment_is_told_everything_at_once(self) -> None:
        assert keys(problems({})) == ["SLACK_BOT_TOKEN", "SLACK_USER_TOKEN", "SLACK_SIGNING_SECRET"]

    def test_every_problem_is_told_at_once(self) -> None:
        wrong = {"PORT": "x", "LOG_LEVEL": "x", "DATABASE_URL": "x", "SLACK_BOT_TOKEN": "x"}
        assert set(keys(problems(**wrong))) == set(wrong)

    def test_no_problem_repeats_the_secret_it_is_about(self) -> None:
        found = "\n".join(problems(SLACK_BOT_TOKEN="hunter2", DATABASE_URL="mysql://u:hunter2@db/x"))
        assert "hunter2" not in found


class TestTimeRunsFasterOnlyAwayFromSlack:
    @pytest.mark.parametrize(
        "url",
        [
            "https://slack.com/api/",
            "https://slack-gov.com/api/",
            "https://SLACK.com/api/",
            "https://slack.com:443/api/",
            "https://acme.enterprise.slack.com/api/",
            "https://www.slack-gov.com/api/",
        ],
    )
    def test_a_public_host_wants_a_scale_of_one(self, url: str) -> None:
        assert keys(problems(SLACK_API_URL=url, SLACK_TIME_SCALE="2")) == ["SLACK_TIME_SCALE"]
        assert read(SLACK_API_URL=url, SLACK_TIME_SCALE="1").time_scale == 1

    @pytest.mark.parametrize(
        "url", [LOCAL, "https://notslack.com/api/", "https://slack.com.example.org/api/"]
    )
    def test_any_other_host_takes_any_scale(self, url: str) -> None:
        assert read(SLACK_API_URL=url, SLACK_TIME_SCALE="0.5").time_scale == 0.5


class TestAResponseUrlHasOneHost:
    @pytest.mark.parametrize(
        ("url", "host"),
        [
            ("https://slack.com/api/", "hooks.slack.com"),
            ("https://slack-gov.com/api/", "hooks.slack-gov.com"),
            ("https://acme.slack.com/api/", "hooks.slack.com"),
            (LOCAL, "127.0.0.1:4000"),
            ("https://emulator.example.com/api/", "emulator.example.com"),
        ],
    )
    def test_it_follows_from_the_api_url(self, url: str, host: str) -> None:
        assert read(SLACK_API_URL=url).hooks_host() == host

    def test_the_api_host_is_told_with_its_port(self) -> None:
        assert read(SLACK_API_URL=LOCAL).slack_host() == "127.0.0.1:4000"


class TestTheEnvironmentWinsOverTheFile:
    def test_the_file_fills_in_what_the_environment_leaves_out(self, folder: Path) -> None:
        env = folder / ".env"
        env.write_text('PORT=4444\nHOST="0.0.0.0"\nLOG_LEVEL=\n# COMMAND_PREFIX=x\n')
        settings = read_settings({**GIVEN, "HOST": "127.0.0.9"}, env)
        assert (settings.port, settings.host, settings.log_level) == (4444, "127.0.0.9", "INFO")

    def test_an_empty_variable_counts_as_absent(self, folder: Path) -> None:
        env = folder / ".env"
        env.write_text("SLACK_BOT_TOKEN=xoxb-from-file\n")
        settings = read_settings({**GIVEN, "SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": ""}, env)
        assert settings.bot_token == Secret("xoxb-from-file")

    def test_without_a_file_only_the_environment_counts(self, folder: Path) -> None:
        assert read_settings(GIVEN, folder / "none").port == 3000

    def test_the_process_and_the_folder_it_runs_in_are_the_default(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / ".env").write_text("PORT=4444\n")
        monkeypatch.chdir(folder)
        for key, value in GIVEN.items():
            monkeypatch.setenv(key, value)
        assert read_settings().port == 4444


class TestSecretsNeverShow:
    @pytest.mark.parametrize(
        "shown",
        [
            repr,
            str,
            "{}".format,
            "{0!r:>20}".format,
            "%s".__mod__,
            "%r".__mod__,
            lambda secret: f"{secret!s}",
        ],
    )
    def test_a_secret_shows_as_stars(self, shown: Any) -> None:
        assert "hunter2" not in shown(Secret("hunter2"))
        assert "***" in shown(Secret("hunter2"))

    def test_nor_do_settings_that_hold_them(self) -> None:
        settings = read(
            GIVEN | {"SLACK_APP_TOKEN": "xapp-hunter2", "ENCRYPTION_KEYS": "hunter2"},
            DATABASE_URL="postgresql+psycopg://drawbridge:hunter2@db/drawbridge",
        )
        for text in (repr(settings), str(settings), f"{settings}"):
            assert "hunter2" not in text
            assert "xoxb-1-bot" not in text
            assert "shhh" not in text

    def test_nor_does_logging_one(self, caplog: pytest.LogCaptureFixture) -> None:
        logging.getLogger("app").warning("token %s of %r", Secret("hunter2"), {"key": Secret("hunter2")})
        assert "hunter2" not in caplog.text

    def test_nor_can_one_slip_into_json(self) -> None:
        with pytest.raises(TypeError):
            json.dumps({"token": Secret("hunter2")})
        assert "hunter2" not in json.dumps({"token": Secret("hunter2")}, default=str)

    def test_only_reveal_gives_it_away(self) -> None:
        secret = Secret("hunter2")
        assert secret.reveal() == "hunter2"
        assert not hasattr(secret, "__dict__")

    def test_equal_secrets_are_equal_and_nothing_else_is(self) -> None:
        assert Secret("a") == Secret("a")
        assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
        assert Secret("a") != "a"
