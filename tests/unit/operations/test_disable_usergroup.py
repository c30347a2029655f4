"""Disabling user groups and enabling them again."""

from collections.abc import Callable
from typing import Any

import pytest

from app.model.form import Entries
from app.model.plan import Item, Plan
from app.operations import OPERATIONS
from app.operations.contract import Finished, Site, Standing
from app.operations.disable_usergroup.move import facts_of
from app.slack.directory import Workspace
from tests.unit.given import NOW, ORG, TEAM, Town, group, somebody
from tests.unit.operations.conftest import PlainRails

OPERATION = OPERATIONS["disable-usergroup"]
assert OPERATION.undo is not None
UNDO = OPERATION.undo
OPS = group(
    "S0OPS00001",
    "ops",
    users=["W0ANA00001", "W0BEN00001"],
    prefs={"channels": ["C1"]},
    updated_by="W0ANA00001",
)
DBA = group("S0DBA00001", "dba")
OLD = group("S0OLD00001", "old", date_delete=NOW // 1000)


@pytest.fixture
def town(town: Town) -> Town:
    town.spaces = [Workspace(TEAM, "HQ", True), Workspace("T0LAB00001", "Lab", False)]
    town.group_lists = {TEAM: [OPS, DBA, OLD]}
    town.people = {"W0ANA00001": somebody("W0ANA00001", name="Ana")}
    return town


def entries(*said: str, workspace: str = TEAM) -> Entries:
    return Entries({"workspace": [{"value": workspace, "text": workspace}], "pasted": "\n".join(said)})


class TestThePlan:
    def test_groups_are_found_by_handle_name_or_id(self, site: Callable[..., Site]) -> None:
        plan = OPERATION.plan(entries("@ops", "S0DBA00001"), site()).plan
        assert plan is not None
        assert [item.key for item in plan.items] == ["S0OPS00001", "S0DBA00001"]
        assert plan.items[0].target == {"group": "S0OPS00001", "team": TEAM}
        assert plan.items[0].holds == ("usergroup:S0OPS00001",)
        assert plan.arguments == {"teams": [TEAM]}

    def test_one_already_disabled_is_left_out_and_said_so(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("ops", "old"), site())
        assert planned.plan is not None
        assert len(planned.plan.items) == 1
        assert [(problem.subject, problem.code) for problem in planned.problems] == [
            ("@old — Old (S0OLD00001)", "already")
        ]

    @pytest.mark.parametrize("said", [["old"], ["nobody"]])
    def test_nothing_left_is_no_plan(self, site: Callable[..., Site], said: list[str]) -> None:
        assert OPERATION.plan(entries(*said), site()).plan is None

    def test_more_than_the_policy_allows_is_no_plan(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("ops", "dba"), site(max_items=1))
        assert (planned.plan, [problem.code for problem in planned.problems]) == (None, ["too_many_items"])

    def test_a_workspace_without_drawbridge_is_refused_with_the_way_to_add_it(
        self, site: Callable[..., Site]
    ) -> None:
        (problem,) = OPERATION.plan(entries("ops", workspace="T0LAB00001"), site()).problems
        assert problem.code == "team_access_not_granted"
        assert "Add to more workspaces" in problem.sentence

    def test_a_workspace_there_is_not_is_refused(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("ops", workspace="T0NOBODY01"), site())
        assert (planned.plan, [problem.code for problem in planned.problems]) == (None, ["not_found"])

    def test_the_preview_names_people_and_keeps_what_an_undo_needs(self, site: Callable[..., Site]) -> None:
        preview = OPERATION.plan(entries("ops"), site()).preview
        assert preview is not None
        assert preview.headline == "Disable @ops in HQ (T0HQ000001): 2 people no longer reached"
        facts = {fact.label: fact.value for fact in preview.items[0].facts}
        assert facts["Members"] == "2: Ana (W0ANA00001) and W0BEN00001"
        assert facts["Last update"].endswith("by Ana (W0ANA00001)")
        assert preview.snapshot == {
            "S0OPS00001": {"members": ["W0ANA00001", "W0BEN00001"], "channels": ["C1"]}
        }

    def test_of_a_big_group_twenty_members_are_shown(self, site: Callable[..., Site], town: Town) -> None:
        many = [f"W{number:09}" for number in range(50)]
        town.group_lists[TEAM] = [group("S0OPS00001", "ops", users=many)]
        preview = OPERATION.plan(entries("ops"), site()).preview
        assert preview is not None
        told = {fact.label: fact.value for fact in preview.items[0].facts}["Members"]
        assert told.startswith("50: W000000000, ")
        assert told.endswith("W000000019 and 30 more")

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"is_idp_group": True}, "Mastered by the identity provider"),
            ({"is_org_level": True}, "An organization-level group"),
            ({"is_membership_locked": True}, "restricted; Slack may refuse"),
            ({"users": []}, "It has no members"),
        ],
    )
    def test_what_should_give_pause_is_a_warning(
        self, site: Callable[..., Site], town: Town, row: Any, words: str
    ) -> None:
        town.group_lists[TEAM] = [group("S0OPS00001", "ops", **{"users": ["W0BEN00001"], **row})]
        preview = OPERATION.plan(entries("ops"), site()).preview
        assert preview is not None
        (warning,) = preview.items[0].warnings
        assert words in warning.text


