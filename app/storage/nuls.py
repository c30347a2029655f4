"""NUL characters never reach the database: PostgreSQL takes none into a text, and no word needs one."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

NUL = "\x00"


def without(text: str) -> str:
    """The text as the database keeps it."""
    return text.replace(NUL, "") if NUL in text else text


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
    if not any(isinstance(value, str) and NUL in value for value in values):
        return row
    if isinstance(row, Mapping):
        return {name: _cleaned(value) for name, value in row.items()}
    return tuple(map(_cleaned, row))


def _cleaned(value: Any) -> Any:
    return without(value) if isinstance(value, str) else value
