"""Disconnecting channels: exactly the team that was meant, and nothing Slack would refuse."""

from collections.abc import Callable
from typing import Any

import pytest

from app.model.form import Entries
from app.model.plan import Plan
from app.model.preview import Severity
from app.operations import OPERATIONS
from app.operations.contract import Site, Standing
from app.operations.disconnect_channel.refusals import refusal
from app.slack.directory import Workspace
from tests.unit.given import ORG, Town, channel, org

OPERATION = OPERATIONS["disconnect-channel"]
ACME, BETA, HQ, LAB = "T0ACME0001", "T0BETA0001", "T0HQ000001", "T0LAB00001"
DEALS = channel("C0DEALS001", "deals", connected_team_ids=[ACME, BETA], internal_team_ids=[HQ, LAB])


@pytest.fixture
def town(town: Town) -> Town:
    town.rooms = {DEALS.id: DEALS}
    town.orgs = [
        org(ACME, "Acme", "acme"),
        org(BETA, "Beta", "beta", public_channel_count=1, im_channel_count=2),
    ]
    town.spaces = [Workspace(HQ, "HQ", True), Workspace(LAB, "Lab", False)]
    return town


def pasted(*lines: str) -> Entries:
    return Entries({"pasted": "\n".join(lines)})


def chosen(*leaving: str, said: str = "C0DEALS001", lines: str = "") -> Entries:
    picked = [{"value": team, "text": team} for team in leaving]
    return Entries({"channel": [{"value": said, "text": "#deals"}], "leaving": picked, "pasted": lines})


def planned(site: Callable[..., Site], entries: Entries, **rules: Any) -> Any:
    return OPERATION.plan(entries, site(**rules))


class TestThePlan:
    def test_a_pair_becomes_an_item_that_names_channel_and_team(self, site: Callable[..., Site]) -> None:
        plan = planned(site, pasted("C0DEALS001 T0ACME0001")).plan
        (item,) = plan.items
        assert (item.key, item.label) == ("C0DEALS001>T0ACME0001", "#deals → Acme")
        assert item.target == {"channel": "C0DEALS001", "name": "deals", "leaving": ACME, "ours": False}
        assert item.facts == {
            "host": ORG,
            "private": False,
            "general": False,
            "org_default": False,
            "connected": True,
            "staying": [BETA, HQ, LAB],
        }
        assert item.holds == ("channel:C0DEALS001",)

    def test_teams_that_leave_together_do_not_count_as_staying(self, site: Callable[..., Site]) -> None:
        plan = planned(site, chosen(ACME, BETA)).plan
        assert [item.facts["staying"] for item in plan.items] == [[HQ, LAB], [HQ, LAB]]
        assert plan.holds() == ("channel:C0DEALS001",)

    @pytest.mark.parametrize(
        "line", ["#deals T0ACME0001", "deals, T0ACME0001", "C0DEALS001;T0ACME0001", "deals\tT0ACME0001"]
    )
    def test_whatever_separates_them_channel_and_team_are_found(
        self, site: Callable[..., Site], line: str
    ) -> None:
        assert [item.key for item in planned(site, pasted(line)).plan.items] == ["C0DEALS001>T0ACME0001"]

    def test_a_pair_said_twice_counts_once(self, site: Callable[..., Site]) -> None:
        found = planned(site, chosen(ACME, lines="C0DEALS001 T0ACME0001\n#deals T0ACME0001"))
        assert [item.key for item in found.plan.items] == ["C0DEALS001>T0ACME0001"]
        assert [problem.code for problem in found.problems] == ["duplicate", "duplicate"]

    def test_a_channel_nobody_sees_is_a_problem_and_the_others_go_on(self, site: Callable[..., Site]) -> None:
        found = planned(site, pasted("C0NOBODY01 T0ACME0001", "deals T0ACME0001"))
        assert len(found.plan.items) == 1
        assert [(problem.subject, problem.code) for problem in found.problems] == [
            ("C0NOBODY01", "not_found")
        ]

    def test_more_than_the_policy_allows_is_no_plan(self, site: Callable[..., Site]) -> None:
        found = planned(site, chosen(ACME, BETA), max_items=1)
        assert (found.plan, [problem.code for problem in found.problems]) == (None, ["too_many_items"])

    def test_the_channel_is_remembered_as_shared(self, site: Callable[..., Site]) -> None:
        here = site()
        OPERATION.plan(pasted("deals T0ACME0001"), here)
        assert here.snapshots.once_external(ORG, "C0DEALS001")


