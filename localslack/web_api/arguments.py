"""Arguments: from form, query or JSON to typed values, as each method documents them."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from localslack.web_api.call import Refused
from localslack.web_api.catalog import Argument, Method

_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


@dataclass
class Request:
    """An HTTP request to ``/api/<method>``, body already read."""

    verb: str
    content_type: str
    authorization: str
    query: str = ""
    body: bytes = b""


@dataclass
class Arguments:
    """Raw arguments, where the token came from, and warnings about the Content-Type."""

    values: dict[str, Any]
    token: str = ""
    basic: tuple[str, str] | None = None
    warnings: list[str] = field(default_factory=list)


def read_form(text: str) -> dict[str, Any]:
    """Form or query arguments; the last of equal names wins."""
    return dict(parse_qsl(text, keep_blank_values=True))


def read_body(method: Method, request: Request) -> tuple[dict[str, Any], list[str]]:
    """Decode the body by Content-Type (docs.slack.dev/apis/web-api/using-the-web-api)."""
    kind, _, parameters = request.content_type.partition(";")
    kind = kind.strip().lower()
    if request.verb == "GET" or not request.body:
        return read_form(request.query), []
    if kind == "application/json":
        if not method.takes_json:
            raise Refused("invalid_post_type")
        return _read_json(request.body), [] if "charset" in parameters else ["missing_charset"]
    if kind == "application/x-www-form-urlencoded":
        warnings = ["superfluous_charset"] if "charset" in parameters else []
        return read_form(request.query) | read_form(request.body.decode("utf-8", "replace")), warnings
    raise Refused("invalid_post_type" if kind else "missing_post_type")


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Refused("invalid_json") from error
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value


def check_arguments(method: Method, raw: dict[str, Any]) -> dict[str, Any]:
    """Typed values of all documented arguments; refuses what is missing or malformed."""
    checked: dict[str, Any] = {}
    for name, spec in method.args.items():
        value = raw.get(name)
        if value is None or value == "":
            if spec.required:
                raise _missing(method, name)
            if spec.default is not None:
                checked[name] = spec.default
            if value == "":
                checked[name] = spec.default if spec.type != "string" else ""
        else:
            checked[name] = _check(spec, _TYPES[spec.type](spec, value))
    return checked


def unexpected(method: Method, raw: dict[str, Any]) -> list[str]:
    """Argument names the method does not document: Slack ignores them, the call log keeps them."""
    return sorted(raw.keys() - method.args.keys() - {"token"})


def _missing(method: Method, name: str) -> Refused:
    if "missing_argument" in method.errors:
        return Refused("missing_argument")
    return Refused.with_messages("invalid_arguments", [f"missing required field: {name}"])


def _invalid(spec: Argument, message: str) -> Refused:
    return Refused.with_messages("invalid_arguments", [f"{message} [json-pointer:/{spec.name}]"])


def _string(spec: Argument, value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise _invalid(spec, "must provide a string")
    return str(value)


def _integer(spec: Argument, value: Any) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise _invalid(spec, "must provide an integer") from error


def _boolean(spec: Argument, value: Any) -> bool:
    known = _BOOLEANS.get(str(value).lower())
    if known is None:
        raise _invalid(spec, "must provide a boolean")
    return known


def _list(spec: Argument, value: Any) -> list[str]:
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = str(value)
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _invalid(spec, "must provide an array of strings")
    return items


def _json(spec: Argument, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        if spec.name == "blocks":
            raise Refused("invalid_blocks_format") from error
        raise _invalid(spec, "must provide valid JSON") from error


_TYPES = {"string": _string, "integer": _integer, "boolean": _boolean, "list": _list, "json": _json}


def _check(spec: Argument, value: Any) -> Any:
    chosen = value if isinstance(value, list) else [value]
    if spec.one_of and spec.type != "json" and any(item not in spec.one_of for item in chosen):
        raise Refused(spec.refusal)
    if isinstance(value, int) and not isinstance(value, bool):
        too_small = spec.min is not None and value < spec.min
        too_big = spec.max is not None and value > spec.max
        if too_small or too_big:
            raise Refused(spec.refusal)
    return value
