"""The Web API over HTTP, including the ways a connection can break."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request as HTTPRequest

from localslack.connections import cut, finish_and_cut
from localslack.engine import Engine
from localslack.web_api.arguments import Request
from localslack.web_api.faults import FaultKind
from localslack.web_api.pipeline import Answer, Exchange, arrive, perform

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class WebApi:
    """ASGI app for ``/api/<method>``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world = engine.world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        request = HTTPRequest(scope, receive)
        wire = Request(
            verb=request.method,
            content_type=request.headers.get("content-type", ""),
            authorization=request.headers.get("authorization", ""),
            query=request.url.query,
            body=await request.body(),
        )
        exchange = arrive(self._world, request.path_params["method"], wire)
        await self._answer(exchange, scope, receive, send)

    async def _answer(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        fault = exchange.fault
        if fault is not None and fault.kind is FaultKind.REFUSED:
            await cut(scope, receive)
            return
        if fault is not None and fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        if exchange.entry.method.startswith("views."):
            await self._engine.courier.wait_for_submissions()
        answer = perform(self._world, exchange)
        if fault is not None and fault.kind is FaultKind.LOST:
            await cut(scope, receive)
        else:
            truncated = fault is not None and fault.kind is FaultKind.TRUNCATED
            await _send(answer, scope, receive, send, truncated=truncated)


async def _send(answer: Answer, scope: Scope, receive: Receive, send: Send, *, truncated: bool) -> None:
    content_type = "text/html; charset=utf-8" if answer.html else "application/json; charset=utf-8"
    body = (answer.html or json.dumps(answer.body)).encode()
    headers = {"content-type": content_type, "content-length": str(len(body)), **answer.headers}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    if truncated:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await finish_and_cut(scope, receive)
    else:
        await send({"type": "http.response.body", "body": body})
