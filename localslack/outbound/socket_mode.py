"""Socket Mode: the WebSocket side of Slack (docs.slack.dev/apis/events-api/using-socket-mode)."""

import asyncio
import contextlib
import itertools
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from localslack.world import World

JSON = dict[str, Any]
CONNECTIONS_MAX = 10


@dataclass
class Connection:
    """One open socket and the envelopes it still has to acknowledge."""

    socket: WebSocket
    waiting: dict[str, "asyncio.Future[JSON]"] = field(default_factory=dict)


class SocketHub:
    """All sockets of the app; each payload goes to any one of them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: list[Connection] = []
        self._turn = itertools.count()

    @property
    def is_connected(self) -> bool:
        """Whether everything goes over the socket instead of HTTP."""
        return bool(self._connections)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one WebSocket: hello, envelopes, acks."""
        with self._world.lock:
            ticket = socket.query_params.get("ticket", "")
            known = ticket in self._world.socket_tickets
            self._world.socket_tickets.discard(ticket)
        if not known:
            await socket.close(code=1008)
            return
        await socket.accept()
        if len(self._connections) >= CONNECTIONS_MAX:
            await self._say_goodbye(socket, "too_many_websockets")
            return
        await self._talk(Connection(socket))

    async def send(self, kind: str, payload: JSON, *, attempt: int = 0, reason: str = "") -> JSON:
        """Send one envelope and wait for its ack; TimeoutError when none comes in time."""
        connection = self._connections[next(self._turn) % len(self._connections)]
        envelope: JSON = {"envelope_id": str(uuid.uuid4()), "payload": payload, "type": kind}
        shortcut = payload.get("type") == "shortcut"
        envelope["accepts_response_payload"] = kind != "events_api" and not shortcut
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        ack: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = ack
        try:
            await _send(connection.socket, envelope)
            async with asyncio.timeout(self._world.settings.ack_deadline):
                return await ack
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str) -> int:
        """Send every socket a disconnect frame; all but ``warning`` also close it. How many there were."""
        connections = list(self._connections)
        for connection in connections:
            await self._say_goodbye(connection.socket, reason)
        return len(connections)

    async def _talk(self, connection: Connection) -> None:
        self._connections.append(connection)
        self._world.touch()
        try:
            await connection.socket.send_text(json.dumps(self._hello()))
            while True:
                _take_ack(connection, await connection.socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._connections.remove(connection)
            for ack in filter(lambda ack: not ack.done(), connection.waiting.values()):
                ack.set_exception(ConnectionError("the socket closed"))
            self._world.touch()

    def _hello(self) -> JSON:
        life = int(self._world.settings.socket_life)
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "applink-local", "build_number": 10, "approximate_connection_time": life},
            "connection_info": {"app_id": self._world.app.id},
        }

    async def _say_goodbye(self, socket: WebSocket, reason: str) -> None:
        frame: JSON = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
        if reason == "too_many_websockets":
            info = {"app_id": self._world.app.id}
            frame |= {"num_connections": len(self._connections), "connection_info": info}
        with contextlib.suppress(ConnectionError, RuntimeError):
            await _send(socket, frame)
            if reason != "warning":
                await socket.close()


async def _send(socket: WebSocket, frame: JSON) -> None:
    try:
        await socket.send_text(json.dumps(frame))
    except (WebSocketDisconnect, RuntimeError) as error:
        raise ConnectionError("the socket closed") from error


def _take_ack(connection: Connection, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return
    waiting = connection.waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
    if waiting is not None and not waiting.done():
        waiting.set_result(message)
