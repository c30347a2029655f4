"""How people ask on stage: a command, a form, its preview, filing. Each step is shown as they see it."""

import re
from collections.abc import Sequence

from localslack.seen import Modal, Option
from localslack.tour import words
from localslack.tour.cast import LOBBY, Actor
from localslack.tour.failures import Unfulfilled
from localslack.tour.play import PATIENCE, Filed, Play, answered, open_modal

_MOST = 8  # options shown of a longer offer


def command(play: Play, actor: Actor, command: str, text: str = "") -> None:
    """Type a slash command in #lobby."""
    typed = f"{command} {text}".rstrip()
    play.stage.does(actor, f"types {typed} in #lobby")
    answered(actor.person.command(command, text, channel=LOBBY), f"the command {command}")


def form(play: Play, actor: Actor, slash: str, text: str = "") -> Modal:
    """Type a command and wait for its form."""
    command(play, actor, slash, text)
    return actor.person.wait_modal(lambda modal: words.FORM in modal.text, timeout=PATIENCE)


def refused(play: Play, actor: Actor, slash: str, text: str = "") -> None:
    """Somebody who is not entitled tries a command, and is told so."""
    command(play, actor, slash, text)
    told = actor.person.wait_modal(lambda modal: words.NOT_A_REQUESTER in modal.text, timeout=PATIENCE)
    play.stage.modal(actor, told)
    actor.person.close(everything=True)
    play.counts.refusals += 1


def choose(play: Play, actor: Actor, field: str, values: Sequence[str], query: str = "") -> None:
    """Type into a select, see what it offers, and choose those values."""
    options = _offered(play, actor, field, values, query)
    searches = f"searches “{query}” under “{field}”" if query else f"opens “{field}”"
    play.stage.does(actor, f"{searches}: {len(options)} offered")
    shown = [option for at, option in enumerate(options) if at < _MOST or option.value in values]
    play.stage.offered([(option.label, option.value in values) for option in shown], len(options))
    _choose(actor, field, values, query)


def choose_again(play: Play, actor: Actor, *choices: tuple[str, str, str]) -> None:
    """Make choices the audience has seen before, in one line: field, value and query of each."""
    labels = []
    for field, value, query in choices:
        options = _offered(play, actor, field, [value], query)
        label = next(option.label for option in options if option.value == value)
        labels.append(f"{label} under “{field}”")
        _choose(actor, field, [value], query)
    play.stage.does(actor, f"chooses {', '.join(labels)}")


def preview(play: Play, actor: Actor, reason: str, ticket: str) -> Modal:
    """Give reason and ticket, send the form, and read the preview."""
    actor.person.fill("Reason", reason)
    actor.person.fill("Ticket", ticket)
    play.stage.does(actor, "fills in the form and asks for the preview")
    play.stage.form(actor, open_modal(actor))
    answered(actor.person.submit(), "the form")
    seen = actor.person.wait_modal(title=words.PREVIEW, timeout=PATIENCE)
    play.stage.modal(actor, seen)
    return seen


def file(play: Play, actor: Actor) -> Filed:
    """File what was previewed; its card appears for those who decide."""
    before = len(play.client.calls())
    play.stage.does(actor, "files the request; its card appears in #admin-approvals")
    answered(actor.person.submit(), "the preview")
    told = actor.person.wait_modal(lambda modal: re.search(words.FILED, modal.text), timeout=PATIENCE)
    found = re.search(words.FILED, told.text)
    if found is None:
        raise Unfulfilled("The app should say under which id the request was filed.")
    actor.person.close(everything=True)
    filed = Filed(found[1], before)
    play.counts.requests.append(filed.id)
    play.stage.message(play.card(filed, words.WAITS))
    return filed


def _offered(play: Play, actor: Actor, field: str, values: Sequence[str], query: str) -> list[Option]:
    """What a select offers once it offers all of those: the app may still be reading its directory."""

    def offer() -> list[Option] | None:
        found = actor.person.options(field, query)
        return found if set(values) <= {option.value for option in found} else None

    options: list[Option] | None = play.client.wait(offer, PATIENCE)
    if options is None:
        raise Unfulfilled(f"“{field}” should offer {' and '.join(values)} for “{query}”, but does not.")
    return options


def _choose(actor: Actor, field: str, values: Sequence[str], query: str) -> None:
    answered(actor.person.choose(field, *values, query=query), f"the choice under “{field}”")
