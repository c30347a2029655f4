"""An uploaded list is read strictly: everything in it counts, or a sentence says what to put right."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import cells
from app.model.table import MOST_BYTES, Column, Row, Table, Unreadable, read_table

COLUMNS = (
    Column("channel", "id or name", "C0123ABCD"),
    Column("leaving_team", "id", "T0123ABCD"),
    Column("note", "anything", "x", optional=True),
)


def read(*lines: str, most: int = 1000, columns: Sequence[Column] = COLUMNS, ends: str = "\n") -> Table:
    return read_table(ends.join(lines).encode(), "list.csv", columns, most)


def refused(content: bytes | str, most: int = 1000) -> Unreadable:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(Unreadable) as caught:
        read_table(data, "list.csv", COLUMNS, most)
    assert caught.value.sentence.endswith(".") or "must be:" in caught.value.sentence
    return caught.value


class TestWhatIsTaken:
    def test_rows_with_the_line_they_stand_in(self) -> None:
        assert read("channel,leaving_team", "C1,T1", "", "C2,T2").rows == (
            Row(2, {"channel": "C1", "leaving_team": "T1"}),
            Row(4, {"channel": "C2", "leaving_team": "T2"}),
        )

    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("separator", [",", ";"])
    def test_every_way_a_spreadsheet_writes_it(self, mark: str, ends: str, separator: str) -> None:
        lines = [f"{mark}channel{separator}leaving_team", f"C1{separator}T1", f"C2{separator}T2"]
        assert [row.cells for row in read(*lines, ends=ends).rows] == [
            {"channel": "C1", "leaving_team": "T1"},
            {"channel": "C2", "leaving_team": "T2"},
        ]

    def test_columns_in_any_order_and_case_and_with_blanks(self) -> None:
        table = read("Leaving Team, CHANNEL ,,", "T1,C1,,")
        assert table.rows == (Row(2, {"leaving_team": "T1", "channel": "C1"}),)

    def test_quoted_cells_with_separators_quotes_and_line_breaks(self) -> None:
        table = read("channel,leaving_team,note", '"a, b","say ""hi""","two\nlines"', "C2,T2,")
        assert table.rows[0] == Row(2, {"channel": "a, b", "leaving_team": 'say "hi"', "note": "two lines"})
        assert table.rows[1].line == 4

    def test_what_nobody_sees_is_taken_off(self) -> None:
        assert read("channel,leaving_team", " C1\u200b\u00a0, T1\u202e").rows[0].cells == {
            "channel": "C1",
            "leaving_team": "T1",
        }

    @pytest.mark.parametrize("formula", ['=HYPERLINK("https://evil.example")', "+1", "-1", "@ops"])
    def test_a_formula_is_text_and_the_mark_that_guards_it_is_taken_off(self, formula: str) -> None:
        written = cells.table(["channel", "leaving_team"], [["C1", formula]])
        assert read_table(written, "list.csv", COLUMNS, 10).rows[0].cell("leaving_team") == formula

    def test_a_short_row_has_empty_cells_at_its_end(self) -> None:
        row = read("channel,leaving_team", "C1").rows[0]
        assert (row.cell("channel"), row.cell("leaving_team"), row.cell("note")) == ("C1", "", "")


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "code", "told"),
        [
            ("", "empty_file", "channel,leaving_team,[note]"),
            ("\n\n", "empty_file", "channel,leaving_team,[note]"),
            ("channel,leaving_team\n", "empty_file", "nothing below"),
            ("C1,T1\nC2,T2", "wrong_header", "lacks channel, leaving_team"),
            ("channel\nC1", "wrong_header", "lacks leaving_team"),
            ("channel,leaving_team,reason\nC1,T1,x", "wrong_header", "unknown columns: reason"),
            ("channel,leaving_team,channel\nC1,T1,C2", "wrong_header", "channel more than once"),
            ("channel,leaving_team\nC1,T1,T2", "too_many_cells", "Line 2"),
            ('channel,leaving_team\nC1,"T1\nC2,T2', "broken_csv", "line 2"),
            ('channel,leaving_team\nC1,T1\n"C"2,T2', "broken_csv", "line 3"),
            ("channel,leaving_team\nC1,T1\nC2,T\0", "not_text", "Line 3"),
            ("channel,leaving_team\nC1," + "x" * 301, "cell_too_long", "Line 2"),
            ("channel,leaving_team\n" + "C1," + "x" * 200_000, "broken_csv", "line 2"),
        ],
    )
    def test_with_the_line_and_what_to_do(self, content: str, code: str, told: str) -> None:
        wrong = refused(content)
        assert wrong.code == code
        assert told in wrong.sentence

    @pytest.mark.parametrize(
        "content",
        [
            "channel,leaving_team\nC1,Müller".encode("latin-1"),
            "channel,leaving_team\nC1,T1".encode("utf-16"),
            b"PK\x03\x04\x14\x00\xff\xfe",
        ],
    )
    def test_what_is_not_utf_8(self, content: bytes) -> None:
        assert refused(content).code == "not_utf8"

    def test_one_line_more_than_allowed(self) -> None:
        lines = ["channel,leaving_team", *(f"C{at},T{at}" for at in range(5))]
        assert len(read(*lines, most=5).rows) == 5
        assert "has 5 rows; the policy allows 4" in refused("\n".join(lines), most=4).sentence

    def test_one_byte_more_than_allowed(self) -> None:
        head = b"channel,leaving_team\nC1,T1\n"
        assert read_table(head + b"\n" * (MOST_BYTES - len(head)), "list.csv", COLUMNS, 9).rows
        assert refused(head + b"\n" * (MOST_BYTES - len(head) + 1)).code == "file_too_large"


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp")), max_size=40)


class TestWhateverStandsInIt:
    @given(
        st.lists(st.tuples(CELL.filter(bool), CELL), min_size=1, max_size=20),
        st.sampled_from([",", ";"]),
        st.booleans(),
    )
    def test_what_a_spreadsheet_writes_comes_back_as_it_was(
        self, rows: list[tuple[str, str]], separator: str, quoted: bool
    ) -> None:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
        writer.writerows([("channel", "leaving_team"), *rows])
        table = read_table(out.getvalue().encode(), "list.csv", COLUMNS, 1000)
        found = [(row.cell("channel"), row.cell("leaving_team")) for row in table.rows]
        assert found == [tuple(_unguarded(cell) for cell in row) for row in rows]
        assert [row.line for row in table.rows] == list(range(2, len(rows) + 2))

    @given(st.binary(max_size=300))
    def test_any_bytes_are_read_or_refused_in_words(self, content: bytes) -> None:
        for data in (content, b"channel,leaving_team\n" + content):
            try:
                table = read_table(data, "list.csv", COLUMNS, 1000)
            except Unreadable as wrong:
                assert wrong.sentence
            else:
                assert all(row.line > 1 for row in table.rows)

    @given(st.lists(st.tuples(st.integers(2, 9999), CELL, CELL), max_size=10))
    def test_what_is_kept_in_a_draft_is_what_was_read(self, rows: list[tuple[int, str, str]]) -> None:
        table = Table("list.csv", tuple(Row(line, {"channel": a, "note": b}) for line, a, b in rows))
        assert Table.from_json(table.as_json()) == table


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell
