"""Checks one JSON object against its field list: the interpreter of ``data/limits.json``."""

import re
from collections.abc import Callable
from typing import Any

from localslack.blocks.limits import Fields, Spec, element_fields, object_fields, rules_of
from localslack.blocks.problems import Findings
from localslack.blocks.rich_text import check_rich_text, check_rich_text_elements

Check = Callable[[Findings, Any, Spec, str], None]


def check_object(found: Findings, value: Any, fields: Fields, path: str) -> bool:
    """Check presence, unknown fields and each field's kind; False when ``value`` is not an object at all."""
    if not isinstance(value, dict):
        found.add(path, "type", "must provide an object")
        return False
    for name in value.keys() - fields.keys():
        found.add(path, "unknown_field", f"invalid additional property: {name}")
    for name, spec in fields.items():
        if name not in value:
            if spec.get("required"):
                found.add(path, "required", f"missing required field: {name}")
        else:
            KINDS[spec["kind"]](found, value[name], spec, f"{path}/{name}")
    return True


def check_size(found: Findings, value: list[Any], spec: Spec, path: str) -> None:
    """Check the number of items of a list."""
    if len(value) < spec.get("min", 0):
        found.add(path, "items_min", f"no less than {spec['min']} items allowed", spec["min"])
    if "max" in spec and len(value) > spec["max"]:
        found.add(path, "items_max", f"no more than {spec['max']} items allowed", spec["max"])


