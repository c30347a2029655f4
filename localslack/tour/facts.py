"""The few facts of a story, read from local Slack's own state: before, after, and what was promised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localslack.tour.failures import promise

JSON = dict[str, Any]
Read = Callable[[JSON], str]


@dataclass
class Column:
    """One reading: its heading and each fact's value by label."""

    heading: str
    values: Mapping[str, str]


@dataclass
class Facts:
    """Facts by label, each with the function that reads it from the org's state. about: what they tell."""

    state: Callable[[], JSON]
    reads: Mapping[str, Read]
    about: str
    columns: list[Column] = field(default_factory=list)

    def take(self, heading: str) -> None:
        """Read all facts into a new column."""
        state = self.state()
        self.columns.append(Column(heading, {label: read(state) for label, read in self.reads.items()}))

    def take_promised(self, heading: str, changed: Mapping[str, str] | None = None) -> None:
        """Read again; what `changed` names must be so now, and everything else as it was. Raises
        Unfulfilled.
        """
        before = self.columns[-1].values
        wanted = {**before, **(changed or {})}
        self.take(heading)
        for label, value in self.columns[-1].values.items():
            was = f" (it was {before[label]})" if before[label] != value else ""
            sentence = f"{heading}: {label} should be {wanted[label]}, but local Slack has {value}{was}."
            promise(value == wanted[label], sentence)
