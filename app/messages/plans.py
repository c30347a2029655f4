"""Shows a plan and its preview: in the modal before filing, and on the card."""

from collections.abc import Iterable, Sequence

from app.messages.problems import problem_blocks
from app.messages.text import (
    Block,
    View,
    button,
    clean,
    context,
    duration,
    escape,
    header,
    label,
    labelled,
    modal,
    quoted,
    section,
)
from app.model.preview import Fact, ItemPreview, Preview, Problem, Severity

FILE = "file"
"""callback_id of the preview."""

BREAK_GLASS = "break_glass"
"""action_id of the button that goes on without approval, and callback_id of the modal behind it."""

BACK = "back"
"""action_id of the button that goes back to the form."""

SIGN = {Severity.DANGER: "🔴", Severity.CAUTION: "🟠", Severity.NOTE: "⚪"}

_CONSENT = "🔒 *Cannot be undone from here.*"
_OURS = "↩️ *Can be undone* by a second request, which needs its own approval."
_UNDOES = "↩️ *Undoes an earlier request.*"


def undo_sentence(*, reversible: bool, undoes: bool) -> str:
    """Whether it could be taken back, in our own mrkdwn."""
    return _UNDOES if undoes else _OURS if reversible else _CONSENT


def preview_view(
    title: str,
    preview: Preview | None,
    problems: Sequence[Problem],
    draft_id: str,
    *,
    reversible: bool,
    undoes: bool,
    approvals: int,
    expires_after: int,
    because: Sequence[str] = (),
    glass: bool = False,
) -> View:
    """The step before filing. Without anything left to request there is only the way back.

    because: what makes the policy ask for more than usual. glass: offers to go on without approval.
    """
    blocks = problem_blocks(problems, len(preview.items) if preview is not None else 0)
    if preview is not None:
        blocks = [
            header(preview.headline),
            section(undo_sentence(reversible=reversible, undoes=undoes)),
            *blocks,
        ]
        blocks += preview_blocks(preview, most_items=40)
        people = "One other person has" if approvals == 1 else f"{approvals} other people have"
        told = f"{people} to approve within {duration(expires_after)}. Nothing happens before."
        blocks.append(context(told, raised_sentence(because)))
    ways = [button("Back to the form", BACK, draft_id)]
    if glass and preview is not None:
        ways.append(button("Break glass …", BREAK_GLASS, draft_id, "danger"))
    blocks.append({"type": "actions", "elements": ways})
    more = {"submit": label("File request")} if preview is not None else {}
    return modal(title, blocks, callback_id=FILE, private_metadata=draft_id, notify_on_close=True, **more)


def raised_sentence(because: Sequence[str]) -> str:
    """Why the policy asks for more than usual; empty when it does not."""
    return f"⚖️ The policy asks for more than usual: {', '.join(map(escape, because))}." if because else ""


def preview_blocks(preview: Preview, most_items: int, rest: str = "all in the evidence") -> list[Block]:
    """Warnings, items, effects, what could not be seen, and how it will be proved.

    rest: where the items are that are not shown.
    """
    blocks: list[Block] = []
    if preview.warnings:
        lines = [f"{SIGN[warning.severity]} {one_line(warning.text)}" for warning in preview.warnings]
        blocks.append(quoted("\n".join(lines)))
    hidden = len(preview.items) - most_items
    if hidden > 0 and preview.totals:
        blocks.append(labelled(_facts(preview.totals)))
    shown = preview.worst(most_items) if hidden > 0 else preview.items
    blocks += [item_block(item) for item in shown]
    if hidden > 0:
        blocks.append(context(f"… and {hidden:,} more, {rest}."))
    return blocks + effects_blocks(preview)


def effects_blocks(preview: Preview) -> list[Block]:
    """What people lose or gain, what could not be seen, and how it will be proved."""
    blocks: list[Block] = []
    if preview.effects:
        blocks.append(quoted("\n".join(f"• {one_line(effect)}" for effect in preview.effects)))
    if preview.coverage:
        seen = "\n".join(f"👁 {one_line(text)}" for text in preview.coverage)
        blocks.append(quoted(f"Not everything could be seen:\n{seen}"))
    if preview.proof:
        blocks.append(quoted(preview.proof))
    return blocks


def left_out_blocks(preview: Preview) -> list[Block]:
    """What the requester also entered, and why it is no part of this."""
    if not preview.left_out:
        return []
    lines = "\n".join(f"• {one_line(text)}" for text in preview.left_out)
    return [quoted(f"Also entered, and left out:\n{lines}")]


def item_block(item: ItemPreview, most: int = 2500) -> Block:
    """One item in lines: its title, its warnings, its facts."""
    rows = [(one_line(item.title), "")]
    rows += [("", f"{SIGN[warning.severity]} {one_line(warning.text)}") for warning in item.warnings]
    return labelled([*rows, *_facts(item.facts)], most)


def _facts(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    return [(f"{fact.label}: ", one_line(fact.value)) for fact in facts]


def one_line(text: str) -> str:
    """Foreign text on one line, so that no name can look like a line of ours."""
    return clean(text).replace("\n", " ")
