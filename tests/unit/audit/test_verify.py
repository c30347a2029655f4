"""Verification: whatever was done to the log behind the app's back is found, and named."""

import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.verify import Anchor, heads, verify
from app.storage import Database
from app.storage.tables import audit_events, audit_heads
from tests.unit.audit.log import chain, change, forge, remove, tampering, where, write
from tests.unit.given import ORG

OTHER = "E0TWO00001"


@pytest.fixture(autouse=True)
def ten_events(database: Database) -> None:
    write(database, 10)


def broken(database: Database, *anchors: Anchor) -> list[tuple[int, str]]:
    return [(found.seq, found.reason) for found in verify(database, anchors)]


def the_end() -> Any:
    return pytest.approx


class TestAnHonestLog:
    def test_it_holds(self, database: Database) -> None:
        assert broken(database) == []

    def test_it_holds_against_every_anchor_ever_taken_of_it(self, database: Database) -> None:
        anchors = heads(database) + [Anchor(ORG, event.seq, event.hash) for event in chain(database)]
        write(database, 3)
        assert broken(database, *anchors) == []

    def test_an_empty_log_holds(self, database: Database) -> None:
        with tampering(database) as connection:
            connection.execute(audit_events.delete())
            connection.execute(audit_heads.delete())
        assert broken(database) == []

    def test_given_writers_at_work_it_holds_at_every_moment(self, database: Database) -> None:
        ended = threading.Event()

        def keep_writing() -> None:
            while not ended.is_set():
                write(database, 5)

        writers = [threading.Thread(target=keep_writing) for _ in range(3)]
        for writer in writers:
            writer.start()
        try:
            assert [broken(database) for _ in range(40)] == [[]] * 40
        finally:
            ended.set()
            for writer in writers:
                writer.join()


class TestAnEdit:
    @pytest.mark.parametrize(
        "values",
        [
            {"at": "2026-09-21T14:13:24.001Z"},
            {"event": "request:denied"},
            {"actor": "W0SOMEBODY"},
            {"request_id": "R9"},
            {"request_id": None},
            {"body": '{"number":99}'},
            {"body": '{"number": 4}'},
            {"hash": "f" * 64},
        ],
        ids=lambda values: "-".join(f"{name}" for name in values),
    )
    def test_of_any_column_is_found_at_its_event(self, database: Database, values: dict[str, Any]) -> None:
        change(database, 5, **values)
        assert broken(database) == [(5, "its content was changed after it was written")]

    def test_of_the_link_backwards_is_found(self, database: Database) -> None:
        change(database, 5, previous="f" * 64)
        assert broken(database) == [
            (5, "it does not follow the event before it: something was inserted, removed or replaced")
        ]

    def test_of_the_position_is_found(self, database: Database) -> None:
        change(database, 10, seq=12)
        assert broken(database) == [(10, "event 10 is missing")]

    def test_sealed_anew_is_found_at_the_event_after_it(self, database: Database) -> None:
        event = replace(chain(database)[4], actor="W0SOMEBODY")
        change(database, 5, actor=event.actor, hash=event.sealed())
        assert broken(database) == [
            (6, "it does not follow the event before it: something was inserted, removed or replaced")
        ]

    def test_of_the_last_event_sealed_anew_is_found_by_the_head(self, database: Database) -> None:
        event = replace(chain(database)[9], actor="W0SOMEBODY")
        change(database, 10, actor=event.actor, hash=event.sealed())
        assert len(broken(database)) == 1

    def test_moved_to_another_organization_is_found_in_both(self, database: Database) -> None:
        write(database, 3, OTHER)
        with tampering(database) as connection:
            connection.execute(audit_events.update().where(*where(10)).values(enterprise_id=OTHER, seq=4))
        assert [found.enterprise_id for found in verify(database)] == [ORG, OTHER]


class TestADeletion:
    def test_at_the_beginning_is_found(self, database: Database) -> None:
        remove(database, 1)
        assert broken(database) == [(1, "event 1 is missing")]

    def test_in_the_middle_is_found(self, database: Database) -> None:
        remove(database, 4, 5)
        assert broken(database) == [(4, "event 4 is missing")]

    def test_with_the_gap_closed_is_found(self, database: Database) -> None:
        remove(database, 4)
        with tampering(database) as connection:
            for seq in range(5, 11):
                connection.execute(audit_events.update().where(*where(seq)).values(seq=seq - 1))
        assert broken(database)[0][0] == 4

    def test_at_the_end_is_found_by_the_head(self, database: Database) -> None:
        remove(database, 9, 10)
        ((seq, reason),) = broken(database)
        assert seq == 9
        assert reason.startswith("the end is missing")

    def test_at_the_end_with_the_head_moved_back_needs_an_anchor(self, database: Database) -> None:
        (anchor,) = heads(database)
        remove(database, 9, 10)
        with tampering(database) as connection:
            connection.execute(audit_heads.update().values(seq=8, hash=chain(database)[-1].hash))
        assert broken(database) == []
        assert broken(database, anchor) == [(9, "the end is missing: an anchor knows event 10")]

    def test_of_everything_is_found_by_the_head_and_by_an_anchor(self, database: Database) -> None:
        (anchor,) = heads(database)
        remove(database, *range(1, 11))
        assert broken(database)[0][0] == 1
        with tampering(database) as connection:
            connection.execute(audit_heads.delete())
        assert broken(database) == []
        assert broken(database, anchor) == [(1, "the end is missing: an anchor knows event 10")]

    def test_of_the_head_is_found(self, database: Database) -> None:
        with tampering(database) as connection:
            connection.execute(audit_heads.delete())
        assert len(broken(database)) == 1


