"""Pause, resume and stop, from the card of a request that is being carried out."""

from collections.abc import Callable
from typing import Any, TypeAlias

from slack_bolt import Ack, BoltContext

from app.execution.steering import Steered
from app.model.refusal import Refusal
from app.requests.verdicts import Click
from app.slack.directory import Live
from listeners.actions.deciding import click_of
from listeners.scene import Scene

Act: TypeAlias = Callable[[Click, Live], Steered | Refusal]


def pause(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Hold it back for now."""
    ack()
    scene = Scene.of(context, body)
    _steer(scene, body, scene.services.steering.pause)


def resume(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Let it go on."""
    ack()
    scene = Scene.of(context, body)
    steered = _steer(scene, body, scene.services.steering.resume)
    if steered is not None:
        _start(scene, steered)


def stop(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Leave the rest alone for good."""
    ack()
    scene = Scene.of(context, body)
    steered = _steer(scene, body, scene.services.steering.stop)
    if steered is not None:
        _start(scene, steered)


def _steer(scene: Scene, body: dict[str, Any], act: Act) -> Steered | None:
    steered = act(click_of(scene, body), scene.live)
    if isinstance(steered, Refusal):
        scene.refuse(steered)
        return None
    scene.services.nudge()
    return steered


def _start(scene: Scene, steered: Steered) -> None:
    """Start the run that goes on with it; one that never came to rest is at it already."""
    request = steered.request
    scene.services.workflows.execute(request.enterprise_id, request.id, steered.run)
