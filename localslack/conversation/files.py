"""A file as a message shows it: what it is, and how it begins when it is text."""

from typing import Any

from localslack.conversation.store import File

JSON = dict[str, Any]

_TEXT = frozenset({"csv", "json", "log", "md", "toml", "tsv", "txt", "xml", "yaml", "yml"})
_LINES, _LINE = 6, 160


def filetype(file: File) -> str:
    """What the name ends in, in lower case; empty when there is nothing."""
    return file.name.rpartition(".")[2].lower() if "." in file.name else ""


def attached(file: File) -> JSON:
    """The card of a file. ``preview``: its first lines, None when not text; ``lines``: how many it has."""
    text = _text(file)
    lines = text.splitlines() if text is not None else []
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.length,
        "filetype": filetype(file),
        "preview": [line[:_LINE] for line in lines[:_LINES]] if text is not None else None,
        "lines": len(lines),
    }


def _text(file: File) -> str | None:
    if file.content is None or filetype(file) not in _TEXT:
        return None
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