class TestAnInsertion:
    def test_in_the_middle_is_found(self, database: Database) -> None:
        events = chain(database)
        with tampering(database) as connection:
            for seq in range(10, 4, -1):
                connection.execute(audit_events.update().where(*where(seq)).values(seq=seq + 1))
            forged = replace(events[3], seq=5, previous=events[3].hash, actor="W0SOMEBODY")
            row = {name: getattr(forged, name) for name in forged.__dataclass_fields__}
            connection.execute(audit_events.insert().values(row | {"hash": forged.sealed()}))
        assert broken(database)[0][0] == 6

    def test_before_the_beginning_is_found(self, database: Database) -> None:
        event = replace(chain(database)[0], seq=0)
        with tampering(database) as connection:
            row = {name: getattr(event, name) for name in event.__dataclass_fields__}
            connection.execute(audit_events.insert().values(row | {"hash": event.sealed()}))
        assert broken(database) == [(0, "an event was inserted")]

    def test_after_the_end_is_found_by_the_head(self, database: Database) -> None:
        last = chain(database)[-1]
        event = replace(last, seq=11, previous=last.hash)
        with tampering(database) as connection:
            row = {name: getattr(event, name) for name in event.__dataclass_fields__}
            connection.execute(audit_events.insert().values(row | {"hash": event.sealed()}))
        assert len(broken(database)) == 1

    def test_of_a_chain_without_a_head_is_found(self, database: Database) -> None:
        event = replace(chain(database)[0], enterprise_id=OTHER)
        with tampering(database) as connection:
            row = {name: getattr(event, name) for name in event.__dataclass_fields__}
            connection.execute(audit_events.insert().values(row | {"hash": event.sealed()}))
        assert [found.enterprise_id for found in verify(database)] == [OTHER]


class TestSwappedAndRewritten:
    def test_two_events_that_changed_places_are_found(self, database: Database) -> None:
        with tampering(database) as connection:
            for seq, place in ((4, 99), (7, 4), (99, 7)):
                connection.execute(audit_events.update().where(*where(seq)).values(seq=place))
        assert broken(database)[0][0] == 4

    def test_a_chain_rewritten_from_the_first_event_on_needs_an_anchor(self, database: Database) -> None:
        (anchor,) = heads(database)
        forge(database, [replace(event, actor="W0SOMEBODY") for event in chain(database)])
        assert broken(database) == []
        assert broken(database, anchor) == [(10, "it differs from the anchor: the chain was rewritten")]

    def test_the_earliest_anchor_that_differs_tells_where_it_was_rewritten(self, database: Database) -> None:
        events = chain(database)
        anchors = [Anchor(ORG, event.seq, event.hash) for event in events]
        forge(database, [*events[:6], *(replace(event, actor="W0SOMEBODY") for event in events[6:])])
        assert broken(database, *anchors)[0][0] == 7

    def test_one_rewritten_with_the_head_forgotten_is_found(self, database: Database) -> None:
        forge(database, [replace(event, actor="W0SOMEBODY") for event in chain(database)], head=False)
        assert len(broken(database)) == 1


class TestSeveralOrganizations:
    def test_only_the_broken_one_is_named(self, database: Database) -> None:
        write(database, 3, OTHER)
        change(database, 5, actor="W0SOMEBODY")
        assert [found.enterprise_id for found in verify(database)] == [ORG]

    def test_an_anchor_of_one_says_nothing_about_the_other(self, database: Database) -> None:
        (anchor,) = heads(database)
        write(database, 3, OTHER)
        assert broken(database, anchor) == []

    def test_an_organization_that_only_an_anchor_knows_is_missing(self, database: Database) -> None:
        ((seq, reason),) = broken(database, Anchor("E0GONE0001", 3, "f" * 64))
        assert (seq, reason) == (1, "the end is missing: an anchor knows event 3")

    def test_the_first_broken_event_of_each_is_named(self, database: Database) -> None:
        write(database, 3, OTHER)
        change(database, 5, actor="W0SOMEBODY")
        change(database, 7, actor="W0SOMEBODY")
        with tampering(database) as connection:
            connection.execute(sa.update(audit_events).where(*where(2, OTHER)).values(actor="W0SOMEBODY"))
        assert [(found.enterprise_id, found.seq) for found in verify(database)] == [(ORG, 5), (OTHER, 2)]
