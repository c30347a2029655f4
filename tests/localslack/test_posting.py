"""chat.*: who may post where, what Slack refuses, and what an update does."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.people import Person
from localslack.server import LocalSlack

ADMIN, LOBBY = "C0ADMIN0001", "C0LOBBY0001"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Card*"}}


def refused(client: WebClient, method: str, **args: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=args)
    answer: dict[str, Any] = caught.value.response.data
    return answer


def test_a_message_is_seen_by_members(bot: WebClient, ana: Person, slack: LocalSlack) -> None:
    answer = bot.chat_postMessage(channel=ADMIN, text="fallback", blocks=[SECTION])
    seen = ana.wait_message(ADMIN, "Card")
    assert (seen.ts, seen.author, seen.fallback) == (answer["ts"], "Drawbridge", "fallback")
    assert answer["message"]["blocks"][0]["text"]["verbatim"] is False
    assert all(channel["id"] != ADMIN for channel in slack.client.person("W0DINO0001").channels())


def test_a_user_id_opens_the_direct_message(bot: WebClient, ana: Person) -> None:
    channel = bot.chat_postMessage(channel=ana.id, text="psst")["channel"]
    assert channel.startswith("D")
    assert ana.wait_message("dm", "psst").channel == channel


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("admin-approvals", "team_not_found"),
        ("#lobby", "team_not_found"),
        ("C0NOWHERE01", "channel_not_found"),
        ("C0MULTI0002", "channel_not_found"),
        ("C0LABS00001", "team_access_not_granted"),
        ("C0ARCHIVE01", "is_archived"),
        ("W0NOBODY01", "channel_not_found"),
        ("W0GONE0001", "channel_not_found"),
    ],
)
def test_where_the_bot_cannot_post(bot: WebClient, channel: str, code: str) -> None:
    assert refused(bot, "chat.postMessage", channel=channel, text="x")["error"] == code


def test_a_public_channel_takes_a_stranger_only_with_the_public_scope(
    slack: LocalSlack, bot: WebClient
) -> None:
    assert bot.chat_postMessage(channel="C0LOCAL0001", text="x")["ok"]
    with slack.world.lock:
        slack.world.app.tokens[str(bot.token)].scopes.remove("chat:write.public")
    assert refused(bot, "chat.postMessage", channel="C0LOCAL0001", text="x")["error"] == "not_in_channel"


def test_invalid_blocks_are_named_with_their_place(slack: LocalSlack, bot: WebClient) -> None:
    wrong = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = refused(bot, "chat.postMessage", channel=ADMIN, blocks=[wrong], text="x")
    message = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert (answer["error"], answer["errors"]) == ("invalid_blocks", [message])
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {message}"]
    assert slack.client.problems() == [f"chat.postMessage: {message}"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({}, "no_text"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ({"text": "x", "blocks": "not json"}, "invalid_blocks_format"),
        ({"text": "x", "username": "Not me"}, "missing_scope"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5},
            "msg_blocks_too_long",
        ),
    ],
)
def test_what_a_message_cannot_be(bot: WebClient, args: dict[str, Any], code: str) -> None:
    assert refused(bot, "chat.postMessage", channel=ADMIN, **args)["error"] == code


def test_replies_gather_in_their_parents_thread(bot: WebClient, ana: Person) -> None:
    parent = bot.chat_postMessage(channel=ADMIN, text="parent")["ts"]
    reply = bot.chat_postMessage(channel=ADMIN, text="reply", thread_ts=parent)["ts"]
    assert [m.text for m in ana.thread(ADMIN, parent)] == ["parent", "reply"]
    assert [m.text for m in ana.messages(ADMIN)] == ["parent"]
    assert ana.messages(ADMIN)[0].reply_count == 1
    to_reply = refused(bot, "chat.postMessage", channel=ADMIN, text="x", thread_ts=reply)
    assert to_reply["error"] == "cannot_reply_to_message"


def test_an_update_without_blocks_removes_them_and_keeps_metadata(bot: WebClient, ana: Person) -> None:
    metadata = {"event_type": "request", "event_payload": {"id": "r1"}}
    ts = bot.chat_postMessage(channel=ADMIN, text="x", blocks=[SECTION], metadata=metadata)["ts"]
    bot.chat_update(channel=ADMIN, ts=ts, text="Approved by Ben")
    (seen,) = ana.messages(ADMIN)
    assert (seen.text, seen.blocks, seen.is_edited, seen.metadata) == ("Approved by Ben", [], True, metadata)
    bot.chat_update(channel=ADMIN, ts=ts, text="x", metadata={})
    assert ana.messages(ADMIN)[0].metadata == {}


def test_only_own_existing_messages_can_be_updated(bot: WebClient, ana: Person) -> None:
    theirs = ana.say(ADMIN, "mine")
    assert (
        refused(bot, "chat.update", channel=ADMIN, ts=theirs.ts, text="x")["error"] == "cant_update_message"
    )
    assert refused(bot, "chat.update", channel=ADMIN, ts="1.000001", text="x")["error"] == "message_not_found"


def test_an_update_is_shorter_and_may_come_too_late(slack: LocalSlack, bot: WebClient) -> None:
    ts = bot.chat_postMessage(channel=ADMIN, text="x")["ts"]
    assert refused(bot, "chat.update", channel=ADMIN, ts=ts, text="x" * 4001)["error"] == "msg_too_long"
    slack.client.settings(edit_window=0.0)
    assert refused(bot, "chat.update", channel=ADMIN, ts=ts, text="x")["error"] == "edit_window_closed"


def test_an_ephemeral_message_is_for_one_member_and_cannot_be_updated(
    bot: WebClient, ana: Person, ben: Person
) -> None:
    ts = bot.chat_postEphemeral(channel=ADMIN, user=ana.id, text="only you")["message_ts"]
    assert [m.text for m in ana.ephemerals(ADMIN)] == ["only you"]
    assert ben.messages(ADMIN) == []
    assert refused(bot, "chat.update", channel=ADMIN, ts=ts, text="x")["error"] == "message_not_found"
    outsider = refused(bot, "chat.postEphemeral", channel=ADMIN, user="W0DINO0001", text="x")
    assert outsider["error"] == "user_not_in_channel"


def test_a_permalink_leads_to_the_message(bot: WebClient) -> None:
    ts = bot.chat_postMessage(channel=ADMIN, text="x")["ts"]
    link = bot.chat_getPermalink(channel=ADMIN, message_ts=ts)["permalink"]
    assert link == f"https://meridian-hq.slack.com/archives/{ADMIN}/p{ts.replace('.', '')}"


def test_unfurling_is_remembered(bot: WebClient, ana: Person) -> None:
    bot.chat_postMessage(channel=ADMIN, text="https://example.com", unfurl_links=False, unfurl_media=False)
    assert ana.messages(ADMIN)[0].raw["unfurl"] == {"unfurl_links": False, "unfurl_media": False}
