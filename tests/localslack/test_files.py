"""Uploading a file in three steps, as slack_sdk's files_upload_v2 does it."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.conversation.handles import new_trigger
from localslack.people import CannotDo, Person
from localslack.server import LocalSlack

ADMIN = "C0ADMIN0001"


def refused(bot: WebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        bot.api_call(method, params=args)
    return str(caught.value.response["error"])


def test_a_file_arrives_in_a_thread_and_can_be_read_there(
    bot: WebClient, ana: Person, slack: LocalSlack
) -> None:
    parent = bot.chat_postMessage(channel=ADMIN, text="Card")["ts"]
    bot.files_upload_v2(
        channel=ADMIN,
        thread_ts=parent,
        filename="plan.json",
        content="{}",
        title="Plan",
        initial_comment="The plan",
    )
    reply = ana.thread(ADMIN, parent)[1]
    assert reply.text == "The plan\n[file: plan.json]"
    assert (reply.files[0]["title"], reply.files[0]["size"]) == ("Plan", 2)
    assert ana.file(reply.files[0]["id"]) == b"{}"
    with pytest.raises(CannotDo, match="sees no file"):
        slack.client.person("W0DINO0001").file(reply.files[0]["id"])


def test_an_upload_must_have_the_announced_length(bot: WebClient) -> None:
    slot = bot.files_getUploadURLExternal(filename="x.txt", length=3)
    assert httpx.post(slot["upload_url"], content=b"four", trust_env=False).status_code == 400
    assert httpx.post(slot["upload_url"], content=b"yes", trust_env=False).text == "OK - 3"
    assert httpx.post(slot["upload_url"], content=b"yes", trust_env=False).status_code == 404


def test_a_multipart_upload_is_taken_too(bot: WebClient) -> None:
    slot = bot.files_getUploadURLExternal(filename="x.txt", length=3)
    answer = httpx.post(slot["upload_url"], files={"file": ("x.txt", b"yes")}, trust_env=False)
    assert answer.text == "OK - 3"


def test_a_file_is_completed_once_and_only_after_its_upload(bot: WebClient) -> None:
    slot = bot.files_getUploadURLExternal(filename="x.txt", length=3)
    files = f'[{{"id": "{slot["file_id"]}", "title": "X"}}]'
    assert refused(bot, "files.completeUploadExternal", files=files) == "file_not_found"
    httpx.post(slot["upload_url"], content=b"yes", trust_env=False)
    assert bot.api_call("files.completeUploadExternal", params={"files": files})["files"][0]["title"] == "X"
    assert refused(bot, "files.completeUploadExternal", files=files) == "file_not_found"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"filename": "x", "length": 0}, "invalid_arguments"),
        ({"filename": "x"}, "missing_argument"),
        ({"filename": "x", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "x", "length": 1_000_001, "snippet_type": "json"}, "snippet_too_large"),
    ],
)
def test_a_slot_that_is_not_given(bot: WebClient, args: dict[str, Any], code: str) -> None:
    assert refused(bot, "files.getUploadURLExternal", **args) == code


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"channel_id": "nonsense"}, "invalid_channel"),
        ({"channel_id": "C0NOWHERE01"}, "channel_not_found"),
        ({"channel_id": "C0LOCAL0001"}, "not_in_channel"),
        ({"channels": ",".join(f"C{n}" for n in range(101))}, "channels_limit_exceeded"),
        ({"channels": "C0ADMIN0001,C0LOBBY0001", "thread_ts": "1.000001"}, "invalid_arguments"),
    ],
)
def test_where_a_file_cannot_go(bot: WebClient, place: dict[str, str], code: str) -> None:
    slot = bot.files_getUploadURLExternal(filename="x.txt", length=3)
    httpx.post(slot["upload_url"], content=b"yes", trust_env=False)
    files = f'[{{"id": "{slot["file_id"]}"}}]'
    assert refused(bot, "files.completeUploadExternal", files=files, **place) == code


def test_a_file_nobody_shared_is_nobodys_to_read(bot: WebClient, ana: Person) -> None:
    slot = bot.files_getUploadURLExternal(filename="x.txt", length=3)
    with pytest.raises(CannotDo, match="sees no file"):
        ana.file(slot["file_id"])


def trigger(slack: LocalSlack) -> str:
    """A trigger id as an interaction of Ana would bring it."""
    with slack.world.lock:
        return new_trigger(slack.world, "W0ANA00001", "T0HQ000001", None)


def test_a_file_a_person_attached_can_be_read_with_its_token_and_no_other(
    bot: WebClient, ana: Person, slack: LocalSlack
) -> None:
    bot.views_open(trigger_id=trigger(slack), view=FORM)
    ana.attach("List", "people.csv", b"user\nW0DINO0001\n")
    modal = ana.modal()
    assert modal is not None
    file_id = modal.state["list"]["attach"]["files"][0]["id"]
    file: dict[str, Any] = bot.api_call("files.info", params={"file": file_id})["file"]
    assert (file["name"], file["size"], file["user"]) == ("people.csv", 16, ana.id)
    address = file["url_private_download"]
    assert address.startswith(slack.base_url)
    allowed = httpx.get(address, headers={"Authorization": f"Bearer {bot.token}"}, trust_env=False)
    assert allowed.content == b"user\nW0DINO0001\n"
    for headers in ({}, {"Authorization": "Bearer xoxb-nobody"}, {"Authorization": f"Basic {bot.token}"}):
        page = httpx.get(address, headers=headers, trust_env=False)
        assert page.headers["content-type"].startswith("text/html")
        assert b"Sign in" in page.content
    assert refused(bot, "files.info", file="F0NOBODY01") == "file_not_found"


FORM: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "list",
            "label": {"type": "plain_text", "text": "List"},
            "element": {"type": "file_input", "action_id": "attach", "filetypes": ["csv"], "max_files": 1},
        }
    ],
}


def test_a_form_that_asks_for_files_needs_the_scope_to_read_them(bot: WebClient, slack: LocalSlack) -> None:
    with slack.world.lock:
        token = slack.world.app.tokens[str(bot.token)]
        token.scopes.remove("files:read")
    assert refused(bot, "views.open", trigger_id=trigger(slack), view=json.dumps(FORM)) == "missing_scope"
    assert refused(bot, "files.info", file="F0NOBODY01") == "missing_scope"
