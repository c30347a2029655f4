"""Rich text, in blocks, table cells and initial values: containers of inline elements."""

from typing import Any

from localslack.blocks.limits import LIMITS
from localslack.blocks.problems import Findings

_CONTAINERS: dict[str, list[str]] = LIMITS["rich_text"]["containers"]
_INLINE: dict[str, str] = LIMITS["rich_text"]["inline"]


def check_rich_text(found: Findings, value: Any, path: str) -> None:
    """Check a whole ``rich_text`` object."""
    if not isinstance(value, dict) or value.get("type") != "rich_text":
        found.add(path, "type", "must provide a rich_text object")
        return
    check_rich_text_elements(found, value.get("elements"), f"{path}/elements")


def check_rich_text_elements(found: Findings, value: Any, path: str) -> None:
    """Check the containers (section, list, preformatted, quote) of a rich text."""
    if not isinstance(value, list):
        found.add(path, "type", "must provide an array")
        return
    for index, container in enumerate(value):
        _check_container(found, container, f"{path}/{index}")


def _check_container(found: Findings, container: Any, path: str) -> None:
    kind = container.get("type") if isinstance(container, dict) else None
    if not isinstance(container, dict) or kind not in _CONTAINERS:
        found.add(f"{path}/type", "unknown_type", f"unsupported type: {kind}")
        return
    for name in container.keys() - {"type", *_CONTAINERS[kind]}:
        found.add(path, "unknown_field", f"invalid additional property: {name}")
    elements = container.get("elements")
    if not isinstance(elements, list):
        found.add(path, "required", "missing required field: elements")
        return
    for index, element in enumerate(elements):
        if kind == "rich_text_list":
            _check_container(found, element, f"{path}/elements/{index}")
        else:
            _check_inline(found, element, f"{path}/elements/{index}")


def _check_inline(found: Findings, element: Any, path: str) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or kind not in _INLINE:
        found.add(f"{path}/type", "unknown_type", f"unsupported type: {kind}")
        return
    content = element.get(_INLINE[kind])
    if content is None:
        found.add(path, "required", f"missing required field: {_INLINE[kind]}")
    elif content == "":
        found.add(f"{path}/{_INLINE[kind]}", "min", "must be more than 0 characters", 1)
