"""A workflow reaches a custom step of the app (docs.slack.dev/workflows/workflow-steps)."""

from typing import Any

from localslack.acting.place import person
from localslack.engine import Engine
from localslack.org.app import TokenKind
from localslack.org.installing import issue
from localslack.outbound import events
from localslack.world import FunctionExecution, World

JSON = dict[str, Any]


async def run_step(engine: Engine, body: JSON) -> str:
    """A workflow reaches a custom step of the app; the id of the execution."""
    world, callback_id = engine.world, body["callback_id"]
    with world.lock:
        user = person(world, body["user"])
        token = issue(
            world, TokenKind.WORKFLOW, world.app.bot_user, list(world.app.manifest.bot_scopes), None
        )
        execution = FunctionExecution(world.new_id("Fx"), callback_id, token.value)
        world.executions[execution.id] = execution
        event = {
            "function": _function_object(world, callback_id),
            "inputs": body.get("inputs") or {},
            "function_execution_id": execution.id,
            "workflow_execution_id": world.new_id("Wx"),
            "bot_access_token": token.value,
        }
        events.function_executed(world, event, user.teams[0])
        return execution.id


def _function_object(world: World, callback_id: str) -> JSON:
    """The step as the manifest declares it (docs.slack.dev/reference/events/function_executed)."""
    declared = world.app.manifest.functions.get(callback_id, {})
    return {
        "id": world.new_id("Fn"),
        "callback_id": callback_id,
        "title": declared.get("title", callback_id),
        "description": declared.get("description", ""),
        "type": "app",
        "input_parameters": _parameters(declared.get("input_parameters", {})),
        "output_parameters": _parameters(declared.get("output_parameters", {})),
        "app_id": world.app.id,
        "date_created": world.now(),
        "date_updated": world.now(),
        "date_deleted": 0,
    }


def _parameters(declared: JSON) -> list[JSON]:
    required = declared.get("required", [])
    return [
        {
            "type": spec["type"],
            "name": name,
            "description": spec.get("description", ""),
            "title": spec.get("title", name),
            "is_required": name in required,
        }
        for name, spec in declared.get("properties", {}).items()
    ]
