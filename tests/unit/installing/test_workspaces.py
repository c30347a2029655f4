"""Where Drawbridge is: a change is told once, with what it takes away from the policy."""

from typing import cast

import pytest

from app.config import OperationPolicy, Policy, Principal
from app.installing.workspaces import Workspaces
from app.requests.policies import Policies
from app.slack.credentials import GivenTokens
from app.slack.directory.snapshot import Snapshots
from app.slack.gateway import Gateway
from app.slack.pace import Pace
from app.storage import Database
from tests.unit.given import ADMIN_CHANNEL, ORG, TEAM, StillClock, rules
from tests.unit.installing.conftest import FIRST, Written, events, told
from tests.unit.slack.wire import Wire, error, ok


class Grouped(Written):
    """A policy whose approvers are a user group of that workspace."""

    def of(self, _enterprise_id: str) -> Policy:
        group = Principal("usergroup", "S0SECURITY", TEAM)
        own: OperationPolicy = rules(approvers=(group,))
        return Policy(ADMIN_CHANNEL, {"disconnect-org": own}, "digest")


@pytest.fixture
def workspaces(database: Database, wire: Wire, clock: StillClock) -> Workspaces:
    gateway = Gateway(GivenTokens(FIRST), base_url=wire.url, hooks_host=wire.host, pace=Pace(database, 1e6))
    return Workspaces(database, gateway, cast(Policies, Grouped()), Snapshots(database, clock), clock)


def seen(workspaces: Workspaces, wire: Wire, *added: str) -> bool:
    """One look, with Drawbridge in those workspaces of two."""
    names = {TEAM: "HQ", "T0SALES001": "Sales"}
    wire.plays(
        ok(teams=[{"id": team} for team in added]),
        ok(teams=[{"id": team, "name": name} for team, name in names.items()]),
    )
    return workspaces.look(ORG)


def test_the_first_look_only_remembers(workspaces: Workspaces, wire: Wire, database: Database) -> None:
    assert not seen(workspaces, wire, TEAM)
    assert (told(database), events(database)) == ([], [])


def test_a_change_is_told_once(workspaces: Workspaces, wire: Wire, database: Database) -> None:
    seen(workspaces, wire, TEAM)
    assert seen(workspaces, wire, TEAM, "T0SALES001")
    assert not seen(workspaces, wire, "T0SALES001", TEAM)
    assert told(database) == ["🏢 Drawbridge was added to Sales (T0SALES001)."]
    assert events(database) == [("workspaces:changed", {"added": ["T0SALES001"], "removed": []})]


def test_a_lost_workspace_is_told_with_the_groups_nobody_can_read_any_more(
    workspaces: Workspaces, wire: Wire, database: Database
) -> None:
    seen(workspaces, wire, TEAM, "T0SALES001")
    seen(workspaces, wire, "T0SALES001")
    (line,) = told(database)
    assert f"removed from HQ ({TEAM})" in line
    assert f"{TEAM}/S0SECURITY" in line


def test_what_slack_does_not_tell_changes_nothing(
    workspaces: Workspaces, wire: Wire, database: Database
) -> None:
    seen(workspaces, wire, TEAM)
    wire.plays(error("missing_scope"))
    assert not workspaces.look(ORG)
    assert not seen(workspaces, wire, TEAM)
    assert told(database) == []


def test_every_organization_is_looked_at_every_five_minutes(
    workspaces: Workspaces, wire: Wire, clock: StillClock
) -> None:
    for seconds, looks in ((0, 1), (299, 1), (1, 2), (299, 2)):
        clock.forward(seconds)
        wire.plays(*[ok(teams=[])] * 2)
        workspaces.run_once()
        wire.script.clear()
        assert [asked.method for asked in wire.asked] == ["auth.teams.list", "admin.teams.list"] * looks
