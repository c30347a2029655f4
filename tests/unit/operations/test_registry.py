"""Adding an operation is one module, one line, one page. These hold for every operation there is."""

from collections import Counter
from pathlib import Path

import pytest

from app.model.canonical import Json
from app.model.form import Acknowledge, Choice, Entries, Field, Radio, Select
from app.operations import OPERATIONS, Operation
from app.operations.contract import Move
from app.slack.directory.refresh import KINDS
from app.slack.errors import catalogued_codes
from app.slack.methods import METHODS
from tests.unit.given import item, plan, rules

PAGES = Path(__file__).parents[3] / "docs/operations"
EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
CHOSEN = [{"value": "T0HQ000001", "text": "HQ"}]
FILLED = Entries(dict.fromkeys(("channel", "workspace", "orgs", "users", "channels"), CHOSEN))

WIDE: dict[str, Json] = {"reach": {"org_wide": True, "workspaces": []}}
NARROW: dict[str, Json] = {"reach": {"org_wide": False, "workspaces": ["T0HQ000001"]}}


def moves(operation: Operation) -> list[Move]:
    return [move for move in (operation.do, operation.undo) if move is not None]


def forms(operation: Operation) -> list[list[Field]]:
    scopes = [Entries({"scope": scope}) for scope in ("change", "single", "org_wide")]
    return [list(operation.form(entries, rules()).fields) for entries in (Entries(), FILLED, *scopes)]


def test_keys_and_titles_are_unique() -> None:
    titles = Counter(operation.title for operation in OPERATIONS.values())
    assert set(titles.values()) == {1}
    assert [operation.key for operation in OPERATIONS.values()] == list(OPERATIONS)


@EVERY
def test_names_fit_where_slack_shows_them(operation: Operation) -> None:
    assert len(f"/12345678{operation.key}") <= 32 + 8
    assert len(f"/{operation.key}") <= 32
    assert operation.key == operation.key.lower()
    assert 0 < len(operation.title) <= 24
    assert 0 < len(operation.summary) <= 2000
    assert 0 < len(operation.usage) <= 1000
    assert all(operation.noun)
    assert operation.max_items >= 1


@EVERY
def test_every_method_is_known_with_its_scopes_and_its_errors(operation: Operation) -> None:
    assert set(operation.methods) <= set(METHODS)
    for move in moves(operation):
        assert METHODS[move.method].scopes
        assert METHODS[move.method].per_minute > 0
        assert operation.methods.index(move.method) < len(moves(operation))
    assert any(METHODS[method].scopes for method in operation.reads)
    assert catalogued_codes()


@EVERY
def test_its_selects_are_answered_from_lists_there_are(operation: Operation) -> None:
    assert set(operation.sources) <= set(KINDS)
    for fields in forms(operation):
        sources = {field.source for field in fields if isinstance(field, Select)}
        assert sources <= {*operation.sources, "offered"}


@EVERY
def test_its_form_is_drawable(operation: Operation) -> None:
    for fields in forms(operation):
        keys = [field.key for field in fields]
        assert len(keys) == len(set(keys))
        assert not {"reason", "ticket"} & set(keys)
        assert all(key.isidentifier() for key in keys)
        for field in fields:
            assert 0 < len(field.label) <= 2000
            if isinstance(field, Select):
                assert len(field.placeholder) <= 150
                assert field.many >= 1
                assert field.parent is None or field.parent in keys
            if isinstance(field, Radio):
                values = [choice.value for choice in field.choices]
                assert field.initial in values
                assert len(values) == len(set(values)) <= 10
            if isinstance(field, Acknowledge):
                assert len(field.statement) <= 150
                assert len(field.detail) <= 150


@EVERY
def test_a_field_that_depends_on_another_makes_that_one_redraw(operation: Operation) -> None:
    for fields in forms(operation):
        parents = {field.parent for field in fields if isinstance(field, Select) and field.parent}
        redrawing = {field.key for field in fields if isinstance(field, Select | Radio) and field.redraws}
        assert parents <= redrawing


@EVERY
def test_an_empty_form_is_refused_at_a_field_it_has(operation: Operation) -> None:
    wrong = operation.missing(Entries())
    assert wrong
    assert set(wrong) <= {field.key for field in forms(operation)[0]}
    assert all(sentence.endswith(".") for sentence in wrong.values())


@EVERY
def test_its_policy_decides_how_many_can_be_chosen(operation: Operation) -> None:
    fields = operation.form(FILLED, rules(max_items=3)).fields
    assert any(isinstance(field, Select) and field.many == 3 for field in fields)


