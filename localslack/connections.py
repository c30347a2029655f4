"""Breaking connections on purpose: an HTTP protocol that lets a handler reach its TCP transport."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "localslack.transport"


class SeverableProtocol(H11Protocol):
    """uvicorn's h11 protocol; each request's scope carries the connection's transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport and hand it to every request."""
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope[_KEY] = transport
            await app(scope, receive, send)

        self.app = with_transport


async def cut(
    scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[MutableMapping[str, Any]]]
) -> None:
    """Reset the connection without an answer; what was not sent yet is lost."""
    transport: asyncio.Transport = scope[_KEY]
    transport.abort()
    await _until_gone(receive)


async def finish_and_cut(
    scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[MutableMapping[str, Any]]]
) -> None:
    """Close the connection after what was already sent."""
    transport: asyncio.Transport = scope[_KEY]
    transport.close()
    await _until_gone(receive)


async def _until_gone(receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
