"""`doctor`: whatever is missing is a line with what to do about it, and the other lines come all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.given import ORG
from tests.unit.slack.conftest import wire
from tests.unit.slack.wire import Wire, error, ok

__all__ = ["wire"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def slack(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """A Slack in which everything up to the admin channel is right."""
    monkeypatch.setenv("SLACK_API_URL", wire.url)
    install = {"enterprise_id": ORG, "is_enterprise_install": True, "team": "HQ", "user": "drawbridge"}
    bot, admin = ok(**install, bot_id="B0BOT", user_id="U0BOT"), ok(**install, user_id="W0ADMIN001")
    person = {"id": "W0ADMIN001", "name": "ana", "enterprise_user": {"enterprise_id": ORG, "is_admin": True}}
    teams = [{"id": "T0HQ000001", "name": "HQ"}]
    wire.plays(bot, admin, bot, admin, ok(user=person), ok(teams=teams), ok(teams=teams))
    return wire


def lines(out: str, subject: str) -> list[str]:
    return [line for line in out.splitlines() if line[2:].startswith(f"{subject}: ")]


@pytest.mark.parametrize("missing", [["SLACK_BOT_TOKEN"], ["SLACK_USER_TOKEN", "SLACK_SIGNING_SECRET"]])
def test_missing_settings_are_a_line_each_and_the_rest_is_examined(
    run: Run, wire: Wire, monkeypatch: pytest.MonkeyPatch, missing: list[str]
) -> None:
    monkeypatch.setenv("SLACK_API_URL", wire.url)
    for name in missing:
        monkeypatch.delenv(name)
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    told = lines(out, "Settings")
    assert [line.split(":")[1].strip() for line in told] == missing
    assert all(line.startswith("✗ ") for line in told)
    assert lines(out, "Database")[0].startswith("✓ ")
    assert lines(out, "Policy file")[0].startswith("✓ ")
    assert wire.asked == []


def test_an_organization_without_a_table_in_the_policy_file_is_a_line_with_what_to_do(
    run: Run, house: Path, slack: Wire
) -> None:
    text = (house / "policy.toml").read_text() + '[orgs.E0OTHER001]\nadmin_channel = "C0OTHER001"\n'
    (house / "policy.toml").write_text(text)
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    for subject in ("Admin channel", "Approvers"):
        (line,) = lines(out, subject)
        assert line.startswith(f"✗ {subject}: [orgs.{ORG}]: missing")
        assert line.endswith(" → Put these keys of the policy file right.")


def test_what_slack_answers_instead_is_a_line_too(run: Run, slack: Wire) -> None:
    slack.plays(error("channel_not_found"), error("missing_scope"))
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    assert lines(out, "Admin channel")[0].startswith("✗ Admin channel: C0ADMIN0001: the bot does not see it")
    assert "missing_scope" in lines(out, "Approvers")[0]
    assert "xox" not in out
