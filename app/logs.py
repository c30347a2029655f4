"""Log lines as JSON, with every known shape of a secret struck out, whoever wrote it."""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from app.config import Secret
from app.model.clock import rfc3339

_SHORTEST = 8
"""Characters of a secret that is struck out wherever it stands; a shorter one would be in many words."""

_SECRETS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]+"  # bot, user, refresh and rotating tokens
    r"|xapp-[\w-]+|xwfp-[\w-]+"
    r"|gAAAAA[\w-]{20,}=*"  # what a key has sealed
    r"|https?://(?:hooks|files)\.[\w.-]+/\S+"  # response_url, upload address
    r"|(?<=Basic )[\w+/-]{8,}=*"  # client id and secret, as they are sent
    r"|(?<=[?&]code=)[^&\s\"']+|(?<=[?&]state=)[^&\s\"']+"  # of an install
    r"|(?<=client_secret=)[^&\s\"']+"
    r"|(?<=DETAIL:)[^\n]*"  # PostgreSQL quotes rows there
    r"|(?<=://)[^:/@\s]*:[^@\s]+(?=@)"  # user and password in an address
    r"|(?<=password=)[^\s&\"']+"  # the same as an option
)
_hidden: set[str] = set()
"""Secrets of this process that have no shape of their own."""

_BREAKS = {ord(char): f"\\u{ord(char):04x}" for char in "\u0085\u2028\u2029"}
"""Line breaks to some readers, which JSON may hold as they are."""

_OWN = frozenset(vars(logging.makeLogRecord({})))

_everywhere: dict[str, str] = {}
_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


def on_every_line(**fields: str) -> None:
    """Add these fields to every line of this process: which one it is."""
    _everywhere.update(fields)


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Add these fields to every line written meanwhile in this thread: which organization, which request."""
    token = _about.set({**(_about.get() or {}), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def strike_secrets(text: str) -> str:
    """The text with anything that is or looks like a secret replaced."""
    for secret in _hidden:
        text = text.replace(secret, "[secret]")
    return _SECRETS.sub("[secret]", text)


def hide(secrets: Iterable[Secret]) -> None:
    """Strike these values out too, from now on, whatever they look like."""
    _hidden.update(found for secret in secrets if len(found := secret.reveal()) >= _SHORTEST)


def tell_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """What Python says of an exception nobody caught, without secrets."""
    told = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(strike_secrets(told))


class JsonLines(logging.Formatter):
    """One JSON object a line; line breaks inside are escaped, so that no text can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "at": rfc3339(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _everywhere | (_about.get() or {})
        line |= {
            name: value for name, value in vars(record).items() if name not in _OWN and name != "message"
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(_struck(line), ensure_ascii=False).translate(_BREAKS)


def _struck(value: Any) -> Any:
    """Plain JSON without secrets, however deep they are."""
    if isinstance(value, dict):
        return {strike_secrets(str(name)): _struck(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else strike_secrets(str(value))


def set_up(level: str) -> None:
    """Send all logging to standard error, at that level; libraries from WARNING on."""
    sys.excepthook = tell_uncaught
    threading.excepthook = lambda told: tell_uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for ours in ("app", "listeners"):
        logging.getLogger(ours).setLevel(level)
