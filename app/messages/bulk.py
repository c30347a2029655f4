"""A long list on a card: totals by kind and risk, the items to look at first, where the whole list is."""

from collections import Counter

from app.messages.plans import SIGN, effects_blocks, one_line
from app.messages.text import Block, context, cut, quoted, roughly
from app.model.plan import Plan
from app.model.preview import ItemPreview, Preview, Severity
from app.model.request import OperationInfo, Request

_SHOWN = 20
_LONGEST = 140  # characters of one line


def bulk_blocks(request: Request, info: OperationInfo) -> list[Block]:
    """What an approver of many items needs: numbers first, then the worst, then the rest at one glance."""
    preview = request.preview
    return [
        quoted("\n".join(totals_lines(preview))),
        quoted("\n".join(["Look at these first:", *map(_line, preview.worst(_SHOWN))])),
        context(list_sentence(request.plan)),
        *effects_blocks(preview),
        context(duration_sentence(info)),
    ]


def totals_lines(preview: Preview) -> list[str]:
    """Each total on a line, and how many items carry warnings how loud."""
    loudest = Counter(_loudest(item) for item in preview.items)
    signs = [f"{SIGN[severity]} {loudest[severity]:,}" for severity in Severity if loudest[severity]]
    told = [f"{fact.label}: {one_line(fact.value)}" for fact in preview.totals]
    rest = [f"without a warning {loudest[None]:,}"] if loudest[None] else []
    warnings = [f"Warnings: {', '.join([*signs, *rest])}"] if signs else []
    return [*(told or [f"Items: {len(preview.items):,}"]), *warnings]


def list_sentence(plan: Plan) -> str:
    """Where the whole list is, and the digest by which anybody can tell that file from another."""
    listed = plan.listed
    if listed is None:
        return "All of them are in the file in the thread."
    rows, sha256 = listed
    return f"All {rows:,} are in the file in the thread, whose SHA-256 is `{sha256}`."


def duration_sentence(info: OperationInfo) -> str:
    """How long it takes."""
    if info.seconds < 60:
        return "Takes less than a minute."
    return f"Takes at least {roughly(info.seconds)} at the pace that Slack promises for `{info.method}`."


def _line(item: ItemPreview) -> str:
    loud = _loudest(item)
    warnings = [one_line(warning.text) for warning in item.warnings if warning.severity is loud]
    return cut(
        f"{SIGN[loud] if loud else '•'} {one_line(item.title)} {' '.join(warnings)}".rstrip(), _LONGEST
    )


def _loudest(item: ItemPreview) -> Severity | None:
    order = list(Severity)
    return min((warning.severity for warning in item.warnings), key=order.index, default=None)
