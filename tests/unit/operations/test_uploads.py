"""What operations make of uploaded lists: each row like a pasted line, its problems with its line."""

from collections.abc import Callable
from typing import Any

import pytest

from app.model.form import Entries
from app.model.table import Row, Table
from app.operations import OPERATIONS
from app.operations.contract import Planned, Site
from app.slack.directory import Workspace
from tests.unit.given import NOW, TEAM, Town, account, channel, group, org

LAB = "T0LABS0001"
ACME = "T0ACME0001"


def uploaded(*rows: dict[str, str], **typed: Any) -> Entries:
    """Those rows, the first in line 2, and what was typed besides."""
    table = Table("list.csv", tuple(Row(line, cells) for line, cells in enumerate(rows, 2)))
    return Entries({"upload": table.as_json(), **typed})


def chosen(*keys: str) -> list[dict[str, str]]:
    return [{"value": key, "text": key} for key in keys]


def keys(planned: Planned) -> list[str]:
    return [item.key for item in planned.plan.items] if planned.plan is not None else []


def problems(planned: Planned) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in planned.problems]


@pytest.fixture
def town(town: Town) -> Town:
    """Two workspaces with Drawbridge, and one without."""
    town.spaces = [
        Workspace(TEAM, "HQ", True),
        Workspace(LAB, "Labs", True),
        Workspace("T0AWAY0001", "Away", False),
    ]
    return town


class TestOrganizations:
    def test_each_row_is_one(self, town: Town, site: Callable[..., Site]) -> None:
        town.orgs = [
            org(),
            org("T0OVER0001", "Over", "over", connection_status="DISCONNECTED", public_channel_count=0),
        ]
        rows = ({"organization": said} for said in ("Acme", "over", "nobody", ACME))
        planned = OPERATIONS["disconnect-org"].plan(uploaded(*rows), site())
        assert keys(planned) == [ACME]
        assert problems(planned) == [(4, "not_found"), (5, "duplicate"), (3, "already")]


class TestChannelsAndWhoLeaves:
    def test_each_row_is_a_pair(self, town: Town, site: Callable[..., Site]) -> None:
        town.orgs = [org()]
        town.rooms = {"C0DEALS001": channel("C0DEALS001", "deals", connected_team_ids=[ACME])}
        rows = [
            {"channel": "deals", "leaving_team": ACME},
            {"channel": "deals", "leaving_team": ACME},
            {"channel": "C0DEALS001", "leaving_team": ACME},
            {"channel": "deals", "leaving_team": "T0BETA0001"},
            {"channel": "nowhere", "leaving_team": ACME},
        ]
        planned = OPERATIONS["disconnect-channel"].plan(uploaded(*rows), site())
        assert keys(planned) == [f"C0DEALS001>{ACME}"]
        assert problems(planned) == [(3, "duplicate"), (4, "duplicate"), (5, "already"), (6, "not_found")]


