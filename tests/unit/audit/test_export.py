"""Handing the log out: every column, within bounds, and no cell a spreadsheet would run."""

import csv
import io
import json
from pathlib import Path

import pytest

from app.audit.chain import AuditEvent, append
from app.audit.events import Event
from app.audit.export import events, write_csv, write_jsonl
from app.audit.verify import Anchor, heads, read_anchors, verify
from app.model.cells import neutral
from app.storage import Database
from tests.unit.audit.log import chain, write
from tests.unit.given import NOW, ORG

OTHER = "E0TWO00001"


def exported(database: Database, **bounds: str) -> list[AuditEvent]:
    with database.read() as connection:
        return list(events(connection, **bounds))


def jsonl(database: Database) -> str:
    out = io.StringIO()
    with database.read() as connection:
        assert write_jsonl(events(connection), out) == len(out.getvalue().splitlines())
    return out.getvalue()


class TestWhatIsHandedOut:
    def test_everything_chain_by_chain_in_order(self, database: Database) -> None:
        write(database, 2, OTHER)
        write(database, 2, ORG)
        found = exported(database)
        assert [(event.enterprise_id, event.seq) for event in found] == [
            (ORG, 1),
            (ORG, 2),
            (OTHER, 1),
            (OTHER, 2),
        ]

    def test_of_one_request_or_of_one_organization(self, database: Database) -> None:
        write(database, 4, OTHER)
        write(database, 4, ORG)
        assert [event.seq for event in exported(database, request_id="R1", enterprise_id=ORG)] == [2, 4]
        assert {event.enterprise_id for event in exported(database, enterprise_id=OTHER)} == {OTHER}

    @pytest.mark.parametrize(
        ("since", "until", "seqs"),
        [
            ("2026-09-21T14:13:22.000Z", None, [3, 4, 5]),
            (None, "2026-09-21T14:13:22.000Z", [1, 2]),
            ("2026-09-21T14:13:21.000Z", "2026-09-21T14:13:24.000Z", [2, 3, 4]),
            ("2026-09-21T00:00:00.000Z", "2026-09-22T00:00:00.000Z", [1, 2, 3, 4, 5]),
            ("2026-09-22T00:00:00.000Z", None, []),
            (None, "2026-09-21T00:00:00.000Z", []),
        ],
    )
    def test_from_a_moment_on_and_up_to_but_not_including_another(
        self, database: Database, since: str | None, until: str | None, seqs: list[int]
    ) -> None:
        write(database, 5)
        bounds = {name: value for name, value in (("since", since), ("until", until)) if value}
        assert [event.seq for event in exported(database, **bounds)] == seqs


class TestJsonLines:
    def test_a_line_holds_every_column_and_can_be_verified_elsewhere(self, database: Database) -> None:
        write(database, 3)
        rows = [AuditEvent(**json.loads(line)) for line in jsonl(database).splitlines()]
        assert rows == chain(database)
        assert all(row.sealed() == row.hash for row in rows)

    def test_a_line_break_in_a_name_makes_no_second_line(self, database: Database) -> None:
        with database.write(ORG) as connection:
            append(
                connection,
                enterprise_id=ORG,
                at=NOW,
                event=Event.CALL_SENT,
                actor="a\nb",
                body={"x": "c\r\nd"},
            )
        assert len(jsonl(database).splitlines()) == 1


class TestCsv:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")'])
    def test_a_cell_a_spreadsheet_would_calculate_is_made_text(self, text: str) -> None:
        assert neutral(text) == f"'{text}"

    @pytest.mark.parametrize(("value", "cell"), [("a=b", "a=b"), ("", ""), (None, ""), (7, "7")])
    def test_any_other_cell_stays_as_it_is(self, value: object, cell: str) -> None:
        assert neutral(value) == cell

    def test_it_has_a_header_a_row_each_and_no_formula(self, database: Database) -> None:
        write(database, 2)
        with database.write(ORG) as connection:
            append(connection, enterprise_id=ORG, at=NOW, event=Event.CALL_SENT, actor="=cmd|' /C calc'!A0")
        out = io.StringIO()
        with database.read() as connection:
            assert write_csv(events(connection), out) == 3
        rows = list(csv.DictReader(io.StringIO(out.getvalue())))
        assert [row["seq"] for row in rows] == ["1", "2", "3"]
        assert (rows[0]["enterprise_id"], rows[0]["request_id"], rows[2]["request_id"]) == (ORG, "R0", "")
        assert rows[2]["actor"] == "'=cmd|' /C calc'!A0"
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


class TestAnchorsFromFiles:
    def test_an_anchor_file_is_read(self, database: Database, folder: Path) -> None:
        write(database, 3)
        write(database, 2, OTHER)
        path = folder / "anchor.jsonl"
        told = [
            {"enterprise_id": head.enterprise_id, "seq": head.seq, "hash": head.hash}
            for head in heads(database)
        ]
        path.write_text("\n".join(map(json.dumps, told)) + "\n\n")
        assert read_anchors(path) == heads(database)
        assert verify(database, read_anchors(path)) == []

    def test_an_export_is_an_anchor_too_and_its_last_event_of_each_chain_counts(
        self, database: Database, folder: Path
    ) -> None:
        write(database, 3)
        write(database, 2, OTHER)
        path = folder / "export.jsonl"
        path.write_text("".join(reversed(jsonl(database).splitlines(keepends=True))))
        assert sorted(read_anchors(path), key=lambda anchor: anchor.seq, reverse=True) == heads(database)

    @pytest.mark.parametrize("text", ["", "\n\n"])
    def test_a_file_without_any_is_refused(self, folder: Path, text: str) -> None:
        path = folder / "anchor"
        path.write_text(text)
        with pytest.raises(ValueError, match="holds no anchor"):
            read_anchors(path)

    @pytest.mark.parametrize(
        "text", ["not json", '{"seq": 1, "hash": "f"}', '{"enterprise_id": "E", "seq": "x", "hash": ""}']
    )
    def test_so_is_one_that_holds_something_else(self, folder: Path, text: str) -> None:
        path = folder / "anchor"
        path.write_text(text)
        with pytest.raises((ValueError, KeyError)):
            read_anchors(path)

    def test_an_anchor_is_a_value(self) -> None:
        assert Anchor(ORG, 1, "f") == Anchor(ORG, 1, "f")
