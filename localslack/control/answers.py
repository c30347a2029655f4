"""How control endpoints answer: JSON, 409 with a reason when a person cannot do something, 400 for a bad
request.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localslack.acting.outcome import Impossible, Outcome
from localslack.conversation import seeing
from localslack.world import World

JSON = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(handler: Callable[[Request], Awaitable[Any]]) -> Endpoint:
    """Wrap a handler that returns JSON or a Response, and turn refusals into status codes."""

    async def endpoint(request: Request) -> Response:
        try:
            answer = await handler(request)
        except Impossible as impossible:
            return JSONResponse({"error": str(impossible)}, 409)
        except KeyError as missing:
            return JSONResponse({"error": f"missing or unknown: {missing.args[0]}"}, 400)
        except (ValueError, TypeError, AttributeError) as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return endpoint


async def read_json(request: Request) -> JSON:
    """The JSON object of a POST body; empty when there is none."""
    body = await request.body()
    value = await request.json() if body else {}
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")
    return value


def outcome_json(world: World, user_id: str, outcome: Outcome) -> JSON:
    """An outcome with its messages as the person sees them."""
    with world.lock:
        user = world.org.users[user_id]
        shown = [seeing.message(world, user, message) for message in outcome.messages]
        outcome.messages = []
        return {**asdict(outcome), "messages": shown}
