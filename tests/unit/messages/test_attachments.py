"""The lists that go with a card: everything in them, the same bytes each time, nothing a spreadsheet runs."""

import csv
import io

import pytest

from app.messages.attachments import Attached, attachment, items_csv
from app.model.lifecycle import Outcome, State
from tests.unit.given import HOSTILE, item, plan, record


def rows(content: bytes) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_item_is_there_with_its_facts() -> None:
    first = item(facts={"status": "CONNECTED", "members": ["W1", "W2"], "private": True, "home": None})
    second = item("T0BETA0001", "Beta", facts={"status": "INVITED", "limits": {"b": 2, "a": 1}})
    acme, beta = rows(items_csv(plan(first, second)))
    assert (acme["number"], acme["item"], acme["label"], acme["team"]) == (
        "1",
        "T0ACME0001",
        "Acme",
        "T0ACME0001",
    )
    assert (acme["before status"], acme["before members"], acme["before private"]) == (
        "CONNECTED",
        "W1 W2",
        "yes",
    )
    assert (acme["before home"], acme["before limits"]) == ("", "")
    assert (beta["before status"], beta["before limits"], beta["before members"]) == (
        "INVITED",
        "a=1 b=2",
        "",
    )


def test_results_tell_outcome_and_what_stood_in_the_way() -> None:
    found = record(State.PARTIAL, (Outcome.VERIFIED, Outcome.FAILED, None))
    made = attachment(Attached.RESULTS, found.request, found.results.worst)
    assert made.filename == "R7K3QF2WXA-results.csv"
    assert [row["outcome"] for row in rows(made.content)] == ["failed", "", "verified"]


def test_the_same_plan_gives_the_same_bytes() -> None:
    def made() -> bytes:
        return items_csv(plan(item(), item("T0BETA0001", "Beta")))

    assert made() == made()


@pytest.mark.parametrize("name", [*HOSTILE.values(), "=1+1", "@SUM(A1)", "-2+3", "+1", "\t=1", 'a,"b"\n=c'])
def test_no_name_is_a_formula_or_breaks_out_of_its_cell(name: str) -> None:
    (row,) = rows(items_csv(plan(item(label=name))))
    assert row["item"] == "T0ACME0001"
    assert row["label"] in (name, f"'{name}")
    assert not row["label"].startswith(("=", "+", "-", "@", "\t", "\r"))
