"""Every operation has its page, and the page says what the code does."""

import ast
import re
from pathlib import Path

import pytest

from app.model.table import read_table
from app.operations import OPERATIONS, Operation
from app.slack.errors import explain
from app.slack.methods import METHODS
from tests.unit.docs.pages import ROOT, quoted, read, rows, section

_TIERS = {1: "Tier 1", 20: "Tier 2", 50: "Tier 3", 100: "Tier 4"}
_ONE_FOR_ALL = {
    "not_found",
    "ambiguous",
    "duplicate",
    "too_many_items",
    "too_long",
    "incomplete_row",
    "held",
    "already",
}
_LIMITS = {3600: "1 hour later", 7200: "2 hours later", 86_400: "24 hours later"}


@pytest.fixture(params=list(OPERATIONS.values()), ids=list(OPERATIONS))
def operation(request: pytest.FixtureRequest) -> Operation:
    found: Operation = request.param
    return found


@pytest.fixture
def page(operation: Operation) -> str:
    return read(f"docs/operations/{operation.key}.md")


def arguments(path: Path, *names: str) -> set[str]:
    """The second argument of every call of one of those names, where it is plain text."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in names]
    seconds = [call.args[1] for call in named if len(call.args) > 1]
    return {str(second.value) for second in seconds if isinstance(second, ast.Constant)}


def folder(operation: Operation) -> Path:
    """Where its module is."""
    return ROOT / "app/operations" / operation.key.replace("-", "_")


def guarded(operation: Operation) -> set[str]:
    """The codes of the guardrail around channels everybody relies on, if the operation keeps to it."""
    if not any("guarded(" in path.read_text(encoding="utf-8") for path in folder(operation).glob("*.py")):
        return set()
    return arguments(ROOT / "app/operations/channels.py", "Problem") - _ONE_FOR_ALL


def test_there_is_a_page_for_each_operation_and_no_other() -> None:
    pages = {path.stem for path in (ROOT / "docs/operations").glob("*.md")}
    assert pages == set(OPERATIONS)


def test_the_readme_links_each_page(operation: Operation) -> None:
    assert f"(docs/operations/{operation.key}.md)" in read("README.md")


def test_it_names_command_methods_scopes_and_token(operation: Operation, page: str) -> None:
    told = set(quoted(page))
    assert page.startswith(f"# `/{operation.key}`")
    for method in operation.methods:
        assert method in told, method
        assert set(METHODS[method].scopes) <= told, method
    token = METHODS[operation.do.method].token
    row = next(row for row in rows(page) if row[0] == "Token and scope")
    assert row[1].startswith({"bot": "bot token", "user": "admin user token"}[token])


def test_it_gives_each_scope_to_the_right_token(operation: Operation, page: str) -> None:
    table = [row for row in rows(section(page, "What is called")) if row[0] in ("bot", "user")]
    told = {(row[0], scope) for row in table for scope in quoted(row[1])}
    needed = {
        (str(METHODS[method].token), scope)
        for method in operation.methods
        for scope in METHODS[method].scopes
    }
    assert told == needed


def test_it_names_the_rate(operation: Operation, page: str) -> None:
    per_minute = METHODS[operation.do.method].per_minute
    row = next(row for row in rows(page) if row[0] == "Rate")
    number = "one call" if per_minute == 1 else f"{per_minute} calls"
    assert row[1] == f"{_TIERS[per_minute]}: Slack promises {number} a minute"


def test_it_names_the_limits(operation: Operation, page: str) -> None:
    row = next(row for row in rows(page) if row[0].startswith("Most "))
    assert row[1].startswith(f"{operation.max_items:,}, unless")
    patience = operation.do.patience
    proof = section(page, "How it is proved")
    assert _LIMITS[int(patience.limit)] in proof
    assert f"for {int(patience.watched) // 60} minutes" in proof
    assert f"up to {int(patience.longest)} seconds" in proof


def test_it_says_whether_it_can_be_undone(operation: Operation, page: str) -> None:
    row = next(row for row in rows(page) if row[0] == "Undo")
    assert row[1].startswith("none") is (operation.undo is None)
    assert section(page, "Undo").strip().startswith("There is none.") is (operation.undo is None)


def test_it_lists_every_early_refusal_and_guardrail(operation: Operation, page: str) -> None:
    in_code = {code for path in folder(operation).glob("*.py") for code in arguments(path, "Problem")}
    early = {
        code for row in rows(section(page, "Refused before anybody is asked")) for code in quoted(row[0])
    }
    rails = {code for row in rows(section(page, "Guardrails")) for code in quoted(row[0])}
    undo = set(quoted(section(page, "Undo")))
    assert in_code <= early | rails | undo
    assert guarded(operation) <= rails
    assert early | rails <= in_code | guarded(operation) | _ONE_FOR_ALL


def test_the_operations_on_channels_keep_to_the_guardrail_around_them() -> None:
    keys = {key for key, operation in OPERATIONS.items() if guarded(operation)}
    assert keys == {"disconnect-channel", "set-channel-workspaces"}


def test_its_error_texts_are_the_catalogue_s(operation: Operation, page: str) -> None:
    table = rows(section(page, "Errors worth knowing"))
    assert len(table) >= 5
    for name, error_class, sentence, remedy in table:
        code, *method = quoted(name)
        error = explain(code, method[0] if method else operation.do.method)
        assert error.known, code
        assert (error_class, sentence, remedy) == (error.error_class, error.sentence, error.remedy), code


def test_it_has_all_its_parts(page: str) -> None:
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings == [
        "What happens to people",
        "The form",
        "The preview",
        "Refused before anybody is asked",
        "Guardrails",
        "What is called",
        "How it is proved",
        "Undo",
        "Errors worth knowing",
        "Test it safely",
    ]


def test_every_field_of_its_form_is_named(operation: Operation, page: str) -> None:
    labels = arguments(folder(operation) / "operation.py", "Select", "Text", "Radio", "Acknowledge")
    form = section(page, "The form")
    assert {label for label in labels if label not in form} == set()


def test_it_shows_a_list_that_can_be_uploaded(operation: Operation, page: str) -> None:
    part = section(page, "An uploaded list")
    (example,) = re.findall(r"^```csv\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    table = read_table(example.encode(), "example.csv", operation.columns, 10)
    assert {name for row in table.rows for name in row.cells} == {column.name for column in operation.columns}
    (row,) = [row for row in rows(section(page, "The form")) if row[0] == "Or upload a CSV file"]
    assert [name for name in quoted(row[1]) if name.isidentifier()] == [
        column.name for column in operation.columns
    ]
