"""Lines in a card's thread, and direct messages: each tells one step of the story."""

from app.messages.outcomes import outcome_blocks, result_sentence, tally_text
from app.messages.text import Block, context, escape, header, message, moment, person, section
from app.model.clock import Millis
from app.model.request import OperationInfo, Record, Request


def approved_line(person_id: str, given: int, wanted: int) -> Block:
    """An approval, in the thread."""
    rest = "" if given >= wanted else f" {wanted - given} more needed."
    return message(f"👍 {person(person_id)} approved ({given} of {wanted}).{rest}")


def denied_line(person_id: str, reason: str) -> Block:
    """A denial, in the thread."""
    return message(f"❌ {person(person_id)} denied it: {escape(reason)}")


def cancelled_line(person_id: str) -> Block:
    """A cancellation, in the thread."""
    return message(f"↩️ {person(person_id)} cancelled the request. Nothing was carried out.")


def expired_line(request: Request, *, begun: bool) -> Block:
    """An expiry, in the thread."""
    if begun:
        return message("⌛ It was approved, but did not begin in time. Nothing was carried out.")
    return message(f"⌛ Nobody decided before {moment(request.expires_at)}. Nothing was carried out.")


def waiting_line(until: Millis) -> Block:
    """The cool-off, in the thread."""
    return message(f"🕰 It begins {moment(until)}. Until then the requester can still cancel it.")


def verifying_line(record: Record) -> Block:
    """Slack took everything, the effect is not visible yet."""
    text = f"🔎 Slack accepted it, but the effect does not show yet ({tally_text(record)}). I keep looking."
    return message(text)


def result_line(record: Record) -> Block:
    """The end, in the thread."""
    return message(f"*{result_sentence(record).capitalize()}*: {tally_text(record)}.")


def items_line(request: Request) -> Block:
    """Above the file with everything that was asked for, when the card shows only some."""
    return message(f"📎 All {len(request.plan.items):,} items, with what was read of each.")


def results_line(record: Record) -> Block:
    """Above the file with what became of each item, when the card shows only some."""
    return message(f"📎 What became of each of the {len(record.items):,} items.")


def not_attached_line(comment: str, code: str, remedy: str) -> Block:
    """In the place of a file that Slack did not take. comment: our own mrkdwn."""
    text = f"{comment} The file could not be attached here ({escape(code)}). {escape(remedy)}"
    return message(f"{text} The evidence of the request has it all.")


def drift_line(label: str, change: str) -> Block:
    """The first item that changed since the preview, in the thread; the card names every one."""
    return message(f"↔️ {escape(label)} changed since the preview: {escape(change)} Not touched.")


def decision_message(request: Request, info: OperationInfo, sentence: str) -> Block:
    """To the requester: somebody decided. `sentence` is our own mrkdwn."""
    text = f"{request.id}: {sentence}"
    return message(text, section(text), context(f"{info.title}: {escape(request.preview.headline)}"))


def result_message(record: Record, info: OperationInfo) -> Block:
    """To the requester: how it ended."""
    request = record.request
    text = f"{request.id} {result_sentence(record)}: {escape(request.preview.headline)}"
    blocks = [header(f"{request.id}: {result_sentence(record)}"), context(escape(request.preview.headline))]
    return message(text, *blocks, *outcome_blocks(record), context(info.title))


def suspended_line(found: str) -> Block:
    """In the admin channel: why nothing is decided there now. found: parts of a sentence."""
    text = (
        f"⛔ *Decisions are suspended.* This channel {escape(found)}. Make it a private channel of your own "
        "full members only. Requests wait, and nothing else is posted here until then."
    )
    return message(text)


def resumed_line() -> Block:
    """In the admin channel: it is fit again."""
    return message("✅ *Decisions go on.* This channel is private, unshared and without guests again.")


def replaced_line(reason: str, link: str = "") -> Block:
    """Why there is a second card, and where the first one is."""
    earlier = f"<{link}|an earlier one>" if link else "an earlier one"
    return message(f"♻️ This card replaces {earlier}: {escape(reason)}. Its buttons work all the same.")


def moved_line(link: str) -> Block:
    """In the thread of a card that can no longer be changed: where the new one is."""
    text = "♻️ This card can no longer be changed; the one that shows what is so now is further down."
    return message(f"{text} <{link}|Go to it>" if link else text)
