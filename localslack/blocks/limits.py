"""The limits of ``data/limits.json``, loaded once: facts, not state."""

import json
from importlib import resources
from typing import Any

Spec = dict[str, Any]
Fields = dict[str, Spec]


def _load() -> dict[str, Any]:
    text = resources.files("localslack").joinpath("data/limits.json").read_text(encoding="utf-8")
    limits: dict[str, Any] = json.loads(text)
    return limits


LIMITS = _load()


def object_fields(name: str) -> Fields:
    """Fields of a composition object (option, confirm, filter …)."""
    fields: Fields = LIMITS["objects"][name]
    return fields


def element_fields(name: str) -> Fields | None:
    """Fields of a block element, None for a type Slack does not know."""
    fields: Fields | None = LIMITS["elements"].get(name)
    return fields


def block_fields(name: str) -> Fields | None:
    """Fields of a layout block, None for a type Slack does not know."""
    fields: Fields | None = LIMITS["blocks"].get(name)
    return fields


def rules_of(family: str, name: str) -> Spec:
    """Cross-field rules of one thing: ``family`` is ``element_rules`` or ``block_rules``."""
    rules: Spec = LIMITS[family].get(name, {})
    return rules
