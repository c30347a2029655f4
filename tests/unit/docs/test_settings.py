"""Every environment variable the app reads is in the README and in .env.example, and no other."""

import ast
import re
from itertools import pairwise
from pathlib import Path

from app.config import read_settings
from tests.unit.docs.pages import ROOT, read, rows, section

SECRETS = {"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_USER_TOKEN": "xoxp-1"}


def variables() -> set[str]:
    """Names looked up: first argument of `values.get`, second of a helper that takes `values`."""
    names = set()
    for call in (
        node for node in ast.walk(ast.parse(read("app/config/settings.py"))) if isinstance(node, ast.Call)
    ):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else next(iter(call.args), None)
        name = call.args[not isinstance(call.func, ast.Attribute) :][:1]
        if (
            isinstance(owner, ast.Name)
            and owner.id == "values"
            and name
            and isinstance(name[0], ast.Constant)
        ):
            names.add(str(name[0].value))
    return names


def example_lines() -> list[str]:
    return read(".env.example").splitlines()


def test_the_readme_lists_every_variable_once() -> None:
    table = rows(section(read("README.md"), "Configuration"))
    documented = [row[0].strip("`") for row in table]
    assert sorted(documented) == sorted(variables())
    assert all(row[2] for row in table), "each has its meaning"


def test_the_example_has_every_variable_once_with_a_comment() -> None:
    lines = example_lines()
    given = [line.split("=")[0] for line in lines if re.match(r"[A-Z]", line)]
    assert sorted(given) == sorted(variables())
    for before, line in pairwise(lines):
        if re.match(r"[A-Z]", line):
            assert before.startswith("# "), f"{line} needs a comment line"


def test_the_example_changes_no_default() -> None:
    example = read_settings(SECRETS, ROOT / ".env.example")
    assert example == read_settings(SECRETS, None)


def test_the_readme_names_the_defaults() -> None:
    settings = read_settings(SECRETS, None)
    defaults = {
        row[0].strip("`"): row[1].strip("`") for row in rows(section(read("README.md"), "Configuration"))
    }
    assert defaults["SLACK_API_URL"] == settings.slack_api_url
    assert defaults["DATABASE_URL"] == settings.database_url.reveal()
    assert Path(defaults["POLICY_FILE"]) == settings.policy_file
    assert (defaults["HOST"], int(defaults["PORT"])) == (settings.host, settings.port)
    assert defaults["LOG_LEVEL"] == settings.log_level
    assert float(defaults["SLACK_TIME_SCALE"]) == settings.time_scale
