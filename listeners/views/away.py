"""While I am away: the form submitted."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.delegating import DELEGATE, NOTE, UNTIL, away_view, handed_view
from app.model.refusal import Refusal
from app.requests.handing_over import Wish
from listeners.commands.away import DELEGATING
from listeners.payloads import day, somebody, typed
from listeners.scene import Scene


def hand_over(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Hand it over as chosen. What only Slack can tell is said in the form, with everything still there."""
    scene = Scene.of(context, body, "While I am away")
    service, prefix = scene.services.handing_over, scene.services.settings.command_prefix
    wish = Wish(somebody(body, DELEGATE), day(body, UNTIL), typed(body, NOTE).strip())
    wrong = service.wrong(scene.user_id, wish)
    if wrong:
        ack(response_action="errors", errors=wrong)
        return
    scene = scene.loading(ack)
    given = service.give(scene.user_id, wish, scene.live)
    if not isinstance(given, Refusal):
        scene.services.nudge()
        scene.show(handed_view(given, prefix))
        return
    scene.services.filing.refused(scene.enterprise_id, scene.user_id, DELEGATING, given)
    offer = service.offer(scene.user_id, scene.live)
    if isinstance(offer, Refusal):
        scene.refuse(offer)
        return
    chosen = (wish.delegate_id, str(wish.until), wish.note)
    view = away_view(
        offer.operations, offer.zone, offer.last, offer.present, prefix, chosen=chosen, problem=given.sentence
    )
    scene.show(view)
