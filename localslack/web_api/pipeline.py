"""One uniform way for every call: token, kind, scopes, rate, arguments, workspace rule, handler, log."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localslack.logs import Call
from localslack.web_api import rate_limits, tokens, workspace_rule
from localslack.web_api.arguments import Request, check_arguments, read_body, read_form, unexpected
from localslack.web_api.call import JSON, MethodCall, RateLimited, Refused
from localslack.web_api.catalog import METHODS, Method
from localslack.web_api.faults import Fault, FaultKind, strike
from localslack.web_api.registry import HANDLERS

if TYPE_CHECKING:
    from localslack.world import World

_SECRETS = ("token", "client_secret", "code", "refresh_token")


@dataclass
class Answer:
    """What goes back over HTTP. ``html`` replaces the JSON body in a simulated outage."""

    body: JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    html: str = ""


@dataclass
class Exchange:
    """A call that has arrived: its log entry, raw arguments, and the fault that strikes it, if any."""

    entry: Call
    request: Request
    method: Method | None
    raw: JSON
    token: str
    fault: Fault | None = None
    warnings: list[str] = field(default_factory=list)
    malformed: Refused | None = None


def arrive(world: "World", name: str, request: Request) -> Exchange:
    """Log the call, decode its body, and see whether a fault strikes."""
    with world.lock:
        world.settle()
        number = len(world.ledger.calls) + 1
        entry = Call(number, world.clock(), name, request_id=world.new_secret("req-"))
        world.ledger.calls.append(entry)
        exchange = Exchange(entry, request, METHODS.get(name), {}, "")
        if exchange.method is not None:
            _decode(exchange, exchange.method)
        entry.args = {key: "…" if key in _SECRETS else value for key, value in exchange.raw.items()}
        entry.token = tokens.describe(world.app.tokens.get(exchange.token))
        exchange.fault = strike(world, name, exchange.raw)
        entry.fault = exchange.fault.kind if exchange.fault else None
        return exchange


def perform(world: "World", exchange: Exchange) -> Answer:
    """Answer the call: by its fault, or by the method itself; always logged."""
    with world.lock:
        world.settle()
        try:
            answer = _from_fault(exchange.fault) or _call_method(world, exchange)
        except Refused as refused:
            answer = Answer({"ok": False, "error": refused.code, **refused.extra})
        except RateLimited as limited:
            answer = _rate_limited(limited.retry_after)
        _add_warnings(answer, exchange.warnings)
        _add_headers(world, answer, exchange)
        entry = exchange.entry
        entry.status, entry.ok, entry.error = (
            answer.status,
            bool(answer.body.get("ok")),
            answer.body.get("error"),
        )
        world.ledger.problems.extend(f"{entry.method}: {problem}" for problem in entry.problems)
        world.touch()
        return answer


def _decode(exchange: Exchange, method: Method) -> None:
    request = exchange.request
    try:
        exchange.raw, exchange.warnings = read_body(method, request)
    except Refused as refused:
        exchange.malformed = refused
    scheme, _, credential = request.authorization.partition(" ")
    exchange.token = credential.strip() if scheme.lower() == "bearer" else _token_in_form(request)


def _token_in_form(request: Request) -> str:
    """A form body may carry the token as a field; a JSON body and the query never do."""
    is_form = request.verb == "POST" and request.content_type.startswith("application/x-www-form-urlencoded")
    fields = read_form(request.body.decode("utf-8", "replace")) if is_form else {}
    return "" if "token" in read_form(request.query) else str(fields.get("token", ""))


def _from_fault(fault: Fault | None) -> Answer | None:
    if fault is None:
        return None
    match fault.kind:
        case FaultKind.RATE_LIMITED:
            return _rate_limited(fault.retry_after)
        case FaultKind.ERROR:
            return Answer({"ok": False, "error": fault.error, **fault.extra})
        case FaultKind.HTTP:
            return Answer({}, status=fault.status, html=f"<html><body><h1>{fault.status}</h1></body></html>")
        case FaultKind.UNPERFORMED_OK:
            return Answer({"ok": True})
        case _:
            return None


def _call_method(world: "World", exchange: Exchange) -> Answer:
    method = exchange.method
    if method is None:
        raise Refused("unknown_method")
    if exchange.malformed is not None:
        raise exchange.malformed
    token = tokens.find_token(world, method, exchange.token)
    if method.post_only and exchange.request.verb != "POST":
        raise Refused("insecure_request")
    tokens.check_kind(method, token)
    tokens.check_scopes(method, token)
    rate_limits.check_rate(world, method, exchange.raw)
    exchange.entry.unexpected_args = unexpected(method, exchange.raw)
    call = MethodCall(world, method, check_arguments(method, exchange.raw), token, _basic(exchange.request))
    workspace_rule.check(call)
    exchange.entry.performed = True
    try:
        body = HANDLERS[method.name](call)
    finally:
        exchange.entry.effect = call.effect
        exchange.entry.problems = call.problems
    return Answer({"ok": True, **body})


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, credential = request.authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(credential).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return name, secret


def _rate_limited(retry_after: int) -> Answer:
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(retry_after)})


def _add_warnings(answer: Answer, warnings: list[str]) -> None:
    if warnings:
        answer.body["warning"] = ",".join(warnings)
        metadata: dict[str, Any] = answer.body.setdefault("response_metadata", {})
        metadata["warnings"] = warnings


def _add_headers(world: "World", answer: Answer, exchange: Exchange) -> None:
    answer.headers["x-slack-req-id"] = exchange.entry.request_id
    token, method = world.app.tokens.get(exchange.token), exchange.method
    if token is not None and method is not None:
        answer.headers["x-oauth-scopes"] = ",".join(token.scopes)
        answer.headers["x-accepted-oauth-scopes"] = ",".join(method.scopes.get(token.kind, ()))
