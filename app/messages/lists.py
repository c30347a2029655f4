"""What `/drawbridge` answers: help, pending, history, status, why. Seen only by the person who asked."""

from collections.abc import Mapping, Sequence

from app.messages.cards import DETAILS
from app.messages.outcomes import state_words
from app.messages.plans import one_line
from app.messages.text import (
    Block,
    button,
    cut,
    escape,
    header,
    message,
    moment,
    person,
    quoted,
    section,
)
from app.model.clock import Millis
from app.model.explanation import Explanation
from app.model.request import Listed, OperationInfo

_SIGN = {True: "✅", False: "🚫", None: "•"}


def help_message(operations: Sequence[OperationInfo], prefix: str) -> Block:
    """The commands, one line each."""
    lines = [f"`/{prefix}{info.key} {info.usage}` — {info.summary}" for info in operations]
    lines += [
        f"`/{prefix}drawbridge pending` — requests that wait for a decision",
        f"`/{prefix}drawbridge history` — the latest requests",
        f"`/{prefix}drawbridge status` — connection, tokens and directory",
        f"`/{prefix}drawbridge away` — while you are away, somebody else approves and denies for you",
        f"`/{prefix}drawbridge back` — take that back now",
        f"`/{prefix}drawbridge why R…` — which rule allows or refuses a request, and who is missing",
    ]
    intro = (
        "*Drawbridge* asks a second person before something irreversible happens to your Slack organization."
    )
    return message("Drawbridge: commands", section(intro), section("\n".join(lines)))


def explanation_message(explanation: Explanation) -> Block:
    """Why: one line for each point, with a sign for what allows and what refuses."""
    lines = [f"{_SIGN[point.fine]} {one_line(point.text)}" for point in explanation.points]
    blocks = [quoted("\n".join(lines[at : at + 10])) for at in range(0, len(lines), 10)]
    return message(f"Why: {escape(explanation.subject)}", header(explanation.subject), *blocks)


def requests_message(title: str, requests: Sequence[Listed], nothing: str) -> Block:
    """Requests, one section each with a button for details."""
    if not requests:
        return message(nothing)
    blocks = [section(f"*{title}*")]
    blocks += [_row(request) for request in requests[:20]]
    return message(title, *blocks)


def _row(request: Listed) -> Block:
    who = f"{person(request.requester_id)} {moment(request.filed_at)}"
    text = (
        f"*{request.id}* · {state_words(request.state)} · {who}\n"
        f"{cut(escape(cut(request.headline, 200)), 300)}"
    )
    return section(text) | {"accessory": button("Details", DETAILS, request.id)}


def status_message(
    checks: Sequence[tuple[bool, str]], lists: Mapping[str, tuple[Millis | None, str | None]]
) -> Block:
    """Connection checks with a sign each, then the directory's lists with their age."""
    lines = [f"{'✅' if fine else '🔴'} {escape(text)}" for fine, text in checks]
    for kind, (read_at, problem) in sorted(lists.items()):
        age = f"read {moment(read_at)}" if read_at else "not read yet"
        trouble = f" — last try: {escape(problem)}" if problem else ""
        lines.append(f"{'🔴' if problem else '✅'} Directory of {kind.replace('_', ' ')}: {age}{trouble}")
    return message("Drawbridge: status", section("\n".join(lines)))
