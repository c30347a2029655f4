"""New replies in threads a person follows, and files as a message shows them."""

from typing import Any

import pytest
from slack_sdk import WebClient

from localslack.people import Person
from localslack.seen import Message
from localslack.server import LocalSlack

JSON = dict[str, Any]

CHANNEL = "C0ADMIN0001"


def new(person: Person, parent: Message) -> tuple[int, int]:
    """New replies as the parent tells them, and as the sidebar does."""
    seen = next(message for message in person.messages(CHANNEL) if message.ts == parent.ts)
    entry = next(entry for entry in person.channels() if entry["id"] == CHANNEL)
    return seen.raw["new_replies"], entry["new_replies"]


def test_a_thread_is_followed_by_who_began_it_and_who_replied(
    slack: LocalSlack, ana: Person, ben: Person
) -> None:
    chloe = slack.client.person("W0CHLOE001")
    parent = ana.say(CHANNEL, "Who has looked?")
    ben.say(CHANNEL, "I have", thread_ts=parent.ts)
    assert (new(ana, parent), new(ben, parent), new(chloe, parent)) == ((1, 1), (0, 0), (0, 0))
    last = ana.say(CHANNEL, "Thanks", thread_ts=parent.ts)
    assert (new(ben, parent), new(chloe, parent)) == ((1, 1), (0, 0))
    slack.client.post("act/mark_read", user=ben.id, channel=CHANNEL, ts=last.ts, thread_ts=parent.ts)
    assert (new(ben, parent), new(ana, parent)) == ((0, 0), (1, 1))


def test_a_mention_counts_though_it_is_edited_away(bot: WebClient, ana: Person, ben: Person) -> None:
    ts = bot.chat_postMessage(channel=CHANNEL, text="<!subteam^S0SECURITY> please decide")["ts"]
    bot.chat_update(channel=CHANNEL, ts=ts, text="Decided")
    bot.chat_postMessage(channel=CHANNEL, thread_ts=ts, text="Ben approved")
    parent = next(message for message in ben.messages(CHANNEL) if message.ts == ts)
    assert (new(ben, parent), new(ana, parent)) == ((1, 1), (0, 0))


@pytest.mark.parametrize(
    ("name", "content", "preview", "lines"),
    [
        ("a.csv", "\ufeffname\n<b>one</b>\n", ["name", "<b>one</b>"], 2),
        ("LONG.TXT", "\n".join(["x" * 500] * 9), ["x" * 160] * 6, 9),
        ("a.bin", "text all the same", None, 0),
        ("wrong.csv", b"\xff\xfe\xfa", None, 0),
    ],
)
def test_text_is_shown_as_it_begins(
    bot: WebClient, ana: Person, name: str, content: str | bytes, preview: list[str] | None, lines: int
) -> None:
    written = content if isinstance(content, bytes) else content.encode()
    bot.files_upload_v2(channel=CHANNEL, filename=name, content=written)
    (file,) = ana.messages(CHANNEL)[-1].files
    assert (file["preview"], file["lines"], file["size"]) == (preview, lines, len(written))
