"""The table of scopes is the manifest's: each with its token and what needs it."""

from app.manifest import APP_SCOPES, EVENTS, scopes
from app.slack.methods import METHODS, Token
from tests.unit.docs.pages import quoted, read, rows, section


def test_the_set_up_page_lists_the_scopes_and_their_reasons() -> None:
    table = rows(section(read("docs/setup.md"), "Scopes"))
    told = {(row[0], scope): row[2] for row in table for scope in quoted(row[1])}
    needed = {(str(token), scope): uses for token in Token for scope, uses in scopes(token).items()}
    assert set(told) == set(needed)
    for key, uses in needed.items():
        missing = [use for use in uses if use in METHODS and use not in quoted(told[key])]
        assert missing == [] or key[1] in APP_SCOPES, key


def test_the_set_up_page_names_the_events() -> None:
    assert set(EVENTS) <= set(quoted(section(read("docs/setup.md"), "Scopes")))
