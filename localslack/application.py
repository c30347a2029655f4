"""The Starlette app: Web API, response urls, uploads, OAuth, Socket Mode, control endpoints."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute

from localslack.authorize import Authorize
from localslack.control import acting, changing, seeing, switches
from localslack.conversation.response_urls import respond
from localslack.conversation.uploads import readable
from localslack.engine import Engine
from localslack.page import routes as page
from localslack.web_api.endpoint import WebApi
from localslack.world import World


def build_application(world: World) -> Starlette:
    """One emulator's HTTP and WebSocket surface."""
    engine, hooks = Engine(world), Hooks(world)
    control = [
        *acting.routes(engine),
        *seeing.routes(engine),
        *switches.routes(engine),
        *changing.routes(engine),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await engine.start()
        yield
        await engine.stop()

    return Starlette(
        routes=[
            *page.routes(engine),
            Route("/api/{method:path}", WebApi(engine)),
            Route("/response/{handle}", hooks.respond, methods=["POST"]),
            Route("/upload/v1/{slot}", hooks.upload, methods=["POST"]),
            Route("/files-pri/{folder}/download/{name}", hooks.download),
            Route("/oauth/v2/authorize", Authorize(world).page),
            WebSocketRoute("/link/", engine.hub.serve),
            Mount("/_control", routes=control),
        ],
        lifespan=lifespan,
    )


class Hooks:
    """The addresses Slack hands out: response urls, upload urls, and those of files."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def respond(self, request: Request) -> Response:
        """Take a message for a response_url."""
        try:
            body = await request.json()
        except ValueError:
            body = None
        with self._world.lock:
            status, text = respond(self._world, request.path_params["handle"], body)
        return PlainTextResponse(text, status)

    async def upload(self, request: Request) -> Response:
        """Take the bytes of a file, raw or as the one part of a multipart form."""
        content = await _uploaded_bytes(request)
        with self._world.lock:
            talk = self._world.talk
            file = talk.files.get(talk.upload_slots.get(request.path_params["slot"], ""))
            if file is None or file.content is not None:
                return PlainTextResponse("not found", 404)
            if len(content) != file.length:
                return PlainTextResponse("length does not match", 400)
            file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """Give out a file's bytes; whose token may not read files gets Slack's sign-in page."""
        file_id = request.path_params["folder"].partition("-")[2]
        with self._world.lock:
            content = readable(self._world, file_id, request.headers.get("authorization", ""))
        if content is None:
            return HTMLResponse("<!DOCTYPE html><title>Sign in to Slack</title>")
        return Response(content, media_type="application/octet-stream")


async def _uploaded_bytes(request: Request) -> bytes:
    body = await request.body()
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind != "multipart/form-data":
        return body
    boundary = parameters.partition("boundary=")[2].strip(' "').encode()
    part = body.split(b"--" + boundary)[1]
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
