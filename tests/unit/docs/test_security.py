"""The threat model names a test for each control, and every one of them is there."""

import ast
import re
from functools import cache

from app.manifest import scopes
from app.slack.methods import Token
from tests.unit.docs.pages import ROOT, quoted, read, rows, section

PAGE = read("docs/security.md")
NIST = {"AC-3(2)", "AC-5", "AC-6", "AU-9", "AU-10", "CM-3(1)", "CM-5"}


@cache
def named_in(file: str) -> frozenset[str]:
    """Names of the test functions and test classes of a file, by its path below `tests/`."""
    tree = ast.parse(read(f"tests/{file}"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return frozenset(node.name for node in found if node.name.lower().startswith("test"))


def proofs(row: list[str]) -> list[str]:
    """The tests named in the last column."""
    return quoted(row[-1])


def proved() -> list[list[str]]:
    """Every row that claims a control."""
    return [
        *rows(section(PAGE, "Threats, controls, tests")),
        *rows(section(PAGE, "NIST SP 800-53")),
    ]


def test_every_control_names_tests_that_are_there() -> None:
    assert len(proved()) > 40
    for row in proved():
        assert proofs(row), row[0]
        for name in proofs(row):
            file, _, test = name.partition("::")
            assert (ROOT / "tests" / file).is_file(), name
            assert test in named_in(file), name


def test_no_control_is_proved_by_prose() -> None:
    for row in proved():
        assert re.sub(r"`[^`]*`", "", row[-1]).strip() == "", row[0]


def test_every_control_that_auditors_of_changes_ask_for_is_answered() -> None:
    assert {row[0] for row in rows(section(PAGE, "NIST SP 800-53"))} == NIST


def test_what_is_said_to_be_left_out_of_the_scopes_is() -> None:
    bot, admin = scopes(Token.BOT), scopes(Token.USER)
    assert not [scope for scope in (*bot, *admin) if scope.startswith("admin.apps") or "history" in scope]
    assert "chat:write.public" not in bot and not [scope for scope in bot if scope.startswith("admin.")]
    assert not [scope for scope in admin if scope.startswith("chat:")]


def test_whoever_reads_about_it_finds_it() -> None:
    for page in ("README.md", "SECURITY.md", "docs/evidence.md"):
        assert re.search(r"\]\((docs/)?security\.md", read(page)), page
