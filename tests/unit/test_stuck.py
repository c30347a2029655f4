"""What does not go on by itself is found, each with what to do; what goes on is not."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from app.execution.engine import Engine
from app.execution.lease import Lease
from app.model.lifecycle import State
from app.storage import Database
from app.storage.tables import cards, notices, requests
from app.stuck import REMEDIES, stuck
from tests.unit.given import ORG, StillClock, filed

MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def request_id(database: Database, clock: StillClock) -> str:
    """A filed request whose card is shown, and a process that lives."""
    Lease(database, "living").beat()
    found = filed(database, clock).id
    change(database, cards, wanted=1, shown=1, ts="1.1")
    return found


def change(database: Database, table: sa.Table, **values: Any) -> None:
    with database.write() as connection:
        connection.execute(table.update().values(values))


def kinds(database: Database, clock: StillClock) -> list[str]:
    return [thing.kind for thing in stuck(database, clock)]


def notice(database: Database, clock: StillClock, request_id: str, **values: Any) -> None:
    row = {
        "enterprise_id": ORG,
        "request_id": request_id,
        "place": "person",
        "recipient": "W0BEN00001",
        "key": "result",
        "message": "{}",
        "created_at": clock(),
        "due_at": clock(),
        **values,
    }
    with database.write() as connection:
        connection.execute(notices.insert().values(row))


def test_given_a_request_that_waits_for_its_approvers_nothing_is_stuck(
    database: Database, clock: StillClock, request_id: str
) -> None:
    assert kinds(database, clock) == []


@pytest.mark.parametrize(
    ("values", "later", "kind"),
    [
        ({"state": State.PENDING, "expires_at": -2 * MINUTE}, 0, "not_lapsed"),
        ({"state": State.APPROVED, "not_before": -2 * MINUTE}, 0, "not_begun"),
        ({"state": State.VERIFYING, "look_at": -11 * MINUTE}, 0, "look_overdue"),
        ({"state": State.EXECUTING}, 16 * MINUTE, "no_progress"),
        ({"state": State.PAUSED}, DAY + MINUTE, "paused"),
    ],
)
def test_a_request_that_does_not_go_on_is_found_and_named(
    database: Database,
    clock: StillClock,
    request_id: str,
    values: dict[str, Any],
    later: int,
    kind: str,
) -> None:
    change(
        database,
        requests,
        **{name: value if name == "state" else clock() + value for name, value in values.items()},
    )
    clock.at += later
    (found,) = stuck(database, clock)
    assert (found.kind, found.subject, found.enterprise_id) == (kind, request_id, ORG)
    assert found.remedy == REMEDIES[kind]


@pytest.mark.parametrize(
    "values",
    [
        {"state": State.APPROVED, "not_before": 10 * MINUTE},
        {"state": State.VERIFYING, "look_at": -5 * MINUTE},
        {"state": State.EXECUTING},
        {"state": State.PAUSED},
        {"state": State.SUCCEEDED},
    ],
)
def test_one_that_is_in_time_is_not(
    database: Database, clock: StillClock, request_id: str, values: dict[str, Any]
) -> None:
    change(
        database,
        requests,
        **{name: value if name == "state" else clock() + value for name, value in values.items()},
    )
    clock.at += MINUTE
    assert kinds(database, clock) == []


def test_a_card_that_slack_does_not_take_is_found(
    database: Database, clock: StillClock, request_id: str
) -> None:
    change(database, cards, wanted=2, failures=3, due_at=clock() + MINUTE)
    (found,) = stuck(database, clock)
    assert (found.kind, found.subject) == ("card_not_shown", request_id)
    assert "3 tries failed" in found.sentence and "/invite" in found.remedy


def test_so_is_a_message_that_waits_or_was_given_up(
    database: Database, clock: StillClock, request_id: str
) -> None:
    notice(database, clock, request_id, key="old", created_at=clock() - 11 * MINUTE)
    notice(database, clock, request_id, key="refused", given_up="user_disabled")
    notice(database, clock, request_id, key="history", given_up="user_disabled", created_at=clock() - 8 * DAY)
    notice(database, clock, request_id, key="young")
    notice(database, clock, request_id, key="sent", created_at=clock() - DAY, sent_at=clock())
    found = stuck(database, clock)
    assert [thing.kind for thing in found] == ["notice_waiting", "notice_given_up"]
    assert "user_disabled" in found[1].sentence


def test_that_no_process_runs_is_said_while_anything_is_open(
    database: Database, clock: StillClock, request_id: str
) -> None:
    Lease(database, "living").end()
    assert kinds(database, clock) == ["nobody_serves"]
    change(database, requests, state=State.SUCCEEDED.value)
    assert kinds(database, clock) == []


def test_a_workflow_that_ended_in_an_error_is_found_while_its_request_is_open(
    database: Database, clock: StillClock, request_id: str
) -> None:
    engine = Engine(database)
    engine.prepare()
    engine.launch()
    engine.stop()
    Lease(database, "living").beat()
    schema = "" if database.sqlite else "dbos."
    row = {"workflow_uuid": f"exec-{request_id}", "status": "ERROR", "name": "execute_request"}
    insert = sa.text(
        f"INSERT INTO {schema}workflow_status (workflow_uuid, status, name, created_at, updated_at) "
        "VALUES (:workflow_uuid, :status, :name, :at, :at)"
    )
    with database.write() as connection:
        connection.execute(insert, {**row, "at": clock()})
    (found,) = stuck(database, clock)
    assert (found.kind, found.subject) == ("workflow_broken", request_id)
    change(database, requests, state=State.FAILED.value)
    assert kinds(database, clock) == []


def test_the_longest_stuck_comes_first_and_scripts_get_json(
    database: Database, clock: StillClock, request_id: str
) -> None:
    notice(database, clock, request_id, key="young", given_up="user_disabled")
    notice(database, clock, request_id, key="old", given_up="user_disabled", created_at=clock() - DAY)
    found = stuck(database, clock)
    assert found[0].since < found[1].since
    told = json.loads(json.dumps(found[0].as_json()))
    assert told["kind"] == "notice_given_up" and told["since"].endswith("Z")
