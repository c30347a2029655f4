"""The methods of ``data/methods.json``: what each takes, needs and refuses."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from localslack.org.app import TokenKind


@dataclass(frozen=True)
class Argument:
    """One argument. ``refusal`` is the error for a value outside ``one_of``, ``min`` or ``max``."""

    name: str
    type: str
    required: bool = False
    default: Any = None
    one_of: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    refusal: str = "invalid_arguments"


@dataclass(frozen=True)
class Method:
    """One Web API method as documented. ``team_id`` is the rule for org-wide tokens: required, optional, …"""

    name: str
    tokens: frozenset[TokenKind]
    scopes: dict[TokenKind, tuple[str, ...]]
    scope_rule: str
    per_minute: int
    per_channel: tuple[int, float] | None
    team_id: str
    args: dict[str, Argument]
    errors: frozenset[str]
    takes_json: bool
    post_only: bool

    def refusal(self, *codes: str, otherwise: str) -> str:
        """The first of ``codes`` this method documents, else ``otherwise``."""
        return next((code for code in codes if code in self.errors), otherwise)


def _argument(name: str, entry: dict[str, Any]) -> Argument:
    return Argument(name=name, **{**entry, "one_of": tuple(entry.get("one_of", ()))})


def _method(name: str, entry: dict[str, Any]) -> Method:
    per_channel = entry.get("per_channel")
    return Method(
        name=name,
        tokens=frozenset(TokenKind(kind) for kind in entry["tokens"]),
        scopes={TokenKind(kind): tuple(scopes) for kind, scopes in entry["scopes"].items()},
        scope_rule=entry["scope_rule"],
        per_minute=entry["per_minute"],
        per_channel=(per_channel["calls"], per_channel["seconds"]) if per_channel else None,
        team_id=entry["team_id"],
        args={arg: _argument(arg, spec) for arg, spec in entry["args"].items()},
        errors=frozenset(entry["errors"]),
        takes_json=entry["json"],
        post_only=entry.get("post_only", False),
    )


def _load() -> tuple[dict[str, Method], frozenset[str]]:
    text = resources.files("localslack").joinpath("data/methods.json").read_text(encoding="utf-8")
    data = json.loads(text)
    methods = {name: _method(name, entry) for name, entry in data["methods"].items()}
    return methods, frozenset(data["common_errors"])


METHODS, COMMON_ERRORS = _load()
