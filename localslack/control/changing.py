"""``/_control/create`` and ``/_control/set``: change the org behind the app's back."""

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.routing import Route

from localslack.control.answers import guarded, read_json
from localslack.engine import Engine
from localslack.org.model import (
    Channel,
    ChannelKind,
    ConnectionStatus,
    ExternalOrg,
    User,
    UserGroup,
    Workspace,
)
from localslack.outbound import events
from localslack.world import World

JSON = dict[str, Any]
T = TypeVar("T")


def _external_org(world: World, id: str, given: JSON) -> None:
    name = given.pop("name", f"Partner {id[-4:]}")
    domain = given.pop("domain", id.lower())
    world.org.external_orgs[id] = _with(ExternalOrg(id, name, domain, last_active=world.now()), given)


def _channel(world: World, id: str, given: JSON) -> None:
    usual = ChannelKind.PRIVATE if given.pop("private", False) else ChannelKind.PUBLIC
    kind = ChannelKind(given.pop("type", usual))
    teams = given.pop("team_ids", [next(iter(world.org.workspaces))])
    channel = Channel(id, given.pop("name", f"channel-{id[-6:].lower()}"), kind, teams, world.org.id)
    channel.created = channel.updated = channel.last_activity = world.now()
    world.org.channels[id] = _with(channel, given)
    channel.ever_external = channel.ever_external or bool(channel.connected)
    for external in channel.connected:
        events.channel_shared(world, channel, external)


def _usergroup(world: World, id: str, given: JSON) -> None:
    team = given.pop("team_id", next(iter(world.org.workspaces)))
    handle = given.pop("handle", f"group-{id[-6:].lower()}")
    group = UserGroup(id, team, given.pop("name", handle), handle, created=world.now(), updated=world.now())
    world.org.usergroups[id] = _with(group, given)


def _user(world: World, id: str, given: JSON) -> None:
    real_name = given.pop("real_name", f"Person {id[-6:]}")
    name = given.pop("name", real_name.lower().replace(" ", "."))
    email = given.pop("email", f"{id.lower()}@meridian.example")
    teams = given.pop("teams", [next(iter(world.org.workspaces))])
    user = User(id, name, real_name, email, teams, created=world.now(), updated=world.now())
    world.org.users[id] = _with(user, given)


def _workspace(world: World, id: str, given: JSON) -> None:
    name = given.pop("name", f"Workspace {id[-4:]}")
    domain = given.pop("domain", id.lower())
    owner = next((u.id for u in world.org.users.values() if u.is_primary_owner), "")
    world.org.workspaces[id] = _with(Workspace(id, name, domain, primary_owner=owner), given)


def _policy_member(world: World, id: str, given: JSON) -> None:
    if id not in world.org.users:
        _user(world, id, given)
    policy = given.pop("policy", "email_password")
    world.org.policies[policy].entities[id] = world.now()


_MAKERS: dict[str, tuple[str, Callable[[World, str, JSON], None]]] = {
    "external_org": ("T", _external_org),
    "channel": ("C", _channel),
    "usergroup": ("S", _usergroup),
    "user": ("W", _user),
    "workspace": ("T", _workspace),
    "policy_member": ("W", _policy_member),
}


def create(world: World, kind: str, given: JSON) -> str:
    """Create an object with sensible defaults; its id."""
    if kind not in _MAKERS:
        raise ValueError(f"unknown kind {kind!r}; known: {', '.join(_MAKERS)}")
    prefix, make = _MAKERS[kind]
    id = given.pop("id", None) or world.new_id(prefix)
    make(world, id, given)
    world.touch()
    return str(id)


def change(world: World, kind: str, id: str, attributes: JSON) -> JSON:
    """Set attributes of an existing object; KeyError when there is none."""
    families: dict[str, dict[str, Any]] = {
        "external_org": world.org.external_orgs,
        "channel": world.org.channels,
        "usergroup": world.org.usergroups,
        "user": world.org.users,
        "workspace": world.org.workspaces,
    }
    _with(families[kind][id], attributes)
    world.touch()
    return {"id": id}


def remove(world: World, kind: str, id: str) -> None:
    """Make an object vanish."""
    families: dict[str, dict[str, Any]] = {
        "external_org": world.org.external_orgs,
        "channel": world.org.channels,
        "usergroup": world.org.usergroups,
        "user": world.org.users,
        "policy_member": world.org.policies["email_password"].entities,
    }
    del families[kind][id]
    world.touch()


def _with(thing: T, attributes: JSON) -> T:
    for name, value in attributes.items():
        if not hasattr(thing, name):
            raise ValueError(f"{type(thing).__name__} has no attribute {name!r}")
        typed = {"status": ConnectionStatus, "kind": ChannelKind}.get(name)
        setattr(thing, name, typed(value) if typed else value)
    return thing


def routes(engine: Engine) -> list[Route]:
    """Create, set and remove."""
    world = engine.world

    async def create_one(request: Request) -> JSON:
        body = await read_json(request)
        with world.lock:
            return {"id": create(world, body.pop("kind"), body)}

    async def set_one(request: Request) -> JSON:
        body = await read_json(request)
        with world.lock:
            return change(world, body["kind"], body["id"], body["attributes"])

    async def remove_one(request: Request) -> JSON:
        body = await read_json(request)
        with world.lock:
            remove(world, body["kind"], body["id"])
            return {"ok": True}

    return [
        Route("/create", guarded(create_one), methods=["POST"]),
        Route("/set", guarded(set_one), methods=["POST"]),
        Route("/remove", guarded(remove_one), methods=["POST"]),
    ]
