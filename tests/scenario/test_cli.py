"""The command line, against a running house: doctor, audit, requests, policy, and refusals to start."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.people import House
from tests.support.running import POLICY, RunningApp


@pytest.fixture(scope="module")
def told(shared_house: House) -> tuple[House, str]:
    """A house with one finished request in it."""
    house = shared_house
    request = house.ask_disconnect_org(
        house.client.create("external_org", name="Evidence Ltd", domain="evidence")
    )
    house.approve(request)
    house.card(request, "Done and proved")
    return house, request


def test_doctor_finds_everything_in_order(told: tuple[House, str]) -> None:
    done = told[0].app.cli("doctor")
    assert done.returncode == 0, done.stdout
    for line in (
        "✓ Database:",
        "✓ Policy file:",
        "✓ Bot token: works",
        "✓ Admin user token: works",
        "✓ Bot scopes: all 11 granted",
        "✓ User scopes: all 6 granted",
        "✓ Clock:",
        "✓ Org-level install: ",
        "✓ Admin role: Drawbridge Service (W0INSTALL1) is an org admin",
        "✓ Workspaces: added to Meridian HQ",
        "✓ Admin channel: #admin-approvals (C0ADMIN0001): private, unshared, without guests, bot inside",
        "✓ Approvers: every user group found, every quorum can be met",
    ):
        assert line in done.stdout
    assert "xox" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("break_it", "line"),
    [
        (
            lambda o: setattr(o.channels["C0ADMIN0001"], "connected", ["T0ACME0001"]),
            "✗ Admin channel: #admin-approvals is shared with outsiders",
        ),
        (
            lambda o: o.channels["C0ADMIN0001"].members.remove("U0DRAWBRDG"),
            "✗ Admin channel: C0ADMIN0001: the bot does not see it",
        ),
        (
            lambda o: setattr(o.users["W0INSTALL1"], "is_org_admin", False),
            "✗ Admin role: W0INSTALL1 is no active org admin",
        ),
        (
            lambda o: o.usergroups["S0SECURITY"].users.clear(),
            "✗ Approvers: operations.disconnect-org.approvals: 1 wanted, but only 0",
        ),
    ],
)
def test_doctor_names_what_is_wrong_and_the_remedy(
    own_house: Callable[..., House], break_it: Callable[[Any], None], line: str
) -> None:
    house = own_house()
    with house.slack.world.lock:
        break_it(house.slack.world.org)
    done = house.app.cli("doctor")
    assert done.returncode == 1
    found = next((text for text in done.stdout.splitlines() if text.startswith(line)), None)
    assert found is not None and " → " in found, done.stdout


def test_doctor_tells_swapped_and_dead_tokens(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.environment["SLACK_BOT_TOKEN"] = "xoxb-not-a-real-one"
    done = house.app.cli("doctor")
    assert done.returncode == 1 and "✗ Bot token: invalid_auth" in done.stdout
    assert "xoxb-not-a-real-one" not in done.stdout + done.stderr


def test_audit_verifies_and_finds_each_kind_of_tampering(
    own_house: Callable[..., House], folder: Path
) -> None:
    house = own_house()
    house.app.start()
    request = house.ask_disable_usergroup(
        house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])
    )
    house.approve(request)
    house.card(request, "Done and proved")
    assert house.app.stop() == 0
    assert house.app.cli("audit", "verify").returncode == 0
    anchor = folder / "anchor.json"
    anchor.write_text(house.app.cli("audit", "anchor").stdout)
    database = house.app.environment["DATABASE_URL"].removeprefix("sqlite:///")

    def tampered(statement: str) -> str:
        with sqlite3.connect(database) as connection:
            before = connection.execute("SELECT * FROM drawbridge_audit_events").fetchall()
            heads = connection.execute("SELECT * FROM drawbridge_audit_heads").fetchall()
            for trigger in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS drawbridge_audit_events_no_{trigger}")
            connection.executescript(statement)
        done = house.app.cli("audit", "verify", "--anchor", str(anchor))
        with sqlite3.connect(database) as connection:
            connection.execute("DELETE FROM drawbridge_audit_events")
            connection.execute("DELETE FROM drawbridge_audit_heads")
            marks = ",".join("?" * len(before[0]))
            connection.executemany(f"INSERT INTO drawbridge_audit_events VALUES ({marks})", before)
            connection.executemany("INSERT INTO drawbridge_audit_heads VALUES (?,?,?)", heads)
        assert done.returncode == 1
        return done.stdout

    table = "drawbridge_audit_events"
    assert "event 3: its content was changed" in tampered(
        f"UPDATE {table} SET actor='W0MALLORY1' WHERE seq=3"
    )
    assert "event 4 is missing" in tampered(f"DELETE FROM {table} WHERE seq=4")
    cut = (
        f"DELETE FROM {table} WHERE seq>5; UPDATE drawbridge_audit_heads SET seq=5, "
        f"hash=(SELECT hash FROM {table} WHERE seq=5)"
    )
    assert "the end is missing: an anchor knows" in tampered(cut)
    assert house.app.cli("audit", "verify", "--anchor", str(anchor)).returncode == 0


def test_the_database_itself_refuses_to_change_audit_events(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    house.app.stop()
    database = house.app.environment["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(database) as connection:
        for statement in (
            "UPDATE drawbridge_audit_events SET actor='x'",
            "DELETE FROM drawbridge_audit_events",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_export_gives_jsonl_and_csv_within_bounds(told: tuple[House, str]) -> None:
    house, request = told
    lines = house.app.cli("audit", "export").stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert any(event["request_id"] == request for event in events)
    assert house.app.cli("audit", "export", "--to", "2020-01-01").stdout == ""
    csv = house.app.cli("audit", "export", "--format", "csv", "--from", "2020-01-01").stdout
    assert csv.startswith("enterprise_id,seq,at,event,actor")


def test_the_evidence_of_a_request_is_complete(told: tuple[House, str]) -> None:
    house, request = told
    found = house.app.evidence(request)
    assert (
        found["request"]["state"] == "succeeded"
        and found["request"]["method"] == "team.externalTeams.disconnect"
    )
    assert found["plan_hash_holds"] and found["chain"]["intact"]
    decision = found["decisions"][0]
    assert decision["person"]["id"] == "W0BEN00001"
    assert decision["role_proof"]["principals"] == ["usergroup:T0HQ000001/S0SECURITY"]
    assert decision["plan_hash"] == found["plan_hash"]
    call = found["calls"][0]
    assert call["code"] == "ok" and call["slack_request_id"]
    events = [event["event"] for event in found["events"]]
    for expected in (
        "request:filed",
        "decision:made",
        "request:approved",
        "request:begun",
        "item:rechecked",
        "call:sent",
        "call:answered",
        "item:read-back",
        "item:settled",
        "request:finished",
    ):
        assert expected in events
    text = json.dumps(found)
    assert "xoxb-" not in text and "xoxp-" not in text


def test_an_unknown_request_is_said_so(told: tuple[House, str]) -> None:
    done = told[0].app.cli("requests", "show", "R0NOTHERE")
    assert done.returncode == 1 and "There is no request R0NOTHERE" in done.stderr


def test_refused_filings_are_in_the_log(told: tuple[House, str]) -> None:
    house = told[0]
    house.dino.command("/disconnect-org", "acme", channel="C0LOBBY0001")
    house.refusal(house.dino, "The policy does not let you request this")
    house.dino.close(everything=True)
    events = [json.loads(line) for line in house.app.cli("audit", "export").stdout.splitlines()]
    refused = [
        event for event in events if event["event"] == "request:refused" and event["actor"] == "W0DINO0001"
    ]
    assert refused and json.loads(refused[-1]["body"])["code"] == "not_a_requester"


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        (POLICY.replace("S0SECURITY", "S0NOWHERE1"), "usergroup:S0NOWHERE1: no such enabled user group"),
        (POLICY + "approvals = 3\n", "approvals: 3 wanted, but only 2 people could approve"),
        (POLICY + "aprovals = 1\n", "aprovals: unknown key"),
        (POLICY.replace("usergroup:S0SECURITY", "group:x"), "approvers: 'group:x' is not a"),
        (POLICY + "[operations.disconnect-everything]\napprovals=1\n", "unknown operation"),
    ],
)
def test_a_policy_that_cannot_work_is_an_error_at_start_that_names_the_key(
    own_house: Callable[..., House], policy: str, line: str
) -> None:
    house = own_house(policy=policy)
    house.app.launch()
    assert house.app.wait() == 2
    assert line in house.app.logged()


def test_a_start_waits_for_slack_instead_of_failing(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.client.fault("auth.test", "http", status=503, times=3)
    house.app.start()
    assert "waiting for Slack" in house.app.logged()


def test_a_workspace_token_is_refused_at_start(own_house: Callable[..., House], folder: Path) -> None:
    house = own_house()
    house.client.fault("auth.test", "error", error="invalid_auth")
    app = RunningApp(house.slack, "sqlite:///other.db", folder, name="other").launch()
    house.apps.append(app)
    assert app.wait() == 2
    assert "SLACK_BOT_TOKEN: invalid_auth" in app.logged()
