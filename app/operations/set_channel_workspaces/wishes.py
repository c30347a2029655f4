"""Which channels were named, by choice, pasted or uploaded, and what is wished for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.model.form import Entries, Said
from app.model.preview import Problem
from app.model.table import Row
from app.operations.set_channel_workspaces.change import Change
from app.slack.directory import Workspace


@dataclass(frozen=True)
class Wish:
    """One channel as it was named, and the change that is wished for it."""

    said: Said
    change: Change


def wishes(
    entries: Entries, form: Change, workspaces: Sequence[Workspace]
) -> tuple[list[Wish], list[Problem]]:
    """Every wish, and a problem for each row of the uploaded list that makes none.

    form: what the form asks for, by ids. A row without workspaces of its own takes that.
    """
    typed = [said for said in entries.said("channels", "channel") if not said.line]
    found, problems = [Wish(said, form) for said in typed], []
    known: dict[Change | None, tuple[Change, list[Problem]]] = {None: (form, _nothing(form))}
    for row in entries.rows():
        asked = Change.of_row(row)
        if asked not in known and asked is not None:
            known[asked] = asked.resolved(workspaces)
        change, wrong = known[asked]
        wrong = wrong or _both(row, change)
        problems += [replace(problem, line=row.line) for problem in wrong]
        found += [] if wrong else [Wish(Said(row.cell("channel"), row.line), change)]
    return found, problems


def _nothing(form: Change) -> list[Problem]:
    if form.scope != "change" or form.add | form.remove:
        return []
    return [Problem("", "nothing_asked", "Neither this line nor the form says what to change.")]


def _both(row: Row, change: Change) -> list[Problem]:
    if not change.add & change.remove:
        return []
    return [
        Problem(row.cell("channel"), "added_and_removed", "A workspace cannot be both added and removed.")
    ]
