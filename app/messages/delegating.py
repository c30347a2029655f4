"""While somebody is away: the form in which they hand their approving over, and what is told of it."""

from collections.abc import Sequence
from datetime import date

from app.messages.text import (
    Block,
    View,
    context,
    cut,
    escape,
    label,
    message,
    modal,
    moment,
    person,
    plain,
    quoted,
    section,
)
from app.model.clock import Millis
from app.model.delegation import LAPSED, Delegation

AWAY = "away"
"""callback_id of the form."""

DELEGATE, UNTIL, NOTE = "delegate", "until", "note"
"""block_ids of its fields; the action_id of each is `type`."""

_TITLE = "While I am away"
_MOST_NOTE = 200


def away_view(
    operations: Sequence[str],
    zone: str,
    last: date,
    present: Delegation | None,
    prefix: str,
    *,
    chosen: tuple[str, str, str] = ("", "", ""),
    problem: str = "",
) -> View:
    """The form. last: the last day to choose; present: what is handed over now.

    prefix: of every slash command. chosen: delegate's id, day (YYYY-MM-DD) and note to begin with.
    problem: why what was sent is not done. The fields: docs.slack.dev/reference/block-kit/block-elements.
    """
    delegate_id, until, note = chosen
    lead = f"*Somebody else approves and denies for you*: {escape(', '.join(operations))}."
    rest = (
        "They need no right of their own, and count as you: once, and never together with you. Requesting, "
        "stopping what is being carried out, and break-glass are never handed over."
    )
    blocks = [section("\n".join([lead, rest]))]
    if problem:
        blocks += [section("⚠️ *That was not done*"), quoted(problem)]
    if present is not None:
        now = f"{person(present.delegate_id)} decides for you until {moment(present.until)}."
        blocks.append(section(f"{now} What you choose here takes its place. {_ends(prefix)}"))
    users: Block = {"type": "users_select", "action_id": "type"}
    day: Block = {"type": "datepicker", "action_id": "type"}
    text: Block = {"type": "plain_text_input", "action_id": "type", "max_length": _MOST_NOTE}
    blocks += [
        _field(
            DELEGATE, "Who decides for you", users | ({"initial_user": delegate_id} if delegate_id else {})
        ),
        _field(UNTIL, "Your last day away", day | ({"initial_date": until} if until else {})),
        {
            **_field(NOTE, "Note", text | ({"initial_value": cut(note, _MOST_NOTE)} if note else {})),
            "optional": True,
        },
    ]
    ends = f"It ends when that day ends in {escape(zone)}, {last} at the latest."
    told = "They must be in the admin channel, which is told, with the note."
    blocks.append(context(f"{ends} {told}"))
    return modal(_TITLE, blocks, callback_id=AWAY, submit=label("Hand over"))


def handed_view(given: Delegation, prefix: str) -> View:
    """It is done. prefix: of every slash command."""
    told = f"✅ {person(given.delegate_id)} decides for you until {moment(given.until)}."
    return modal(_TITLE, [section(told), section(f"You can still decide yourself. {_ends(prefix)}")])


def back_message(ended: Delegation | None) -> Block:
    """What `back` answers. ended: what was handed over until now."""
    if ended is None:
        return message("Nobody decides for you; there is nothing to take back.")
    return message(f"✅ {person(ended.delegate_id)} no longer decides for you.")


def given_message(given: Delegation, before: Millis | None) -> Block:
    """In the admin channel: it begins, or takes the place of another. before: until when that was to be."""
    lead = f"🏖 {person(given.delegator_id)} is away: {person(given.delegate_id)} approves and denies for them"
    once = "" if before is None else f" This takes the place of what held until {moment(before)}."
    text = f"{lead} until {moment(given.until)} ({escape(', '.join(given.operations))}).{once}"
    return message(text, section(text), *_noted(given))


def to_delegate(given: Delegation) -> Block:
    """To who decides meanwhile."""
    away = person(given.delegator_id)
    text = f"🏖 {away} is away: you approve and deny for them until {moment(given.until)}."
    how = (
        f"Use the buttons on the cards in the admin channel, or your Home tab. {away} counts once: the two "
        "of you cannot both approve one request, and you decide none that either of you asked for."
    )
    return message(text, section(f"{text}\n{how}"), *_noted(given))


def ended_line(ended: Delegation) -> Block:
    """In the admin channel: it is over."""
    told = f"{person(ended.delegate_id)} no longer decides for {person(ended.delegator_id)}: {_why(ended)}."
    early = "" if ended.why == LAPSED else " What was approved for them and has not begun no longer counts."
    return message(f"🔙 {told}{early}")


def ended_to_delegate(ended: Delegation) -> Block:
    """To who decided until now."""
    return message(f"🔙 You no longer decide for {person(ended.delegator_id)}: {_why(ended)}.")


def _why(ended: Delegation) -> str:
    told = {
        LAPSED: "the date has passed",
        "back": f"{person(ended.delegator_id)} is back",
        "replaced": f"{person(ended.delegator_id)} has chosen somebody else",
        "operator": "an operator of Drawbridge ended it",
        "account": "one of the two is no active full member any more",
    }
    return told[ended.why or LAPSED]


def _ends(prefix: str) -> str:
    return f"`/{prefix}drawbridge back` ends it at once."


def _noted(given: Delegation) -> list[Block]:
    return [quoted(given.note)] if given.note else []


def _field(key: str, question: str, element: Block) -> Block:
    return {"type": "input", "block_id": key, "label": plain(question, 2000), "element": element}
