"""The buttons of a request that is being carried out: pause, resume, stop."""

from app.messages.text import Block, button, confirm
from app.model.lifecycle import State
from app.model.request import Record

PAUSE = "pause_execution"
GO_ON = "resume_execution"
STOP = "stop_execution"
"""action_ids; the value is the request's id."""


def steering_buttons(record: Record) -> list[Block]:
    """What an approver can still do about it; nothing once every item is called or it is being stopped."""
    request, waiting = record.request, record.results.waiting
    if not waiting or request.stopped_by is not None:
        return []
    if request.state is State.EXECUTING:
        return [_pause(request.id), _stop(request.id, waiting)]
    if request.state is State.PAUSED:
        return [_resume(request.id, waiting), _stop(request.id, waiting)]
    return []


def _pause(request_id: str) -> Block:
    sure = confirm(
        "Pause this request?", "What is out is finished and proved. Nothing further is called.", "Pause"
    )
    return button("Pause", PAUSE, request_id, confirm=sure)


def _resume(request_id: str, waiting: int) -> Block:
    told = f"{waiting:,} more to do. A few go first; it pauses again if one of them fails."
    return button("Resume", GO_ON, request_id, "primary", confirm=confirm("Go on?", told, "Resume"))


def _stop(request_id: str, waiting: int) -> Block:
    told = f"{waiting:,} are left alone for good. What took effect stays; what is out is still proved."
    return button("Stop", STOP, request_id, "danger", confirm=confirm("Stop it for good?", told, "Stop it"))
