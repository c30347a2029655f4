"""``python -m bench``: measure, print a table, and write docs/benchmarks.md with its plots.

Each section is measured and written on its own: one that fails is told and leaves its last figures, the
others go on, and a run that is broken off keeps what it has.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench.contents import SECTIONS
from bench.frame import machine
from bench.frame.keeping import PAGE, kept, write
from bench.frame.numbers import with_range
from bench.frame.progress import Steps
from bench.frame.report import Measured, Section
from bench.frame.run import Run
from tests.support.running import ROOT

DOCS = ROOT / "docs"


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for; 0 when every section could be measured."""
    options = _options(arguments)
    console = Console()
    failed = _measured(options, console)
    told = "A quick try: tiny sizes, nothing written." if options.quick else f"Written: docs/{PAGE}"
    console.print(told, highlight=False)
    for key in failed:
        console.print(f"{key} could not be measured; see above.", style="red", highlight=False)
    return int(bool(failed))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", help=f"sections, with commas: {', '.join(SECTIONS)}")
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is taken (5)")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes, to see that it runs; writes nothing"
    )
    options = parser.parse_args(arguments)
    options.sections = options.only.split(",") if options.only else list(SECTIONS)
    unknown = [key for key in options.sections if key not in SECTIONS]
    if unknown or options.rounds < 1:
        parser.error(f"no such section: {', '.join(unknown)}" if unknown else "--rounds: at least 1")
    return options


def _measured(options: argparse.Namespace, console: Console) -> list[str]:
    """Measure and write each section; answers the names of those that could not be measured."""
    failed = []
    steps = Steps(console)
    with tempfile.TemporaryDirectory(prefix="drawbridge-bench-") as folder, steps.shown():
        run = Run(Path(folder), steps, options.rounds, options.quick)
        try:
            for key in options.sections:
                try:
                    measured = _section(run, key)
                except Exception:  # noqa: BLE001  (told in full; the other sections do not depend on it)
                    steps.say(traceback.format_exc())
                    failed.append(key)
                    continue
                if measured is not None:
                    steps.say(_told(measured.section))
                    if not options.quick:
                        write(kept(DOCS) | {key: measured}, SECTIONS, DOCS)
        finally:
            run.end()
    return failed


def _section(run: Run, key: str) -> Measured | None:
    at, began = datetime.now(UTC).strftime("%Y-%m-%d"), time.monotonic()
    section = SECTIONS[key](run)
    if section is None:
        return None
    return Measured(section, at, round(time.monotonic() - began), machine.described())


def _told(section: Section) -> str:
    """The section's table for the terminal."""
    lines = [section.title]
    for row in section.rows:
        other = f"   {row.against} {with_range(row.held_against)}" if row.held_against else ""
        ratio = f"   {with_range(row.ratio)} ×" if row.ratio else ""
        goal = f"   goal {row.goal.told(row.unit)}: {'met' if row.met else 'MISSED'}" if row.goal else ""
        lines.append(f"  {row.what}: {with_range(row.figure)} {row.unit}{other}{ratio}{goal}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
