"""``python -m localslack.tour``: exit code 0 when every story went as promised, 1 when not."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from localslack.tour.interrupting import interruptible
from localslack.tour.performance import perform
from localslack.tour.stage import Stage
from localslack.tour.stories import STORIES

PACE = 0.15
"""Seconds between two things shown in a terminal: the whole tour stays well below a minute."""

_WIDEST = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the tour; answers the exit code."""
    options = _options(arguments)
    console = _console()
    default = PACE if console.is_terminal else 0.0
    pace = 0.0 if options.fast else default if options.pace is None else options.pace
    interruptible()
    return perform(Stage(console, pace), [options.story] if options.story else list(STORIES), options.fault)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m localslack.tour",
        description="Plays one full story per operation: the real app, against local Slack, in the terminal.",
    )
    parser.add_argument("--story", type=int, choices=STORIES, help="only this one")
    rests = f"seconds to rest after each thing shown (in a terminal {PACE:g}, else none)"
    parser.add_argument("--pace", type=float, metavar="SECONDS", help=rests)
    parser.add_argument("--fast", action="store_true", help="no rests")
    parser.add_argument("--fault", metavar="METHOD", help="let local Slack refuse this Web API method")
    return parser.parse_args(arguments)


def _console() -> Console:
    """The terminal, at most so wide that lines stay readable."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # where there are no emoji, a question mark
    console = Console(highlight=False, emoji=False, markup=False)
    console.width = min(console.width, _WIDEST)
    return console


if __name__ == "__main__":
    sys.exit(main())
