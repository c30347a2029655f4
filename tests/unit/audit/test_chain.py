"""Appending: no gaps, whoever writes at the same time, and nothing of what was rolled back."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from app.audit.chain import GENESIS, append, append_all
from app.audit.events import Event
from app.audit.verify import heads, verify
from app.model.canonical import Json, digest
from app.storage import Database
from app.storage.migrate import migrate
from app.storage.remembered import remember
from tests.unit.audit.log import chain, write
from tests.unit.given import ANA, NOW, ORG


def test_the_first_event_follows_nothing_and_each_other_the_one_before(database: Database) -> None:
    write(database, 3)
    found = chain(database)
    assert [event.seq for event in found] == [1, 2, 3]
    assert [event.previous for event in found] == [GENESIS, found[0].hash, found[1].hash]


def test_a_hash_covers_every_other_field(database: Database) -> None:
    write(database, 1)
    (event,) = chain(database)
    fields = {name: getattr(event, name) for name in event.__dataclass_fields__ if name != "hash"}
    assert event.hash == event.sealed() == digest(fields)
    assert (event.at, event.actor, event.body) == ("2026-09-21T14:13:20.000Z", ANA, '{"number":0}')


def test_the_head_is_the_last_event(database: Database) -> None:
    write(database, 3)
    last = chain(database)[-1]
    assert [(head.enterprise_id, head.seq, head.hash) for head in heads(database)] == [(ORG, 3, last.hash)]


def test_several_at_once_are_the_same_links_as_one_by_one(database: Database) -> None:
    write(database, 2)
    bodies: list[dict[str, Json]] = [{"number": number} for number in range(2, 502)]
    with database.write(ORG) as connection:
        last = append_all(connection, bodies, enterprise_id=ORG, at=NOW, event=Event.CALL_SENT, actor=ANA)
    write(database, 1)
    found = chain(database)
    assert [event.seq for event in found] == list(range(1, last + 2))
    assert [event.previous for event in found[1:]] == [event.hash for event in found[:-1]]
    assert found[last - 1].body == '{"number":501}'
    assert verify(database) == []


def test_given_eight_writers_at_once_there_are_no_gaps(database: Database) -> None:
    def write_ten(writer: int) -> list[int]:
        places = []
        for number in range(10):
            with database.write(ORG) as connection:
                body = {"writer": writer, "number": number}
                place = append(
                    connection, enterprise_id=ORG, at=NOW, event=Event.CALL_SENT, actor=ANA, body=body
                )
            places.append(place)
        return places

    with ThreadPoolExecutor(8) as threads:
        places = list(threads.map(write_ten, range(8)))
    assert sorted(place for own in places for place in own) == list(range(1, 81))
    assert all(own == sorted(own) for own in places)
    assert verify(database) == []


def test_given_a_rollback_its_event_leaves_no_gap(database: Database) -> None:
    write(database, 2)
    with pytest.raises(RuntimeError), database.write(ORG) as connection:
        append(connection, enterprise_id=ORG, at=NOW, event=Event.CALL_SENT, actor=ANA)
        raise RuntimeError
    write(database, 1)
    assert [event.seq for event in chain(database)] == [1, 2, 3]
    assert verify(database) == []


def test_several_events_of_one_transaction_follow_each_other(database: Database) -> None:
    with database.write(ORG) as connection:
        places = [
            append(connection, enterprise_id=ORG, at=NOW, event=event, actor=ANA)
            for event in (Event.DECISION_MADE, Event.REQUEST_APPROVED)
        ]
    assert places == [1, 2]
    assert verify(database) == []


def test_each_organization_has_a_chain_of_its_own(database: Database) -> None:
    write(database, 2, "E0ONE00001")
    write(database, 3, "E0TWO00001")
    write(database, 1, "E0ONE00001")
    assert [event.seq for event in chain(database, "E0ONE00001")] == [1, 2, 3]
    assert [event.seq for event in chain(database, "E0TWO00001")] == [1, 2, 3]
    assert verify(database) == []


def test_a_body_with_a_float_is_refused_and_nothing_is_written(database: Database) -> None:
    with pytest.raises(TypeError), database.write(ORG) as connection:
        append(
            connection,
            enterprise_id=ORG,
            at=NOW,
            event=Event.CALL_SENT,
            actor=ANA,
            body={"seconds": 0.5},  # type: ignore[dict-item]
        )
    assert chain(database) == []


@pytest.mark.parametrize("event", Event)
def test_every_event_is_named_subject_verb_and_maybe_detail(event: Event) -> None:
    parts = event.value.split(":")
    assert 2 <= len(parts) <= 3
    assert all(part and part == part.lower().strip() for part in parts)


def test_a_transaction_that_was_not_opened_for_the_chain_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match=f"chain of {ORG}"), database.write("E0ELSEWHERE") as connection:
        append(connection, enterprise_id=ORG, at=NOW, event=Event.CALL_SENT, actor=ANA)


def test_two_who_need_each_others_rows_take_turns(new_database: Callable[[str], str]) -> None:
    database = Database(new_database("postgresql"))
    migrate(database)
    write(database, 1)
    half_way = threading.Barrier(2, timeout=0.5)

    def one(first: bool) -> None:
        """One has the chain's head first and then wants the row, the other the row and then the head."""
        with database.write(ORG) as connection:
            for event_first in (first, not first):
                if event_first:
                    append(connection, enterprise_id=ORG, at=NOW, event=Event.CALL_SENT, actor=ANA)
                else:
                    remember(connection, ORG, {"row": str(first)}, NOW)
                with suppress(threading.BrokenBarrierError):
                    half_way.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, (True, False)))
    assert [event.seq for event in chain(database)] == [1, 2, 3]
    database.close()
