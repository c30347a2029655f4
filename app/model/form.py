"""What a form asks, as data. Operations declare it; `app.messages` draws it; listeners read it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.model.canonical import Json
from app.model.table import Column, Row, Table

PASTED = "pasted"
"""Key of the pasted list, in every form."""

UPLOAD = "upload"
"""Key of the uploaded list, in every form: the file when it is asked for, its rows once they were read."""

KEEP = "keep"
"""Key of the tick that keeps the list uploaded before."""

Values = Mapping[str, Json]
"""What a person has entered: field key → text, list of choices, or list of ticked values."""


@dataclass(frozen=True)
class Choice:
    """One option. `value` at most 75 characters, `text` is cut to 75 when drawn."""

    value: str
    text: str
    description: str = ""


@dataclass(frozen=True)
class Select:
    """A typeahead select answered from the directory.

    source: which list answers it (`external_orgs`, `channels`, …).
    many: how many may be chosen; 1 draws a single select.
    parent: key of the field whose choice this list depends on; a new parent value empties this field.
    redraws: whether choosing redraws the form (another field depends on this one).
    """

    key: str
    label: str
    source: str
    many: int = 1
    hint: str = ""
    placeholder: str = "Type a name or an id"
    optional: bool = False
    parent: str | None = None
    redraws: bool = False


@dataclass(frozen=True)
class Radio:
    """One of a few fixed choices."""

    key: str
    label: str
    choices: tuple[Choice, ...]
    initial: str
    redraws: bool = False


@dataclass(frozen=True)
class Text:
    """Free text, trimmed; lengths in characters."""

    key: str
    label: str
    multiline: bool = False
    min_length: int = 0
    max_length: int = 3000
    hint: str = ""
    placeholder: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Acknowledge:
    """A box that must be ticked before the form can go on."""

    key: str
    label: str
    statement: str
    detail: str = ""


@dataclass(frozen=True)
class Upload:
    """A list as a CSV file with those columns. kept: the list uploaded before, which a new one replaces."""

    key: str
    label: str
    columns: tuple[Column, ...]
    hint: str = ""
    kept: Table | None = None
    optional: bool = True


Field = Select | Radio | Text | Acknowledge | Upload


@dataclass(frozen=True)
class UploadedFile:
    """A file that somebody attached to a form: Slack's id of it, its name, its size in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class Said:
    """One target as a person named it. line: where it stands in the uploaded list; 0 when not from there."""

    text: str
    line: int = 0


@dataclass(frozen=True)
class Form:
    """The fields to draw for the values entered so far, under an introduction in full sentences."""

    title: str
    intro: tuple[str, ...]
    fields: tuple[Field, ...]

    def with_upload(self, columns: tuple[Column, ...], kept: Table | None) -> "Form":
        """The same form with a field for an uploaded list after the pasted one."""
        named = ", ".join(f"{column.name} ({column.meaning})" for column in columns)
        hint = f"UTF-8, with a header. Columns: {named}."
        upload = Upload(UPLOAD, "Or upload a CSV file", columns, hint, kept)
        at = next((at for at, field in enumerate(self.fields, 1) if field.key == PASTED), len(self.fields))
        return replace(self, fields=(*self.fields[:at], upload, *self.fields[at:]))


@dataclass(frozen=True)
class Entries:
    """Reads a form's values in the shapes an operation wants."""

    values: Values = field(default_factory=dict)

    def text(self, key: str) -> str:
        """The trimmed text of a field, empty when absent."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else ""

    def chosen(self, key: str) -> tuple[Choice, ...]:
        """The choices of a select, in the order chosen."""
        value = self.values.get(key)
        if not isinstance(value, list | tuple):
            return ()
        return tuple(
            Choice(str(entry["value"]), str(entry["text"])) for entry in value if isinstance(entry, Mapping)
        )

    def ids(self, key: str) -> tuple[str, ...]:
        """The values of a select's choices, each once."""
        return tuple(dict.fromkeys(choice.value for choice in self.chosen(key)))

    def one(self, key: str) -> str:
        """The single choice's value, empty when nothing is chosen."""
        ids = self.ids(key)
        return ids[0] if ids else ""

    def lines(self, key: str) -> tuple[str, ...]:
        """A pasted list: one entry per line or comma, trimmed, without empty ones, duplicates kept."""
        pieces = self.text(key).replace(",", "\n").splitlines()
        return tuple(piece.strip() for piece in pieces if piece.strip())

    def said(self, chosen: str, column: str) -> tuple[Said, ...]:
        """Every target named in any way: chosen, pasted, or in that column of the uploaded list."""
        typed = (*self.ids(chosen), *self.lines(PASTED))
        return (*map(Said, typed), *(Said(row.cell(column), row.line) for row in self.rows()))

    def named(self, chosen: str) -> bool:
        """Whether any target was named: chosen, pasted or uploaded."""
        return bool(self.ids(chosen) or self.lines(PASTED) or self.values.get(UPLOAD))

    def table(self) -> Table | None:
        """The uploaded list, once it was read."""
        value = self.values.get(UPLOAD)
        return Table.from_json(value) if isinstance(value, Mapping) else None

    def rows(self) -> tuple[Row, ...]:
        """The rows of the uploaded list."""
        table = self.table()
        return table.rows if table is not None else ()

    def ticked(self, key: str) -> bool:
        """Whether an acknowledgement was given."""
        return bool(self.values.get(key))
