"""The page's WebSocket: pushes the world's version whenever it changes, and now and then when it does not.

Nothing else goes over it. The page reads what it shows again, so a lost connection loses nothing: the first
frame after a reconnect tells whether there is something new.
"""

import asyncio
import contextlib
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from localslack.engine import Engine

HEARTBEAT = 15.0
"""Seconds after which the version is sent again though nothing changed: how a browser notices silence."""

_REFUSED = 1008  # RFC 6455: policy violation


class Live:
    """One endpoint for all open pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def serve(self, socket: WebSocket) -> None:
        """Push versions until the page goes away."""
        if not _same_origin(socket):
            await socket.close(_REFUSED)
            return
        await socket.accept()
        pushing = asyncio.create_task(self._push(socket))
        try:
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, KeyError):
            pass
        finally:
            pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await pushing

    async def _push(self, socket: WebSocket) -> None:
        world = self._engine.world
        world.settle()
        version = world.version
        while True:
            await socket.send_json({"version": version, "epoch": world.epoch})
            version = await self._engine.wait_for_change(version, HEARTBEAT)


def _same_origin(socket: WebSocket) -> bool:
    """Browsers always send an Origin; another site's page must not listen. Other clients send none."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")
