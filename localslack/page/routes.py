"""``/`` and ``/page/<file>``: the page's own files, nothing else, under a strict Content-Security-Policy."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from localslack.engine import Engine
from localslack.page.live import Live

STATIC = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",  # asks every time, and is told 304 by the ETag
}


@dataclass(frozen=True)
class StaticFile:
    """A file as it is served."""

    content: bytes
    media_type: str
    etag: str


def static_files(folder: Path = STATIC) -> dict[str, StaticFile]:
    """The allow-list: what lies in the folder when the emulator starts, by file name."""
    return {path.name: _read(path) for path in sorted(folder.iterdir()) if path.suffix in _TYPES}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return StaticFile(content, _TYPES[path.suffix], f'"{digest}"')


class Page:
    """Serves the files."""

    def __init__(self, files: dict[str, StaticFile]) -> None:
        self._files = files

    async def front(self, request: Request) -> Response:
        """The page itself."""
        return self._answer(request, "index.html")

    async def file(self, request: Request) -> Response:
        """A file beside the page."""
        return self._answer(request, request.path_params["name"])

    def _answer(self, request: Request, name: str) -> Response:
        file = self._files.get(name)
        if file is None:
            return PlainTextResponse("not found", 404, headers=_HEADERS)
        headers = {**_HEADERS, "etag": file.etag}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)


def routes(engine: Engine) -> list[BaseRoute]:
    """The page, its files, and its WebSocket."""
    page = Page(static_files())
    return [
        Route("/", page.front),
        Route("/page/{name:path}", page.file),
        WebSocketRoute("/live", Live(engine).serve),
    ]
