"""Shows on a terminal how far a long command is, at which rate, and how long it will still take."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

T = TypeVar("T")


class _Rate(ProgressColumn):
    """Steps a second, or seconds a step when they are long."""

    def render(self, task: Task) -> Text:
        """The rate of the last while."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:,.0f}/s" if speed >= 1 else f"{1 / speed:,.1f} s each")


def bars(console: Console) -> Progress:
    """Bars with the count, the rate, the time so far and the time left; nothing where nobody looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def watched(what: str, things: Iterable[T], total: int, console: Console | None = None) -> Iterator[T]:
    """The same things, with a bar on standard error while they are taken one by one."""
    with bars(console or Console(stderr=True)) as progress:
        yield from progress.track(things, total=total, description=what)
