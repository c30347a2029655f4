"""A bulk's plan and preview are read once, and what is kept can never be that of another plan."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.model.plan import Plan
from app.model.request import Request
from app.requests import long_texts, records
from app.requests.long_texts import LongTexts
from app.storage import Database
from app.storage.tables import requests
from tests.unit.given import ORG, StillClock, filed, item, plan


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The plans that were read from their text, from now on."""
    seen: list[str] = []
    really = long_texts.read

    def read(plan_text: str, preview_text: str) -> long_texts.Texts:
        seen.append(plan_text)
        return really(plan_text, preview_text)

    monkeypatch.setattr(long_texts, "read", read)
    return seen


def bulk(database: Database, clock: StillClock, number: int, *, size: int = 1000) -> Request:
    """A filed request of so many items."""
    items = tuple(item(f"T{number}BULK{at:05}", f"Acme {at}") for at in range(size))
    return filed(database, clock, replace(plan(), items=items))


def texts_of(kept: LongTexts, database: Database, request: Request) -> Plan:
    with database.read() as connection:
        return kept.of(connection, request.id, request.plan_hash)[0]


def test_a_long_plan_is_read_once_however_many_threads_want_it(
    database: Database, clock: StillClock, reads: list[str]
) -> None:
    request, kept = bulk(database, clock, 1), LongTexts()
    reads.clear()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: texts_of(kept, database, request), range(8)))
    assert len(reads) == 1
    assert all(one is found[0] for one in found)
    assert found[0] == request.plan


def test_a_short_one_is_read_each_time(database: Database, clock: StillClock, reads: list[str]) -> None:
    request, kept = bulk(database, clock, 1, size=3), LongTexts()
    reads.clear()
    assert texts_of(kept, database, request) == texts_of(kept, database, request) == request.plan
    assert len(reads) == 2


def test_only_the_latest_few_are_kept(database: Database, clock: StillClock, reads: list[str]) -> None:
    kept = LongTexts()
    first, second, third = (bulk(database, clock, number) for number in (1, 2, 3))
    reads.clear()
    for request in (first, second, third, second, third):
        assert texts_of(kept, database, request) == request.plan
    assert len(reads) == 3
    texts_of(kept, database, first)
    assert len(reads) == 4


def test_a_request_of_another_hash_is_another_one(database: Database, clock: StillClock) -> None:
    request, kept = bulk(database, clock, 1), LongTexts()
    texts_of(kept, database, request)
    other = replace(request.plan, items=request.plan.items[:999])
    with database.write() as connection:
        changed = {"plan": other.canonical(), "plan_hash": other.hash}
        connection.execute(requests.update().where(requests.c.id == request.id).values(changed))
    with database.read() as connection:
        assert kept.of(connection, request.id, other.hash)[0] == other
        found = records.find(connection, ORG, request.id)
    assert found is not None and found.plan == other
