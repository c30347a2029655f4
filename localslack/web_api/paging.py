"""Cursor paging (docs.slack.dev/apis/web-api/pagination): opaque cursors, ``invalid_cursor`` on rubbish."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from localslack.web_api.call import MethodCall

T = TypeVar("T")


def page(call: MethodCall, items: Sequence[T]) -> tuple[list[T], str]:
    """The page the call's ``cursor`` and ``limit`` ask for, and the next cursor (empty at the end)."""
    limit = int(call.args.get("limit") or 0) or len(items) or 1
    start = _read(call, call.text("cursor"))
    if start > len(items):
        raise call.refusal("invalid_cursor", otherwise="invalid_arguments")
    end = start + limit
    return list(items[start:end]), _write(call, end) if end < len(items) else ""


def metadata(cursor: str) -> dict[str, dict[str, str]]:
    """``response_metadata`` with the next cursor."""
    return {"response_metadata": {"next_cursor": cursor}}


def _write(call: MethodCall, offset: int) -> str:
    return base64.b64encode(f"{call.method.name}:{offset}".encode()).decode()


def _read(call: MethodCall, cursor: str) -> int:
    if cursor in ("", "*"):
        return 0
    try:
        method, _, offset = base64.b64decode(cursor, validate=True).decode().rpartition(":")
        if method == call.method.name:
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise call.refusal("invalid_cursor", otherwise="invalid_arguments")
