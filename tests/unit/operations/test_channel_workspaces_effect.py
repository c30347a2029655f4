"""A channel's workspaces as Slack tells them, whether a change took effect, and the way back."""

from collections.abc import Callable
from typing import Any

import pytest

from app.model.plan import Plan
from app.operations.contract import Finished, Site, Standing
from app.operations.set_channel_workspaces import reach
from app.operations.set_channel_workspaces.reach import Reach
from app.slack.answers import Answer
from app.slack.gateway import ReadFailed
from tests.unit.given import Town, channel
from tests.unit.operations.lobby import OPERATION, ORG_WIDE, A, B, C, D, entries, has, town

__all__ = ["town"]

CLOSED = ["not_allowed", "team_access_not_granted", "channel_is_limited_access"]


def refuse_list(town: Town, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Slack answers that, asked for a channel's workspaces."""

    def refuse(_: str) -> Any:
        raise ReadFailed(Answer("admin.conversations.getTeams", code))

    monkeypatch.setattr(town, "channel_workspaces", refuse)


class TestTheListAsSlackHasIt:
    @pytest.mark.parametrize(
        ("row", "told", "found"),
        [
            ({"is_global_shared": True}, frozenset({A}), ORG_WIDE),
            ({}, frozenset({A, B}), has(A, B)),
            ({"internal_team_ids": [C]}, None, has(C)),
            ({"context_team_id": D}, None, has(D)),
            ({"internal_team_ids": [C], "is_org_shared": True}, None, has(C)),
            ({"context_team_id": D, "is_org_shared": False}, None, has(D)),
        ],
    )
    def test_it_is_read_from_all_pages_or_from_the_channel_itself(
        self, town: Town, row: Any, told: frozenset[str] | None, found: Reach
    ) -> None:
        town.reaches["C0LOBBY001"] = told
        read = reach.read(town, channel("C0LOBBY001", "lobby", **row))
        assert read is not None
        assert read.same(found)

    @pytest.mark.parametrize(
        "row",
        [
            {},
            {"internal_team_ids": [A, B]},
            {"internal_team_ids": [A, B], "context_team_id": A},
            {"is_org_shared": True},
            {"is_org_shared": True, "context_team_id": A},
        ],
    )
    def test_a_channel_that_does_not_name_its_one_workspace_is_no_proof_of_it(
        self, town: Town, row: Any
    ) -> None:
        town.reaches["C0LOBBY001"] = None
        assert reach.read(town, channel("C0LOBBY001", "lobby", **row)) is None

    @pytest.mark.parametrize("code", CLOSED)
    def test_what_this_token_may_not_list_is_not_known(
        self, town: Town, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        refuse_list(town, monkeypatch, code)
        assert reach.read(town, channel("C0LOBBY001", "lobby", internal_team_ids=[A])) is None

    @pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "internal_error"])
    def test_any_other_error_tells_nothing(
        self, town: Town, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        refuse_list(town, monkeypatch, code)
        with pytest.raises(ReadFailed, match=code):
            reach.read(town, channel("C0LOBBY001", "lobby", internal_team_ids=[A]))

    def test_an_org_wide_channel_is_not_asked_about(self, town: Town) -> None:
        town.away = "internal_error"
        read = reach.read(town, channel("C0LOBBY001", "lobby", is_global_shared=True))
        assert read is not None
        assert read.org_wide


class TestTheEffect:
    @pytest.fixture
    def plan(self, site: Callable[..., Site]) -> Plan:
        found = OPERATION.plan(entries(add=[C]), site()).plan
        assert found is not None
        return found

    def sight(self, town: Town, plan: Plan) -> Any:
        return OPERATION.do.look(plan, plan.items, town)["C0LOBBY001"]

    def test_the_old_list_is_not_the_new_one_and_has_not_drifted(self, town: Town, plan: Plan) -> None:
        assert self.sight(town, plan).standing is Standing.NOT_YET
        assert self.sight(town, plan).facts == plan.items[0].facts

    def test_exactly_the_new_list_is_proof_and_nothing_else_is(self, town: Town, plan: Plan) -> None:
        town.reaches["C0LOBBY001"] = frozenset({A, B, C})
        assert self.sight(town, plan).standing is Standing.REACHED
        for other in ({A, C}, {A, B, C, D}, {C}):
            town.reaches["C0LOBBY001"] = frozenset(other)
            assert self.sight(town, plan).standing is Standing.NOT_YET
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", is_global_shared=True)
        assert self.sight(town, plan).note == "#lobby is in every workspace."
        assert self.sight(town, plan).standing is Standing.NOT_YET

    def test_a_channel_nobody_sees_proves_nothing(self, town: Town, plan: Plan) -> None:
        town.rooms = {}
        assert self.sight(town, plan).standing is Standing.UNSEEN

    def test_a_list_slack_does_not_tell_proves_nothing(
        self, town: Town, plan: Plan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_list(town, monkeypatch, "not_allowed")
        sight = self.sight(town, plan)
        assert (sight.standing, sight.facts) == (Standing.UNSEEN, None)
        assert "which workspaces have it" in sight.note

    @pytest.mark.parametrize(
        ("workspaces", "row", "told"),
        [
            ({A}, {}, "workspaces: no longer T0BBBB0001"),
            ({A, B, D}, {}, "workspaces: now also T0DDDD0001"),
            ({A, B}, {"is_private": True}, "private: was no, is yes"),
            ({A, B}, {"is_ext_shared": True}, "external: was no, is yes"),
            ({A, B}, {"is_org_default": True}, "org default: was no, is yes"),
        ],
    )
    def test_any_change_since_is_drift(
        self, town: Town, plan: Plan, workspaces: set[str], row: Any, told: str
    ) -> None:
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", **row)
        town.reaches["C0LOBBY001"] = frozenset(workspaces)
        drift = OPERATION.do.drift(plan.items[0].facts, self.sight(town, plan).facts)
        assert drift.changes == (told,)


class TestTheWayBack:
    @pytest.fixture
    def finished(self, site: Callable[..., Site], town: Town) -> Finished:
        planned = OPERATION.plan(entries(add=[C], remove=[A]), site())
        assert planned.plan is not None
        assert planned.preview is not None
        town.reaches["C0LOBBY001"] = frozenset({B, C})
        return Finished("R7K3QF2WXA", planned.plan, planned.preview, ("C0LOBBY001",))

    def undo(self, site: Callable[..., Site], finished: Finished) -> Any:
        return OPERATION.plan_undo(finished, site())

    def test_the_channel_gets_the_list_it_had(self, site: Callable[..., Site], finished: Finished) -> None:
        plan = self.undo(site, finished).plan
        assert (plan.undo_of, plan.arguments["scope"]) == ("R7K3QF2WXA", "undo")
        assert Reach.from_json(plan.items[0].target["reach"]) == has(A, B)
        assert plan.items[0].facts["workspaces"] == [B, C]

    def test_of_several_each_gets_back_what_it_had_and_the_headline_says_so(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        town.rooms["C0TOWN0001"] = channel("C0TOWN0001", "town", is_global_shared=True)
        planned = OPERATION.plan(entries("lobby\ntown", scope="single", home=[A]), site())
        assert planned.plan is not None
        assert planned.preview is not None
        town.rooms["C0TOWN0001"] = channel("C0TOWN0001", "town")
        town.reaches = {"C0LOBBY001": frozenset({A}), "C0TOWN0001": frozenset({A})}
        done = Finished("R7K3QF2WXA", planned.plan, planned.preview, ("C0LOBBY001", "C0TOWN0001"))
        undone = self.undo(site, done)
        reaches = [Reach.from_json(item.target["reach"]) for item in undone.plan.items]
        assert reaches == [has(A, B), ORG_WIDE]
        assert undone.preview.headline == "#lobby and #town: share 1 channel org-wide, add Beta"

    @pytest.mark.parametrize(
        ("workspaces", "code"),
        [({A, B}, "already"), ({B, C, D}, "changed_since"), ({A, B, C}, "changed_since")],
    )
    def test_one_that_was_changed_again_is_left_alone(
        self, site: Callable[..., Site], town: Town, finished: Finished, workspaces: set[str], code: str
    ) -> None:
        town.reaches["C0LOBBY001"] = frozenset(workspaces)
        undone = self.undo(site, finished)
        assert (undone.plan, [problem.code for problem in undone.problems]) == (None, [code])

    def test_one_that_is_gone_or_shared_now_cannot_go_back(
        self, site: Callable[..., Site], town: Town, finished: Finished
    ) -> None:
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", is_ext_shared=True)
        assert [problem.code for problem in self.undo(site, finished).problems] == [
            "externally_shared_or_disconnected_channel"
        ]
        town.rooms = {}
        assert [problem.code for problem in self.undo(site, finished).problems] == ["not_found"]

    def test_one_whose_workspaces_slack_does_not_tell_any_more_cannot_go_back(
        self, site: Callable[..., Site], town: Town, finished: Finished
    ) -> None:
        town.reaches["C0LOBBY001"] = None
        undone = self.undo(site, finished)
        assert undone.plan is None
        assert [problem.code for problem in undone.problems] == ["workspaces_unseen"]

    def test_one_that_everybody_relies_on_by_now_is_never_touched(
        self, site: Callable[..., Site], town: Town, finished: Finished
    ) -> None:
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", is_org_default=True)
        (problem,) = self.undo(site, finished).problems
        assert (problem.code, problem.guardrail) == ("default_org_wide_channel", True)