class TestTheEffect:
    PLAN = Plan(ORG, "disable-usergroup", {"team": TEAM}, (
        Item("S0OPS00001", "@ops", {"group": "S0OPS00001", "team": TEAM}, facts_of(OPS), ()),
    ))  # fmt: skip

    def sight(self, town: Town) -> Any:
        return OPERATION.do.look(self.PLAN, self.PLAN.items, town)["S0OPS00001"]

    def test_an_enabled_group_is_not_disabled_yet_and_has_not_drifted(self, town: Town) -> None:
        assert self.sight(town).standing is Standing.NOT_YET
        assert self.sight(town).facts == self.PLAN.items[0].facts

    def test_a_disabled_group_is_proof(self, town: Town) -> None:
        town.group_lists[TEAM] = [group("S0OPS00001", "ops", date_delete=NOW // 1000)]
        assert self.sight(town).standing is Standing.REACHED
        assert self.sight(town).note == "Slack shows @ops disabled since 21 Sep 2026 14:13 UTC."

    def test_a_group_no_longer_listed_proves_nothing(self, town: Town) -> None:
        town.group_lists = {}
        assert self.sight(town).standing is Standing.UNSEEN

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ({"handle": "ops-eu"}, ["handle: was ops, is ops-eu"]),
            ({"users": ["W0ANA00001"]}, ["member count: was 2, is 1"]),
            ({"users": ["W0ANA00001", "W0CHLOE001"]}, []),
            ({"prefs": {"channels": ["C1", "C2"]}}, ["channels: now also C2"]),
            ({"is_idp_group": True}, ["directory managed: was no, is yes"]),
            ({"date_update": 99, "updated_by": "W0BEN00001"}, None),
        ],
    )
    def test_members_handle_and_channels_are_facts_and_times_are_not(
        self, town: Town, row: Any, told: list[str] | None
    ) -> None:
        same = {"users": ["W0ANA00001", "W0BEN00001"], "prefs": {"channels": ["C1"]}}
        town.group_lists[TEAM] = [group("S0OPS00001", **{"handle": "ops", **same, **row})]
        changes = OPERATION.do.drift(self.PLAN.items[0].facts, self.sight(town).facts).changes
        if told is None:
            assert changes == ()
        else:
            assert changes
            assert set(told) <= set(changes)

    def test_the_call_always_names_the_workspace(self) -> None:
        (call,) = OPERATION.do.pack(self.PLAN.items)
        assert (call.method, dict(call.arguments)) == (
            "usergroups.disable",
            {"usergroup": "S0OPS00001", "team_id": TEAM, "include_count": True},
        )

    def test_a_workspaces_list_is_read_once(self, town: Town) -> None:
        town.asked.clear()
        OPERATION.do.look(self.PLAN, self.PLAN.items * 3, town)
        assert town.asked == ["usergroups.list"]


