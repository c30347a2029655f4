"""Targets that cannot be part of a request: those to look at first, and how many there are of each kind."""

from collections import defaultdict
from collections.abc import Sequence

from app.messages.text import Block, clean, quoted
from app.model.preview import Kind, Problem, ranked

_SHOWN = 20
_LINES = 30  # line numbers of a kind


def problem_blocks(problems: Sequence[Problem], ready: int) -> list[Block]:
    """What is left out and why. ready: how many targets are left to request."""
    if not problems:
        return []
    lead = "Left out of the request:" if ready else "Nothing can be requested like this:"
    lines = [f"• {_one_line(problem.told)}" for problem in ranked(problems)[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"… and {len(problems) - _SHOWN:,} more")
    blocks = [quoted("\n".join([lead, *lines]))]
    if len(problems) > _SHOWN or any(problem.line for problem in problems):
        blocks.append(quoted("\n".join([f"Ready: {ready:,}", *kind_lines(problems)])))
    return blocks


def kind_lines(problems: Sequence[Problem]) -> list[str]:
    """`Not found: 12, in lines 3, 9, 17 …`, one line for each kind there is."""
    found: dict[Kind, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.kind].append(problem)
    return [f"{kind.capitalize()}: {len(found[kind]):,}{_where(found[kind])}" for kind in Kind if found[kind]]


def _where(problems: Sequence[Problem]) -> str:
    lines = sorted({problem.line for problem in problems if problem.line})
    if not lines:
        return ""
    rest = f" and {len(lines) - _LINES:,} more" if len(lines) > _LINES else ""
    return (
        f", in line{'s' if len(lines) > 1 else ''} {', '.join(f'{line:,}' for line in lines[:_LINES])}{rest}"
    )


def _one_line(text: str) -> str:
    return clean(text).replace("\n", " ")