@EVERY
def test_its_targets_can_be_uploaded(operation: Operation) -> None:
    names = [column.name for column in operation.columns]
    assert len(names) == len(set(names))
    assert not operation.columns[0].optional
    for column in operation.columns:
        assert column.name == column.name.casefold()
        assert column.name.isidentifier()
        assert column.meaning
        assert column.example


@EVERY
def test_a_list_alone_is_enough(operation: Operation) -> None:
    uploaded = Entries({"upload": ["F0LIST0001"], "exported": ["yes"]})
    assert operation.missing(uploaded) == {}


@EVERY
def test_its_duration_grows_with_its_calls(operation: Operation) -> None:
    for move in moves(operation):
        assert move.seconds(1) == 0
        assert move.seconds(10_000) > move.seconds(1_000) > 0
        calls = -(-1_000 // move.per_call) - 1
        assert move.seconds(1_000) >= calls * 60 / METHODS[move.method].per_minute


@EVERY
def test_its_patience_grows_and_ends(operation: Operation) -> None:
    for move in moves(operation):
        patience = move.patience
        assert 0 < patience.first <= patience.longest <= patience.watched <= patience.limit
        assert 0 < patience.settle <= patience.watched


@EVERY
def test_what_can_be_undone_has_a_way_back_and_nothing_else_has(operation: Operation) -> None:
    info = operation.info()
    assert info.reversible == (operation.undo is not None)
    assert info.method == operation.do.method
    back = plan(undo_of="R7K3QF2WXA", operation=operation.key)
    if operation.undo is None:
        with pytest.raises(ValueError, match="cannot be undone"):
            operation.move(back)
        with pytest.raises(ValueError, match="cannot be undone"):
            operation.plan_undo(None, None)  # type: ignore[arg-type]
    else:
        assert operation.move(back) is operation.undo
        assert operation.info(back).method == operation.undo.method
    assert operation.move(plan()) is operation.do


@EVERY
def test_what_cannot_be_undone_asks_for_a_typed_confirmation(operation: Operation) -> None:
    target = {"name": "deals", "channel": "C0DEALS001", "leaving": "T0ACME0001"}
    one = plan().items[0]
    found = operation.confirmation(plan(type(one)("k", "Acme", target, {"domain": "acme"}, ())))
    assert bool(found) != operation.info().reversible


@EVERY
def test_it_has_a_page_for_people(operation: Operation) -> None:
    page = PAGES / f"{operation.key}.md"
    assert page.is_file()
    text = page.read_text(encoding="utf-8")
    assert f"/{operation.key}" in text
    assert operation.do.method in text


def test_a_choice_fits_an_option() -> None:
    for operation in OPERATIONS.values():
        for fields in forms(operation):
            choices: list[Choice] = [c for field in fields if isinstance(field, Radio) for c in field.choices]
            assert all(len(choice.value) <= 75 and len(choice.text) <= 75 for choice in choices)


@EVERY
def test_only_what_merely_cuts_off_is_containment(operation: Operation) -> None:
    assert operation.containment == (operation.key in {"disconnect-org", "disconnect-channel"})


@pytest.mark.parametrize(
    ("key", "facts", "target", "traits"),
    [
        ("disconnect-org", {"private_channels": 2}, {}, {"private_channel"}),
        ("disconnect-org", {"private_channels": 0}, {}, set()),
        ("disconnect-channel", {"private": True}, {}, {"private_channel"}),
        ("disconnect-channel", {"private": False}, {}, set()),
        (
            "set-channel-workspaces",
            {"private": True, "org_wide": False},
            WIDE,
            {"org_wide", "private_channel"},
        ),
        ("set-channel-workspaces", {"private": False, "org_wide": True}, WIDE, set()),
        ("set-channel-workspaces", {"private": False, "org_wide": True}, NARROW, set()),
        ("remove-policy-users", {"role": "owner"}, {}, {"privileged_user"}),
        ("remove-policy-users", {"role": "admin"}, {}, {"privileged_user"}),
        ("remove-policy-users", {"role": "guest"}, {}, {"guest"}),
        ("remove-policy-users", {"role": "member"}, {}, set()),
        ("disable-usergroup", {"handle": "ops"}, {}, set()),
    ],
)
def test_what_is_special_about_an_item_is_read_from_its_facts(
    key: str, facts: dict[str, Json], target: dict[str, Json], traits: set[str]
) -> None:
    operation = OPERATIONS[key]
    found = operation.shape(
        plan(item(facts=facts, target=target), item("T0OTHER001", facts={}, target=NARROW))
    )
    assert (found.items, set(found.traits)) == (2, traits)
    assert traits <= operation.terms.traits
    assert all(words.startswith("1 ") for words in found.traits.values())