class TestUserGroups:
    @pytest.fixture
    def town(self, town: Town) -> Town:
        org_wide = group("S0WIDE0001", "wide", is_org_level=True)
        town.group_lists = {
            TEAM: [group("S0OPS00001", "ops"), org_wide],
            LAB: [
                group("S0LABS0001", "labs", team_id=LAB),
                group("S0WIDE0001", "wide", team_id=LAB),
                group("S0OLD00001", "old", date_delete=NOW // 1000),
            ],
        }
        return town

    def planned(self, site: Callable[..., Site], *rows: dict[str, str], **typed: Any) -> Planned:
        return OPERATIONS["disable-usergroup"].plan(uploaded(*rows, **typed), site())

    def test_each_row_may_name_its_workspace(self, site: Callable[..., Site]) -> None:
        planned = self.planned(
            site,
            {"usergroup": "@ops", "workspace": ""},
            {"usergroup": "labs", "workspace": "Labs"},
            {"usergroup": "old", "workspace": LAB},
            workspace=chosen(TEAM),
        )
        assert keys(planned) == ["S0OPS00001", "S0LABS0001"]
        assert planned.plan is not None
        assert [item.target["team"] for item in planned.plan.items] == [TEAM, LAB]
        assert planned.plan.arguments["teams"] == [TEAM, LAB]
        assert problems(planned) == [(4, "already")]

    def test_a_row_without_one_needs_that_of_the_form(self, site: Callable[..., Site]) -> None:
        planned = self.planned(
            site,
            {"usergroup": "ops"},
            {"usergroup": "ops", "workspace": "Nowhere"},
            {"usergroup": "ops", "workspace": "Away"},
            {"usergroup": "labs", "workspace": "Labs"},
        )
        assert keys(planned) == ["S0LABS0001"]
        assert problems(planned) == [(2, "no_workspace"), (3, "not_found"), (4, "team_access_not_granted")]

    def test_a_group_of_the_whole_organization_counts_once(self, site: Callable[..., Site]) -> None:
        planned = self.planned(
            site, {"usergroup": "wide", "workspace": TEAM}, {"usergroup": "wide", "workspace": LAB}
        )
        assert keys(planned) == ["S0WIDE0001"]
        assert problems(planned) == [(3, "duplicate")]


class TestWorkspacesOfChannels:
    @pytest.fixture
    def town(self, town: Town) -> Town:
        town.rooms = {key: channel(key, key.lower()) for key in ("C0ONE00001", "C0TWO00001")}
        town.reaches = dict.fromkeys(town.rooms, frozenset({TEAM}))
        return town

    def planned(self, site: Callable[..., Site], *rows: dict[str, str], **typed: Any) -> Planned:
        return OPERATIONS["set-channel-workspaces"].plan(uploaded(*rows, **typed), site())

    def reach(self, planned: Planned) -> dict[str, Any]:
        assert planned.plan is not None
        return {item.key: item.target["reach"] for item in planned.plan.items}

    def test_a_row_says_what_to_change_or_leaves_it_to_the_form(self, site: Callable[..., Site]) -> None:
        planned = self.planned(
            site,
            {"channel": "C0ONE00001", "add": f"Away | {LAB}"},
            {"channel": "C0TWO00001"},
            add=chosen(LAB),
        )
        assert self.reach(planned) == {
            "C0ONE00001": {"org_wide": False, "workspaces": sorted([TEAM, LAB, "T0AWAY0001"])},
            "C0TWO00001": {"org_wide": False, "workspaces": sorted([TEAM, LAB])},
        }

    def test_the_form_s_other_kinds_hold_for_rows_without_workspaces(self, site: Callable[..., Site]) -> None:
        planned = self.planned(site, {"channel": "C0ONE00001"}, scope="org_wide")
        assert self.reach(planned) == {"C0ONE00001": {"org_wide": True, "workspaces": []}}

    def test_what_makes_no_sense_is_told_with_its_line(self, site: Callable[..., Site]) -> None:
        planned = self.planned(
            site,
            {"channel": "C0ONE00001"},
            {"channel": "C0ONE00001", "add": LAB, "remove": "labs"},
            {"channel": "C0ONE00001", "add": "Nowhere"},
            {"channel": "C0ONE00001", "add": LAB},
            {"channel": "c0one00001", "add": LAB},
        )
        assert keys(planned) == ["C0ONE00001"]
        assert problems(planned) == [
            (2, "nothing_asked"),
            (3, "added_and_removed"),
            (4, "not_found"),
            (6, "duplicate"),
        ]

    def test_of_many_the_list_of_channels_says_who_has_them(
        self, town: Town, site: Callable[..., Site]
    ) -> None:
        names = [f"C0MANY{number:04}" for number in range(40)]
        town.rooms = {
            key: channel(key, key.lower(), internal_team_ids=[TEAM], internal_team_ids_count=1)
            for key in names
        }
        planned = self.planned(site, *({"channel": key, "add": LAB} for key in names))
        assert keys(planned) == names
        assert set(town.asked) == {"admin.teams.list", "admin.conversations.search"}


class TestPeople:
    def test_hundreds_are_read_from_lists(self, town: Town, site: Callable[..., Site]) -> None:
        people = [f"W0MANY{number:04}" for number in range(300)]
        town.policy = dict.fromkeys(people[:200], NOW // 1000)
        town.roster = [account(user) for user in people[:250]]
        rows = [{"user": user} for user in (*people, "nobody@nowhere.example", people[0])]
        planned = OPERATIONS["remove-policy-users"].plan(uploaded(*rows), site(max_items=10_000))
        assert keys(planned) == people[:200]
        assert problems(planned)[:2] == [(302, "not_found"), (303, "duplicate")]
        assert [code for _, code in problems(planned)[2:]] == ["already"] * 50 + ["not_found"] * 50
        assert town.asked.count("users.info") <= 50
        assert town.asked.count("admin.users.list") == 1

    def test_hundreds_of_strangers_are_not_asked_for_one_by_one(
        self, town: Town, site: Callable[..., Site]
    ) -> None:
        town.policy = {"W0EVE00001": 0}
        rows = [{"user": f"W0GONE{number:04}"} for number in range(300)]
        planned = OPERATIONS["remove-policy-users"].plan(uploaded(*rows), site())
        assert planned.plan is None
        assert {problem.code for problem in planned.problems} == {"not_found"}
        assert "users.info" not in town.asked
