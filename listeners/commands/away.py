"""`/drawbridge away` and `back`: an approver hands their approving over, and takes it back."""

from app.messages.delegating import away_view, back_message
from app.model.refusal import Refusal
from app.requests.authority import known
from listeners.scene import Scene

DELEGATING = "delegation"
"""As what it stands in the audit log that somebody was told no."""


def away(scene: Scene) -> None:
    """Ask whoever may approve something that others may decide for them: who, until when."""
    opened = scene.titled("While I am away").open()
    if opened is None:
        return
    offer = scene.services.handing_over.offer(scene.user_id, scene.live)
    if isinstance(offer, Refusal):
        scene.services.filing.refused(scene.enterprise_id, scene.user_id, DELEGATING, offer)
        opened.refuse(offer)
        return
    now = offer.present
    chosen = ("", "", "") if now is None else (now.delegate_id, offer.last_day(now), now.note)
    prefix = scene.services.settings.command_prefix
    opened.show(away_view(offer.operations, offer.zone, offer.last, now, prefix, chosen=chosen))


def back(scene: Scene) -> None:
    """End what this person has handed over; they need no right for it any more."""
    services = scene.services
    person = known(scene.user_id, scene.live)
    if isinstance(person, Refusal):
        services.filing.refused(scene.enterprise_id, scene.user_id, DELEGATING, person)
        scene.refuse(person)
        return
    present = services.delegations.present(scene.enterprise_id, scene.user_id)
    ended = present is not None and services.delegations.end(present, scene.user_id, "back")
    services.nudge()
    scene.tell(back_message(present if ended else None))
