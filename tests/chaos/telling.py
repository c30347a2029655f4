"""What whoever watches reads: progress with rate and time left, then the count."""

import time
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from tests.chaos.batches import Result
from tests.chaos.counting import NAMES
from tests.chaos.running import Tally

_MEANS = {
    "lost": "items lost",
    "repeated": "destructive calls repeated after a success",
    "stuck": "requests stuck",
    "cards": "cards that disagree with the database",
    "untrue": "outcomes that are not true",
}


class Teller:
    """Shows a run. rounds: how many there will be. evidence: where failing batches are kept."""

    def __init__(self, console: Console, rounds: int, evidence: Path) -> None:
        self._console, self._evidence, self._began = console, evidence, time.monotonic()
        self._progress = Progress(
            TextColumn("rounds"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[count]}"),
            console=console,
        )
        self._task = self._progress.add_task("rounds", total=rounds, rate="", count="")

    def __enter__(self) -> "Teller":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def batch_done(self, tally: Tally, result: Result) -> None:
        """One line per batch, and the bar goes on."""
        minutes = (time.monotonic() - self._began) / 60
        self._progress.update(
            self._task,
            completed=tally.rounds,
            rate=f"{tally.rounds / minutes:.0f} a minute",
            count=" ".join(str(getattr(tally.count, name)) for name in NAMES),
        )
        hit = ", ".join(disaster.what for disaster in result.batch.disasters)
        ended = ", ".join(f"{number} {state}" for state, number in result.outcomes.items())
        self._console.print(
            f"seed {result.batch.seed}  {result.ground}: {hit} → {ended} "
            f"({result.seconds:.0f} s, settled {result.settling:.0f} s after the last fault)",
            highlight=False,
            soft_wrap=True,
        )
        for finding in result.findings:
            self._console.print(f"  [bold red]✗[/] {finding}", highlight=False)

    def kept(self, folder: Path) -> None:
        """There lies the evidence."""
        self._console.print(f"  kept in {folder}", highlight=False, soft_wrap=True)

    def summary(self, tally: Tally) -> None:
        """The count, what was done to it, and the seeds that failed."""
        table = Table(title=f"{tally.rounds} rounds, {tally.items} items, {tally.batches} batches")
        table.add_column("counted")
        table.add_column("found", justify="right")
        for name in NAMES:
            table.add_row(_MEANS[name], str(getattr(tally.count, name)))
        self._console.print(table)
        for title, counted in (
            ("ended", tally.states),
            ("disasters", tally.disasters),
            ("faults of Slack", tally.faults),
            ("killed or stopped at", tally.hit),
        ):
            told = ", ".join(f"{name} {number}" for name, number in counted.most_common())
            self._console.print(f"{title}: {told or 'none'}", highlight=False)
        steps = {name for name in tally.passed if name.startswith("step:")}
        missed = sorted(steps - set(tally.hit))
        self._console.print(
            f"step boundaries passed: {len(steps)}, hit at: {len(steps) - len(missed)}", highlight=False
        )
        if missed:
            self._console.print(f"never hit at: {', '.join(missed)}", highlight=False)
        minutes = (time.monotonic() - self._began) / 60
        self._console.print(
            f"{minutes:.1f} minutes, {tally.rounds / minutes:.0f} rounds a minute", highlight=False
        )
        for seed, ground in tally.failing:
            self._console.print(f"[bold red]failing seed[/] {seed} on {ground}; kept in {self._evidence}")