class TestEarlyRefusals:
    @pytest.mark.parametrize(
        ("row", "leaving", "code"),
        [
            ({}, "T0NOBODY01", "already"),
            ({"is_general": True}, ACME, "general_channel"),
            ({"is_general": True}, LAB, "general_channel"),
            ({"is_org_default": True}, ACME, "default_org_wide_channel"),
            ({"is_org_mandatory": True}, LAB, "default_org_wide_channel"),
            ({"is_general": True, "conversation_host_id": BETA}, ACME, "general_channel"),
            ({"is_im": True}, ACME, "channel_type_not_supported"),
            ({"is_mpim": True}, ACME, "channel_type_not_supported"),
            ({"conversation_host_id": BETA}, ACME, "cannot_kick_team"),
            ({"conversation_host_id": BETA}, BETA, "cannot_kick_team"),
            ({"context_team_id": HQ}, HQ, "cannot_kick_home_team"),
            ({"conversation_host_id": HQ}, HQ, "cannot_kick_home_team"),
            ({"internal_team_ids": [ORG, HQ]}, ORG, "cannot_kick_home_team"),
        ],
    )
    def test_what_slack_would_refuse_is_said_before_anybody_approves(
        self, row: Any, leaving: str, code: str
    ) -> None:
        teams = {"connected_team_ids": [ACME, BETA], "internal_team_ids": [HQ, LAB]}
        problem = refusal(channel("C0DEALS001", "deals", **teams | row), leaving, ORG)
        assert problem is not None
        assert (problem.code, problem.subject) == (code, "#deals (C0DEALS001)")
        assert problem.sentence.endswith(".")

    @pytest.mark.parametrize("leaving", [ACME, BETA, LAB])
    @pytest.mark.parametrize("host", [ORG, "", HQ])
    def test_what_slack_would_do_is_not_refused(self, leaving: str, host: str) -> None:
        teams: dict[str, Any] = {"connected_team_ids": [ACME, BETA], "internal_team_ids": [HQ, LAB]}
        assert refusal(channel(**teams, conversation_host_id=host), leaving, ORG) is None

    def test_only_teams_that_can_leave_are_offered_by_name(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        town.rooms["C0DEALS001"] = channel(
            "C0DEALS001",
            "deals",
            connected_team_ids=[BETA, ACME],
            internal_team_ids=[HQ, LAB],
            context_team_id=HQ,
        )
        offered = OPERATION.offers("leaving", chosen(), site())
        assert [(choice.value, choice.text) for choice in offered] == [
            (ACME, "Acme (T0ACME0001)"),
            (BETA, "Beta (T0BETA0001)"),
            (LAB, "Lab (T0LAB00001)"),
        ]

    def test_of_a_channel_nobody_sees_nothing_is_offered(self, site: Callable[..., Site]) -> None:
        assert OPERATION.offers("leaving", chosen(said="C0NOBODY01"), site()) == []


class TestThePreview:
    def preview(self, site: Callable[..., Site], *leaving: str) -> Any:
        return planned(site, chosen(*leaving)).preview

    def test_it_names_who_leaves_with_domain_and_id(self, site: Callable[..., Site]) -> None:
        assert self.preview(site, ACME).headline == "Take Acme (acme, T0ACME0001) out of #deals"
        assert self.preview(site, LAB).headline == "Take our workspace Lab (T0LAB00001) out of #deals"

    def test_who_stays_and_who_hosts_is_told(self, site: Callable[..., Site]) -> None:
        facts = {fact.label: fact.value for fact in self.preview(site, ACME).items[0].facts}
        assert facts["Host"] == "us"
        assert facts["Connected"].startswith("Acme (acme, T0ACME0001) — leaves, Beta (beta, T0BETA0001)")
        assert facts["External people in it"] == "not told"

    @pytest.mark.parametrize(
        ("leaving", "row", "severities", "words"),
        [
            (ACME, {}, ["note"], "They keep an archived copy"),
            (ACME, {"connected_limited_team_ids": [ACME]}, ["note"], "keep no copy"),
            (
                BETA,
                {},
                ["danger", "note"],
                "Last shared channel with them: direct messages end too (2 ",
            ),
            (LAB, {}, ["caution"], "one of our own workspaces"),
        ],
    )
    def test_what_they_keep_and_what_else_ends_is_a_warning(
        self, site: Callable[..., Site], town: Town, leaving: str, row: Any, severities: list[str], words: str
    ) -> None:
        teams = {"connected_team_ids": [ACME, BETA], "internal_team_ids": [HQ, LAB]}
        town.rooms["C0DEALS001"] = channel("C0DEALS001", "deals", **teams | row)
        warnings = self.preview(site, leaving).items[0].warnings
        assert [warning.severity.value for warning in warnings] == severities
        assert words in warnings[0].text
        assert Severity(severities[0]) is warnings[0].severity

    def test_a_channel_only_the_bot_sees_is_said_to_be_one(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        row = {"id": "C0DEALS001", "name": "deals", "connected_team_ids": [ACME], "conversation_host_id": ORG}
        town.rooms["C0DEALS001"] = type(DEALS).read(row, "info")
        (told,) = self.preview(site, ACME).coverage
        assert told.startswith("#deals (C0DEALS001) is visible to the bot, not to the admin token's search")


class TestTheEffect:
    def look(self, town: Town, plan: Plan) -> dict[str, Any]:
        return OPERATION.do.look(plan, plan.items, town)

    @pytest.fixture
    def plan(self, site: Callable[..., Site]) -> Plan:
        found = planned(site, chosen(ACME, BETA)).plan
        assert found is not None
        return found  # type: ignore[no-any-return]

    def test_a_team_still_there_is_not_gone_yet_and_nothing_drifted(self, town: Town, plan: Plan) -> None:
        sights = self.look(town, plan)
        assert {sight.standing for sight in sights.values()} == {Standing.NOT_YET}
        assert all(sights[item.key].facts == item.facts for item in plan.items)

    def test_a_team_that_is_gone_is_gone_and_the_other_has_not_drifted(self, town: Town, plan: Plan) -> None:
        teams = {"connected_team_ids": [BETA], "internal_team_ids": [HQ, LAB]}
        town.rooms["C0DEALS001"] = channel("C0DEALS001", "deals", **teams)
        sights = self.look(town, plan)
        assert sights["C0DEALS001>T0ACME0001"].standing is Standing.REACHED
        assert sights["C0DEALS001>T0ACME0001"].note == "#deals is now shared with T0BETA0001."
        assert sights["C0DEALS001>T0BETA0001"].standing is Standing.NOT_YET
        assert sights["C0DEALS001>T0BETA0001"].facts == plan.items[1].facts

    def test_when_the_last_one_has_left_it_is_shared_with_nobody(self, town: Town, plan: Plan) -> None:
        teams: dict[str, Any] = {"connected_team_ids": [], "internal_team_ids": [HQ, LAB]}
        town.rooms["C0DEALS001"] = channel("C0DEALS001", "deals", **teams)
        assert {sight.note for sight in self.look(town, plan).values()} == {
            "#deals is now shared with no other organization."
        }

    def test_a_channel_nobody_sees_proves_nothing(self, town: Town, plan: Plan) -> None:
        town.rooms = {}
        assert {sight.standing for sight in self.look(town, plan).values()} == {Standing.UNSEEN}

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ({"conversation_host_id": BETA}, f"host: was {ORG}, is {BETA}"),
            ({"is_private": True}, "private: was no, is yes"),
            ({"is_org_default": True}, "org default: was no, is yes"),
            ({"is_org_mandatory": True}, "org default: was no, is yes"),
            ({"connected_team_ids": [ACME, BETA, "T0NEW00001"]}, "staying: now also T0NEW00001"),
            ({"internal_team_ids": [HQ]}, "staying: no longer T0LAB00001"),
            (
                {"internal_team_ids": [HQ, "T0NEW00001"]},
                "staying: no longer T0LAB00001 and now also T0NEW00001",
            ),
        ],
    )
    def test_any_other_change_is_drift(self, town: Town, plan: Plan, row: Any, told: str) -> None:
        teams = {"connected_team_ids": [ACME, BETA], "internal_team_ids": [HQ, LAB]}
        town.rooms["C0DEALS001"] = channel("C0DEALS001", "deals", **teams | row)
        sight = self.look(town, plan)["C0DEALS001>T0ACME0001"]
        assert sight.facts is not None
        assert OPERATION.do.drift(plan.items[0].facts, sight.facts).changes == (told,)

    @pytest.mark.parametrize(
        ("leaving", "row", "standing"),
        [
            (ACME, {"connected_team_ids": []}, Standing.REACHED),
            (ACME, {"is_ext_shared": False}, Standing.REACHED),
            (ACME, {"internal_team_ids": [HQ, LAB]}, Standing.UNSEEN),
            (ACME, {"is_ext_shared": True}, Standing.UNSEEN),
            (ACME, {}, Standing.UNSEEN),
            (LAB, {"internal_team_ids": [HQ]}, Standing.REACHED),
            (LAB, {"is_org_shared": False}, Standing.REACHED),
            (LAB, {"connected_team_ids": [ACME, BETA]}, Standing.UNSEEN),
            (LAB, {"is_org_shared": True}, Standing.UNSEEN),
            (LAB, {}, Standing.UNSEEN),
        ],
    )
    def test_a_row_that_does_not_tell_who_is_in_it_proves_nothing(
        self, site: Callable[..., Site], town: Town, leaving: str, row: Any, standing: Standing
    ) -> None:
        plan = planned(site, chosen(leaving)).plan
        assert plan.items[0].target["ours"] is (leaving == LAB)
        town.rooms["C0DEALS001"] = channel("C0DEALS001", "deals", **row)
        (sight,) = self.look(town, plan).values()
        assert sight.standing is standing
        assert (sight.facts is None) is (standing is Standing.UNSEEN)

    def test_each_channel_is_read_once(self, town: Town, plan: Plan) -> None:
        town.asked.clear()
        self.look(town, plan)
        assert town.asked == ["conversations.info"]

    def test_a_call_takes_out_exactly_one_team(self, plan: Plan) -> None:
        calls = OPERATION.do.pack(plan.items)
        assert [dict(call.arguments) for call in calls] == [
            {"channel_id": "C0DEALS001", "leaving_team_ids": [ACME]},
            {"channel_id": "C0DEALS001", "leaving_team_ids": [BETA]},
        ]
