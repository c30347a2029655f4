"""A plan is named by its hash, and any change makes it another plan."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.model.plan import Item, Plan
from tests.unit.given import item, plan

WORDS = st.text(min_size=1, max_size=12)
FACTS = st.dictionaries(
    WORDS, st.none() | st.booleans() | st.integers() | st.text() | st.lists(WORDS), max_size=4
)
ITEMS = st.builds(Item, WORDS, st.text(), FACTS, FACTS, st.lists(WORDS, max_size=3).map(tuple))
PLANS = st.builds(Plan, WORDS, WORDS, FACTS, st.lists(ITEMS, max_size=4).map(tuple), st.none() | WORDS)
CHANGES = st.one_of(
    st.fixed_dictionaries({"enterprise_id": WORDS}),
    st.fixed_dictionaries({"operation": WORDS}),
    st.fixed_dictionaries({"arguments": FACTS}),
    st.fixed_dictionaries({"undo_of": st.none() | WORDS}),
    st.fixed_dictionaries({"items": st.lists(ITEMS, max_size=4).map(tuple)}),
)


@given(PLANS)
def test_a_stored_plan_comes_back_with_its_hash(given_plan: Plan) -> None:
    found = Plan.from_json(json.loads(given_plan.canonical()))
    assert (found, found.hash) == (given_plan, given_plan.hash)


@given(PLANS, CHANGES)
def test_any_change_changes_the_hash(given_plan: Plan, changes: dict[str, Any]) -> None:
    changed = replace(given_plan, **changes)
    assume(changed.as_json() != given_plan.as_json())
    assert changed.hash != given_plan.hash


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "T0OTHER001"},
        {"label": "Acme Inc"},
        {"target": {"team": "T0OTHER001"}},
        {"facts": {"status": "BLOCKED"}},
        {"holds": ("org:T0OTHER001",)},
        {"holds": ()},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_change_inside_an_item_changes_the_hash(changes: dict[str, Any]) -> None:
    assert plan(item(**changes)).hash != plan(item()).hash


def test_the_order_of_items_is_part_of_the_plan() -> None:
    one, other = item("T0ACME0001"), item("T0BETA0001")
    assert plan(one, other).hash != plan(other, one).hash


def test_the_hash_does_not_change_between_versions() -> None:
    """Open requests survive an upgrade only while the same plan has the same hash."""
    assert plan().hash == "a841cf4c9203c2b5fd287f9aefeb2d0786c2348b8dc1195314f250ac1d245c89"


def test_a_fingerprint_covers_the_facts_and_nothing_else() -> None:
    assert item(label="Acme Inc", holds=()).fingerprint == item().fingerprint
    assert item(facts={"status": "BLOCKED"}).fingerprint != item().fingerprint


def test_an_item_is_found_by_its_key() -> None:
    wanted = item("T0BETA0001")
    assert plan(item(), wanted).item("T0BETA0001") is wanted
    with pytest.raises(KeyError):
        plan().item("T0BETA0001")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#lobby is in T0HQ000001, T0LAB00001.", "#lobby is in HQ (T0HQ000001), T0LAB00001."),
        ("T0HQ0000012 and xT0HQ000001", "T0HQ0000012 and xT0HQ000001"),
        ("nothing", "nothing"),
    ],
)
def test_ids_are_told_with_the_names_the_plan_knows(text: str, told: str) -> None:
    names = {"T0HQ000001": "HQ", "T0LAB00001": ""}
    assert plan(arguments={"names": names}).with_names(text) == told
    assert plan(arguments={}).with_names(text) == text


def test_each_hold_counts_once_in_order() -> None:
    shared = ("channel:C0CHAN0001", "org:T0ACME0001")
    found = plan(item(holds=shared), item("T0BETA0001", holds=(*shared, "org:T0BETA0001"))).holds()
    assert found == (*shared, "org:T0BETA0001")
