"""NUL characters and halves of surrogate pairs never reach the database: neither can stand in its texts."""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def without(text: str) -> str:
    """The text as the database keeps it."""
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("", text)


def leave_out(engine: sa.Engine) -> None:
    """Have every statement of that engine go without them, so that both databases keep the same."""
    sa.event.listen(engine, "before_cursor_execute", _before, retval=True)


def _before(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool
) -> tuple[str, Any]:
    """SQLAlchemy's hook; parameters: a mapping or a tuple by dialect, many of them in a list."""
    if executemany:
        return statement, [_clean(row) for row in parameters]
    return statement, _clean(parameters)


def _clean(row: Any) -> Any:
    values = row.values() if isinstance(row, Mapping) else row
    if not any(isinstance(value, str) and _UNSTORABLE.search(value) for value in values):
        return row
    if isinstance(row, Mapping):
        return {name: _cleaned(value) for name, value in row.items()}
    return tuple(map(_cleaned, row))


def _cleaned(value: Any) -> Any:
    return without(value) if isinstance(value, str) else value
