"""The rows behind an execution: a call goes out once at a time, and a late answer does not count."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.audit.verify import verify
from app.execution import ledger, sending
from app.execution.lease import LeaseLost
from app.model.lifecycle import Outcome
from app.model.request import Request
from app.operations.contract import Call
from app.slack.answers import Answer
from app.storage import Database
from app.storage.tables import audit_events, calls, cards, items, requests
from tests.unit.given import NOW, ORG, StillClock, filed, item, plan

METHOD = "team.externalTeams.disconnect"
ACME, BETA = (Call(METHOD, {"target_team": key}, (key,)) for key in ("T0ACME0001", "T0BETA0001"))


@pytest.fixture
def request_(database: Database, clock: StillClock) -> Request:
    found = filed(database, clock, plan(item(), item("T0BETA0001", "Beta")))
    with database.write(ORG) as connection:
        ledger.write_calls(connection, found.id, [ACME, BETA])
    return found


class Ledger:
    """The ledger of one request, with a transaction for each entry."""

    def __init__(self, database: Database, request: Request) -> None:
        self.database, self.request = database, request

    def every(self) -> list[ledger.CallRow]:
        with self.database.read() as connection:
            return ledger.every_call(connection, self.request.id)

    def first(self) -> ledger.CallRow:
        return self.every()[0]

    def sent(self, row: ledger.CallRow, executor: str = "one", living: Collection[str] = ()) -> bool:
        with self.database.write(ORG) as connection:
            return sending.mark_sent(connection, self.request, row, executor, living, NOW)

    def checked(self, row: ledger.CallRow, call: Call | None) -> None:
        with self.database.write(ORG) as connection:
            ledger.mark_checked(connection, row, call, "one", NOW)

    def put(self, row: ledger.CallRow, state: str, only_from: str, doubt: str | None = None) -> None:
        with self.database.write(ORG) as connection:
            ledger.set_state(connection, row.id, state, only_from=only_from, doubt=doubt)

    def answered(self, row: ledger.CallRow, code: str = "ok", executor: str = "one", **data: Any) -> bool:
        answer = Answer(METHOD, code, data, "req-1")
        with self.database.write(ORG) as connection:
            return sending.mark_answered(connection, self.request, row, answer, executor, NOW + 5)

    def settle(self, **outcomes: tuple[Outcome, str | None, str]) -> None:
        with self.database.write(ORG) as connection:
            ledger.settle(connection, self.request, outcomes, NOW)

    def unsettled(self, *outcomes: Outcome | None) -> list[str]:
        with self.database.read() as connection:
            return ledger.unsettled(connection, self.request.id, *outcomes)

    def events(self) -> list[str]:
        query = sa.select(audit_events.c.event).order_by(audit_events.c.seq).offset(1)
        with self.database.read() as connection:
            return list(connection.scalars(query))

    def cell(self, column: sa.Column[Any]) -> Any:
        with self.database.read() as connection:
            query = sa.select(column)
            query = query.order_by(calls.c.position) if column.table is calls else query
            return connection.scalars(query).first()


@pytest.fixture
def book(database: Database, request_: Request) -> Ledger:
    return Ledger(database, request_)


class TestCalls:
    def test_they_are_written_in_order_and_read_back_whole(self, book: Ledger) -> None:
        rows = book.every()
        assert [(row.call, row.state, row.attempts, row.doubt, row.code) for row in rows] == [
            (ACME, "ready", 0, "", None),
            (BETA, "ready", 0, "", None),
        ]
        assert {(row.checked_at, row.checked_by) for row in rows} == {(None, None)}
        with book.database.read() as connection:
            assert ledger.find_call(connection, rows[1].id) == rows[1]

    def test_more_calls_come_after_those_there_are(self, book: Ledger) -> None:
        with book.database.write(ORG) as connection:
            ledger.write_calls(connection, book.request.id, [ACME], 2, "split")
            ledger.write_calls(connection, book.request.id, [])
        assert [(row.attempts, row.doubt) for row in book.every()] == [(0, ""), (0, ""), (2, "split")]

    def test_one_that_has_moved_on_meanwhile_stays_where_it_is(self, book: Ledger) -> None:
        first, second = book.every()
        book.put(first, "answered", "ready")
        book.put(first, "lost", "sent")
        found = book.first()
        assert (found.state, found.doubt, book.every()[1]) == ("answered", "", second)

    def test_what_a_sending_leaves_open_stays_with_the_call(self, book: Ledger) -> None:
        row = book.first()
        book.put(row, "lost", "ready", doubt="lost")
        book.put(row, "ready", "lost")
        assert (book.first().state, book.first().doubt) == ("ready", "lost")
        book.sent(row)
        book.answered(row)
        assert (book.first().state, book.first().doubt) == ("answered", "lost")

    def test_one_that_was_read_just_now_says_so_and_may_be_for_fewer_items_or_dropped(
        self, book: Ledger
    ) -> None:
        first, second = book.every()
        book.checked(first, BETA)
        book.checked(second, None)
        assert [(row.call, row.state) for row in book.every()] == [(BETA, "ready"), (BETA, "dropped")]
        assert [(row.checked_at, row.checked_by) for row in book.every()] == [(NOW, "one"), (None, None)]

    @pytest.mark.parametrize("call", [BETA, None])
    def test_one_that_went_out_meanwhile_is_not_changed_any_more(
        self, book: Ledger, call: Call | None
    ) -> None:
        row = book.first()
        book.sent(row)
        book.checked(row, call)
        found = book.first()
        assert (found.call, found.state, found.checked_at) == (ACME, "sent", None)


class TestSending:
    def test_the_first_sending_is_fresh_and_written_down_before(self, book: Ledger) -> None:
        row = book.first()
        assert book.sent(row)
        assert (book.first().state, book.first().attempts) == ("sent", 1)
        assert book.events() == [Event.CALL_SENT.value]
        assert (book.cell(calls.c.executor), book.cell(calls.c.sent_at)) == ("one", NOW)

    def test_sent_again_without_an_answer_it_is_lost_and_not_fresh(self, book: Ledger) -> None:
        row = book.first()
        assert [book.sent(row), book.sent(row, "two", ("two",))] == [True, False]
        found = book.first()
        assert (found.state, found.code, found.attempts, found.doubt) == ("lost", "answer_lost", 1, "lost")
        assert book.cell(calls.c.executor) == "two"
        assert book.events() == [Event.CALL_SENT.value, Event.CALL_UNANSWERED.value]

    def test_its_own_sending_without_an_answer_is_lost_too(self, book: Ledger) -> None:
        row = book.first()
        assert [book.sent(row, "one", ("one",)) for _ in range(2)] == [True, False]
        assert book.first().state == "lost"

    def test_what_a_living_process_has_is_not_taken_from_it(self, book: Ledger) -> None:
        row = book.first()
        book.sent(row)
        before = (book.first(), book.events())
        with pytest.raises(LeaseLost, match=row.id):
            book.sent(row, "two", ("one", "two"))
        assert (book.first(), book.events(), book.cell(calls.c.executor)) == (*before, "one")

    def test_what_somebody_has_stopped_just_before_is_not_sent(self, book: Ledger) -> None:
        row = book.first()
        book.put(row, "dropped", "ready")
        with pytest.raises(sending.Dropped):
            book.sent(row)
        assert book.first().state == "dropped"

    @pytest.mark.parametrize("state", ["answered", "split"])
    def test_nor_is_what_it_has_finished_meanwhile(self, book: Ledger, state: str) -> None:
        row = book.first()
        book.sent(row)
        book.put(row, state, "sent")
        with pytest.raises(LeaseLost):
            book.sent(row, "two", ("two",))
        assert (book.first().state, book.first().doubt) == (state, "")

    def test_what_it_knows_to_be_lost_is(self, book: Ledger) -> None:
        row = book.first()
        book.sent(row)
        book.put(row, "lost", "sent")
        assert book.sent(row, "two", ("one", "two")) is False
        assert (book.first().state, book.cell(calls.c.executor)) == ("lost", "two")

    @pytest.mark.parametrize("alive", [False, True])
    def test_of_many_that_send_at_once_one_does(self, book: Ledger, alive: bool) -> None:
        row = book.first()
        names = [f"executor-{number}" for number in range(8)]

        def send(name: str) -> bool:
            try:
                return book.sent(row, name, names if alive else ())
            except LeaseLost:
                return False

        with ThreadPoolExecutor(8) as threads:
            fresh = list(threads.map(send, names))
        assert sum(fresh) == 1
        assert (book.first().attempts, book.first().state) == (1, "sent" if alive else "lost")

    def test_a_call_made_ready_again_is_fresh_again(self, book: Ledger) -> None:
        book.sent(book.first())
        book.put(book.first(), "ready", "sent")
        assert book.sent(book.first())
        assert book.first().attempts == 2


class TestAnswering:
    def test_an_answer_counts_once(self, book: Ledger) -> None:
        row = book.first()
        book.sent(row)
        assert [book.answered(row), book.answered(row)] == [True, False]
        found = book.first()
        assert (found.state, found.code) == ("answered", "ok")
        assert (book.cell(calls.c.answered_at), book.cell(calls.c.slack_request_id)) == (NOW + 5, "req-1")
        assert book.cell(requests.c.called_at) == NOW + 5

    def test_a_zombies_late_answer_does_not_count_but_is_written_down(self, book: Ledger) -> None:
        row = book.first()
        book.sent(row, "zombie")
        book.sent(row, "heir")
        assert not book.answered(row, executor="zombie")
        assert book.first().state == "lost"
        assert book.events() == [
            Event.CALL_SENT.value,
            Event.CALL_UNANSWERED.value,
            Event.CALL_ANSWERED.value,
        ]
        with book.database.read() as connection:
            body = connection.scalars(
                sa.select(audit_events.c.body).order_by(audit_events.c.seq.desc())
            ).first()
        assert body is not None
        assert '"counted":false' in body

    def test_nor_does_one_of_a_call_that_was_sent_again_by_another(self, book: Ledger) -> None:
        row = book.first()
        book.sent(row, "zombie")
        book.put(row, "ready", "sent")
        assert book.sent(row, "heir")
        assert not book.answered(row, executor="zombie")
        assert book.answered(row, executor="heir")

    def test_what_slack_says_is_needed_is_evidence(self, book: Ledger) -> None:
        row = book.first()
        book.sent(row)
        book.answered(row, "missing_scope", needed="users:write", provided="", other="x")
        with book.database.read() as connection:
            body = connection.scalars(
                sa.select(audit_events.c.body).order_by(audit_events.c.seq.desc())
            ).first()
        assert body is not None
        assert '"needed":"users:write"' in body
        assert '"other"' not in body


class TestItems:
    def test_an_outcome_is_kept_with_its_code_and_sentence(self, book: Ledger) -> None:
        wanted_before = book.cell(cards.c.wanted)
        book.settle(T0ACME0001=(Outcome.FAILED, "restricted_action", "Slack refused."))
        with book.database.read() as connection:
            row = connection.execute(sa.select(items).order_by(items.c.position)).first()
        assert row is not None
        assert (row.outcome, row.code, row.detail, row.changed_at) == (
            "failed",
            "restricted_action",
            "Slack refused.",
            NOW,
        )
        assert book.cell(cards.c.wanted) == wanted_before + 1
        assert book.events() == [Event.ITEM_SETTLED.value]

    def test_nothing_to_settle_changes_nothing(self, book: Ledger) -> None:
        wanted_before = book.cell(cards.c.wanted)
        book.settle()
        assert (book.cell(cards.c.wanted), book.events()) == (wanted_before, [])

    def test_items_are_found_by_what_became_of_them(self, book: Ledger) -> None:
        assert book.unsettled(None) == ["T0ACME0001", "T0BETA0001"]
        book.settle(T0BETA0001=(Outcome.ACCEPTED, None, ""))
        assert book.unsettled(None) == ["T0ACME0001"]
        assert book.unsettled(Outcome.ACCEPTED) == ["T0BETA0001"]
        assert book.unsettled(None, Outcome.ACCEPTED) == ["T0ACME0001", "T0BETA0001"]
        assert book.unsettled(Outcome.VERIFIED) == []


def test_everything_written_down_holds_together(book: Ledger) -> None:
    row = book.first()
    book.sent(row)
    book.answered(row)
    book.settle(T0ACME0001=(Outcome.ACCEPTED, None, ""))
    assert verify(book.database) == []
