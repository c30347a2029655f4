"""A list of blocks: known types for the surface, each block's fields, and ids that must be unique."""

from collections.abc import Iterator
from typing import Any

from localslack.blocks.fields import check_object, check_rules, check_size
from localslack.blocks.limits import LIMITS, Spec, block_fields, rules_of
from localslack.blocks.problems import Findings


def check_blocks(found: Findings, blocks: Any, path: str) -> None:
    """Check the blocks of one surface: number, types, fields, block ids, action ids, focus."""
    if not isinstance(blocks, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, blocks, {"max": LIMITS["surfaces"][found.surface]["blocks_max"]}, path)
    for index, block in enumerate(blocks):
        _check_block(found, block, f"{path}/{index}")
    known = [block for block in blocks if isinstance(block, dict)]
    _check_block_ids(found, known, path)
    _check_focus(found, known, path)


def elements_of(block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The interactive elements of a block, each with its place inside the block."""
    for place in ("element", "accessory"):
        if isinstance(block.get(place), dict):
            yield place, block[place]
    for place in ("elements", "actions"):
        if isinstance(block.get(place), list):
            yield from ((f"{place}/{i}", e) for i, e in enumerate(block[place]) if isinstance(e, dict))


def _check_block(found: Findings, block: Any, path: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(kind, str):
        found.add(path, "type", "must provide an object with a type")
        return
    fields = block_fields(kind)
    if fields is None or kind not in LIMITS["surfaces"][found.surface]["blocks"]:
        found.add(f"{path}/type", "unknown_type", f"unsupported type: {kind}")
        return
    check_object(found, block, {"type": {"kind": "any"}, "block_id": LIMITS["block_id"], **fields}, path)
    check_rules(found, block, rules_of("block_rules", kind), path)
    if kind == "carousel" and "elements" in block:
        _check_cards(found, block["elements"], fields["elements"], f"{path}/elements")
    _check_action_ids(found, block, path)


def _check_cards(found: Findings, cards: Any, spec: Spec, path: str) -> None:
    if not isinstance(cards, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, cards, spec, path)
    for index, card in enumerate(cards):
        if isinstance(card, dict) and card.get("type") == "card":
            _check_block(found, card, f"{path}/{index}")
        else:
            found.add(f"{path}/{index}/type", "unknown_type", "unsupported type: only cards are allowed")


def _check_action_ids(found: Findings, block: dict[str, Any], path: str) -> None:
    seen: set[str] = set()
    for place, element in elements_of(block):
        action_id = element.get("action_id")
        if isinstance(action_id, str):
            if action_id in seen:
                message = f"`action_id` {action_id} already exists in this block"
                found.add(f"{path}/{place}/action_id", "duplicate_action_id", message)
            seen.add(action_id)


def _check_block_ids(found: Findings, blocks: list[dict[str, Any]], path: str) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                found.add(
                    f"{path}/{index}/block_id", "duplicate_block_id", f"`block_id` {block_id} already exists"
                )
            seen.add(block_id)


def _check_focus(found: Findings, blocks: list[dict[str, Any]], path: str) -> None:
    focused = [
        element for block in blocks for _, element in elements_of(block) if element.get("focus_on_load")
    ]
    if len(focused) > 1:
        found.add(path, "focus_once", "only one element may have `focus_on_load`", 1)
