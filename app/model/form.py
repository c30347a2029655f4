"""What a form asks, as data. Operations declare it; `app.messages` draws it; listeners read it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.model.canonical import Json

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


Field = Select | Radio | Text | Acknowledge


@dataclass(frozen=True)
class Form:
    """The fields to draw for the values entered so far, under an introduction in full sentences."""

    title: str
    intro: tuple[str, ...]
    fields: tuple[Field, ...]


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

    def ticked(self, key: str) -> bool:
        """Whether an acknowledgement was given."""
        return bool(self.values.get(key))
