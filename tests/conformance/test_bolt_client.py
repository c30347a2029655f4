"""Bolt for Python against local Slack: what a person can start, told once over signed HTTP and once over
Socket Mode.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltContext, Complete, Respond, Say
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.people import Person
from localslack.server import LocalSlack
from tests.conformance.clients import (
    COMMAND,
    HttpDoor,
    SocketDoor,
    button,
    error_code,
    modal,
    plain,
    text_input,
)

ADMIN, LOBBY = "C0ADMIN0001", "C0LOBBY0001"
JSON = dict[str, Any]
Door = HttpDoor | SocketDoor


@pytest.fixture(scope="module", params=[HttpDoor, SocketDoor])
def open_door(request: pytest.FixtureRequest, emulator: LocalSlack) -> Iterator[Door]:
    """One handler for all tests of a transport: the official one takes seconds to close."""
    door: Door = request.param(emulator)
    yield door
    door.close()
    emulator.client.wait(lambda: not emulator.client.get("app")["socket_mode"])


@pytest.fixture
def door(open_door: Door, slack: LocalSlack) -> Iterator[Door]:
    """Everything in the test goes through this door, signed well, and Slack would refuse none of it."""
    open_door.verdicts.clear()
    yield open_door
    sent = slack.client.deliveries()
    assert {delivery["transport"] for delivery in sent} <= {open_door.transport}
    assert open_door.transport == "socket" or open_door.verdicts == [True] * len(sent)
    assert slack.client.problems() == []


@pytest.fixture
def app(door: Door) -> App:
    return door.fresh()


def opens(app: App, view: JSON) -> None:
    """Have the command open this modal."""

    @app.command(COMMAND)
    def open_it(ack: Ack, body: JSON, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)


def test_a_command_is_acknowledged_with_text_and_answered_later(app: App, ana: Person) -> None:
    known: list[BoltContext] = []

    @app.command(COMMAND)
    def answer(ack: Ack, respond: Respond, context: BoltContext, command: JSON) -> None:
        known.append(context)
        ack(f"Looking for {command['text']}")
        respond("Found", response_type="in_channel")

    shown = ana.command(COMMAND, "acme", channel=LOBBY)
    assert [message.text for message in shown.messages] == ["Looking for acme"]
    assert not ana.wait_message(LOBBY, containing="Found").is_ephemeral
    (context,) = known
    assert (context.is_enterprise_install, context.enterprise_id) == (True, "E0MERIDIAN")
    assert (context.user_id, context.channel_id) == ("W0ANA00001", LOBBY)


def test_a_button_replaces_its_message(app: App, ana: Person, bot: WebClient) -> None:
    @app.action("approve")
    def approve(ack: Ack, respond: Respond, body: JSON) -> None:
        ack()
        respond(f"Approved by <@{body['user']['id']}>", replace_original=True)

    bot.chat_postMessage(channel=ADMIN, text="Please", blocks=[button("approve", "Approve")])
    card = ana.wait_message(ADMIN, containing="Approve")
    assert ana.click(card, "Approve").ok
    assert ana.slack.wait(lambda: ana.refresh(card).text == "Approved by @Ana Ferreira")


def test_a_submission_is_refused_inline_then_pushes_then_clears(app: App, ana: Person) -> None:
    @app.view("first")
    def check(ack: Ack, view: JSON) -> None:
        reason = view["state"]["values"]["why"]["text"]["value"]
        if len(reason) < 10:
            ack(response_action="errors", errors={"why": "Say more."})
        else:
            ack(response_action="push", view=modal("Second", callback_id="second"))

    @app.view("second")
    def finish(ack: Ack) -> None:
        ack(response_action="clear")

    opens(app, modal("First", text_input("why", "Why"), callback_id="first"))
    assert ana.command(COMMAND, channel=ADMIN).ok
    ana.wait_modal(title="First")
    ana.fill("Why", "short")
    assert ana.submit().errors == {"Why": "Say more."}
    ana.fill("Why", "long enough now")
    assert ana.submit().ok
    assert ana.wait_modal(title="Second").depth == 2
    assert ana.submit().ok
    ana.wait_no_modal()


def test_closing_tells_the_app_that_asked_for_it(app: App, ana: Person) -> None:
    told = threading.Event()

    @app.view_closed("form")
    def closed(ack: Ack) -> None:
        ack()
        told.set()

    opens(app, modal(callback_id="form", notify_on_close=True))
    ana.command(COMMAND, channel=ADMIN)
    ana.wait_modal()
    assert ana.close().ok
    assert told.wait(2)


def test_an_external_select_is_filled_by_the_apps_options(app: App, ana: Person) -> None:
    names = {"Acme Corp": "T0ACME0001", "Initech": "T0INITECH1"}

    @app.options("org")
    def suggest(ack: Ack, payload: JSON) -> None:
        typed = payload["value"].lower()
        ack(options=[{"text": plain(n), "value": v} for n, v in names.items() if typed in n.lower()])

    element = {"type": "external_select", "action_id": "org", "min_query_length": 0}
    opens(app, modal("Form", {"type": "input", "label": plain("Org"), "element": element}))
    ana.command(COMMAND, channel=ADMIN)
    ana.wait_modal()
    assert [option.label for option in ana.options("Org")] == list(names)
    assert [option.value for option in ana.options("Org", "ini")] == ["T0INITECH1"]
    assert ana.choose("Org", "Acme Corp").problems == []
    assert ana.wait_modal().values == {"Org": "Acme Corp"}


def test_option_groups_are_offered_too(app: App, ana: Person, bot: WebClient) -> None:
    @app.options("org")
    def suggest(ack: Ack) -> None:
        ack(option_groups=[{"label": plain("Partners"), "options": [{"text": plain("Acme"), "value": "1"}]}])

    element = {"type": "external_select", "action_id": "org", "placeholder": plain("Org")}
    bot.chat_postMessage(channel=ADMIN, text="Which?", blocks=[{"type": "actions", "elements": [element]}])
    message = ana.messages(ADMIN)[-1]
    (option,) = ana.options("Org", "acm", message=message)
    assert (option.group, option.label) == ("Partners", "Acme")


def test_a_shortcut_opens_a_modal_whose_button_pushes_and_updates(app: App, ana: Person) -> None:
    @app.shortcut("start")
    def start(ack: Ack, shortcut: JSON, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal("Start", button("more", "More")))

    @app.action("more")
    def more(ack: Ack, body: JSON, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=modal("More"))
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal("Started"))

    assert ana.shortcut("start").ok
    ana.wait_modal(title="Start")
    assert ana.press("More").ok
    ana.wait_modal(title="More", predicate=lambda view: view.depth == 2)
    ana.close()
    ana.wait_modal(title="Started")


def test_a_late_trigger_and_a_stale_hash_are_refused(app: App, ana: Person, slack: LocalSlack) -> None:
    codes: list[str] = []

    def refused(call: Callable[[], Any]) -> None:
        with pytest.raises(SlackApiError) as caught:
            call()
        codes.append(error_code(caught))

    @app.command(COMMAND)
    def too_late(ack: Ack, body: JSON, client: WebClient) -> None:
        ack()
        trigger = body["trigger_id"]
        if body["text"] == "late":
            refused(lambda: client.views_open(trigger_id=trigger, view=modal()))
            return
        shown = client.views_open(trigger_id=trigger, view=modal())["view"]
        client.views_update(view_id=shown["id"], hash=shown["hash"], view=modal("Newer"))
        refused(lambda: client.views_open(trigger_id=trigger, view=modal()))
        refused(lambda: client.views_update(view_id=shown["id"], hash=shown["hash"], view=modal()))

    ana.command(COMMAND, channel=ADMIN)
    assert slack.client.wait(lambda: len(codes) == 2)
    slack.client.settings(trigger_life=-1)
    ana.command(COMMAND, "late", channel=ADMIN)
    assert slack.client.wait(lambda: len(codes) == 3)
    assert codes == ["exchanged_trigger_id", "hash_conflict", "expired_trigger_id"]


def test_opening_the_home_tab_publishes_it(app: App, ana: Person) -> None:
    @app.event("app_home_opened")
    def opened(event: JSON, client: WebClient) -> None:
        home = {"type": "home", "blocks": [{"type": "section", "text": plain("Welcome")}]}
        client.views_publish(user_id=event["user"], view=home)

    ana.open_home()
    assert ana.slack.wait(lambda: (home := ana.home()) and "Welcome" in home.text)


def test_a_message_to_the_app_is_answered_in_its_thread(app: App, ana: Person, bot: WebClient) -> None:
    @app.message("status")
    def status(message: JSON, say: Say) -> None:
        say("All is well", thread_ts=message["ts"])

    room = bot.conversations_open(users=[ana.id])["channel"]["id"]
    asked = ana.say(room, "status please")
    assert ana.wait_reply(asked, "All is well").text == "All is well"


def test_a_workflow_step_is_completed(app: App, ana: Person, slack: LocalSlack) -> None:
    @app.function("review")
    def review(complete: Complete) -> None:
        complete({"outcome": "done"})

    slack.client.post("act/run_step", user=ana.id, callback_id="review", inputs={})
    assert slack.client.wait(lambda: slack.client.calls("functions.completeSuccess"))
    assert slack.client.calls("functions.completeSuccess")[0]["ok"]


def test_a_listener_that_never_acknowledges_is_a_failure(app: App, ana: Person, slack: LocalSlack) -> None:
    slack.client.settings(ack_deadline=0.1)

    @app.command(COMMAND)
    def silent() -> None:
        threading.Event().wait(0.2)

    assert "operation_timeout" in ana.command(COMMAND, channel=ADMIN).error
    threading.Event().wait(0.2)


@pytest.mark.parametrize("open_door", [SocketDoor], indirect=True)
def test_no_event_is_lost_when_slack_disconnects(app: App, admin: WebClient, slack: LocalSlack) -> None:
    """Slack says goodbye to the socket in the middle of a stream of events: each still arrives."""
    arrived: set[str] = set()

    @app.event("subteam_updated")
    def updated(event: JSON) -> None:
        arrived.add(event["event_ts"])
        slack.world.touch()

    slack.client.settings(rate_limits=False)
    change(admin, times=4)
    for reason in ("warning", "refresh_requested"):
        assert slack.client.post("socket", reason=reason)["connections"]
        change(admin, times=4)
    sent = {delivery["payload"]["event"]["event_ts"] for delivery in slack.client.deliveries("events_api")}
    assert slack.client.wait(lambda: len(arrived) == 12), (len(arrived), len(sent))


def change(admin: WebClient, *, times: int) -> None:
    """Make that many events."""
    for number in range(times):
        switch = admin.usergroups_enable if number % 2 else admin.usergroups_disable
        switch(usergroup="S0FACILITY", team_id="T0HQ000001")
