"""The commands around the running app: what they print, and what they say when they cannot."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.operations import OPERATIONS
from app.storage import Database
from app.storage.engine import SecondProcess
from tests.unit.given import ANA, StillClock, filed, item, plan

Run = Callable[..., tuple[int, str, str]]


class TestAnUnusableConfiguration:
    def test_is_2_and_tells_each_problem_on_a_line(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", "http")
        monkeypatch.setenv("LOG_LEVEL", "loud")
        monkeypatch.delenv("SLACK_BOT_TOKEN")
        code, out, err = run("serve")
        assert (code, out) == (2, "")
        lines = err.splitlines()
        assert lines[0] == "Drawbridge cannot start with this configuration:"
        assert sorted(line.split(":")[0] for line in lines[1:]) == [
            "  • LOG_LEVEL",
            "  • PORT",
            "  • SLACK_BOT_TOKEN",
        ]

    def test_of_the_policy_file_is_too(self, run: Run, house: Path) -> None:
        (house / "policy.toml").write_text("approvals = 0\nfoo = 1\n")
        code, _, err = run("policy", "check")
        assert code == 2
        assert all(key in err for key in ("approvals", "foo", "admin_channel"))

    def test_of_the_database_is_too(self, run: Run, house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{house}/new.db")
        code, _, err = run("audit", "verify")
        assert (code, "DATABASE_URL" in err) == (2, True)

    def test_a_database_nobody_reaches_is_2_and_shows_no_password(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://ana:hunter2@127.0.0.1:1/x")
        code, _, err = run("audit", "verify")
        assert (code, "hunter2" in err) == (2, False)
        assert err.startswith("Drawbridge cannot use its database: ")

    def test_a_file_another_process_serves_from_is_2(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def taken(_: Any) -> None:
            raise SecondProcess("another process already serves from it")

        monkeypatch.setattr("app.runtime.Runtime.__init__", lambda *_: None)
        monkeypatch.setattr("app.runtime.Runtime.run", taken)
        code, _, err = run("serve")
        assert (code, err) == (2, "Drawbridge cannot start: another process already serves from it\n")

    def test_an_unknown_command_is_2(self, run: Run) -> None:
        assert run("destroy")[0] == 2
        assert run()[0] == 2

    def test_the_version_is_told(self, run: Run) -> None:
        code, out, _ = run("--version")
        assert (code, out.startswith("drawbridge ")) == (0, True)


class TestPolicyCheck:
    def test_tells_who_may_request_and_approve_what(self, run: Run) -> None:
        code, out, _ = run("policy", "check")
        assert code == 0
        lines = out.splitlines()
        assert lines[0] == "every organization: admin channel C0ADMIN0001"
        assert "  disconnect-org: role:org_admin may request; 2 of usergroup:S0SECURITY approve" in lines
        assert "    among them 1 of role:org_owner" in lines
        assert sum(line.startswith("  ") and "may request" in line for line in lines) == len(OPERATIONS)
        assert lines[-1].startswith("The file is sound.")

    def test_tells_it_for_each_organization(self, run: Run, house: Path) -> None:
        text = (house / "policy.toml").read_text() + '[orgs.E0HQ000001]\nadmin_channel = "C0HQ000001"\n'
        (house / "policy.toml").write_text(text)
        _, out, _ = run("policy", "check")
        assert out.startswith("E0HQ000001: admin channel C0HQ000001\n")

    def test_says_nobody_where_nobody_is_named(self, run: Run, house: Path) -> None:
        (house / "policy.toml").write_text('admin_channel = "C0ADMIN0001"')
        _, out, _ = run("policy", "check")
        assert "nobody may request; 1 of nobody approve" in out


class TestRequests:
    def test_are_listed_the_newest_first(self, run: Run, sqlite: Database, clock: StillClock) -> None:
        first = filed(sqlite, clock)
        clock.forward(60)
        second = filed(sqlite, clock, plan(item("T0BETA0001")))
        code, out, _ = run("requests", "list")
        assert code == 0
        assert [line.split()[0] for line in out.splitlines()] == [second.id, first.id]
        assert "SEC-12" in out
        assert f"Name of {ANA}" in out

    def test_can_be_narrowed_to_a_state_and_a_number(
        self, run: Run, sqlite: Database, clock: StillClock
    ) -> None:
        filed(sqlite, clock)
        filed(sqlite, clock, plan(item("T0BETA0001")))
        assert run("requests", "list", "--state", "approved")[1] == ""
        assert len(run("requests", "list", "--most", "1")[1].splitlines()) == 1

    def test_one_is_shown_as_evidence(self, run: Run, sqlite: Database, clock: StillClock) -> None:
        request = filed(sqlite, clock)
        code, out, _ = run("requests", "show", request.id.lower())
        found = json.loads(out)
        assert code == 0
        assert found["request"]["id"] == request.id
        assert found["plan_hash"] == request.plan_hash
        assert found["plan_hash_holds"] is True
        assert found["chain"] == {"positions": [1], "intact": True, "broken": []}
        assert [event["event"] for event in found["events"]] == ["request:filed"]

    def test_one_there_is_not_is_1(self, run: Run) -> None:
        code, out, err = run("requests", "show", "R0NOBODY01")
        assert (code, out, err) == (1, "", "There is no request R0NOBODY01.\n")


def test_logging_of_a_command_goes_to_the_errors_and_only_what_matters(run: Run) -> None:
    run("audit", "verify")
    assert logging.getLogger("app").level == logging.WARNING


class TestStuckRequests:
    def test_without_any_it_says_so(self, run: Run) -> None:
        assert run("requests", "stuck") == (0, "Nothing is stuck.\n", "")

    def test_each_is_told_with_what_to_do_and_the_exit_code_is_1(
        self, run: Run, sqlite: Database, clock: StillClock
    ) -> None:
        filed(sqlite, clock)
        code, out, _ = run("requests", "stuck")
        assert code == 1
        assert "No process runs, and 1 requests are open" in out and "Start `python -m app serve`" in out
        code, out, _ = run("requests", "stuck", "--json")
        assert code == 1
        assert "nobody_serves" in {found["kind"] for found in json.loads(out)}
