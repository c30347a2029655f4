"""Canonical JSON: one byte sequence per value, so that a plan or an audit event has one hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical(value: Json) -> str:
    """The value as JSON with sorted keys and no spaces.

    Floats are refused (their text differs between writers): use integers in a named unit.
    Raises TypeError for anything that is not plain JSON.
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Json) -> str:
    """SHA-256 of the canonical JSON, as 64 lower-case hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def texts(value: Json) -> tuple[str, ...]:
    """A JSON list of texts, as a tuple; anything else gives an empty one."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(str(entry) for entry in value)
    return ()


def _refuse_floats(value: object) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, float):
        raise TypeError(f"canonical JSON holds no floats, got {value!r}")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"canonical JSON keys are text, got {key!r}")
            _refuse_floats(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            _refuse_floats(inner)
