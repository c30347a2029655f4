"""Blocks and mrkdwn as a person reads them: faithful, hostile text included."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from localslack.conversation.reading import Reader
from localslack.conversation.rendering import buttons_of, read_blocks
from localslack.org.model import Org
from localslack.org.seeds import seeded_org


@pytest.fixture(scope="module")
def org() -> Org:
    return seeded_org("small", 1_760_000_000)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hi <@W0ANA00001>", "Hi @Ana Ferreira"),
        ("Hi <@W0ANA00001|someone else>", "Hi @Ana Ferreira"),
        ("Hi <@W0NOBODY01>", "Hi @W0NOBODY01"),
        ("in <#C0LOBBY0001> and <#C0NOWHERE01|gone>", "in #lobby and #gone"),
        ("cc <!subteam^S0SECURITY>", "cc @security"),
        ("<!channel> <!here>", "@channel @here"),
        ("<https://example.com|the page> <https://example.com>", "the page https://example.com"),
        ("<mailto:a@b.example|mail>", "mail"),
        ("*bold* _italic_ ~gone~ `code`", "bold italic gone code"),
        ("*_both_*", "both"),
        ("```*not bold*```", "*not bold*"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("&lt;!channel&gt; &amp;amp;", "<!channel> &amp;"),
        ("&lt;@W0ANA00001&gt;", "<@W0ANA00001>"),
        ("<!date^1760000000^{date_num} {time_secs}|then>", "2025-10-09 08:53:20"),
        ("<!date^1760000000^{date_short_pretty} at {time}|then>", "Oct 9, 2025 at 08:53"),
        ("<!date^1760000000^{date_long} {oops}|then>", "Thursday, October 9, 2025 {oops}"),
        ("<!date^soon^{date}|then>", "then"),
    ],
)
def test_mrkdwn_is_read_like_this(org: Org, written: str, read: str) -> None:
    assert Reader(org).mrkdwn(written) == read


def test_plain_text_is_never_interpreted(org: Org) -> None:
    reader = Reader(org)
    hostile = "<!channel> *bold* &amp; <@W0ANA00001>"
    assert reader.text({"type": "plain_text", "text": hostile}) == hostile
    assert reader.mentions == []


def test_a_name_with_markup_in_it_stays_as_it_is(org: Org) -> None:
    org.users["W0DINO0001"].real_name = "*Dino* <!here>"
    assert Reader(org).mrkdwn("by <@W0DINO0001>") == "by @*Dino* <!here>"
    org.users["W0DINO0001"].real_name = "Dino Rossi"


def test_who_is_notified_is_known(org: Org) -> None:
    reader = Reader(org)
    reader.mrkdwn("<@W0ANA00001> <!subteam^S0SECURITY|security> <!everyone> &lt;!here&gt;")
    assert reader.mentions == ["W0ANA00001", "S0SECURITY", "everyone"]


def test_dates_are_read_in_a_zone(org: Org) -> None:
    tokyo = timezone(timedelta(hours=9))
    assert Reader(org, zone=tokyo).mrkdwn("<!date^1760000000^{time}|then>") == "17:53"


def text(content: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": content}


def test_the_rarer_blocks_are_read_too(org: Org) -> None:
    listed = {
        "type": "rich_text_list",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "emoji", "name": "tada"}]}],
    }
    inline = [
        {"type": "channel", "channel_id": "C0LOBBY0001"},
        {"type": "usergroup", "usergroup_id": "S0SECURITY"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1_760_000_000, "format": "{date_num}"},
        {"type": "link", "url": "https://example.com"},
    ]
    card = {"type": "card", "title": text("Card"), "body": text("Body"), "actions": []}
    blocks: list[dict[str, Any]] = [
        {"type": "rich_text", "elements": [listed, {"type": "rich_text_quote", "elements": inline}]},
        {"type": "carousel", "elements": [card]},
        {"type": "image", "title": text("Logo", "plain_text"), "alt_text": "a gate"},
        {"type": "markdown", "text": "**kept**"},
        {"type": "file", "external_id": "x", "source": "remote"},
    ]
    assert read_blocks(blocks, Reader(org)).splitlines() == [
        "• :tada:",
        "#lobby@security@here2025-10-09https://example.com",
        "Card",
        "Body",
        "Logo",
        "[image: a gate]",
        "**kept**",
    ]


def test_a_card_reads_from_top_to_bottom(org: Org) -> None:
    button = {"type": "button", "text": text("Approve", "plain_text"), "action_id": "a", "style": "primary"}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": text("Disconnect Acme", "plain_text")},
        {
            "type": "section",
            "text": text("*Why*: ended"),
            "fields": [text("*Risk*\nhigh"), text("2 channels")],
        },
        {"type": "divider"},
        {"type": "context", "elements": [text("by <@W0ANA00001>"), {"type": "image", "alt_text": "logo"}]},
        {"type": "actions", "block_id": "b", "elements": [button]},
        {"type": "table", "rows": [[text("a", "raw_text"), text("b", "raw_text")]]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [text("Hello ", "text"), {"type": "user", "user_id": "W0ANA00001"}],
                }
            ],
        },
    ]
    assert read_blocks(blocks, Reader(org)).splitlines() == [
        "Disconnect Acme",
        "Why: ended",
        "Risk",
        "high",
        "2 channels",
        "───",
        "by @Ana Ferreira [image: logo]",
        "[Approve]",
        "a | b",
        "Hello @Ana Ferreira",
    ]
    assert [(b["label"], b["style"]) for b in buttons_of(blocks, Reader(org))] == [("Approve", "primary")]
