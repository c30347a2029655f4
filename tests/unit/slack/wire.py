"""A Slack on a real socket that does exactly what a story says: one turn of the script for each request."""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

Turn = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def method(self) -> str:
        """The Web API method."""
        return self.path.rpartition("/")[2]

    @property
    def token(self) -> str:
        """The token it was made with."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def form(self) -> dict[str, str]:
        """The arguments of a form."""
        return {name: values[0] for name, values in parse_qs(self.body, keep_blank_values=True).items()}

    @property
    def json(self) -> Any:
        """The arguments of a JSON body."""
        return json.loads(self.body)


def raw(status: int, body: str | bytes, **headers: str) -> Turn:
    """Answer with that body; header names are written with underscores."""
    content = body.encode() if isinstance(body, str) else body
    told = {"content-length": str(len(content)), "connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Told", *(f"{name}: {value}" for name, value in told.items() if value)]
    head = "\r\n".join([*lines, "", ""]).encode()
    return lambda connection: connection.sendall(head + content)


def ok(**data: Any) -> Turn:
    """`ok: true` with that data."""
    return raw(200, json.dumps({"ok": True, **data}), content_type="application/json")


def error(code: str, status: int = 200, **headers: str) -> Turn:
    """`ok: false` with that code."""
    return raw(status, json.dumps({"ok": False, "error": code}), **headers)


def reset(connection: socket.socket) -> None:
    """Read the request, then break the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection: socket.socket) -> None:
    """Read the request, then close without a word."""
    connection.close()


def silence(connection: socket.socket) -> None:
    """Read the request and never answer."""
    connection.settimeout(10)
    connection.recv(1)


class Wire:
    """The server. `script` holds what is to come, `asked` what came; an unplanned request is answered ok."""

    def __init__(self) -> None:
        self.script: deque[Turn] = deque()
        self.asked: list[Asked] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def url(self) -> str:
        """The Web API's base address."""
        return f"http://{self.host}/api/"

    def plays(self, *turns: Turn) -> None:
        """Put turns at the end of the script."""
        self.script.extend(turns)

    def stop(self) -> None:
        """Stop listening."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            head, _, body = _received(connection)
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            self.asked.append(Asked(first.split(" ")[1], headers, body))
            (self.script.popleft() if self.script else ok())(connection)


def _received(connection: socket.socket) -> tuple[str, str, str]:
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65_536)
    head, blank, body = text.partition(b"\r\n\r\n")
    told = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(told[0].split(b":")[1]) if told else 0
    while len(body) < length:
        body += connection.recv(65_536)
    return head.decode(), blank.decode(), body.decode()


@contextmanager
def listening() -> Iterator[Wire]:
    """A wire, stopped afterwards."""
    wire = Wire()
    try:
        yield wire
    finally:
        wire.stop()


def nobody_listens() -> str:
    """The base address of a Slack that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/api/"
