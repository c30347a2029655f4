"""The refresher: each due list read once and stored whole; a read that fails leaves the old list."""

import pytest

from app.model.clock import system_clock
from app.slack.directory.refresh import KINDS, Refresher
from app.slack.directory.snapshot import Entry, Snapshots
from app.slack.gateway import Gateway
from app.storage import Database
from tests.unit.given import ORG, StillClock
from tests.unit.slack.wire import Turn, Wire, error, ok

FIVE: dict[str, list[Turn]] = {
    "external_orgs": [ok(organizations=[{"team_id": "T1", "team_name": "Acme", "team_domain": "acme"}])],
    "shared_channels": [ok(conversations=[{"id": "C1", "name": "deals", "is_private": True}])],
    "channels": [ok(conversations=[{"id": "C1", "name": "deals"}, {"id": "C2", "name": "lobby"}])],
    "workspaces": [
        ok(teams=[{"id": "T9"}]),
        ok(teams=[{"id": "T9", "name": "HQ"}, {"id": "T8", "name": "Lab"}]),
    ],
    "policy_users": [
        ok(entities=[{"entity_id": "W1"}, {"entity_id": "W2"}]),
        ok(users=[{"id": "W1", "full_name": "Ana", "email": "ana@example.com", "has_sso": True}]),
    ],
}


@pytest.fixture
def snapshots(sqlite: Database) -> Snapshots:
    return Snapshots(sqlite, system_clock)


@pytest.fixture
def refresher(gateway: Gateway, snapshots: Snapshots) -> Refresher:
    return Refresher(gateway, snapshots, 600)


def told(snapshots: Snapshots, kind: str) -> list[tuple[str, str, str]]:
    return [(entry.key, entry.name, entry.more) for entry in snapshots.search(ORG, kind, "")]


def test_the_story_reads_every_kind_there_is() -> None:
    assert list(FIVE) == list(KINDS)


def test_every_list_is_read_and_stored(refresher: Refresher, snapshots: Snapshots, wire: Wire) -> None:
    for turns in FIVE.values():
        wire.plays(*turns)
    assert refresher.run_once() == 5
    assert told(snapshots, "external_orgs") == [("T1", "Acme", "acme")]
    assert told(snapshots, "shared_channels") == [("C1", "deals", "private")]
    assert told(snapshots, "channels") == [("C1", "deals", ""), ("C2", "lobby", "")]
    assert told(snapshots, "workspaces") == [("T9", "HQ", ""), ("T8", "Lab", "Drawbridge-not-added")]
    assert told(snapshots, "policy_users") == [("W1", "Ana", "ana@example.com"), ("W2", "W2", "")]


def test_a_list_just_read_is_not_read_again(refresher: Refresher, wire: Wire) -> None:
    for turns in FIVE.values():
        wire.plays(*turns)
    refresher.run_once()
    asked = len(wire.asked)
    refresher.run_once()
    assert len(wire.asked) == asked


def test_channels_seen_shared_are_remembered_as_such(
    refresher: Refresher, snapshots: Snapshots, wire: Wire
) -> None:
    for turns in FIVE.values():
        wire.plays(*turns)
    refresher.run_once()
    assert snapshots.once_external(ORG, "C1")
    assert not snapshots.once_external(ORG, "C2")


def test_a_list_that_cannot_be_read_keeps_the_others_going_and_says_why(
    refresher: Refresher, snapshots: Snapshots, wire: Wire
) -> None:
    wire.plays(error("missing_scope"))
    for kind in list(FIVE)[1:]:
        wire.plays(*FIVE[kind])
    assert refresher.run_once() == 4
    read_at, problem = snapshots.states(ORG)["external_orgs"]
    assert read_at is None
    assert problem is not None
    assert problem.startswith("missing_scope: ")


def test_a_list_that_breaks_off_half_way_leaves_the_old_one(
    refresher: Refresher, snapshots: Snapshots, sqlite: Database, wire: Wire
) -> None:
    an_hour_ago = Snapshots(sqlite, StillClock(system_clock() - 3_600_000))
    an_hour_ago.want(ORG, "channels")
    an_hour_ago.store(ORG, "channels", [Entry("C9", "old")])
    wire.plays(*FIVE["external_orgs"], *FIVE["shared_channels"])
    wire.plays(ok(conversations=[{"id": "C1", "name": "deals"}], next_cursor="x"), error("missing_scope"))
    wire.plays(*FIVE["workspaces"], *FIVE["policy_users"])
    assert refresher.run_once() == 4
    assert told(snapshots, "channels") == [("C9", "old", "")]
