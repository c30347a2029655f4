"""Text that is safe to show: foreign text stays text, whatever it contains.

Names and reasons come from other people and other organizations. They go into `plain_text` objects, where
Slack interprets nothing, or are escaped as Slack's formatting guide asks (`&`, `<`, `>`).
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from app.model.clock import Millis, rfc3339

Block = dict[str, Any]
View = dict[str, Any]

_MOST_CHARACTERS = 13_000  # of everything in a message's blocks; Slack refuses at about 13,200
_MOST_BYTES = 200_000  # of a modal's blocks as JSON; Slack refuses a view of 250 KB
_SHORTER = (3000, 2000, 1200, 800, 500, 300, 150, 80)

_INVISIBLE = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f"  # controls, newline excepted
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width and direction
    "\U000e0000-\U000e007f]"  # tags
)


def clean(text: str) -> str:
    """The text without control, zero-width and direction-changing characters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def cut(text: str, most: int) -> str:
    """The text, at most that many characters, an ellipsis where something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain(text: str, most: int = 3000) -> Block:
    """A plain_text object: nothing in it is a link, a mention, bold or an emoji."""
    return {"type": "plain_text", "text": cut(clean(text), most) or " ", "emoji": False}


def label(text: str, most: int = 75) -> Block:
    """A plain_text object for our own labels, whose emoji are meant."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": True}


def escape(text: str) -> str:
    """Foreign text inside mrkdwn: no link, mention or tag can come of it, and it stays on one line."""
    safe = clean(text).replace("\n", " ")
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(user_id: str) -> str:
    """A mention, if that is a user id at all."""
    return f"<@{user_id}>" if re.fullmatch(r"[UW][A-Z0-9]+", user_id) else escape(user_id)


def acting(user_id: str, behalf_id: str | None) -> str:
    """A mention, with whom that person acts for if it is not for themselves."""
    return person(user_id) if behalf_id is None else f"{person(user_id)} for {person(behalf_id)}"


def moment(at: Millis) -> str:
    """A time that Slack shows in each reader's own zone."""
    return f"<!date^{at // 1000}^{{date_short_pretty}} {{time}}|{rfc3339(at)[:16].replace('T', ' ')} UTC>"


def duration(seconds: int) -> str:
    """`90 s`, `15 min`, `4 h`, `2 days`: the largest unit that divides it."""
    for size, unit in ((86_400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            number = seconds // size
            return f"{number} {unit}{'s' if unit == 'day' and number > 1 else ''}"
    return f"{seconds} s"


def roughly(seconds: float) -> str:
    """A duration as people say it: `20 s`, `50 min`, `3 h`."""
    unit = 3600 if seconds > 7200 else 60 if seconds > 90 else 10
    return duration(max(1, round(seconds / unit)) * unit)


def mrkdwn(text: str, most: int) -> Block:
    """A mrkdwn object. `verbatim`: Slack makes no links of bare addresses and names by itself."""
    return {"type": "mrkdwn", "text": cut(text, most), "verbatim": True}


def section(text: str) -> Block:
    """A section of our own mrkdwn; foreign parts must have been escaped."""
    return {"type": "section", "text": mrkdwn(text, 3000)}


def quoted(text: str) -> Block:
    """A section of foreign text."""
    return {"type": "section", "text": plain(text)}


def labelled(rows: Iterable[tuple[str, str]], most: int = 3000) -> Block:
    """Foreign text in lines, each with a part in bold before the rest. As in `plain`, nothing in it speaks.

    most: characters in all. Source on rich text: docs.slack.dev/reference/block-kit/blocks/rich-text-block.
    """
    elements: list[Block] = []
    for number, (bold, rest) in enumerate(rows):
        elements += [{"type": "text", "text": "\n"}] if number else []
        elements += [{"type": "text", "text": clean(bold), "style": {"bold": True}}] if clean(bold) else []
        elements += [{"type": "text", "text": clean(rest)}] if clean(rest) else []
    section_ = {"type": "rich_text_section", "elements": elements or [{"type": "text", "text": " "}]}
    return _cut_rich({"type": "rich_text", "elements": [section_]}, most)


def context(*texts: str) -> Block:
    """Small print in our own mrkdwn."""
    return {
        "type": "context",
        "elements": [mrkdwn(text, 2000) for text in texts if text][:10],
    }


def header(text: str) -> Block:
    """A heading on one line; foreign text is safe in it."""
    return {"type": "header", "text": plain(text.replace("\n", " "), 150)}


def button(text: str, action: str, value: str, style: str | None = None, **more: Any) -> Block:
    """A button whose value is an opaque id, nothing else."""
    element: Block = {"type": "button", "text": label(text), "action_id": action, "value": value, **more}
    if style is not None:
        element["style"] = style
    return element


def confirm(title: str, text: str, yes: str, no: str = "Go back", *, danger: bool = False) -> Block:
    """A confirmation dialog for a button; plain text."""
    dialog: Block = {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": label(yes, 30),
        "deny": label(no, 30),
    }
    if danger:
        dialog["style"] = "danger"
    return dialog


def message(text: str, *blocks: Block) -> Block:
    """A message: blocks to see, and text for notifications and screen readers. Nothing unfurls."""
    return {
        "text": cut(text, 3900),
        "blocks": _fitting(list(blocks) or [section(text)], _characters, _MOST_CHARACTERS),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def modal(title: str, blocks: list[Block], **more: Any) -> View:
    """A modal view with at most 100 blocks, small enough for Slack."""
    return {
        "type": "modal",
        "title": label(title, 24),
        "close": label("Close"),
        "blocks": _fitting(blocks[:100], _bytes, _MOST_BYTES),
        **more,
    }


def fitted_home(blocks: list[Block]) -> View:
    """A Home tab with at most 100 blocks, small enough for Slack."""
    return {"type": "home", "blocks": _fitting(blocks[:100], _bytes, _MOST_BYTES)}


def _fitting(blocks: list[Block], size: Callable[[Any], int], most: int) -> list[Block]:
    """The blocks, their longest quoted texts cut shorter until all together are small enough."""
    for longest in _SHORTER:
        shown = [_shortened(block, longest) for block in blocks]
        if size(shown) <= most:
            break
    return shown


def _cut_rich(block: Block, most: int) -> Block:
    """Rich text of at most that many characters."""
    kept: list[Block] = []
    left = most
    for element in block["elements"][0]["elements"]:
        if left <= 0:
            break
        kept.append({**element, "text": cut(element["text"], left)})
        left -= len(element["text"])
    return {**block, "elements": [{**block["elements"][0], "elements": kept}]}


def _shortened(block: Block, most: int) -> Block:
    if block["type"] == "rich_text":
        return _cut_rich(block, most)
    text = block.get("text", {})
    if block["type"] != "section" or text.get("type") != "plain_text" or len(text["text"]) <= most:
        return block
    return {**block, "text": {**text, "text": cut(text["text"], most)}}


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_characters, value.values()))
    if isinstance(value, list):
        return sum(map(_characters, value))
    return len(value) if isinstance(value, str) else 0


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())
