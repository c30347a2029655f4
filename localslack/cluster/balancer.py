"""A small HTTP load balancer for demo and tests: each request goes to the next replica that is ready.

Written here because what exists is either a server to install (nginx, HAProxy, Envoy) or a forward proxy
without health checks (proxy.py, mitmproxy), and starlette and httpx, which do the work, are here already.
"""

import asyncio
import contextlib
import itertools
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

CHECK_SECONDS = 0.25
"""Between two looks at a replica's `/readyz`."""

_CHECK_PATIENCE = 1.0  # a stopped process takes connections and never answers
_ANSWER_PATIENCE = 10.0  # Slack itself waits three seconds
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length")
)


class Balancer:
    """Listens on 127.0.0.1 (port 0: a free one) and passes on to those of the replicas that are ready.

    A request goes to the next replica when one refuses the connection or answers 503: neither has taken it.
    After any other failure it is not repeated, because nobody knows how far it came: 502, or 504 when no
    answer came in time.
    """

    def __init__(self, replicas: Sequence[str], port: int = 0) -> None:
        self._replicas = tuple(replicas)
        self._ready: frozenset[str] = frozenset()
        self._turn = itertools.count()
        self._listener = socket.create_server(("127.0.0.1", port))
        config = uvicorn.Config(
            Starlette(routes=[Route("/{path:path}", self._pass_on, methods=_METHODS)], lifespan=self._life),
            lifespan="on",
            log_config=None,
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="balancer", daemon=True)
        self._http: httpx.AsyncClient

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def ready(self) -> frozenset[str]:
        """The replicas that were ready at the last look."""
        return self._ready

    def start(self) -> "Balancer":
        """Begin to listen; returns once requests are answered, if only with 503."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the load balancer did not start")
            time.sleep(0.002)
        return self

    def stop(self) -> None:
        """Finish what is under way and stop."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()

    def __enter__(self) -> "Balancer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listener])

    @contextlib.asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
        async with httpx.AsyncClient(limits=limits, timeout=_ANSWER_PATIENCE, trust_env=False) as self._http:
            checks = [asyncio.create_task(self._watch(replica)) for replica in self._replicas]
            yield
            for check in checks:
                check.cancel()
            await asyncio.gather(*checks, return_exceptions=True)

    async def _watch(self, replica: str) -> None:
        while True:
            try:
                answer = await self._http.get(f"{replica}/readyz", timeout=_CHECK_PATIENCE)
                ready = answer.status_code == httpx.codes.OK
            except httpx.TransportError:
                ready = False
            self._ready = self._ready | {replica} if ready else self._ready - {replica}
            await asyncio.sleep(CHECK_SECONDS)

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        for replica in self._in_turn():
            try:
                answer = await self._asked(replica, request, body)
            except httpx.ConnectError:
                self._ready -= {replica}
                continue
            except httpx.TimeoutException:
                return PlainTextResponse("the replica did not answer", 504)
            except httpx.TransportError:
                return PlainTextResponse("the replica broke off", 502)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return _response(answer)
        return PlainTextResponse("no replica is ready", 503)

    def _in_turn(self) -> Iterator[str]:
        """The replicas that are ready, the next one first."""
        ready = [replica for replica in self._replicas if replica in self._ready]
        first = next(self._turn)
        return (ready[(first + number) % len(ready)] for number in range(len(ready)))

    async def _asked(self, replica: str, request: Request, body: bytes) -> httpx.Response:
        address = f"{replica}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
        return await self._http.request(
            request.method, address, content=body, headers=_end_to_end(request.headers.items())
        )


def _response(answer: httpx.Response) -> Response:
    response = Response(answer.content, answer.status_code)
    for name, value in _end_to_end(answer.headers.multi_items()):
        response.headers.append(name, value)
    return response


def _end_to_end(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
