"""The policy's keys are documented, and the example is a policy."""

import tomllib

from app.config import parse_policy, policy_file
from app.operations import OPERATIONS, TERMS
from app.operations.traits import Trait
from tests.unit.docs.pages import quoted, read, rows, section

MAX_ITEMS = {key: operation.max_items for key, operation in OPERATIONS.items()}
KEYS = {"admin_channel", "break_glass", *policy_file._KEYS}


def test_the_example_parses() -> None:
    book = parse_policy(read("policy.example.toml"), TERMS)
    assert book.orgs == {}
    assert set(book.default.operations) == set(OPERATIONS)


def test_the_example_is_sensible() -> None:
    operations = parse_policy(read("policy.example.toml"), TERMS).default.operations
    for rules in operations.values():
        assert rules.requesters and rules.approvers
        assert rules.ticket_fits("SEC-123") and not rules.ticket_fits("please")
        assert set(rules.requesters) != set(rules.approvers)
    assert operations["disconnect-org"].approvals == 2


def test_the_example_shows_every_key_and_operation() -> None:
    data = tomllib.loads(read("policy.example.toml"))
    tables = data.pop("operations")
    shown = set(data).union(*tables.values())
    assert shown == KEYS
    assert set(tables) == set(OPERATIONS)


def test_the_set_up_page_explains_every_key_once() -> None:
    table = rows(section(read("docs/setup.md"), "8 The policy file"))
    explained = [row[0].strip("`") for row in table if row[0].strip("`") in KEYS]
    assert sorted(explained) == sorted(KEYS)


def test_the_set_up_page_names_the_defaults_of_max_items() -> None:
    table = rows(section(read("docs/setup.md"), "8 The policy file"))
    told = next(row[1] for row in table if row[0] == "`max_items`")
    for key, limit in MAX_ITEMS.items():
        assert f"{limit} for `{key}`" in told or (limit == 1000 and "1000 for the others" in told)


def test_the_set_up_page_explains_every_condition_and_whose_it_is() -> None:
    table = rows(section(read("docs/setup.md"), "8 The policy file"))
    told = {
        row[0].strip('`"'): set(quoted(row[2])) for row in table if row[0].startswith('`"') and len(row) == 3
    }
    for trait in Trait:
        assert told[trait] == {key for key, operation in OPERATIONS.items() if trait in operation.traits}
