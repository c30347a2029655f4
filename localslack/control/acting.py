"""``/_control/act/*``: do something as a person."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from localslack.acting import buttons, commands, filling, marking, options, picking, submission, workflow
from localslack.acting.outcome import Outcome
from localslack.control.answers import guarded, outcome_json, read_json
from localslack.conversation import seeing
from localslack.engine import Engine

JSON = dict[str, Any]
Act = Callable[[Engine, JSON], Awaitable[Outcome]]

ACTS: dict[str, Act] = {
    "command": commands.command,
    "shortcut": commands.shortcut,
    "open_home": commands.open_home,
    "press": buttons.press,
    "click": buttons.press,
    "choose": filling.choose,
    "pick": picking.pick,
    "attach": picking.attach,
    "mark_read": marking.mark_read,
    "check": filling.check,
    "fill": filling.fill,
    "clear": filling.clear,
    "submit": submission.submit,
    "close": submission.close,
}


def routes(engine: Engine) -> list[Route]:
    """All acts, each a POST with ``user`` in its JSON body."""
    world = engine.world

    async def act(request: Request) -> JSON:
        body = await read_json(request)
        outcome = await ACTS[request.path_params["act"]](engine, body)
        return outcome_json(world, body["user"], outcome)

    async def offered(request: Request) -> JSON:
        return {"options": await options.options(engine, await read_json(request))}

    async def say(request: Request) -> JSON:
        body = await read_json(request)
        message = await commands.say(engine, body)
        with world.lock:
            return {"message": seeing.message(world, world.org.users[body["user"]], message)}

    async def run_step(request: Request) -> JSON:
        return {"id": await workflow.run_step(engine, await read_json(request))}

    return [
        Route("/act/options", guarded(offered), methods=["POST"]),
        Route("/act/say", guarded(say), methods=["POST"]),
        Route("/act/run_step", guarded(run_step), methods=["POST"]),
        Route("/act/{act}", guarded(act), methods=["POST"]),
    ]