def check_element(found: Findings, value: Any, allowed: list[str], path: str) -> None:
    """Check one block element and that its type may stand in this place."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        found.add(path, "type", "must provide an object with a type")
        return
    if kind not in allowed:
        found.add(f"{path}/type", "unknown_type", f"unsupported type: {kind}")
        return
    if kind in ("plain_text", "mrkdwn"):
        _text(found, value, {"types": [kind]}, path)
        return
    fields = element_fields(kind) or {}
    check_object(found, value, {"type": {"kind": "any"}, **fields}, path)
    check_rules(found, value, rules_of("element_rules", kind), path)


def check_rules(found: Findings, value: dict[str, Any], rules: Spec, path: str) -> None:
    """Check what no single field can tell: alternatives, initial options, surfaces."""
    chosen = [name for name in rules.get("exactly_one", []) if value.get(name) is not None]
    if "exactly_one" in rules and len(chosen) != 1:
        found.add(path, "exactly_one", f"must define exactly one of: {', '.join(rules['exactly_one'])}")
    if "any_of" in rules and not any(value.get(name) for name in rules["any_of"]):
        found.add(path, "any_of", f"must define one of: {', '.join(rules['any_of'])}")
    if found.surface not in rules.get("surfaces", [found.surface]):
        found.add(f"{path}/type", "surface", f"unsupported type: {value['type']}")
    if "initial" in rules and rules["initial"] in value:
        _check_initial(found, value, rules["initial"], path)


def _check_initial(found: Findings, value: dict[str, Any], name: str, path: str) -> None:
    groups = value.get("option_groups") or []
    offered = [*(value.get("options") or []), *(o for g in groups for o in g.get("options") or [])]
    initial = value[name] if isinstance(value[name], list) else [value[name]]
    known = {(_option_text(option), option.get("value")) for option in offered if isinstance(option, dict)}
    for option in initial:
        if isinstance(option, dict) and (_option_text(option), option.get("value")) not in known:
            found.add(f"{path}/{name}", "initial", "initial option must be one of the options")


def _option_text(option: dict[str, Any]) -> Any:
    text = option.get("text")
    return text.get("text") if isinstance(text, dict) else None


def _string(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, str):
        found.add(path, "type", "must provide a string")
        return
    if len(value) < spec.get("min", 1):
        found.add(path, "min", f"must be more than {spec.get('min', 1) - 1} characters", spec.get("min", 1))
    if "max" in spec and len(value) > spec["max"]:
        found.add(path, "max", f"must be less than {spec['max'] + 1} characters", spec["max"])
    if "one_of" in spec and value not in spec["one_of"]:
        found.add(path, "one_of", f"must be one of: {', '.join(spec['one_of'])}")
    if "pattern" in spec and not re.match(spec["pattern"], value):
        found.add(path, "pattern", "failed to match schema")


def _integer(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        found.add(path, "type", "must provide an integer")
        return
    if "min" in spec and value < spec["min"]:
        found.add(path, "min", f"must be greater than {spec['min'] - 1}", spec["min"])
    if "max" in spec and value > spec["max"]:
        found.add(path, "max", f"must be less than {spec['max'] + 1}", spec["max"])


def _boolean(found: Findings, value: Any, _spec: Spec, path: str) -> None:
    if not isinstance(value, bool):
        found.add(path, "type", "must provide a boolean")


def _strings(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, value, spec, path)
    for index, item in enumerate(value):
        _string(found, item, {"one_of": spec["one_of"]} if "one_of" in spec else {}, f"{path}/{index}")


def _text(found: Findings, value: Any, spec: Spec, path: str) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind is not None and kind not in spec["types"]:
        found.add(f"{path}/type", "text_type", f"unsupported type: {kind}")
        return
    fields = dict(object_fields("text"))
    fields.pop("verbatim" if kind == "plain_text" else "emoji")
    if "max" in spec:
        fields["text"] = {**fields["text"], "max": spec["max"]}
    check_object(found, value, fields, path)


def _texts(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, value, spec, path)
    for index, item in enumerate(value):
        _text(found, item, {"types": ["plain_text", "mrkdwn"], "max": spec["text_max"]}, f"{path}/{index}")


def _option(found: Findings, value: Any, spec: Spec, path: str) -> None:
    fields = dict(object_fields("option"))
    if spec.get("mrkdwn"):
        types = {"types": ["plain_text", "mrkdwn"]}
        fields |= {name: {**fields[name], **types} for name in ("text", "description")}
    if not spec.get("url"):
        fields.pop("url")
    check_object(found, value, fields, path)


def _options(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, value, spec, path)
    for index, item in enumerate(value):
        _option(found, item, spec, f"{path}/{index}")


def _objects(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, value, spec, path)
    for index, item in enumerate(value):
        check_object(found, item, object_fields(spec["of"]), f"{path}/{index}")


def _elements(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, list):
        found.add(path, "type", "must provide an array")
        return
    check_size(found, value, spec, path)
    for index, item in enumerate(value):
        check_element(found, item, spec["of"], f"{path}/{index}")


def _rows(found: Findings, value: Any, spec: Spec, path: str) -> None:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        found.add(path, "type", "must provide an array of arrays")
        return
    check_size(found, value, spec, path)
    for index, row in enumerate(value):
        check_size(found, row, {"min": 1, "max": spec["columns_max"]}, f"{path}/{index}")
        for column, cell in enumerate(row):
            _cell(found, cell, f"{path}/{index}/{column}")


def _cell(found: Findings, cell: Any, path: str) -> None:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if kind == "raw_text":
        check_object(
            found, cell, {"type": {"kind": "any"}, "text": {"kind": "string", "required": True}}, path
        )
    elif kind == "rich_text":
        check_rich_text(found, cell, path)
    else:
        found.add(path, "unknown_type", f"unsupported type: {kind}")


def _object(found: Findings, value: Any, spec: Spec, path: str) -> None:
    check_object(found, value, object_fields(spec["of"]), path)


def _rich_text(found: Findings, value: Any, _spec: Spec, path: str) -> None:
    check_rich_text(found, value, path)


def _rich_text_elements(found: Findings, value: Any, _spec: Spec, path: str) -> None:
    check_rich_text_elements(found, value, path)


def _anything(_found: Findings, _value: Any, _spec: Spec, _path: str) -> None:
    """Accept whatever stands here; another place checks it, or Slack does not say."""


KINDS: dict[str, Check] = {
    "any": _anything,
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "strings": _strings,
    "text": _text,
    "texts": _texts,
    "option": _option,
    "options": _options,
    "option_groups": lambda found, value, spec, path: _objects(
        found, value, {**spec, "of": "option_group"}, path
    ),
    "object": _object,
    "objects": _objects,
    "element": lambda found, value, spec, path: check_element(found, value, spec["of"], path),
    "elements": _elements,
    "rich_text": _rich_text,
    "rich_text_elements": _rich_text_elements,
    "rows": _rows,
    "cards": _anything,
}
