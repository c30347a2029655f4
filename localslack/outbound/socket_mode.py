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
GOODBYE = (
    1.0  # seconds; clients close by themselves, and the JavaScript one takes our closing first for an error
)
RECONNECTING_MAX = 15.0  # seconds; the official JavaScript client lets five pass before it comes back


@dataclass
class Connection:
    """One open socket and the envelopes sent over it that nobody has acknowledged yet.

    ``leaving`` from the disconnect frame on: what comes next goes to another socket, and outstanding acks may
    too.
    """

    socket: WebSocket
    waiting: dict[str, "asyncio.Future[JSON]"] = field(default_factory=dict)
    leaving: bool = False


class SocketHub:
    """All sockets of the app; each payload goes to any one of them, and each ack may come over any.

    That an ack may come over a newer socket is inferred from the official Python client, which sends it over
    whatever socket it has by then.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[JSON]] = {}
        self._turn = itertools.count()
        self._arrived = asyncio.Event()
        self._awaited_until, self._awaited_in = 0.0, world.epoch
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def is_connected(self) -> bool:
        """Whether everything goes over the socket instead of HTTP."""
        return bool(self._connections)

    @property
    def number(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

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
            with contextlib.suppress(RuntimeError):
                await socket.close()
            return
        await self._talk(Connection(socket))

    async def send(self, kind: str, payload: JSON, *, attempt: int = 0, reason: str = "") -> JSON:
        """Send one envelope and wait for its ack; TimeoutError when none comes in time."""
        connection = self._next()
        envelope: JSON = {"envelope_id": str(uuid.uuid4()), "payload": payload, "type": kind}
        shortcut = payload.get("type") == "shortcut"
        envelope["accepts_response_payload"] = kind != "events_api" and not shortcut
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        ack: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = self._waiting[envelope["envelope_id"]] = ack
        try:
            await _send(connection.socket, envelope)
            async with asyncio.timeout(self._world.settings.ack_deadline):
                return await ack
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)
            self._waiting.pop(envelope["envelope_id"], None)

    def _next(self) -> Connection:
        staying = [connection for connection in self._connections if not connection.leaving]
        usable = staying or self._connections
        if not usable:
            raise ConnectionError("the socket closed")
        return usable[next(self._turn) % len(usable)]

    async def wait_for_return(self, patience: float) -> None:
        """While an app that was told to reconnect has not come back, wait for it at most this long."""
        if self._awaited_in != self._world.epoch:
            return
        until = min(self._awaited_until, asyncio.get_running_loop().time() + patience)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                while self._awaited_until and not self._connections:
                    await self._arrived.wait()

    async def disconnect(self, reason: str) -> int:
        """Send every socket a disconnect frame and, but for ``warning``, close it soon; their number."""
        connections = list(self._connections)
        if connections:
            self._awaited_until = asyncio.get_running_loop().time() + RECONNECTING_MAX
            self._awaited_in = self._world.epoch
        for connection in connections:
            connection.leaving = True
            if reason != "warning":
                self._forget(connection)
        for connection in connections:
            await self._say_goodbye(connection.socket, reason)
            if reason != "warning":
                self._close_soon(connection.socket)
        return len(connections)

    def _close_soon(self, socket: WebSocket) -> None:
        async def close() -> None:
            await asyncio.sleep(GOODBYE)
            with contextlib.suppress(RuntimeError):
                await socket.close()

        task = asyncio.get_running_loop().create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _welcome(self, connection: Connection) -> None:
        self._connections.append(connection)
        self._awaited_until = 0.0
        self._arrived.set()
        self._arrived = asyncio.Event()
        self._world.touch()

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            self._world.touch()

    async def _talk(self, connection: Connection) -> None:
        try:
            await connection.socket.send_text(json.dumps(self._hello()))
            self._welcome(connection)
            while True:
                self._take_ack(await connection.socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(connection)
            if not connection.leaving:
                for ack in filter(lambda ack: not ack.done(), connection.waiting.values()):
                    ack.set_exception(ConnectionError("the socket closed"))

    def _take_ack(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        ack = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if ack is not None and not ack.done():
            ack.set_result(message)

    def _hello(self) -> JSON:
        life = int(self._world.settings.socket_life)
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "applink-local", "build_number": 10, "approximate_connection_time": life},
            "connection_info": {"app_id": self._world.app.id},
        }

    async def _say_goodbye(self, socket: WebSocket, reason: str) -> None:
        frame: JSON = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
        if reason == "too_many_websockets":
            info = {"app_id": self._world.app.id}
            frame |= {"num_connections": len(self._connections), "connection_info": info}
        with contextlib.suppress(ConnectionError):
            await _send(socket, frame)


async def _send(socket: WebSocket, frame: JSON) -> None:
    try:
        await socket.send_text(json.dumps(frame))
    except (WebSocketDisconnect, RuntimeError) as error:
        raise ConnectionError("the socket closed") from error
