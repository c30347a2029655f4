"""Changing a channel's workspaces: never more than was asked for, because Slack replaces the whole list."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.form import Entries
from app.model.plan import Item, Plan
from app.operations.contract import Site
from app.operations.set_channel_workspaces.change import Change, refusal, refused_kind
from app.operations.set_channel_workspaces.reach import Reach
from app.slack.directory import Channel
from app.slack.directory.snapshot import Entry
from tests.unit.given import ADMIN_CHANNEL, ORG, Town, channel
from tests.unit.operations.conftest import PlainRails
from tests.unit.operations.lobby import LOBBY, NAMES, OPERATION, ORG_WIDE, A, B, C, D, entries, has, town

__all__ = ["town"]


SETS = st.frozensets(st.sampled_from([A, B, C, D]))


def change(add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Change:
    return Change("change", frozenset(add), frozenset(remove))


class TestNeverMoreThanAskedFor:
    @given(SETS, SETS, SETS)
    def test_only_what_is_added_or_removed_changes(
        self, now: frozenset[str], add: frozenset[str], remove: frozenset[str]
    ) -> None:
        after = Change("change", add, remove).of(Reach(now)).workspaces
        assert after ^ now <= add | remove
        assert add - remove <= after
        assert not after & remove
        assert now - remove <= after

    @given(SETS)
    def test_asking_for_what_is_so_changes_nothing(self, now: frozenset[str]) -> None:
        assert Change("change", now, frozenset()).of(Reach(now)).same(Reach(now))

    @given(SETS, st.booleans())
    def test_one_home_is_one_home_and_org_wide_is_everybody(self, now: frozenset[str], wide: bool) -> None:
        assert Change("single", home=A).of(Reach(now, wide)) == has(A)
        assert Change("org_wide").of(Reach(now, wide)).org_wide

    @given(SETS, SETS, SETS)
    def test_a_plan_never_empties_nor_moves_a_channel(
        self, now: frozenset[str], add: frozenset[str], remove: frozenset[str]
    ) -> None:
        wish = Change("change", add, remove)
        if refusal(LOBBY, Reach(now), wish) is None:
            assert wish.of(Reach(now)).workspaces & now

    @given(SETS, st.booleans())
    def test_a_stored_reach_comes_back_as_it_was(self, workspaces: frozenset[str], wide: bool) -> None:
        told = Reach(workspaces, wide)
        assert Reach.from_json(told.as_json()).same(told)

    def test_an_org_wide_channel_has_no_list_of_its_own(self) -> None:
        assert Reach(frozenset({A}), org_wide=True).same(ORG_WIDE)
        assert not ORG_WIDE.same(has(A))
        with pytest.raises(TypeError):
            Reach.from_json([A])


class TestWhatIsAskedFor:
    def test_each_scope_reads_its_own_fields(self) -> None:
        picked: dict[str, Any] = {"add": [A], "remove": [B], "home": [C]}
        assert Change.asked(entries(**picked)) == change((A,), (B,))
        assert Change.asked(entries(scope="single", **picked)) == Change("single", home=C)
        assert Change.asked(entries(scope="org_wide", **picked)) == Change("org_wide")
        assert Change.asked(Entries()) == Change("change")

    def test_workspaces_are_found_by_id_or_name(self, town: Town) -> None:
        wish, problems = change(("Alpha", B), ("gamma",)).resolved(town.spaces)
        assert (wish, problems) == (change((A, B), (C,)), [])
        assert Change("single", home="delta").resolved(town.spaces) == (Change("single", home=D), [])

    def test_a_workspace_there_is_not_is_a_problem(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries(add=["Omega"], remove=["Psi"]), site())
        assert planned.plan is None
        assert [(problem.subject, problem.code) for problem in planned.problems] == [
            ("Omega", "not_found"),
            ("Psi", "not_found"),
        ]

    @pytest.mark.parametrize(
        ("asked", "key"),
        [
            (entries("", add=[A]), "channels"),
            (entries(), "add"),
            (entries(add=[A], remove=[A]), "remove"),
            (entries(scope="single"), "home"),
        ],
    )
    def test_what_is_missing_is_said_where_it_is_missing(self, asked: Entries, key: str) -> None:
        assert set(OPERATION.missing(asked)) == {key}

    @pytest.mark.parametrize(
        "asked", [entries(add=[A]), entries(scope="single", home=[A]), entries(scope="org_wide")]
    )
    def test_what_is_enough_is_enough(self, asked: Entries) -> None:
        assert OPERATION.missing(asked) == {}


class TestEarlyRefusals:
    @pytest.mark.parametrize(
        ("now", "wish", "code"),
        [
            (ORG_WIDE, change((A,)), "more_than_asked"),
            (ORG_WIDE, change((), (A,)), "more_than_asked"),
            (ORG_WIDE, Change("org_wide"), "already"),
            (has(A, B), change((A,)), "already"),
            (has(A, B), change((), (C,)), "already"),
            (has(A), Change("single", home=A), "already"),
            (has(A, B), change((), (A, B)), "nothing_left"),
            (has(A), change((B,), (A,)), "cannot_move_local_channel"),
            (has(A, B), Change("single", home=C), "cannot_move_local_channel"),
        ],
    )
    def test_a_change_slack_would_refuse_is_said_before_anybody_approves(
        self, now: Reach, wish: Change, code: str
    ) -> None:
        problem = refusal(LOBBY, now, wish)
        assert problem is not None
        assert (problem.code, problem.subject) == (code, "#lobby (C0LOBBY001)")
        assert problem.sentence.endswith(".")

    @pytest.mark.parametrize(
        ("now", "wish"),
        [
            (has(A), change((B,))),
            (has(A, B), change((C,), (A,))),
            (has(A, B), Change("single", home=A)),
            (has(A), Change("org_wide")),
            (ORG_WIDE, Change("single", home=A)),
        ],
    )
    def test_any_other_change_is_possible(self, now: Reach, wish: Change) -> None:
        assert refusal(LOBBY, now, wish) is None

    @pytest.mark.parametrize(
        ("row", "code", "words"),
        [
            ({"is_im": True}, "channel_type_not_supported", "Direct messages"),
            ({"is_mpim": True}, "channel_type_not_supported", "Direct messages"),
            ({"is_general": True}, "general_channel", "This is #general"),
            ({"is_org_default": True}, "default_org_wide_channel", "An org default"),
            ({"is_org_mandatory": True}, "default_org_wide_channel", "An org default"),
            ({"is_ext_shared": True}, "externally_shared_or_disconnected_channel", "It is shared"),
            ({"connected_team_ids": ["T9"]}, "externally_shared_or_disconnected_channel", "It is shared"),
            ({"is_frozen": True}, "externally_shared_or_disconnected_channel", "It was shared"),
        ],
    )
    def test_a_kind_slack_never_moves_is_refused(
        self, site: Callable[..., Site], row: Any, code: str, words: str
    ) -> None:
        problem = refused_kind(channel("C0LOBBY001", "lobby", **row), site())
        assert problem is not None
        assert problem.code == code
        assert words in problem.sentence

    def test_so_is_one_that_was_ever_seen_shared(self, site: Callable[..., Site]) -> None:
        here = site()
        assert refused_kind(LOBBY, here) is None
        here.snapshots.note_external(ORG, ["C0LOBBY001"])
        problem = refused_kind(LOBBY, here)
        assert problem is not None
        assert problem.sentence.startswith("It was shared")


class TestThePlan:
    def plan(self, site: Callable[..., Site], asked: Entries, **rules: Any) -> Any:
        return OPERATION.plan(asked, site(**rules))

    def test_it_holds_the_whole_new_list(self, site: Callable[..., Site]) -> None:
        plan = self.plan(site, entries(add=["Gamma"], remove=[A])).plan
        (item,) = plan.items
        assert item.target == {
            "channel": "C0LOBBY001",
            "name": "lobby",
            "reach": {"org_wide": False, "workspaces": [B, C]},
        }
        assert item.facts["workspaces"] == [A, B]
        assert item.holds == ("channel:C0LOBBY001",)
        assert plan.arguments == {"scope": "change", "add": [C], "remove": [A], "home": "", "names": NAMES}

    def test_a_refused_kind_is_told_before_its_list_is_read(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", is_general=True)
        planned = self.plan(site, entries(add=[C]))
        assert [problem.code for problem in planned.problems] == ["general_channel"]
        assert "admin.conversations.getTeams" not in town.asked

    def test_one_whose_workspaces_slack_does_not_tell_is_left_out_and_said_so(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        town.rooms["C0OTHER001"] = channel("C0OTHER001", "other", is_org_shared=True)
        planned = self.plan(site, entries("lobby\nother", add=[C]))
        assert [item.key for item in planned.plan.items] == ["C0LOBBY001"]
        (problem,) = planned.problems
        assert (problem.subject, problem.code) == ("#other (C0OTHER001)", "workspaces_unseen")
        assert not problem.guardrail

    def test_one_that_only_the_bot_sees_is_said_to_be_one(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        assert self.plan(site, entries(add=[C])).preview.coverage == ()
        town.rooms["C0LOBBY001"] = Channel.read({"id": "C0LOBBY001", "name": "lobby"}, "info")
        (told,) = self.plan(site, entries(add=[C])).preview.coverage
        assert told.startswith("#lobby (C0LOBBY001) is visible to the bot, not to the admin token's search")

    def test_a_channel_said_twice_counts_once(self, site: Callable[..., Site]) -> None:
        planned = self.plan(site, entries("lobby\nC0LOBBY001\n#nowhere", add=[C]))
        assert len(planned.plan.items) == 1
        assert [problem.code for problem in planned.problems] == ["duplicate", "not_found"]

    def test_more_than_the_policy_allows_is_no_plan(self, site: Callable[..., Site], town: Town) -> None:
        town.rooms["C0OTHER001"] = channel("C0OTHER001", "other")
        town.reaches["C0OTHER001"] = frozenset({A})
        planned = self.plan(site, entries("lobby\nother", add=[C]), max_items=1)
        assert (planned.plan, [problem.code for problem in planned.problems]) == (None, ["too_many_items"])

    @pytest.mark.parametrize(
        ("asked", "workspaces", "arguments"),
        [
            (entries(add=[C]), {A, B}, {"channel_id": "C0LOBBY001", "target_team_ids": [A, B, C]}),
            (entries(remove=[A]), {A, B}, {"channel_id": "C0LOBBY001", "team_id": B}),
            (entries(scope="single", home=[A]), {A, B}, {"channel_id": "C0LOBBY001", "team_id": A}),
            (entries(scope="org_wide"), {A}, {"channel_id": "C0LOBBY001", "org_channel": True}),
        ],
    )
    def test_the_call_says_it_the_way_slack_wants_it(
        self, site: Callable[..., Site], town: Town, asked: Entries, workspaces: set[str], arguments: Any
    ) -> None:
        town.reaches["C0LOBBY001"] = frozenset(workspaces)
        plan = self.plan(site, asked).plan
        (call,) = OPERATION.do.pack(plan.items)
        assert (call.method, dict(call.arguments)) == ("admin.conversations.setTeams", arguments)

    @pytest.mark.parametrize(
        ("asked", "row", "words"),
        [
            (entries(add=[C]), {}, ["Widening: everyone in the added workspaces can open it."]),
            (entries(add=[C]), {"is_private": True}, ["Widening: added people only."]),
            (entries(remove=[A]), {}, ["Narrowing: people, guests and apps"]),
            (entries(scope="org_wide"), {}, ["Widening to the whole organization: everyone"]),
            (
                entries(scope="org_wide"),
                {"is_private": True},
                ["Widening to the whole organization: members only"],
            ),
            (
                entries(add=[C], remove=[A]),
                {"is_archived": True},
                ["Widening", "Narrowing", "The channel is archived."],
            ),
            (entries(scope="single", home=[A]), {"is_global_shared": True}, ["Narrowing"]),
        ],
    )
    def test_widening_and_narrowing_are_told_apart(
        self, site: Callable[..., Site], town: Town, asked: Entries, row: Any, words: list[str]
    ) -> None:
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", **row)
        warnings = self.plan(site, asked).preview.items[0].warnings
        assert len(warnings) == len(words)
        assert all(warning.text.startswith(word) for warning, word in zip(warnings, words, strict=True))

    @pytest.mark.parametrize(
        ("asked", "row", "headline"),
        [
            (entries(add=[C]), {}, "#lobby: add Gamma"),
            (entries(add=[C, D], remove=[A]), {}, "#lobby: add Delta and Gamma, remove Alpha"),
            (entries(scope="org_wide"), {}, "#lobby: share org-wide"),
            (entries(scope="single", home=[A]), {}, "#lobby: remove Beta"),
            (entries(scope="single", home=[A]), {"is_global_shared": True}, "#lobby: keep only Alpha"),
        ],
    )
    def test_the_headline_says_what_happens_to_which_channel(
        self, site: Callable[..., Site], town: Town, asked: Entries, row: Any, headline: str
    ) -> None:
        town.rooms["C0LOBBY001"] = channel("C0LOBBY001", "lobby", **row)
        assert self.plan(site, asked).preview.headline == headline

    def test_keep_add_and_remove_are_listed_by_name_and_id(self, site: Callable[..., Site]) -> None:
        preview = self.plan(site, entries(add=[C], remove=[A])).preview
        facts = {fact.label: fact.value for fact in preview.items[0].facts}
        assert facts["Keep"] == f"Beta ({B})"
        assert facts["Add (opens it to more people)"] == f"Gamma ({C})"
        assert facts["Remove (closes it to people)"] == f"Alpha ({A})"
        assert len(preview.effects) == 2


class TestGuardrails:
    def guard(self, rails: PlainRails, town: Town, key: str) -> list[tuple[str, str]]:
        plan = Plan(ORG, OPERATION.key, {}, (Item(key, "#admin", {}, {}, ()),))
        return [(problem.code, problem.sentence) for problem in OPERATION.guard(plan, rails, town)]

    def test_the_admin_channel_is_never_touched(self, rails: PlainRails, town: Town) -> None:
        sentence = "Requests are decided in this channel; Drawbridge never touches it."
        assert self.guard(rails, town, ADMIN_CHANNEL) == [("admin_channel", sentence)]
        assert self.guard(rails, town, "C0LOBBY001") == []


class TestTheForm:
    @pytest.mark.parametrize(
        ("scope", "keys"),
        [
            ("", ["channels", "pasted", "scope", "add", "remove"]),
            ("change", ["channels", "pasted", "scope", "add", "remove"]),
            ("single", ["channels", "pasted", "scope", "home"]),
            ("org_wide", ["channels", "pasted", "scope"]),
        ],
    )
    def test_it_asks_what_the_scope_needs(
        self, site: Callable[..., Site], scope: str, keys: list[str]
    ) -> None:
        fields = OPERATION.form(Entries({"scope": scope}), site().rules).fields
        assert [field.key for field in fields] == keys

    def test_text_after_the_command_chooses_the_one_channel_it_names(self, site: Callable[..., Site]) -> None:
        here = site()
        here.snapshots.store(ORG, "channels", [Entry("C0LOBBY001", "lobby")])
        assert OPERATION.prefill("lobby", here) == {
            "channels": [{"value": "C0LOBBY001", "text": "#lobby (C0LOBBY001)"}]
        }
        assert OPERATION.prefill("elsewhere", here) == {"pasted": "elsewhere"}
