"""The progress of a long command: on a terminal with rate and time left, elsewhere nothing."""

import io

from rich.console import Console

from app.cli.progress import watched


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=120)
    assert list(watched("events", iter(range(40)), 40, console)) == list(range(40))
    return out.getvalue()


def test_on_a_terminal_it_tells_how_many_of_how_many() -> None:
    told = shown(terminal=True)
    assert "events" in told
    assert "40/40" in told


def test_where_nobody_looks_nothing_is_written() -> None:
    assert shown(terminal=False) == ""
