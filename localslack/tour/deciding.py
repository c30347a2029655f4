"""How people decide on stage, and how a request ends: refused, approved, denied, carried out, proved."""

from collections.abc import Callable

from localslack.seen import Message, Modal
from localslack.tour import words
from localslack.tour.cast import ADMIN_CHANNEL, Actor
from localslack.tour.failures import promise
from localslack.tour.play import PATIENCE, Filed, Play, answered, open_modal, status


def refused_own(play: Play, actor: Actor, filed: Filed) -> None:
    """The requester tries to approve the own request; only the requester sees the answer."""
    card = play.card(filed)
    label = _approve_label(card)
    play.stage.does(actor, f"presses “{label}” on her own request")
    before = {message.ts for message in actor.person.ephemerals(ADMIN_CHANNEL)}
    answered(actor.person.click(card, label, confirm=True), f"“{label}”")
    told = actor.person.wait_message(
        ADMIN_CHANNEL,
        words.SELF_APPROVAL,
        where=lambda message: message.is_ephemeral and message.ts not in before,
        timeout=PATIENCE,
    )
    play.stage.ephemeral(actor, told)
    play.counts.refusals += 1
    others = play.cast.ben.person.messages(ADMIN_CHANNEL)
    promise(not any(words.SELF_APPROVAL in seen.text for seen in others), "A refusal concerns nobody else.")
    promise(not play.changing(filed), "Nothing may be called before anybody else has approved.")


def approve(play: Play, actor: Actor, filed: Filed, wrong: str = "") -> None:
    """Approve by the button's dialog, or by typing what is hit; `wrong` is typed first, and refused."""
    filed.decided_after = len(play.client.calls())
    card = play.card(filed)
    label = _approve_label(card)
    play.stage.does(actor, f"presses “{label}”")
    confirm = next(button["confirm"] for button in card.raw["buttons"] if button["label"] == label)
    if confirm is not None:
        play.stage.dialog(actor, confirm)
        answered(actor.person.click(card, label, confirm=True), f"“{label}”")
        return
    answered(actor.person.click(card, label), f"“{label}”")
    modal = actor.person.wait_modal(lambda found: words.TYPED in found.text, timeout=PATIENCE)
    field = next(field for field in modal.fields if field.startswith(words.TYPED))
    if wrong:
        _type_wrong(play, actor, field, wrong)
    right = field.partition(": ")[2]
    actor.person.fill(field, right)
    if not wrong:
        play.stage.modal(actor, open_modal(actor))
    play.stage.does(actor, f"types “{right}”")
    answered(actor.person.submit(), "the approval")
    _recorded(play, actor)


def deny(play: Play, actor: Actor, filed: Filed, reason: str) -> None:
    """Deny, with a reason."""
    filed.decided_after = len(play.client.calls())
    play.stage.does(actor, f"presses “{words.DENY}”")
    answered(actor.person.click(play.card(filed), words.DENY), f"“{words.DENY}”")
    actor.person.wait_modal(lambda modal: words.WHY_NOT in modal.text, timeout=PATIENCE)
    actor.person.fill(words.WHY_NOT, reason)
    play.stage.modal(actor, open_modal(actor))
    answered(actor.person.submit(), "the denial")
    _recorded(play, actor)


def undo(play: Play, actor: Actor, filed: Filed) -> Modal:
    """Press Undo on a finished request's card; answers the form of the request that reverses it."""
    play.stage.does(actor, f"presses “{words.UNDO}” on the card")
    answered(actor.person.click(play.card(filed), words.UNDO), f"“{words.UNDO}”")
    return actor.person.wait_modal(lambda modal: words.FORM in modal.text, timeout=PATIENCE)


def counted(play: Play, filed: Filed, given: str) -> None:
    """An approval counts but is not the last one: the card says so, and nothing has been called."""
    card = play.cast.ben.person.wait_message(
        ADMIN_CHANNEL, given, where=lambda message: filed.id in message.text, timeout=PATIENCE
    )
    play.stage.message(card)
    promise(not play.changing(filed), "Nothing may be called before everybody needed has approved.")


def ends(play: Play, filed: Filed, ending: str, read_by: str = "") -> None:
    """Wait until the request ends like that; show the calls, the card, its thread, and what Ana is told.

    read_by: the method that must have been read for it.
    """
    play.stage.doing = f"waiting for the end of {filed.id}"
    ana, ben = play.cast.ana, play.cast.ben
    card = play.card(filed, *words.ENDINGS)
    promise(ending in status(card), f"{filed.id} should end “{ending}”. Its card says:\n{card.text}")
    told = ana.person.wait_message("dm", where=_says(filed.id, ending), timeout=PATIENCE)
    play.client.wait(lambda: any(map(_says("", ending), _replies(ben, card))), PATIENCE)
    replies = _replies(ben, card)
    promise(any(map(_says("", ending), replies)), f"The thread of {filed.id} should tell its end.")
    play.stage.calls(play.changing(filed), play.read_back(filed, read_by) if read_by else "")
    play.stage.message(card)
    play.stage.thread(replies)
    play.stage.direct(ana, told)


def _replies(actor: Actor, card: Message) -> list[Message]:
    return actor.person.thread(card.channel, card.ts)[1:]


def _says(request: str, ending: str) -> Callable[[Message], bool]:
    return lambda message: request in message.text and ending in message.text.casefold()


def _approve_label(card: Message) -> str:
    return next(label for label in card.buttons if label.startswith(words.APPROVE))


def _type_wrong(play: Play, actor: Actor, field: str, wrong: str) -> None:
    play.stage.does(actor, f"types “{wrong}” instead of what is asked for")
    actor.person.fill(field, wrong)
    promise(actor.person.submit().errors, f"“{wrong}” should be refused where it says: {field}")
    play.stage.modal(actor, open_modal(actor), whole=True)
    play.counts.refusals += 1


def _recorded(play: Play, actor: Actor) -> None:
    told = actor.person.wait_modal(lambda modal: words.RECORDED in modal.text, timeout=PATIENCE)
    play.stage.told(actor, told.text)
    actor.person.close(everything=True)
