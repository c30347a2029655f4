"""Blocks as styled lines: the words as local Slack reads them to a person, weighted as Slack shows them."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from localslack.conversation.reading import Reader
from localslack.conversation.rendering import read_blocks, read_element
from localslack.org.model import Org

JSON = dict[str, Any]

_UNSAFE = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f"  # controls, newline excepted: nothing may steer the terminal
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"  # zero width, direction-changing
)
_VARIANT = re.compile("[\ufe00-\ufe0f]")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_BUTTON = {"primary": "green", "danger": "red"}
_FEW = 2  # lines known from before that are shown again rather than folded

LABEL = re.compile(r"[A-Z][^:\n]{1,34}: ")
"""The beginning of a line that states a fact."""

SIGN = re.compile(r"[^\w\s\[(#@<\"'/-]{1,2} ")
"""The beginning of a line with a bullet or an emoji."""


@dataclass(frozen=True)
class Line:
    """A line to be shown. keep: also when it was shown before (headings, inputs, buttons)."""

    text: Text
    keep: bool = False


def tidy(text: str) -> str:
    """The text with nothing in it that a terminal could obey or that would have no certain width.

    Variation selectors go too: terminals disagree on how wide they make the sign before them.
    """
    return _VARIANT.sub("", _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def folded(lines: Iterable[Line], known: Collection[str]) -> list[Line]:
    """The lines, where a longer run of those already known is told in one line."""
    shown: list[Line] = []
    run: list[Line] = []

    def close() -> None:
        told = sum(bool(line.text.plain) for line in run)
        short = [Line(Text(f"⋯ {told} lines as above", "dim italic"))]
        shown.extend(short if told > _FEW else run)
        run.clear()

    for line in lines:
        blank = not line.text.plain
        if (blank and run) or (not blank and not line.keep and line.text.plain in known):
            run.append(line)
        else:
            close()
            shown.append(line)
    close()
    return shown


class BlockReader:
    """Reads blocks for one org."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def lines(self, blocks: Iterable[JSON], values: JSON | None = None) -> list[Line]:
        """Every line of those blocks, with a blank one around those of several lines.

        values: what was entered, as in `view.state.values`.
        """
        shown: list[Line] = []
        before = "header"
        for block in blocks:
            lines = list(self._block(block, values or {}))
            apart = "several" if len(lines) > 1 else str(block["type"])
            if before != "header" and "several" in (before, apart):
                shown.append(Line(Text()))
            shown += lines
            before = apart
        return shown

    def plain(self, text: str) -> list[Line]:
        """Lines of a message without blocks."""
        return [Line(_dressed(line)) for line in tidy(text).splitlines()]

    def _block(self, block: JSON, values: JSON) -> Iterator[Line]:
        reader = Reader(self._org)
        kind = block["type"]
        if kind == "actions":
            yield Line(_buttons(block, reader), keep=True)
        elif kind == "input":
            yield from _input(block, reader, values)
        elif kind == "header":
            yield Line(Text(tidy(reader.text(block["text"])).replace("\n", " "), "bold"), keep=True)
        elif kind == "context":
            yield Line(Text(tidy(read_blocks([block], reader, values)).replace("\n", " "), "dim"))
        else:
            yield from self._section(block, tidy(read_blocks([block], reader, values)).splitlines())

    def _section(self, block: JSON, lines: list[str]) -> Iterator[Line]:
        titled = len(lines) > 1 and not SIGN.match(lines[0])
        for number, line in enumerate(lines):
            text = Text(line, "bold") if titled and number == 0 else _dressed(line)
            yield Line(self._emphasised(text, block))

    def _emphasised(self, line: Text, block: JSON) -> Text:
        """Bold and code as the app wrote them: the reader takes the marks away."""
        for source in _marked_up(block):
            for pattern, style in ((_BOLD, "bold"), (_CODE, "cyan")):
                for found in pattern.finditer(source):
                    line.highlight_words([tidy(Reader(self._org).mrkdwn(found[1]))], style)
        return line


def _dressed(line: str) -> Text:
    """A line of our own or foreign text: dangers coloured, the label of a fact dimmed."""
    text = Text(line)
    if line.startswith("🔴"):
        text.stylize("red")
    elif (label := LABEL.match(line)) is not None:
        text.stylize("dim", 0, label.end())
    return text


def _input(block: JSON, reader: Reader, values: JSON) -> Iterator[Line]:
    yield Line(Text(tidy(reader.text(block["label"])), "bold"), keep=True)
    entered = tidy(read_element(block, block["element"], reader, values))
    yield Line(Text(f"› {entered}", "cyan"), keep=True)


def _buttons(block: JSON, reader: Reader) -> Text:
    line = Text()
    for element in block["elements"]:
        label = tidy(reader.text(element.get("text")) or "…")
        style = f"bold {_BUTTON.get(element.get('style'), '')}"
        line.append("[ ", "dim").append(label, style).append(" ] ", "dim")
    return line


def _marked_up(block: JSON) -> Iterator[str]:
    candidates = [block.get("text"), *(block.get("fields") or []), *(block.get("elements") or [])]
    for text in candidates:
        if isinstance(text, dict) and text.get("type") == "mrkdwn":
            yield str(text["text"])