class TestTheWayBack:
    @pytest.fixture
    def finished(self, site: Callable[..., Site]) -> Finished:
        planned = OPERATION.plan(entries("ops", "dba"), site())
        assert planned.plan is not None
        assert planned.preview is not None
        return Finished("R7K3QF2WXA", planned.plan, planned.preview, ("S0OPS00001", "S0DBA00001"))

    def disabled(self, town: Town, **row: Any) -> None:
        same: dict[str, Any] = {"users": ["W0ANA00001", "W0BEN00001"], "prefs": {"channels": ["C1"]}}
        town.group_lists[TEAM] = [group("S0OPS00001", "ops", **same | {"date_delete": 5} | row), DBA]

    def test_what_is_still_disabled_is_enabled_and_the_rest_said_so(
        self, site: Callable[..., Site], town: Town, finished: Finished
    ) -> None:
        self.disabled(town)
        planned = OPERATION.plan_undo(finished, site())
        assert planned.plan is not None
        assert planned.preview is not None
        assert planned.plan.undo_of == "R7K3QF2WXA"
        assert [item.key for item in planned.plan.items] == ["S0OPS00001"]
        assert planned.plan.items[0].target["members"] == ["W0ANA00001", "W0BEN00001"]
        assert planned.preview.headline == "Enable @ops again"
        assert [(problem.subject, problem.code) for problem in planned.problems] == [("@dba", "already")]
        (call,) = OPERATION.move(planned.plan).pack(planned.plan.items)
        assert call.method == "usergroups.enable"

    def test_nothing_to_undo_is_no_plan(self, site: Callable[..., Site], finished: Finished) -> None:
        planned = OPERATION.plan_undo(finished, site())
        assert planned.plan is None
        assert len(planned.problems) == 2

    @pytest.mark.parametrize(
        ("row", "note"),
        [
            ({}, "@ops is enabled, with the members and default channels it had before."),
            (
                {"users": ["W0ANA00001", "W0CHLOE001"], "prefs": {}},
                "@ops is enabled, but 1 member did not come back, 1 member came in addition, "
                "1 channel did not come back. Put that right by hand.",
            ),
        ],
    )
    def test_members_and_channels_are_held_against_what_they_were(
        self, site: Callable[..., Site], town: Town, finished: Finished, row: Any, note: str
    ) -> None:
        self.disabled(town)
        plan = OPERATION.plan_undo(finished, site()).plan
        assert plan is not None
        assert UNDO.look(plan, plan.items, town)["S0OPS00001"].standing is Standing.NOT_YET
        self.disabled(town, date_delete=0, **row)
        sight = UNDO.look(plan, plan.items, town)["S0OPS00001"]
        assert (sight.standing, sight.note) == (Standing.REACHED, note)


class TestGuardrails:
    def guard(self, rails: PlainRails, town: Town, key: str, undo_of: str | None = None) -> list[Any]:
        plan = Plan(ORG, "disable-usergroup", {}, (Item(key, "@sec", {}, {}, ()),), undo_of)
        return [
            (problem.subject, problem.code, problem.sentence)
            for problem in OPERATION.guard(plan, rails, town)
        ]

    @pytest.mark.parametrize("key", ["S0SECURITY", "S0ONCALL01"])
    def test_a_group_the_policy_uses_or_protects_is_never_disabled(
        self, rails: PlainRails, town: Town, key: str
    ) -> None:
        sentence = "The policy uses or protects this group; Drawbridge never disables it."
        assert self.guard(rails, town, key) == [("@sec", "protected_group", sentence)]

    def test_it_may_be_enabled_and_any_other_disabled(self, rails: PlainRails, town: Town) -> None:
        assert self.guard(rails, town, "S0SECURITY", undo_of="R7K3QF2WXA") == []
        assert self.guard(rails, town, "S0OPS00001") == []


class TestTheForm:
    def test_what_is_missing_is_said_where_it_is_missing(self) -> None:
        assert set(OPERATION.missing(Entries())) == {"workspace"}
        assert set(OPERATION.missing(entries())) == {"groups"}
        assert OPERATION.missing(entries("ops")) == {}

    def test_the_groups_are_asked_once_the_workspace_is_known(self, site: Callable[..., Site]) -> None:
        keys = [
            [field.key for field in OPERATION.form(e, site().rules).fields] for e in (Entries(), entries())
        ]
        assert keys == [["workspace", "pasted"], ["workspace", "groups", "pasted"]]

    def test_only_enabled_groups_are_offered_by_handle(self, site: Callable[..., Site]) -> None:
        offered = OPERATION.offers("groups", entries(), site())
        assert [(choice.value, choice.text) for choice in offered] == [
            ("S0DBA00001", "@dba — Dba"),
            ("S0OPS00001", "@ops — Ops"),
        ]
        assert OPERATION.offers("groups", entries(workspace="T0LAB00001"), site()) == []

    def test_text_after_the_command_waits_for_its_workspace(self, site: Callable[..., Site]) -> None:
        assert OPERATION.prefill("@ops", site()) == {"pasted": "@ops"}
