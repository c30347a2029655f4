"""Plans of many items: the digest of their list, time enough to be carried out, rows that say too little."""

import hashlib

import pytest
import sqlalchemy as sa

from app.messages.attachments import items_csv
from app.model.form import Entries
from app.model.plan import Plan
from app.model.table import Column, Row, Table
from app.requests.bulk import too_long, with_list
from app.requests.holding import holders
from app.requests.uploads import complete
from app.storage import Database
from tests.unit.given import StillClock, filed, item, plan, rules

COLUMNS = (Column("channel", "id", "C1"), Column("add", "ids", "T1", optional=True))


def many(number: int) -> Plan:
    return plan(*(item(f"T0ORG{at:05}", f"Org {at}") for at in range(number)))


class TestTheList:
    def test_is_named_by_the_digest_of_exactly_the_file_that_is_attached(self) -> None:
        found = with_list(many(6))
        digest = hashlib.sha256(items_csv(found)).hexdigest()
        assert found.arguments["list"] == {"rows": 6, "sha256": digest}
        assert found.listed == (6, digest)
        assert found.hash != many(6).hash

    def test_of_a_few_is_on_the_card(self) -> None:
        assert with_list(many(5)) == many(5)
        assert many(5).listed is None

    def test_comes_back_from_the_database_the_same(self) -> None:
        found = with_list(many(7))
        again = Plan.from_json(found.as_json())
        assert (again.hash, again.listed) == (found.hash, found.listed)
        assert items_csv(again) == items_csv(found)


class TestTheTimeItTakes:
    @pytest.mark.parametrize(
        ("items", "seconds", "scale", "fits"),
        [(50, 2940, 1, True), (50, 2939, 1, False), (50, 5, 600, True), (1, 60, 1, True)],
    )
    def test_has_to_fit(self, items: int, seconds: int, scale: float, fits: bool) -> None:
        refusal = too_long(many(items), rules(execute_within=seconds), scale)
        assert (refusal is None) is fits

    def test_is_told_with_what_would_fit(self) -> None:
        refusal = too_long(many(50), rules(execute_within=1800), 1)
        assert refusal is not None
        assert refusal.code == "too_long"
        assert refusal.sentence == (
            "50 external organizations take at least 49 min at the pace that Slack promises; the policy "
            "gives 30 min (execute_within). Ask for 30 at a time, or have execute_within raised."
        )


class TestRowsThatSayTooLittle:
    def test_are_left_out_with_their_line(self) -> None:
        rows = (Row(2, {"channel": "C1", "add": ""}), Row(5, {"channel": "", "add": "T1"}))
        entries, problems = complete(Entries({"upload": Table("l.csv", rows).as_json(), "a": "b"}), COLUMNS)
        assert [row.line for row in entries.rows()] == [2]
        assert entries.text("a") == "b"
        assert [(problem.line, problem.code) for problem in problems] == [(5, "incomplete_row")]
        assert problems[0].told == "Line 5: Nothing stands under channel."

    def test_without_a_list_nothing_changes(self) -> None:
        entries = Entries({"pasted": "a"})
        assert complete(entries, COLUMNS) == (entries, [])


def test_thousands_of_targets_are_held_against_other_requests(database: Database, clock: StillClock) -> None:
    request = filed(database, clock, many(1200), max_items=1200, execute_within=86_400 * 2)
    with database.read() as connection:
        taken = holders(connection, many(2000))
        assert connection.scalar(sa.text("SELECT count(*) FROM drawbridge_holds")) == 1200
    assert taken == {f"org:T0ORG{at:05}": request.id for at in range(1200)}
