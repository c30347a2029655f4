"""From a draft to a plan: guardrails speak for the whole request, and the approver sees what was left out."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.config import Secret
from app.model.canonical import Json
from app.model.lifecycle import Outcome
from app.model.refusal import Refusal
from app.model.table import Row, Table
from app.operations.contract import Finished, Planned
from app.requests.drafts import Drafts
from app.requests.planning import Planner
from app.slack.credentials import GivenTokens, Installation
from app.slack.directory import Live
from app.slack.directory.snapshot import Snapshots
from app.slack.gateway import Gateway
from app.slack.pace import Pace
from app.storage.tables import items, requests
from tests.unit.given import ANA, NOW, ORG, TEAM, Town, channel, filed, group, item, org, plan
from tests.unit.requests.conftest import Office

TOKENS = GivenTokens(Installation(ORG, "HQ", "A", "B", "U", Secret("xoxb-1"), "W0ADMIN001", Secret("xoxp-1")))


class TownPlanner(Planner):
    """A planner whose live reads are the town's."""

    town: Town

    def live(self, enterprise_id: str) -> Live:
        return self.town


@pytest.fixture
def planner(office: Office) -> TownPlanner:
    nowhere: Any = {"base_url": "http://127.0.0.1:9/api/", "hooks_host": "127.0.0.1:9"}
    gateway = Gateway(TOKENS, pace=Pace(office.database, 1), **nowhere)
    found = TownPlanner(
        gateway, Snapshots(office.database, office.clock), office.policies, office.database, office.clock
    )
    found.town = office.town
    found.town.orgs = [org(), org("T0BETA0001", "Beta", "beta"), org(TEAM, "Us", "us")]
    return found


@pytest.fixture
def make(planner: TownPlanner, office: Office) -> Callable[..., Planned]:
    """Plans what was pasted, or the undo of a request."""

    def planned(
        *lines: str, operation: str = "disconnect-org", undo_of: str | None = None, **entries: Json
    ) -> Planned:
        drafts = Drafts(office.database, office.clock)
        typed = {"pasted": "\n".join(lines), **entries}
        return planner.plan(drafts.begin(ORG, ANA, operation, typed, undo_of))

    return planned


def codes(planned: Planned) -> list[tuple[str, str]]:
    return [(problem.subject, problem.code) for problem in planned.problems]


def ended(office: Office, state: str, outcome: Outcome | None, **plan_changes: Any) -> str:
    """A filed request that has ended that way."""
    request = filed(office.database, office.clock, plan(**plan_changes))
    with office.database.write() as connection:
        connection.execute(requests.update().values(state=state, finished_at=NOW))
        connection.execute(items.update().values(outcome=outcome.value if outcome else None))
        connection.execute(sa.text("DELETE FROM drawbridge_holds"))
    return request.id


class TestANewRequest:
    def test_what_can_be_planned_is(self, make: Callable[..., Planned]) -> None:
        planned = make("acme", "beta")
        assert planned.plan is not None
        assert [found.key for found in planned.plan.items] == ["T0ACME0001", "T0BETA0001"]
        assert planned.problems == ()

    def test_the_approver_sees_what_was_entered_and_left_out(self, make: Callable[..., Planned]) -> None:
        planned = make("acme", "nobody")
        assert planned.preview is not None
        assert [text.split(":")[0] for text in planned.preview.left_out] == ["nobody"]

    def test_one_forbidden_target_forbids_the_request(self, make: Callable[..., Planned]) -> None:
        planned = make("acme", "us", "nobody")
        assert (planned.plan, planned.preview) == (None, None)
        assert codes(planned) == [("Us", "own_org"), ("nobody", "not_found")]

    @pytest.mark.parametrize(
        ("operation", "entries"),
        [
            ("disconnect-channel", {"pasted": "nowhere T0ACME0001\nlobby T0ACME0001\ntown T0ACME0001"}),
            (
                "set-channel-workspaces",
                {"pasted": "nowhere\nlobby\ntown", "scope": "change", "add": [{"value": TEAM, "text": "HQ"}]},
            ),
        ],
    )
    def test_a_guarded_channel_in_a_list_forbids_the_request_and_is_told_first(
        self, make: Callable[..., Planned], office: Office, operation: str, entries: dict[str, Json]
    ) -> None:
        lobby = {"connected_team_ids": ["T0ACME0001"]} if operation == "disconnect-channel" else {}
        office.town.rooms = {
            "C0LOBBY001": channel("C0LOBBY001", "lobby", **lobby),
            "C0TOWN0001": channel("C0TOWN0001", "town", connected_team_ids=["T0ACME0001"], is_general=True),
        }
        office.town.reaches = {"C0LOBBY001": frozenset({"T0LAB00001"})}
        planned = make(operation=operation, **entries)
        assert (planned.plan, planned.preview) == (None, None)
        assert codes(planned) == [("#town (C0TOWN0001)", "general_channel"), ("nowhere", "not_found")]
        del office.town.rooms["C0TOWN0001"]
        assert make(operation=operation, **entries).plan is not None

    def test_a_target_another_request_holds_is_said_before_filing(
        self, make: Callable[..., Planned], office: Office
    ) -> None:
        first = filed(
            office.database, office.clock, plan(item("T0BETA0001", "Beta", holds=("org:T0BETA0001",)))
        )
        planned = make("acme", "beta")
        assert planned.plan is None
        (problem,) = planned.problems
        assert (problem.subject, problem.code) == ("Beta", "held")
        assert first.id in problem.sentence

    def test_uploaded_rows_are_planned_and_told_by_line(self, make: Callable[..., Planned]) -> None:
        rows = (
            Row(2, {"organization": "acme"}),
            Row(3, {"organization": ""}),
            Row(4, {"organization": "no"}),
        )
        planned = make(upload=Table("l.csv", rows).as_json())
        assert planned.plan is not None
        assert [(problem.line, problem.code) for problem in planned.problems] == [
            (4, "not_found"),
            (3, "incomplete_row"),
        ]
        assert planned.preview is not None
        assert planned.preview.left_out[1] == "Line 3: Nothing stands under organization."

    def test_what_was_left_out_of_a_long_list_is_counted(self, make: Callable[..., Planned]) -> None:
        rows = tuple(Row(line, {"organization": f"nobody-{line}"}) for line in range(3, 60))
        planned = make(upload=Table("l.csv", (Row(2, {"organization": "acme"}), *rows)).as_json())
        assert planned.preview is not None
        assert len(planned.preview.left_out) == 21
        assert planned.preview.left_out[20].startswith("And 37 more. Not found: 57, in lines 3, 4, 5,")

    def test_what_would_take_too_long_is_refused_with_what_would_fit(
        self, make: Callable[..., Planned], planner: TownPlanner, open_office: Callable[..., Office]
    ) -> None:
        planner.town.orgs = [org(f"T0ORG{at:05}", f"Org {at}", f"org-{at}") for at in range(8)]
        planner._policies = open_office(execute_within=120).policies
        planned = make(*(f"org-{at}" for at in range(8)), "nobody")
        assert planned.plan is None
        assert codes(planned) == [("", "too_long"), ("nobody", "not_found")]
        assert "Ask for 2 at a time" in planned.problems[0].sentence
        assert make(*(f"org-{at}" for at in range(3))).plan is not None

    def test_the_list_of_many_is_part_of_the_plan(self, make: Callable[..., Planned], office: Office) -> None:
        office.town.orgs = [org(f"T0ORG{at:05}", f"Org {at}", f"org-{at}") for at in range(8)]
        planned = make(*(f"org-{at}" for at in range(8)))
        assert planned.plan is not None
        assert planned.plan.listed is not None
        assert planned.plan.listed[0] == 8

    def test_nothing_to_plan_is_no_plan(self, make: Callable[..., Planned]) -> None:
        assert codes(make("nobody")) == [("nobody", "not_found")]


