"""The Home tab: what waits for this person, what became of the rest, and the way to the forms."""

from collections.abc import Sequence

from app.messages.cards import DETAILS, approve_button, cancel_button, deny_button
from app.messages.outcomes import state_words
from app.messages.text import (
    Block,
    View,
    button,
    context,
    cut,
    escape,
    fitted_home,
    header,
    moment,
    person,
    quoted,
    section,
)
from app.model.home import Home
from app.model.lifecycle import READY, State
from app.model.request import Listed, OperationInfo, Record

OPEN = "open"
"""Begins the action_id of a button that opens a form, before a colon and the operation's key."""

TURN = "turn"
"""Begins the action_id of the buttons that turn the page; the value is the page."""

_MOST_STOOD_IN_FOR = 20


def home_view(home: Home) -> View:
    """The whole tab."""
    if home.refusal is not None:
        return fitted_home([header("Drawbridge"), quoted(home.refusal)])
    blocks = [header("Drawbridge"), *_forms(home.forms), *_standing_in(home), *_to_decide(home)]
    blocks += _listed("Your requests", home.mine, "You have filed nothing yet.", own=True)
    blocks += _listed("Latest results", home.latest, "Nothing has been finished yet.", own=False)
    blocks += [_divider(), context(_connection(home))]
    return fitted_home(blocks)


def _forms(forms: Sequence[OperationInfo]) -> list[Block]:
    if not forms:
        return [context("You may decide requests; the policy lets you file none.")]
    buttons = [button(info.title, f"{OPEN}:{info.key}", info.key) for info in forms]
    lead = section("*File a request.* Nothing happens before another person has approved it.")
    return [lead, {"type": "actions", "block_id": "forms", "elements": buttons}]


def _standing_in(home: Home) -> list[Block]:
    lines = [
        f"You stand in for {person(given.delegator_id)} until {moment(given.until)}."
        for given in home.standing_in[:_MOST_STOOD_IN_FOR]
    ]
    return [context("\n".join(lines))] if lines else []


def _to_decide(home: Home) -> list[Block]:
    blocks = [_divider(), header(f"Waiting for your decision: {home.waiting}")]
    if not home.waiting:
        return [*blocks, context("Nothing waits for you.")]
    for record, info in home.to_decide:
        blocks += _decidable(record, info, home.behalf.get(record.request.id))
    turns = [("Sooner to lapse", home.page - 1), ("Later to lapse", home.page + 1)]
    there = [(text, page) for text, page in turns if 0 <= page < home.pages]
    if there:
        buttons = [button(text, f"{TURN}:{number}", str(number)) for text, number in there]
        blocks.append({"type": "actions", "block_id": "turn", "elements": buttons})
        blocks.append(context(f"Page {home.page + 1} of {home.pages}"))
    return blocks


def _decidable(record: Record, info: OperationInfo, behalf_id: str | None) -> list[Block]:
    request = record.request
    ticket = f" · Ticket {escape(request.ticket)}" if request.ticket else ""
    told = (
        f"{person(request.requester_id)} asked {moment(request.filed_at)}{ticket}\n"
        f"{len(record.approvals)} of {request.approvals_wanted} approvals · "
        f"lapses {moment(request.expires_at)} · {request.id}"
    )
    if behalf_id is not None:
        told += f"\nYou decide this for {person(behalf_id)}."
    buttons = [approve_button(request, info), deny_button(request)]
    buttons.append(button("Details", DETAILS, request.id))
    return [
        quoted(f"{cut(request.preview.headline, 300)}\n{cut(request.reason, 300)}"),
        context(told),
        {"type": "actions", "block_id": f"decide.{request.id}", "elements": buttons},
    ]


def _listed(title: str, requests: Sequence[Listed], nothing: str, *, own: bool) -> list[Block]:
    blocks = [_divider(), header(title)]
    if not requests:
        return [*blocks, context(nothing)]
    for request in requests:
        who = "" if own else f"{person(request.requester_id)} "
        what = f"*{state_words(request.state).capitalize()}* · {escape(cut(request.headline, 200))}"
        text = f"{what}\n{request.id} · {who}{moment(request.filed_at)}"
        blocks.append(section(text) | {"accessory": _accessory(request, own=own)})
    return blocks


def _accessory(request: Listed, *, own: bool) -> Block:
    """What one can do with a request here: take back one's own while it waits, else read it."""
    if own and request.state in (State.PENDING, *READY):
        return cancel_button(request.id)
    return button("Details", DETAILS, request.id)


def _connection(home: Home) -> str:
    if home.problems:
        return "\n".join(f"🔴 {escape(problem)}" for problem in home.problems)
    if home.read_at is None:
        return "⏳ Slack's lists have not been read yet."
    return f"✅ Slack answers; its lists were last read {moment(home.read_at)}."


def _divider() -> Block:
    return {"type": "divider"}
