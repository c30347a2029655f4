"""Writes the page of figures: a summary of all goals, then a section each with its table and its plot."""

from collections.abc import Mapping

from bench.frame.numbers import with_range
from bench.frame.report import Measured, Row

_INTRO = """# Benchmarks

Written by `make bench`; do not edit by hand. Every ratio was measured against its yardstick in the same run
on the same machine, the two taking turns, so that what disturbs one disturbs the other. Compare ratios
between machines, not figures. A cell shows the median of the rounds and, in brackets, the lowest and the
highest round.

All of it: `make bench` (under twenty minutes on two quiet cores). One section: `make bench
ARGS="--only ack"`; more rounds: `--rounds 9`; a quick try that writes nothing: `--quick`. Sections not run
keep their last figures.
"""

_MET = {True: "yes", False: "**no**", None: ""}


def page(sections: Mapping[str, Measured], plots: Mapping[str, str]) -> str:
    """The whole page. plots: the address of each section's picture, as seen from the page."""
    parts = [_INTRO, "## Goals\n", _goals(sections)]
    parts += [_section(key, found, plots.get(key)) for key, found in sections.items()]
    return "\n".join(parts)


def table(rows: tuple[Row, ...]) -> str:
    """A section's rows as a table."""
    lines = ["| what | Drawbridge | yardstick | ratio | goal | met |", "|---|---|---|---|---|---|"]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _goals(sections: Mapping[str, Measured]) -> str:
    rows = tuple(row for found in sections.values() for row in found.section.rows if row.goal is not None)
    missed = [row for row in rows if row.met is False]
    told = f"{len(rows) - len(missed)} of {len(rows)} goals are met.\n\n"
    return told + table(rows) + "\n"


def _section(key: str, found: Measured, plot: str | None) -> str:
    section = found.section
    parts = [f"## {section.title}\n", f"{section.how}\n", f"{table(section.rows)}\n"]
    if plot is not None:
        parts.append(f"![{section.title}: every round]({plot})\n")
    parts += [f"- {note}" for note in section.notes]
    parts += [""] if section.notes else []
    parts.append(f"Measured {found.at} in {found.seconds} s on {found.machine}; `--only {key}`.\n")
    return "\n".join(parts)


def _line(row: Row) -> str:
    ours = f"{with_range(row.figure)} {row.unit}".rstrip()
    other = row.held_against
    yardstick = "" if other is None else f"{with_range(other)} {row.unit}".rstrip() + f", {row.against}"
    ratio = "" if row.ratio is None else f"{with_range(row.ratio)} ×"
    goal = "" if row.goal is None else row.goal.told(row.unit)
    cells = (row.what, ours, yardstick, ratio, goal, _MET[row.met])
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
