"""Lists that are too long for a card, as CSV files for its thread.

Both follow from what the database holds and nothing else: drawn again, they are the same bytes.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from app.model.attachment import Attachment
from app.model.canonical import Json
from app.model.cells import table
from app.model.plan import Plan
from app.model.request import Request
from app.model.results import ItemState


class Attached(StrEnum):
    """Which list."""

    ITEMS = "items"  # what was asked for, with the facts the approval binds to
    RESULTS = "results"  # what became of each item


def attachment(what: Attached, request: Request, items: Iterable[ItemState] = ()) -> Attachment:
    """That list of that request. items: all of them, in order, for the results."""
    titles = {
        Attached.ITEMS: f"{request.id}: what was asked for",
        Attached.RESULTS: f"{request.id}: what became of each",
    }
    content = items_csv(request.plan) if what is Attached.ITEMS else results_csv(items)
    return Attachment(f"{request.id}-{what}.csv", titles[what], content)


def items_csv(plan: Plan) -> bytes:
    """Every item of a plan: its key and name, what the call needs, and the decision facts (`before …`)."""
    targets = _names(item.target for item in plan.items)
    facts = _names(item.facts for item in plan.items)
    header = ["number", "item", "label", *targets, *(f"before {name.replace('_', ' ')}" for name in facts)]
    return table(
        header,
        (
            [
                number,
                item.key,
                item.label,
                *(_cell(item.target.get(name)) for name in targets),
                *(_cell(item.facts.get(name)) for name in facts),
            ]
            for number, item in enumerate(plan.items, 1)
        ),
    )


def results_csv(items: Iterable[ItemState]) -> bytes:
    """Every item with its outcome, the code that stood in its way, and a sentence."""
    header = ["number", "item", "label", "outcome", "code", "detail"]
    return table(
        header,
        (
            [number, item.key, item.label, item.outcome.value if item.outcome else "", item.code, item.detail]
            for number, item in enumerate(items, 1)
        ),
    )


def _names(rows: Iterable[Mapping[str, Json]]) -> list[str]:
    return sorted({name for row in rows for name in row})


def _cell(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " ".join(_cell(entry) for entry in value)
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_cell(entry)}" for name, entry in sorted(value.items()))
    return "" if value is None else str(value)
