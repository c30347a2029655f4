"""What a person has entered, in the shapes an operation wants."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.form import Choice, Entries

ACME = {"value": "T0ACME0001", "text": "Acme"}
BETA = {"value": "T0BETA0001", "text": "Beta"}


@pytest.mark.parametrize(("value", "told"), [("  a b ", "a b"), (None, ""), ([ACME], ""), (5, "")])
def test_a_text_is_trimmed_and_anything_else_is_none(value: Any, told: str) -> None:
    assert Entries({"reason": value}).text("reason") == told


def test_an_absent_field_reads_as_empty() -> None:
    nothing = Entries()
    assert (
        nothing.text("a"),
        nothing.chosen("a"),
        nothing.ids("a"),
        nothing.one("a"),
        nothing.lines("a"),
    ) == (
        "",
        (),
        (),
        "",
        (),
    )


@pytest.mark.parametrize(
    ("values", "ticked"), [({}, False), ({"a": []}, False), ({"a": None}, False), ({"a": ["yes"]}, True)]
)
def test_an_acknowledgement_is_given_or_not(values: Any, ticked: bool) -> None:
    assert Entries(values).ticked("a") is ticked


def test_choices_keep_their_order_and_ids_come_once() -> None:
    entries = Entries({"orgs": [BETA, ACME, BETA]})
    assert entries.chosen("orgs") == tuple(Choice(e["value"], e["text"]) for e in (BETA, ACME, BETA))
    assert entries.ids("orgs") == ("T0BETA0001", "T0ACME0001")
    assert entries.one("orgs") == "T0BETA0001"


@pytest.mark.parametrize("value", ["T0ACME0001", {"value": "x", "text": "y"}, ["yes"], 3])
def test_what_is_no_list_of_choices_chooses_nothing(value: Any) -> None:
    assert Entries({"orgs": value}).ids("orgs") == ()


@pytest.mark.parametrize(
    ("pasted", "lines"),
    [
        ("a\nb", ("a", "b")),
        ("a, b,,c", ("a", "b", "c")),
        (" a \r\n\n b ", ("a", "b")),
        ("a\na", ("a", "a")),
        (",\n ,", ()),
    ],
)
def test_a_pasted_list_is_one_entry_per_line_or_comma(pasted: str, lines: tuple[str, ...]) -> None:
    assert Entries({"pasted": pasted}).lines("pasted") == lines


@given(st.text())
def test_no_line_of_a_pasted_list_is_empty_or_untrimmed(pasted: str) -> None:
    assert all(line and line == line.strip() for line in Entries({"pasted": pasted}).lines("pasted"))
