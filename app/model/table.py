"""A list of targets as an uploaded CSV file, read strictly: nothing is guessed, nothing dropped."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.model.canonical import Json

MOST_BYTES = 5_000_000
MOST_CHARACTERS = 300  # in one cell

_SEPARATORS = (",", ";")
_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
"""How spreadsheets, and our own lists, keep a cell from being taken for a formula."""


class Unreadable(Exception):
    """The file is no list that can be used; the sentence tells a person what to do about it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class Column:
    """A column of the file an operation takes its targets from.

    name: in the header, in lower case. meaning: what a cell holds, for hints and docs.
    """

    name: str
    meaning: str
    example: str
    optional: bool = False


@dataclass(frozen=True)
class Row:
    """One row. line: the line of the file it begins in, the header being line 1. cells: by column name."""

    line: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """What stands in that column, empty when nothing does."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """The rows of a file, and the name it was uploaded under."""

    name: str
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Json]:
        """Plain JSON; read back by `from_json`."""
        columns = sorted({column for row in self.rows for column in row.cells})
        return {
            "name": self.name,
            "columns": list(columns),
            "rows": [[row.line, *(row.cell(column) for column in columns)] for row in self.rows],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Table":
        """The table that `as_json` described."""
        columns = data["columns"]
        return cls(
            data["name"],
            tuple(Row(line, dict(zip(columns, cells, strict=True))) for line, *cells in data["rows"]),
        )


def read_table(content: bytes, name: str, columns: Sequence[Column], most_rows: int) -> Table:
    """The file's rows, blank lines left out. Raises Unreadable.

    Taken are UTF-8 with or without a byte order mark, commas or semicolons, quoted cells, and a header that
    names the columns in any order and case. A cell that a spreadsheet would take for a formula is text here.
    """
    text = _text(content)
    records = list(_records(text, _separator(text, columns)))
    if not records:
        raise Unreadable("empty_file", f"The file is empty. Its first line must be: {_header(columns)}")
    names = _names(records[0][1], columns)
    rows = tuple(_row(line, cells, names) for line, cells in records[1:])
    if not rows:
        raise Unreadable("empty_file", "The file has a header and nothing below it.")
    if len(rows) > most_rows:
        sentence = (
            f"The file has {len(rows):,} rows; the policy allows {most_rows:,} in one request. Split it."
        )
        raise Unreadable("too_many_rows", sentence)
    return Table(name, rows)


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable("file_too_large", f"The file has more than {MOST_BYTES // 1_000_000} MB. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            "not_utf8",
            f"The file is not UTF-8 text (see line {line:,}). Save it as “CSV UTF-8” and upload that.",
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Unreadable("not_text", f"Line {line:,} has a NUL character: this is not a CSV file.")
    return text if "\n" in text else text.replace("\r", "\n")


def _separator(text: str, columns: Sequence[Column]) -> str:
    """The separator under which the header names more of the columns; a comma when neither does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    known = {column.name for column in columns}
    return max(
        _SEPARATORS, key=lambda mark: len(known & {_folded(cell.strip('"')) for cell in first.split(mark)})
    )


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line it begins in, cells) of every record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            cleaned = [_cell(cell, begins) for cell in cells]
            if any(cleaned):
                yield begins, cleaned
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            "broken_csv", f"The record that begins in line {begins:,} cannot be read: check its quotes."
        ) from error


def _cell(cell: str, line: int) -> str:
    """A cell's text without what nobody sees; blanks of any kind are one space."""
    if len(cell) > MOST_CHARACTERS:
        sentence = (
            f"Line {line:,} has a cell of {len(cell):,} characters; at most {MOST_CHARACTERS} are read."
        )
        raise Unreadable("cell_too_long", sentence)
    spaced = " ".join(_GUARDED.sub("", cell, count=1).split() if cell[:1] == "'" else cell.split())
    return "".join(mark for mark in spaced if unicodedata.category(mark) not in ("Cc", "Cf"))


def _names(cells: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """The header's column names. Raises Unreadable for missing, unknown and repeated ones."""
    names = [_folded(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = {column.name for column in columns}
    missing = [column.name for column in columns if not column.optional and column.name not in names]
    unknown = [cell for cell, name in zip(cells, names, strict=False) if name not in known]
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    for wrong, told in (
        (missing, f"The header lacks {', '.join(missing)}."),
        (unknown, f"The header has unknown columns: {', '.join(cell or '(no name)' for cell in unknown)}."),
        (twice, f"The header has {', '.join(twice)} more than once."),
    ):
        if wrong:
            raise Unreadable("wrong_header", f"{told} The first line must be: {_header(columns)}")
    return names


def _row(line: int, cells: Sequence[str], names: Sequence[str]) -> Row:
    if any(cells[len(names) :]):
        sentence = (
            f"Line {line:,} has {len(cells)} cells, the header {len(names)}. Quote cells with a separator."
        )
        raise Unreadable("too_many_cells", sentence)
    return Row(line, dict(zip(names, cells, strict=False)))


def _folded(name: str) -> str:
    return "_".join(name.strip().casefold().split())


def _header(columns: Sequence[Column]) -> str:
    """The header as an example; columns that may be left out in brackets."""
    return ",".join(f"[{column.name}]" if column.optional else column.name for column in columns)
