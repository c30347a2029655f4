"""Commands, buttons, menus, ephemeral answers, response urls, the Home tab, with a real Bolt app behind."""

from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from localslack.people import CannotDo, Person
from localslack.server import LocalSlack

ADMIN, LOBBY = "C0ADMIN0001", "C0LOBBY0001"
JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


CONFIRM = {
    "title": plain("Sure?"),
    "text": {"type": "mrkdwn", "text": "*Acme* will be cut off."},
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
APPROVE = {
    "type": "button",
    "action_id": "approve",
    "text": plain("Approve"),
    "value": "r1",
    "confirm": CONFIRM,
}
DENY = {"type": "button", "action_id": "deny", "text": plain("Deny"), "value": "r1"}
MENU = {
    "type": "overflow",
    "action_id": "menu",
    "options": [{"text": plain("Cancel request"), "value": "cancel"}],
}
CARD: list[JSON] = [
    {"type": "section", "block_id": "head", "text": {"type": "mrkdwn", "text": "Request"}, "accessory": MENU},
    {"type": "actions", "block_id": "decision", "elements": [APPROVE, DENY]},
]


def post_card(bot: WebClient, ana: Person) -> Any:
    bot.chat_postMessage(channel=ADMIN, text="Request", blocks=CARD)
    return ana.wait_message(ADMIN, "Request")


def take(app: App, action_id: str) -> list[JSON]:
    seen: list[JSON] = []

    @app.action(action_id)
    def takes(ack: Ack, body: JSON) -> None:
        ack()
        seen.append(body)

    return seen


def test_a_click_tells_who_where_and_what(app: App, bot: WebClient, ana: Person, ben: Person) -> None:
    clicked = take(app, "deny")
    card = post_card(bot, ana)
    assert ben.click(card, "Deny").ok
    body = clicked[0]
    assert (body["user"]["id"], body["user"]["team_id"], body["team"]) == (ben.id, "T0HQ000001", None)
    assert (body["channel"]["id"], body["message"]["ts"]) == (ADMIN, card.ts)
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("r1", "decision")
    assert body["container"]["is_ephemeral"] is False


def test_a_button_with_a_dialog_wants_an_answer_to_it(
    app: App, bot: WebClient, ana: Person, ben: Person
) -> None:
    clicked = take(app, "approve")
    card = post_card(bot, ana)
    with pytest.raises(CannotDo, match="Acme will be cut off"):
        ben.click(card, "Approve")
    assert not ben.click(card, "Approve", confirm=False).sent
    assert ben.click(card, "Approve", confirm=True).ok
    assert clicked[0]["actions"][0]["confirm"]["confirm"]["text"] == "Yes"
    assert len(clicked) == 1


def test_an_overflow_menu_is_chosen_from(app: App, bot: WebClient, ana: Person) -> None:
    chosen = take(app, "menu")
    card = post_card(bot, ana)
    assert ana.choose("⋯", "Cancel request", message=card).ok
    assert chosen[0]["actions"][0]["selected_option"]["value"] == "cancel"


def test_one_outside_the_channel_cannot_click(bot: WebClient, ana: Person, slack: LocalSlack) -> None:
    card = post_card(bot, ana)
    with pytest.raises(CannotDo, match="in no channel"):
        slack.client.person("W0DINO0001").click(card, "Deny")
    with pytest.raises(CannotDo, match="deactivated"):
        slack.client.person("W0GONE0001").click(card, "Deny")


def test_an_outsider_can_click_but_not_command(app: App, bot: WebClient, slack: LocalSlack) -> None:
    clicked = take(app, "deny")
    bot.chat_postMessage(channel=LOBBY, text="Request", blocks=CARD)
    oscar = slack.client.person("U0OUTSIDE1")
    assert oscar.click(oscar.wait_message(LOBBY, "Request"), "Deny").ok
    assert clicked[0]["user"]["team_id"] == "T0ACME0001"
    result = oscar.command("/disconnect-org", channel=LOBBY)
    assert not result.sent
    assert "not a valid command" in result.error


def test_a_command_answers_ephemerally_or_for_all(app: App, ana: Person, ben: Person) -> None:
    @app.command("/status")
    def status(ack: Ack, command: JSON) -> None:
        ack(text=f"*{command['text']}* is fine", response_type=command["text"])

    quiet = ana.command("/status", "ephemeral", channel=ADMIN)
    assert [m.text for m in quiet.messages] == ["ephemeral is fine"]
    assert ben.messages(ADMIN) == []
    ana.command("/status", "in_channel", channel=ADMIN)
    assert ben.wait_message(ADMIN, "in_channel is fine").author == "Drawbridge"


def test_a_command_arrives_with_everything_slack_sends(app: App, ana: Person, slack: LocalSlack) -> None:
    app.command("/status")(lambda ack: ack())
    ana.command("/status", "acme.com", channel=ADMIN)
    (delivery,) = slack.client.deliveries("slash_commands")
    payload = delivery["payload"]
    assert (payload["is_enterprise_install"], payload["team_id"], payload["channel_name"]) == (
        "true",
        "T0HQ000001",
        "privategroup",
    )
    assert (delivery["status"], delivery["transport"], delivery["error"]) == (200, "http", None)


def test_an_app_that_is_late_or_gone_is_explained_by_slackbot(
    app: App, ana: Person, slack: LocalSlack
) -> None:
    @app.command("/slow")
    def slow(ack: Ack) -> None:
        del ack

    slack.client.settings(ack_deadline=0.05)
    assert ana.command("/slow", channel=ADMIN).error == '/slow failed with the error "operation_timeout"'
    slack.app_url = "http://127.0.0.1:1"
    assert ana.command("/slow", channel=ADMIN).error == '/slow failed with the error "dispatch_failed"'
    assert [m.author for m in ana.ephemerals(ADMIN)] == ["Slackbot", "Slackbot"]


def test_an_answer_that_slack_would_refuse_is_a_problem(app: App, ana: Person, slack: LocalSlack) -> None:
    app.command("/status")(lambda ack: ack(blocks=[{"type": "alert", "text": plain("x")}], text="x"))
    result = ana.command("/status", channel=ADMIN)
    assert result.problems == ["/status ack: unsupported type: alert [json-pointer:/blocks/0/type]"]
    assert slack.client.problems() == result.problems


def test_an_ephemeral_message_is_replaced_and_deleted_by_its_response_url(
    app: App, bot: WebClient, ana: Person
) -> None:
    @app.action("deny")
    def deny(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="Denied", replace_original=True)

    bot.chat_postEphemeral(channel=ADMIN, user=ana.id, text="Request", blocks=CARD)
    (message,) = ana.ephemerals(ADMIN)
    ana.click(message, "Deny")
    replaced = ana.wait_message(ADMIN, "Denied")
    assert (replaced.ts, replaced.is_ephemeral) == (message.ts, True)


def response_url(app: App, ana: Person, slack: LocalSlack) -> str:
    app.command("/status")(lambda ack: ack())
    ana.command("/status", channel=ADMIN)
    url: str = slack.client.deliveries("slash_commands")[-1]["payload"]["response_url"]
    return url


def test_a_response_url_works_five_times(app: App, ana: Person, slack: LocalSlack) -> None:
    url = response_url(app, ana, slack)
    answers = [httpx.post(url, json={"text": f"#{n}"}, trust_env=False) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].text == "used_url"
    assert len(ana.ephemerals(ADMIN)) == 5


def test_a_response_url_dies_after_thirty_minutes_and_wants_valid_blocks(
    app: App, ana: Person, slack: LocalSlack
) -> None:
    url = response_url(app, ana, slack)
    bad = httpx.post(url, json={"blocks": [{"type": "hologram"}]}, trust_env=False)
    assert (bad.status_code, bad.text) == (400, "invalid_blocks")
    assert slack.client.problems() == [
        "response_url: unsupported type: hologram [json-pointer:/blocks/0/type]"
    ]
    with slack.world.lock:
        for handle in slack.world.talk.response_urls.values():
            handle.issued_at -= 1801
    assert httpx.post(url, json={"text": "x"}, trust_env=False).status_code == 404


def test_a_response_url_deletes_or_replaces_the_message_it_came_from(
    app: App, bot: WebClient, ana: Person, slack: LocalSlack
) -> None:
    take(app, "deny")
    card = post_card(bot, ana)
    ana.click(card, "Deny")
    url = slack.client.deliveries("block_actions")[-1]["payload"]["response_url"]
    httpx.post(url, json={"text": "Denied", "replace_original": True}, trust_env=False)
    assert ana.refresh(card).text == "Denied"
    assert httpx.post(url, json={"delete_original": True}, trust_env=False).text == "ok"
    assert ana.messages(ADMIN) == []
    assert httpx.post(url, json={"delete_original": True}, trust_env=False).status_code == 404
    assert httpx.post(url, content=b"no json", trust_env=False).status_code == 500


def test_opening_the_home_tab_tells_the_app_which_publishes_it(
    app: App, ana: Person, slack: LocalSlack
) -> None:
    @app.event("app_home_opened")
    def publish(event: JSON, client: WebClient) -> None:
        button = {"type": "actions", "elements": [DENY]}
        client.views_publish(
            user_id=event["user"], view={"type": "home", "callback_id": "home", "blocks": [button]}
        )

    pressed = take(app, "deny")
    ana.open_home()
    assert slack.client.wait(ana.home)
    ana.press("Deny")
    assert pressed[0]["view"]["type"] == "home"
    assert "channel" not in pressed[0]


def test_a_plain_message_to_the_app_reaches_it(app: App, bot: WebClient, ana: Person) -> None:
    heard: list[str] = []

    @app.event("message")
    def hear(event: JSON) -> None:
        heard.append(event["text"])

    channel = bot.conversations_open(users=ana.id)["channel"]["id"]
    ana.say(channel, "help")
    assert ana.slack.wait(lambda: heard) == ["help"]


def test_a_message_select_asks_for_options_and_dispatches(app: App, bot: WebClient, ana: Person) -> None:
    picked = take(app, "pick")
    app.options("pick")(lambda ack: ack(options=[{"text": plain("Ben"), "value": "b"}]))
    select = {
        "type": "external_select",
        "action_id": "pick",
        "min_query_length": 0,
        "placeholder": plain("Who?"),
    }
    bot.chat_postMessage(channel=ADMIN, text="x", blocks=[{"type": "actions", "elements": [select]}])
    message = ana.wait_message(ADMIN, "(Who?)")
    assert [o.label for o in ana.options("Who?", message=message)] == ["Ben"]
    ana.choose("Who?", "Ben", message=message)
    assert picked[0]["actions"][0]["selected_option"]["value"] == "b"
    assert ana.refresh(message).text == "Ben"
