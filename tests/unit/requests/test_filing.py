"""Filing: a previewed draft becomes one request, its targets are held, and every no is written down."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.audit.verify import verify
from app.model.lifecycle import State
from app.model.plan import Plan
from app.model.preview import Problem
from app.model.refusal import Refusal
from app.operations.contract import Planned
from app.requests.deciding import Deciding
from app.requests.filing import Filed, Filing
from app.storage import Database
from app.storage.tables import cards, holds, items, requests
from tests.unit.given import (
    ADMIN_CHANNEL,
    ANA,
    NOW,
    ORG,
    REASON,
    StillClock,
    draft,
    entitled,
    filed,
    item,
    plan,
    policy,
    preview,
)
from tests.unit.requests.conftest import Office


def refusal(told: Any) -> Refusal:
    assert isinstance(told, Refusal), told
    return told


def count(database: Database, table: sa.Table) -> int:
    with database.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


class TestARequest:
    def test_it_holds_what_was_previewed_and_by_what_rules(
        self, database: Database, clock: StillClock
    ) -> None:
        wanted = plan(item(), item("T0BETA0001", "Beta"))
        request = filed(
            database, clock, wanted, approvals=2, expires_after=3600, execute_within=60, cool_off=5
        )
        assert re.fullmatch(r"R[2-9A-Z]{9}", request.id)
        assert (request.state, request.plan, request.plan_hash) == (State.PENDING, wanted, wanted.hash)
        assert (request.requester_id, request.requester_email) == (ANA, "w0ana00001@example.com")
        assert (request.reason, request.ticket) == (REASON, "SEC-12")
        assert (request.approvals_wanted, request.filed_at, request.expires_at) == (2, NOW, NOW + 3_600_000)
        assert (request.execute_within_ms, request.cool_off_ms) == (60_000, 5000)
        assert (request.approved_at, request.began_at, request.finished_at) == (None, None, None)

    def test_its_items_its_holds_and_its_card_are_there_at_once(
        self, database: Database, clock: StillClock
    ) -> None:
        request = filed(database, clock, plan(item(), item("T0BETA0001", "Beta")))
        with database.read() as connection:
            found = connection.execute(sa.select(items).order_by(items.c.position)).all()
            held = connection.scalars(sa.select(holds.c.hold).order_by(holds.c.hold)).all()
            card = connection.execute(sa.select(cards)).one()
        assert [(row.key, row.label, row.outcome) for row in found] == [
            ("T0ACME0001", "Acme", None),
            ("T0BETA0001", "Beta", None),
        ]
        assert held == ["org:T0ACME0001", "org:T0BETA0001"]
        assert (card.request_id, card.channel, card.ts, card.wanted, card.shown) == (
            request.id,
            ADMIN_CHANNEL,
            None,
            1,
            0,
        )

    def test_the_first_audit_event_says_who_what_and_by_which_right(
        self, office: Office, database: Database, clock: StillClock
    ) -> None:
        request = filed(database, clock)
        event, actor, body = office.last_event()
        assert (event, actor) == ("request:filed", ANA)
        assert body["plan_hash"] == request.plan_hash
        assert body["items"] == [["T0ACME0001", "Acme", plan().items[0].fingerprint]]
        assert body["requester"]["proof"]["principals"] == [f"user:{ANA}"]
        assert (body["policy_digest"], body["reason"], body["ticket"]) == (
            "digest-of-the-file",
            REASON,
            "SEC-12",
        )
        assert verify(database) == []


class TestFiledTwice:
    def test_a_second_submit_finds_the_first_request(self, database: Database, clock: StillClock) -> None:
        filing, found = Filing(database, clock), draft(database, clock)
        first = filing.file(found, entitled(), policy())
        second = filing.file(found, entitled(), policy())
        assert isinstance(first, Filed)
        assert isinstance(second, Filed)
        assert (first.request.id, first.again, second.again) == (second.request.id, False, True)
        assert count(database, requests) == 1

    def test_ten_submits_at_once_make_one_request(
        self, office: Office, database: Database, clock: StillClock
    ) -> None:
        filing, found = Filing(database, clock), draft(database, clock)
        with ThreadPoolExecutor(10) as threads:
            told = list(threads.map(lambda _: filing.file(found, entitled(), policy()), range(10)))
        assert all(isinstance(one, Filed) for one in told)
        assert len({one.request.id for one in told if isinstance(one, Filed)}) == 1
        assert sum(not one.again for one in told if isinstance(one, Filed)) == 1
        assert office.events() == [("request:filed", ANA)]


class TestHeldTargets:
    def test_a_target_of_an_open_request_is_refused_and_that_request_is_named(
        self, office: Office, database: Database, clock: StillClock
    ) -> None:
        first = filed(database, clock)
        both = draft(database, clock, plan(item(), item("T0BETA0001")))
        told = refusal(Filing(database, clock).file(both, entitled(), policy()))
        assert (told.code, told.sentence) == (
            "held",
            f"Request {first.id} is already about this. Wait for it, or cancel it.",
        )
        assert count(database, requests) == 1
        assert count(database, holds) == 1
        assert office.last_event()[2]["code"] == "held"

    def test_every_request_that_holds_something_is_named(self, database: Database, clock: StillClock) -> None:
        names = {filed(database, clock, plan(item(key))).id for key in ("T0ACME0001", "T0BETA0001")}
        both = draft(database, clock, plan(item(), item("T0BETA0001")))
        told = refusal(Filing(database, clock).file(both, entitled(), policy()))
        assert all(name in told.sentence for name in names)

    def test_of_many_that_file_the_same_at_once_one_gets_it(
        self, database: Database, clock: StillClock
    ) -> None:
        filing = Filing(database, clock)
        every = [draft(database, clock) for _ in range(8)]
        with ThreadPoolExecutor(8) as threads:
            told = list(threads.map(lambda found: filing.file(found, entitled(), policy()), every))
        assert sum(isinstance(one, Filed) for one in told) == 1
        assert {one.code for one in told if isinstance(one, Refusal)} == {"held"}
        assert count(database, requests) == 1

    def test_other_targets_and_other_organizations_are_free(
        self, database: Database, clock: StillClock
    ) -> None:
        filed(database, clock)
        filed(database, clock, plan(item("T0BETA0001")))
        filed(database, clock, plan(enterprise_id="E0OTHER001"))
        assert count(database, requests) == 3

    def test_a_request_that_has_ended_lets_go(
        self, office: Office, database: Database, clock: StillClock
    ) -> None:
        first = filed(database, clock)
        assert not isinstance(office.deciding.cancel(office.click(first.id, ANA), office.town), Refusal)
        assert filed(database, clock).id != first.id


class TestWhatIsNotFit:
    @pytest.mark.parametrize(
        ("entries", "rules", "code"),
        [
            ({"reason": "short"}, {}, "no_reason"),
            ({"reason": "    .    " + " " * 20}, {}, "no_reason"),
            ({"ticket": "12"}, {"ticket_pattern": "^SEC-"}, "wrong_ticket"),
            ({"ticket": ""}, {"ticket_pattern": "^SEC-"}, "wrong_ticket"),
        ],
    )
    def test_it_is_refused_and_the_refusal_is_an_audit_event(
        self, office: Office, database: Database, clock: StillClock, entries: Any, rules: Any, code: str
    ) -> None:
        found = draft(database, clock, entries=entries)
        told = refusal(Filing(database, clock).file(found, entitled(), policy(**rules)))
        assert told.code == code
        event, actor, body = office.last_event()
        assert (event, actor) == (Event.REQUEST_REFUSED.value, ANA)
        assert body == {"operation": "disconnect-org", "code": code, "sentence": told.sentence}
        assert count(database, requests) == 0

    def test_what_would_take_too_long_is_refused_again_here(
        self, database: Database, clock: StillClock
    ) -> None:
        found = draft(database, clock, plan(item(), item("T0BETA0001")))
        rules = policy(execute_within=59)
        assert refusal(Filing(database, clock).file(found, entitled(), rules)).code == "too_long"
        assert isinstance(Filing(database, clock, time_scale=2).file(found, entitled(), rules), Filed)

    def test_too_many_items_are_refused_again_here(self, database: Database, clock: StillClock) -> None:
        found = draft(database, clock, plan(item(), item("T0BETA0001")))
        assert (
            refusal(Filing(database, clock).file(found, entitled(), policy(max_items=1))).code
            == "too_many_items"
        )

    @pytest.mark.parametrize("missing", ["plan", "preview"])
    def test_nothing_is_filed_without_a_preview(
        self, database: Database, clock: StillClock, missing: str
    ) -> None:
        found = replace(draft(database, clock), **{missing: None})  # type: ignore[arg-type]
        assert refusal(Filing(database, clock).file(found, entitled(), policy())).code == "not_previewed"

    def test_after_a_refusal_the_draft_can_be_filed_once_the_way_is_free(
        self, office: Office, database: Database, clock: StillClock
    ) -> None:
        first, second = filed(database, clock), draft(database, clock)
        filing = Filing(database, clock)
        refusal(filing.file(second, entitled(), policy()))
        office.deciding.cancel(office.click(first.id, ANA), office.town)
        assert isinstance(filing.file(second, entitled(), policy()), Filed)


class TestTargetsLeftOut:
    def leave_out(self, office: Office, planned: Plan | None, *problems: Problem) -> None:
        found = draft(office.database, office.clock)
        shown = preview() if planned else None
        Filing(office.database, office.clock).left_out(found, Planned(planned, shown, problems))

    def problems(self, number: int) -> list[Problem]:
        return [Problem(f"org-{at}", "not_found", f"Nobody is called org-{at}.") for at in range(number)]

    def test_each_is_written_down_with_its_reason(self, office: Office) -> None:
        self.leave_out(office, plan(), *self.problems(2))
        event, actor, body = office.last_event()
        assert (event, actor) == (Event.REQUEST_REFUSED.value, ANA)
        assert (body["operation"], body["code"]) == ("disconnect-org", "left_out")
        assert body["count"] == 2
        assert body["targets"] == [
            ["org-0", "not_found", "Nobody is called org-0."],
            ["org-1", "not_found", "Nobody is called org-1."],
        ]
        assert len(office.events()) == 1
        assert verify(office.database) == []

    def test_with_nothing_left_the_first_reason_is_that_of_the_whole(self, office: Office) -> None:
        self.leave_out(office, None, Problem("Us", "own_org", "That is us."), *self.problems(1))
        body = office.last_event()[2]
        assert (body["code"], body["sentence"], body["count"]) == ("own_org", "That is us.", 2)

    @pytest.mark.parametrize(("number", "told"), [(100, 100), (101, 100), (1000, 100)])
    def test_of_very_many_the_first_hundred_are_named_and_all_are_counted(
        self, office: Office, number: int, told: int
    ) -> None:
        self.leave_out(office, plan(), *self.problems(number))
        body = office.last_event()[2]
        assert (len(body["targets"]), body["count"]) == (told, number)

    def test_when_there_are_none_nothing_is_written_down(self, office: Office) -> None:
        self.leave_out(office, plan())
        self.leave_out(office, None)
        assert office.events() == []


def test_a_name_of_ill_will_is_kept_as_it_is(database: Database, clock: StillClock) -> None:
    wanted = plan(item(label="<!channel>\n*bold* \u202e"))
    request = filed(database, clock, wanted)
    with database.read() as connection:
        stored = connection.execute(sa.select(requests.c.plan, requests.c.plan_hash)).one()
    assert json.loads(stored.plan)["items"][0]["label"] == "<!channel>\n*bold* \u202e"
    assert request.plan.hash == stored.plan_hash


def test_somebody_elses_request_is_found_by_id_in_any_case(office: Office, clock: StillClock) -> None:
    request = filed(office.database, clock)
    deciding: Deciding = office.deciding
    found = deciding.record(ORG, f" {request.id.lower()} ")
    assert found is not None
    assert found.request.id == request.id
    assert deciding.record("E0OTHER001", request.id) is None
