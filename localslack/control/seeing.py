"""``/_control/see/*``: what a person sees, and waiting for a change."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localslack.acting.outcome import Impossible
from localslack.control.answers import guarded
from localslack.conversation import direct, seeing
from localslack.conversation.store import Message
from localslack.engine import Engine
from localslack.org.model import User
from localslack.world import World

JSON = dict[str, Any]


class Sights:
    """Handlers of the see endpoints."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world: World = engine.world

    async def version(self, _request: Request) -> JSON:
        """The number that grows with every change."""
        self._world.settle()
        return {"version": self._world.version}

    async def changes(self, request: Request) -> JSON:
        """Wait until the version is beyond ``after``, at most ``timeout`` seconds."""
        after, timeout = int(request.query_params["after"]), float(request.query_params.get("timeout", "5"))
        return {"version": await self._engine.wait_for_change(after, min(timeout, 25.0))}

    async def people(self, _request: Request) -> JSON:
        """Everybody one can act as."""
        with self._world.lock:
            people = [user for user in self._world.org.users.values() if not user.is_bot and not user.deleted]
            return {"people": [self._person(user) for user in people]}

    async def channels(self, request: Request) -> JSON:
        """The sidebar."""
        with self._world.lock:
            return {"channels": seeing.channels(self._world, self._user(request))}

    async def messages(self, request: Request) -> JSON:
        """Top-level messages of a channel: all, or the newest ``limit`` of those before the ts ``before``."""
        limit, before = int(request.query_params.get("limit", "0")), request.query_params.get("before")
        with self._world.lock:
            user, channel = self._user(request), self._channel(request)
            found = seeing.in_channel(self._world, user, channel)
            if before is not None:
                found = [message for message in found if message.ts < before]
            shown = found[-limit:] if limit else found
            return {**self._shown(user, shown), "has_more": len(shown) < len(found)}

    async def app(self, request: Request) -> JSON:
        """The app as this person meets it."""
        with self._world.lock:
            return {"app": seeing.app(self._world, self._user(request))}

    async def names(self, request: Request) -> JSON:
        """What mentions are called."""
        with self._world.lock:
            return seeing.names(self._world, self._user(request))

    async def thread(self, request: Request) -> JSON:
        """A parent and its replies."""
        with self._world.lock:
            user, channel = self._user(request), self._channel(request)
            ts = request.query_params["ts"]
            return self._shown(user, seeing.in_thread(self._world, user, channel, ts))

    async def dms(self, request: Request) -> JSON:
        """All messages between the person and the app."""
        with self._world.lock:
            user = self._user(request)
            channel = direct.find(self._world, [self._world.app.bot_user, user.id])
            found = self._world.talk.messages.get(channel.id, []) if channel else []
            return self._shown(user, [m for m in found if m.ephemeral_to in (None, user.id)])

    async def modal(self, request: Request) -> JSON:
        """The open modal."""
        with self._world.lock:
            return {"modal": seeing.modal(self._world, self._user(request))}

    async def home(self, request: Request) -> JSON:
        """The Home tab."""
        with self._world.lock:
            return {"home": seeing.home(self._world, self._user(request))}

    async def file(self, request: Request) -> Response:
        """A file's bytes, for people who share a conversation with it."""
        with self._world.lock:
            user, file_id = self._user(request), request.path_params["file_id"]
            mine = (c.id for c in self._world.org.channels.values() if user.id in c.members)
            shared = any(file_id in m.files for id in mine for m in self._world.talk.messages.get(id, []))
            if not shared:
                raise Impossible(f"{user.id} sees no file {file_id!r}")
            file = self._world.talk.files[file_id]
            disposition = f"attachment; filename=\"{file.id}\"; filename*=UTF-8''{quote(file.name, safe='')}"
            headers = {"content-disposition": disposition}
            return Response(file.content, media_type="application/octet-stream", headers=headers)

    def _user(self, request: Request) -> User:
        self._world.settle()
        user = self._world.org.users.get(request.query_params["user"])
        if user is None:
            raise Impossible(f"nobody is called {request.query_params['user']!r}")
        return user

    def _channel(self, request: Request) -> str:
        channel = self._world.org.channels.get(request.query_params["channel"])
        user = request.query_params["user"]
        if channel is None or user not in channel.members:
            raise Impossible(f"{user} is in no channel {request.query_params['channel']!r}")
        return channel.id

    def _shown(self, user: User, found: list[Message]) -> JSON:
        return {"messages": [seeing.message(self._world, user, message) for message in found]}

    def _person(self, user: User) -> JSON:
        role = "external" if user.external_org else "guest" if user.is_restricted else "member"
        if user.is_admin_or_owner:
            role = "owner" if user.is_org_owner or user.is_primary_owner else "admin"
        groups = (g for g in self._world.org.usergroups.values() if user.id in g.users and not g.disabled_at)
        return {
            "id": user.id,
            "name": user.name,
            "real_name": user.real_name,
            "role": role,
            "usergroups": [group.handle for group in groups],
            "tz": user.tz,
        }


def routes(engine: Engine) -> list[Route]:
    """All see endpoints, each a GET with ``user`` in the query."""
    sights = Sights(engine)
    paths = (
        "version",
        "changes",
        "people",
        "channels",
        "messages",
        "thread",
        "dms",
        "modal",
        "home",
        "app",
        "names",
    )
    return [
        *(Route(f"/see/{name}", guarded(getattr(sights, name))) for name in paths),
        Route("/see/file/{file_id}", guarded(sights.file)),
    ]
