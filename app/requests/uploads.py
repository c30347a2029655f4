"""Uploaded lists of targets: from the file in Slack to rows, and the rows that cannot be used."""

from collections.abc import Sequence

from app.model.form import UPLOAD, Entries, UploadedFile
from app.model.preview import Problem
from app.model.refusal import Refusal
from app.model.table import MOST_BYTES, Column, Table, Unreadable, read_table
from app.slack.files import Files, FileUnread


class Uploads:
    """Reads what people attach to forms."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def allowed(self, enterprise_id: str) -> bool:
        """Whether a form may ask for a file there; the pasted list is always there."""
        return self._files.allowed(enterprise_id)

    def read(
        self, enterprise_id: str, attached: UploadedFile, columns: Sequence[Column], most_rows: int
    ) -> Table | Refusal:
        """The rows of an attached file, or why there are none."""
        try:
            content = self._files.read(enterprise_id, attached.id, MOST_BYTES)
            return read_table(content, attached.name, columns, most_rows)
        except (FileUnread, Unreadable) as wrong:
            return Refusal(wrong.code, f"{attached.name}: {wrong.sentence}")


def complete(entries: Entries, columns: Sequence[Column]) -> tuple[Entries, list[Problem]]:
    """The entries with those uploaded rows only that say all they must, and a problem for each other one."""
    table = entries.table()
    if table is None:
        return entries, []
    rows, problems = [], []
    for row in table.rows:
        empty = [column.name for column in columns if not column.optional and not row.cell(column.name)]
        if empty:
            sentence = f"Nothing stands under {' and '.join(empty)}."
            problems.append(Problem("", "incomplete_row", sentence, line=row.line))
        else:
            rows.append(row)
    usable = Table(table.name, tuple(rows))
    return Entries({**entries.values, UPLOAD: usable.as_json()}), problems
