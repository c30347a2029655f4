"""``apps.connections.open`` and ``functions.complete*``."""

from typing import Any

from localslack.org.app import TokenStatus
from localslack.web_api.call import JSON, MethodCall, Refused


def open_connection(call: MethodCall) -> JSON:
    """A one-time WebSocket address for Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode)."""
    ticket = call.world.new_secret("ticket-")
    call.world.socket_tickets.add(ticket)
    host = call.world.base_url.replace("http://", "ws://")
    return {"url": f"{host}/link/?ticket={ticket}&app_id={call.world.app.id}"}


def complete_success(call: MethodCall) -> JSON:
    """End a workflow step well; ``outputs`` must have the declared required outputs."""
    outputs: Any = call.args["outputs"]
    return _complete(call, "succeeded", outputs)


def complete_error(call: MethodCall) -> JSON:
    """End a workflow step with an error text."""
    return _complete(call, "failed", call.text("error"))


def _complete(call: MethodCall, state: str, result: Any) -> JSON:
    execution = call.world.executions.get(call.text("function_execution_id"))
    if execution is None:
        raise Refused("function_execution_not_found")
    if execution.state != "running":
        raise Refused("execution_not_in_running_state")
    if state == "succeeded":
        _check_outputs(call, execution.callback_id, result)
    execution.state, execution.result = state, result
    call.world.app.tokens[execution.token].status = TokenStatus.REVOKED
    call.effect = True
    return {}


def _check_outputs(call: MethodCall, callback_id: str, outputs: Any) -> None:
    declared = call.world.app.manifest.functions.get(callback_id, {}).get("output_parameters", {})
    required = declared.get("required", [])
    if not isinstance(outputs, dict) or any(name not in outputs for name in required):
        raise Refused("parameter_validation_failed")


METHODS = {
    "apps.connections.open": open_connection,
    "functions.completeSuccess": complete_success,
    "functions.completeError": complete_error,
}
