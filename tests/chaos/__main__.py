"""`python -m tests.chaos`: so many rounds from a seed on, on every kind of site, and then the count."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from localslack.tour.failures import Interrupted
from localslack.tour.interrupting import interruptible
from tests.chaos.plans import aimed, boundaries
from tests.chaos.running import Run, Running
from tests.chaos.site import GROUNDS
from tests.chaos.telling import Teller


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 when nothing was lost, 1 otherwise."""
    options = _options(arguments)
    grounds = [ground for ground in GROUNDS if options.only is None or options.only in ground.name]
    if not grounds:
        known = "; ".join(ground.name for ground in GROUNDS)
        print(f"--only {options.only}: no such site. There are: {known}", file=sys.stderr)  # noqa: T201
        return 2
    evidence = Path(options.evidence or tempfile.mkdtemp(prefix="drawbridge-chaos-evidence-"))
    aims = [aim for aim in boundaries() for _ in grounds] if options.boundaries else []
    rounds = sum(len(aimed(0, aim).rounds) for aim in aims) or options.rounds
    teller = Teller(Console(emoji=False), rounds, evidence)
    running = Running(Run(options.seed, rounds, tuple(grounds), evidence, tuple(aims)), teller)
    interruptible()
    try:
        with teller:
            running.run()
    except Interrupted as interrupted:
        running.give_up()
        return interrupted.code
    finally:
        teller.summary(running.tally)
    return 0 if running.tally.count.clean and running.tally.rounds == rounds else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description="Break everything at random while requests are carried out; count what was lost.",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the first batch; the next has the next one")
    parser.add_argument("--rounds", type=int, default=100, help="how many requests (default: 100)")
    parser.add_argument(
        "--boundaries", action="store_true", help="die once at each boundary of a step, on every kind of site"
    )
    parser.add_argument("--only", help="part of a site's name, such as SQLite")
    parser.add_argument("--evidence", help="where failing batches leave database, calls and logs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
