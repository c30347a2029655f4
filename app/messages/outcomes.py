"""What became of a request, numbers first: on the card, in its thread, in direct messages."""

from app.messages.plans import one_line
from app.messages.text import Block, context, quoted, roughly, section
from app.model.clock import Millis
from app.model.lifecycle import TERMINAL, Outcome, State
from app.model.request import Record
from app.model.results import WORST_FIRST, ItemState

_WORDS = {
    Outcome.VERIFIED: "proved by reading back",
    Outcome.ALREADY: "already so before",
    Outcome.ACCEPTED: "accepted by Slack, not visible yet",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "unknown",
    Outcome.DRIFTED: "changed since the preview, not touched",
    Outcome.SKIPPED: "not attempted",
    None: "waiting",
}
_SIGN = {
    Outcome.VERIFIED: "✅",
    Outcome.ALREADY: "☑️",
    Outcome.ACCEPTED: "🔎",
    Outcome.FAILED: "🔴",
    Outcome.UNKNOWN: "❓",
    Outcome.DRIFTED: "↔️",
    Outcome.SKIPPED: "⏹",
    None: "⏳",
}
_LONG = 10  # items; fewer are done before anybody has read how far they are
_ENDED_WITHOUT_EXECUTION = frozenset({State.DENIED, State.EXPIRED, State.CANCELLED})


def tally_text(record: Record) -> str:
    """`3 proved by reading back, 1 failed`, the worst first."""
    tally = record.results.tally
    return ", ".join(f"{tally[outcome]} {_WORDS[outcome]}" for outcome in WORST_FIRST if tally.get(outcome))


def progress_text(record: Record, now: Millis) -> str:
    """How far a long execution is: `12 of 60 done, 20 a minute, about 2 min left`; empty for a short one.

    now: when this is drawn; the rate is that of the execution so far.
    """
    request, every = record.request, record.results.number
    done = every - record.results.waiting
    if request.state is not State.EXECUTING or request.began_at is None or every < _LONG:
        return ""
    told = f"{done:,} of {every:,} done"
    seconds = (now - request.began_at) / 1000
    if not done or seconds <= 0:
        return told
    rate = done * 60 / seconds
    left = roughly((every - done) * seconds / done)
    return f"{told}, {rate:,.0f} a minute, about {left} left" if done < every else told


RESULTS_SHOWN = 10
"""Items on the card of a request that was carried out; what became of more is attached in full."""


def outcome_blocks(record: Record, most: int = RESULTS_SHOWN) -> list[Block]:
    """The tally, then the items that need attention first; nothing for a request that never ran."""
    request = record.request
    if request.state in (State.PENDING, State.BREAK_GLASS) or request.state in _ENDED_WITHOUT_EXECUTION:
        return [quoted(request.closing)] if request.closing else []
    blocks: list[Block] = []
    if request.closing:
        blocks.append(quoted(request.closing))
    every, shown = record.results.number, record.results.worst[:most]
    blocks.append(section(f"*{every}* in all: {tally_text(record)}"))
    blocks.append(quoted("\n".join(_line(item) for item in shown)))
    if every > len(shown):
        where = ", all in the file in the card's thread" if request.state in TERMINAL else ""
        blocks.append(context(f"… and {every - len(shown):,} more{where}."))
    return blocks


def result_sentence(record: Record) -> str:
    """How it ended, or where it stands, in words."""
    return state_words(record.request.state)


def state_words(state: State) -> str:
    """A state in plain words: what became of a request, where it has ended."""
    words = {
        State.SUCCEEDED: "done and proved",
        State.PARTIAL: "only partly done",
        State.FAILED: "failed",
        State.DRIFTED: "not carried out, the target changed",
        State.UNKNOWN: "outcome unknown",
        State.STOPPED: "stopped",
        State.DENIED: "denied",
        State.EXPIRED: "expired",
        State.CANCELLED: "cancelled",
        State.BREAK_GLASS: "begins without approval",
    }
    return words.get(state, state.value)


def _line(item: ItemState) -> str:
    ids = item.key.replace(">", ", ")
    told = f"{_SIGN[item.outcome]} {one_line(item.label)} ({ids}): {_WORDS[item.outcome]}"
    if item.code:
        told += f" [{item.code}]"
    return f"{told}. {one_line(item.detail)}" if item.detail else told
