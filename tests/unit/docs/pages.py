"""Reading the docs: files, sections, table rows, links."""

import os
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]

_BUILT = ("build", "htmlcov", "node_modules", "__pycache__")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def read(path: str) -> str:
    """The text of a file, by its path in the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def files(*patterns: str) -> list[Path]:
    """Files of ours that fit one of the patterns; nothing installed, cached or built."""
    return [path for path in _ours() if any(fnmatch(path.name, pattern) for pattern in patterns)]


@cache
def _ours() -> tuple[Path, ...]:
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = sorted(
            name for name in inside if name == ".ci" or (name[0] != "." and name not in _BUILT)
        )
        found += [Path(folder, name) for name in sorted(names)]
    return tuple(found)


def section(text: str, heading: str) -> str:
    """What stands under that heading, up to the next one of its level or higher."""
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert start is not None, f"there is no heading {heading!r}"
    end = re.compile(rf"^#{{1,{len(start[1])}}} ", re.MULTILINE).search(text, start.end())
    return text[start.end() : end.start() if end else len(text)]


def rows(text: str) -> list[list[str]]:
    """The rows of every table in the text, heads and rulers left out."""
    found = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        head = at + 1 < len(lines) and re.fullmatch(r"\|[-| :]+\|", lines[at + 1])
        if line.startswith("|") and not head and not re.fullmatch(r"\|[-| :]+\|", line):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def quoted(text: str) -> list[str]:
    """Everything between backticks, code blocks left out."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Targets of links, code left out."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
