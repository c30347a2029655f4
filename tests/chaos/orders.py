"""What the parent tells a replica to do to itself, through one small file; shared by both sides."""

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

ORDERS = "CHAOS_ORDERS"
"""Environment variable: the file with a replica's orders. What it did is beside it, under other suffixes."""


@dataclass(frozen=True)
class Orders:
    """crash: a pattern of boundaries; at the `count`-th that fits the process kills itself, or stops itself
    until somebody lets it go on.

    clock: seconds its clock is ahead. full: its database has no space left.
    """

    crash: str = ""
    count: int = 1
    stop: bool = False
    clock: float = 0.0
    full: bool = False

    def fits(self, boundary: str) -> bool:
        """Whether the process is to die at such a boundary."""
        return bool(self.crash) and re.search(self.crash, boundary) is not None


def give(path: Path, orders: Orders) -> None:
    """Write the orders, all at once; of several at the same moment the last one holds."""
    draft = path.with_suffix(f".{threading.get_ident()}")
    draft.write_text(json.dumps(asdict(orders)), encoding="utf-8")
    draft.replace(path)


def take(path: Path) -> Orders:
    """Read the orders; none when there is no file."""
    try:
        found: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Orders()
    return Orders(**found)  # type: ignore[arg-type]


def passed(path: Path) -> set[str]:
    """The boundaries a replica has come by so far."""
    return set(_lines(path.with_suffix(".passed")))


def hit(path: Path) -> list[str]:
    """The boundaries at which it has killed or stopped itself."""
    return _lines(path.with_suffix(".sigkill")) + _lines(path.with_suffix(".sigstop"))


def write_line(path: Path, line: str) -> None:
    """Add a line that survives the death of the process right afterwards."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")[:-1] if file.exists() else []