DISABLING: dict[str, Any] = {"operation": "disable-usergroup", "arguments": {"team": TEAM}}


class TestAnUndo:
    def test_of_a_request_there_is_not_is_refused(self, make: Callable[..., Planned]) -> None:
        assert codes(make(operation="disable-usergroup", undo_of="R0NOBODY01")) == [("", "unknown_request")]

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [("pending", None), ("failed", Outcome.FAILED), ("succeeded", Outcome.ALREADY), ("denied", None)],
    )
    def test_of_one_that_changed_nothing_is_refused(
        self, make: Callable[..., Planned], office: Office, state: str, outcome: Outcome | None
    ) -> None:
        request_id = ended(office, state, outcome, **DISABLING)
        planned = make(operation="disable-usergroup", undo_of=request_id)
        assert codes(planned) == [("", "nothing_to_undo")]

    def test_of_one_that_is_being_undone_is_refused(
        self, make: Callable[..., Planned], office: Office
    ) -> None:
        request_id = ended(office, "succeeded", Outcome.VERIFIED, **DISABLING)
        undo = filed(office.database, office.clock, plan(undo_of=request_id, **DISABLING))
        planned = make(operation="disable-usergroup", undo_of=request_id)
        assert codes(planned) == [("", "already_undone")]
        assert undo.id in planned.problems[0].sentence

    def test_of_one_that_took_effect_is_planned_from_what_was_proved(
        self, make: Callable[..., Planned], planner: TownPlanner, office: Office
    ) -> None:
        request_id = ended(office, "partial", Outcome.VERIFIED, **DISABLING)
        finished = planner.finished(ORG, request_id)
        assert isinstance(finished, Finished)
        assert finished.keys == ("T0ACME0001",)
        office.town.group_lists = {TEAM: [group("S0OPS00001", "ops")]}
        planned = make(operation="disable-usergroup", undo_of=request_id)
        assert codes(planned) == [("Acme", "already")]

    @pytest.mark.parametrize(
        ("state", "open_"),
        [
            ("succeeded", False),
            ("verifying", False),
            ("partial", True),
            ("unknown", True),
            ("failed", True),
            ("cancelled", True),
        ],
    )
    def test_an_undo_that_fell_short_leaves_the_way_open(
        self, planner: TownPlanner, office: Office, state: str, open_: bool
    ) -> None:
        request_id = ended(office, "succeeded", Outcome.VERIFIED, **DISABLING)
        undo = filed(office.database, office.clock, plan(undo_of=request_id, **DISABLING))
        with office.database.write() as connection:
            mine = requests.c.id == undo.id
            connection.execute(requests.update().where(mine).values(state=state))
        assert isinstance(planner.finished(ORG, request_id), Finished) is open_

    def test_of_one_with_an_outcome_nobody_knows_is_planned_from_what_was_proved(
        self, planner: TownPlanner, office: Office
    ) -> None:
        request_id = ended(office, "unknown", Outcome.VERIFIED, **DISABLING)
        finished = planner.finished(ORG, request_id)
        assert isinstance(finished, Finished)
        assert finished.keys == ("T0ACME0001",)

    def test_an_undo_that_was_denied_leaves_the_way_open(self, planner: TownPlanner, office: Office) -> None:
        request_id = ended(office, "succeeded", Outcome.VERIFIED, **DISABLING)
        undo = filed(office.database, office.clock, plan(undo_of=request_id, **DISABLING))
        assert isinstance(planner.finished(ORG, request_id), Refusal)
        office.deciding.deny(office.click(undo.id), office.town, "Leave it.")
        assert isinstance(planner.finished(ORG, request_id), Finished)
