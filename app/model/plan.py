"""The plan: what a request will do, immutable, and named by its SHA-256."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.model.canonical import Json, canonical, digest

_ID = re.compile(r"\b[A-Z][A-Z0-9]{8,}\b")


@dataclass(frozen=True)
class Item:
    """The smallest thing with an outcome of its own.

    key: unique within the plan, stable (`T0ACME0001`, `C0CHAN0001>T0ACME0001`).
    label: the name people knew it by when the plan was made.
    target: the ids and values the call needs.
    facts: the decision facts read when the plan was made; their digest is the fingerprint.
    holds: what no other open request may touch meanwhile (`channel:C0CHAN0001`).
    """

    key: str
    label: str
    target: Mapping[str, Json]
    facts: Mapping[str, Json]
    holds: tuple[str, ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the decision facts."""
        return digest(self.facts)

    def as_json(self) -> dict[str, Json]:
        """Plain JSON; read back by `from_json`."""
        return {
            "key": self.key,
            "label": self.label,
            "target": self.target,
            "facts": self.facts,
            "fingerprint": self.fingerprint,
            "holds": list(self.holds),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Item":
        """The item that `as_json` described."""
        return cls(data["key"], data["label"], data["target"], data["facts"], tuple(data["holds"]))


@dataclass(frozen=True)
class Plan:
    """Operation, arguments and items of one request of one organization.

    arguments: what was asked for as a whole; `names` in it tells the names of ids at that time.
    undo_of: the id of the finished request this plan reverses, or None.
    """

    enterprise_id: str
    operation: str
    arguments: Mapping[str, Json]
    items: tuple[Item, ...]
    undo_of: str | None = None

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON: the name approvals bind to."""
        return digest(self.as_json())

    def as_json(self) -> dict[str, Json]:
        """Plain JSON; read back by `from_json`."""
        return {
            "schema": 1,
            "enterprise_id": self.enterprise_id,
            "operation": self.operation,
            "undo_of": self.undo_of,
            "arguments": self.arguments,
            "items": [item.as_json() for item in self.items],
        }

    def canonical(self) -> str:
        """The text that is hashed and stored."""
        return canonical(self.as_json())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Plan":
        """The plan that `as_json` described."""
        items = tuple(Item.from_json(item) for item in data["items"])
        return cls(data["enterprise_id"], data["operation"], data["arguments"], items, data["undo_of"])

    def item(self, key: str) -> Item:
        """The item with that key; raises KeyError when the plan has none."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}

    def with_names(self, text: str) -> str:
        """The text with the names in `arguments["names"]` before the ids they belong to."""
        names = self.arguments.get("names")
        if not isinstance(names, Mapping):
            return text
        known = {key: name for key, name in names.items() if name}
        return _ID.sub(
            lambda found: f"{known[found[0]]} ({found[0]})" if found[0] in known else found[0], text
        )

    @property
    def listed(self) -> tuple[int, str] | None:
        """Of a plan whose items are attached as a file: its rows, and the SHA-256 of its bytes."""
        found = self.arguments.get("list")
        return (int(str(found["rows"])), str(found["sha256"])) if isinstance(found, Mapping) else None

    def holds(self) -> tuple[str, ...]:
        """Every hold of every item, each once, in order."""
        return tuple(dict.fromkeys(hold for item in self.items for hold in item.holds))
