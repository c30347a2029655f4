"""``/_control/`` for the operator: faults, logs, state, settings, reset, sockets, the app's installation."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from localslack.control.answers import guarded, read_json
from localslack.control.overview import overview
from localslack.engine import Engine
from localslack.org import installing
from localslack.org.app import TokenKind
from localslack.web_api.faults import Fault, FaultKind
from localslack.world import World

JSON = dict[str, Any]


class Switches:
    """Handlers of the operator's endpoints."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world: World = engine.world

    async def faults(self, request: Request) -> JSON:
        """List (GET), add (POST) or remove all (DELETE) faults."""
        world = self._world
        if request.method == "POST":
            body = await read_json(request)
            body["kind"] = FaultKind(body["kind"])
            with world.lock:
                fault = Fault(id=world.new_id("Ft"), **body)
                world.faults.append(fault)
                world.touch()
                return asdict(fault)
        with world.lock:
            if request.method == "DELETE":
                world.faults.clear()
                world.touch()
            return {"faults": [asdict(fault) for fault in world.faults]}

    async def remove_fault(self, request: Request) -> JSON:
        """Remove one fault."""
        with self._world.lock:
            kept = [fault for fault in self._world.faults if fault.id != request.path_params["id"]]
            self._world.faults = kept
            self._world.touch()
            return {"faults": [asdict(fault) for fault in kept]}

    async def calls(self, request: Request) -> JSON:
        """The Web API call log; ``method`` and ``after`` narrow it."""
        method, after = request.query_params.get("method"), int(request.query_params.get("after", "0"))
        with self._world.lock:
            entries = self._world.ledger.calls[after:]
            return {"calls": [asdict(entry) for entry in entries if method in (None, entry.method)]}

    async def deliveries(self, request: Request) -> JSON:
        """Everything sent to the app; ``kind`` (of delivery, payload or event) and ``after`` narrow it."""
        kind, after = request.query_params.get("kind"), int(request.query_params.get("after", "0"))
        with self._world.lock:
            entries = self._world.ledger.deliveries[after:]
            known = ((e, {None, e.kind, e.about, e.payload.get("type")}) for e in entries)
            return {"deliveries": [asdict(entry) for entry, kinds in known if kind in kinds]}

    async def problems(self, _request: Request) -> JSON:
        """Everything the app sent or answered that Slack would refuse."""
        with self._world.lock:
            return {"problems": list(self._world.ledger.problems)}

    async def state(self, _request: Request) -> JSON:
        """The org as JSON."""
        with self._world.lock:
            self._world.settle()
            return asdict(self._world.org)

    async def overview(self, _request: Request) -> JSON:
        """What destructive calls change, in short."""
        with self._world.lock:
            self._world.settle()
            return overview(self._world.org)

    async def reset(self, request: Request) -> JSON:
        """Back to the seed."""
        body = await read_json(request)
        self._world.reset(body.get("seed"))
        return {"ok": True}

    async def settings(self, request: Request) -> JSON:
        """Read (GET) or change (POST) the world settings."""
        body = await read_json(request) if request.method == "POST" else {}
        with self._world.lock:
            self._world.settings.change(body)
            self._world.touch()
            return asdict(self._world.settings)

    async def socket(self, request: Request) -> JSON:
        """Send every Socket Mode connection a disconnect frame with ``reason``."""
        body = await read_json(request)
        return {"connections": await self._engine.hub.disconnect(body.get("reason", "refresh_requested"))}

    async def app(self, request: Request) -> JSON:
        """The installation: read, or change ``workspaces``, ``revoke`` token kinds (of ``owners``),
        ``uninstall``, ``token_rotation``, ``app_url``.
        """
        body = await read_json(request) if request.method == "POST" else {}
        world = self._world
        with world.lock:
            if "app_url" in body:
                world.app_url = str(body["app_url"]).rstrip("/")
            if "workspaces" in body:
                installing.set_workspaces(world, body["workspaces"])
            if "revoke" in body:
                kinds = [TokenKind(kind) for kind in body["revoke"]]
                installing.revoke(world, kinds, body.get("owners"))
            if "token_rotation" in body:
                world.app.manifest.token_rotation = bool(body["token_rotation"])
            if body.get("uninstall"):
                installing.uninstall(world)
            return self._installation()

    def _installation(self) -> JSON:
        world = self._world
        commands = world.app.manifest.commands
        return {
            "id": world.app.id,
            "name": world.app.manifest.name,
            "installed": world.app.installed,
            "app_url": world.app_url,
            "workspaces": [w.id for w in world.org.workspaces.values() if w.has_app],
            "commands": [asdict(command) for command in commands.values()] if commands is not None else None,
            "tokens": [
                {"kind": t.kind, "owner": t.owner, "status": t.status} for t in world.app.tokens.values()
            ],
            "socket_mode": self._engine.hub.is_connected,
            "sockets": self._engine.hub.number,
        }


def routes(engine: Engine) -> list[Route]:
    """All operator endpoints."""
    switches = Switches(engine)
    both = ["GET", "POST"]
    return [
        Route("/faults", guarded(switches.faults), methods=["GET", "POST", "DELETE"]),
        Route("/faults/{id}", guarded(switches.remove_fault), methods=["DELETE"]),
        Route("/calls", guarded(switches.calls)),
        Route("/deliveries", guarded(switches.deliveries)),
        Route("/problems", guarded(switches.problems)),
        Route("/state", guarded(switches.state)),
        Route("/overview", guarded(switches.overview)),
        Route("/reset", guarded(switches.reset), methods=["POST"]),
        Route("/settings", guarded(switches.settings), methods=both),
        Route("/socket", guarded(switches.socket), methods=["POST"]),
        Route("/app", guarded(switches.app), methods=both),
    ]
