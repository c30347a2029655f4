"""Shows how far a long measurement is, at which rate, and how long it will still take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from app.cli.progress import bars


class Steps:
    """The bars of one run."""

    def __init__(self, console: Console) -> None:
        self._progress = bars(console)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bars while the block runs."""
        with self._progress:
            yield

    @contextmanager
    def of(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar of so many steps; the block calls what it gets with the number of steps done so far."""
        task = self._progress.add_task(what, total=total)
        try:
            yield lambda done: self._progress.update(task, completed=done)
        finally:
            self._progress.remove_task(task)

    def say(self, text: str) -> None:
        """A line above the bars, which stays."""
        self._progress.console.print(text, highlight=False, markup=False, soft_wrap=True)
