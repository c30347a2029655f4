"""Whole payloads: a message and a view."""

import json
from collections.abc import Iterator
from typing import Any

from localslack.blocks.fields import check_object
from localslack.blocks.layout import check_blocks
from localslack.blocks.limits import LIMITS, Fields
from localslack.blocks.problems import Findings, Problem


def check_message(payload: dict[str, Any], *, update: bool = False) -> list[Problem]:
    """Check text, blocks, attachments and markdown text of a message.

    ``update`` applies the shorter text limit of ``chat.update``. Other arguments are not looked at.
    """
    found = Findings("message")
    text, blocks = payload.get("text"), payload.get("blocks")
    if not any(payload.get(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        found.add("/text", "no_text", "neither text nor blocks")
    longest = LIMITS["message"]["update_text_max" if update else "text_max"]
    if isinstance(text, str) and len(text) > longest:
        found.add("/text", "msg_too_long", f"must be less than {longest + 1} characters", longest)
    if blocks is not None:
        check_blocks(found, blocks, "/blocks")
        _check_totals(found, blocks)
    _check_markdown_text(found, payload)
    _check_attachments(found, payload.get("attachments"))
    return found.problems


def check_view(view: Any, path: str = "/view") -> list[Problem]:
    """Check a modal or home view as given to a ``views.*`` method or in an ack."""
    kind = view.get("type") if isinstance(view, dict) else None
    if not isinstance(view, dict) or kind not in ("modal", "home"):
        return [Problem(f"{path}/type", "unknown_type", f"unsupported type: {kind}")]
    found = Findings(kind)
    fields: Fields = LIMITS["view"][kind]
    check_object(found, view, {**fields, "blocks": {"kind": "any", "required": True}}, path)
    if "blocks" in view:
        check_blocks(found, view["blocks"], f"{path}/blocks")
    if kind == "modal" and "submit" not in view:
        _check_submit(found, view, path)
    size = len(json.dumps(view, ensure_ascii=False).encode())
    if size > LIMITS["view"]["json_bytes_max"]:
        found.add(path, "view_too_large", "view is too large", LIMITS["view"]["json_bytes_max"])
    return found.problems


def _check_submit(found: Findings, view: dict[str, Any], path: str) -> None:
    for index, block in enumerate(view.get("blocks") or []):
        if isinstance(block, dict) and block.get("type") == "input":
            message = "must define `submit` to use an `input` block in modals"
            found.add(f"{path}/blocks/{index}/input", "submit_required", message)
            return


def _check_totals(found: Findings, blocks: Any) -> None:
    total = sum(len(text) for text in _strings_in(blocks))
    longest = LIMITS["message"]["blocks_total_chars"]
    if total > longest:
        found.add(
            "/blocks", "msg_blocks_too_long", f"blocks hold {total} characters, over {longest}", longest
        )
    markdown = [b for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"] if blocks else []
    total = sum(len(b["text"]) for b in markdown if isinstance(b.get("text"), str))
    longest = LIMITS["message"]["markdown_blocks_total"]
    if total > longest:
        found.add("/blocks", "markdown_total", f"must be less than {longest + 1} characters", longest)


def _strings_in(value: Any) -> Iterator[str]:
    """Every string value: how Slack counts is not published, this is stricter than text alone."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings_in(item)


def _check_markdown_text(found: Findings, payload: dict[str, Any]) -> None:
    text = payload.get("markdown_text")
    if not isinstance(text, str):
        return
    longest = LIMITS["message"]["markdown_text_max"]
    if len(text) > longest:
        found.add("/markdown_text", "msg_too_long", f"must be less than {longest + 1} characters", longest)
    if payload.get("text") or payload.get("blocks"):
        found.add("/markdown_text", "markdown_text_conflict", "markdown_text excludes text and blocks")


def _check_attachments(found: Findings, attachments: Any) -> None:
    if attachments is None:
        return
    most = LIMITS["message"]["attachments_max"]
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        found.add("/attachments", "invalid_attachments", "must provide an array of objects")
    elif len(attachments) > most:
        found.add("/attachments", "too_many_attachments", f"no more than {most} items allowed", most)
    else:
        for index, attachment in enumerate(attachments):
            if "blocks" in attachment:
                check_blocks(found, attachment["blocks"], f"/attachments/{index}/blocks")
