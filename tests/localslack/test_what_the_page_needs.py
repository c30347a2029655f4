"""Control endpoints a browser needs: exact picks, files, unread marks, pages of messages, names, overview."""

import base64
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from localslack.conversation.handles import new_trigger
from localslack.people import CannotDo, Person
from localslack.server import LocalSlack

JSON = dict[str, Any]
CHANNEL = "C0ADMIN0001"


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> JSON:
    return {"text": plain(text), "value": value}


TWINS = [option("Acme Corp", "T1"), option("Acme Corp", "T2"), option("Other", "T3")]


def block(id: str, kind: str, **element: Any) -> JSON:
    shown = {"type": kind, "action_id": "act", **element}
    return {"type": "input", "block_id": id, "label": plain(id), "optional": True, "element": shown}


@pytest.fixture
def form(app: App, slack: LocalSlack, bot: WebClient, ana: Person) -> Person:
    """Ana with a form of look-alikes open, whose external select suggests them."""

    def suggest(ack: Ack, payload: JSON) -> None:
        ack(options=TWINS if payload["value"] == "acme" else [])

    app.options("act")(suggest)
    app.action("press")(lambda ack: ack())
    blocks = [
        block("one", "external_select", min_query_length=0),
        block("many", "multi_static_select", options=TWINS, max_selected_items=2),
        block("radio", "radio_buttons", options=TWINS),
        block("boxes", "checkboxes", options=TWINS),
        block("day", "datepicker"),
        block("who", "users_select"),
        block("files", "file_input", max_files=2, filetypes=["csv"]),
        block("text", "plain_text_input"),
        *({"type": "actions", "block_id": id, "elements": [pressable(id)]} for id in ("first", "second")),
    ]
    with slack.world.lock:
        trigger = new_trigger(slack.world, ana.id, "T0HQ000001")
    view = {"type": "modal", "title": plain("F"), "submit": plain("Go"), "blocks": blocks}
    bot.views_open(trigger_id=trigger, view=view)
    return ana


def pressable(value: str) -> JSON:
    return {"type": "button", "action_id": "press", "text": plain("Press"), "value": value}


def pick(form: Person, id: str, *values: Any, **more: Any) -> JSON:
    body = {"user": form.id, "field": "act", "block_id": id, "values": list(values), **more}
    return form.slack.post("act/pick", **body)


def state(form: Person, id: str) -> Any:
    modal = form.modal()
    assert modal is not None
    return modal.state[id]["act"]


def test_look_alikes_are_picked_by_value(form: Person) -> None:
    form.options("one", "acme")
    pick(form, "one", "T2")
    assert state(form, "one")["selected_option"] == TWINS[1]


def test_a_pick_that_is_not_on_screen_any_more_is_asked_for_again(form: Person) -> None:
    pick(form, "one", "T1", query="acme")
    assert state(form, "one")["selected_option"]["value"] == "T1"
    with pytest.raises(CannotDo, match="does not offer"):
        pick(form, "one", "T9", query="acme")


def test_a_pick_replaces_and_empties(form: Person) -> None:
    pick(form, "many", "T1", "T2")
    pick(form, "many", "T2")
    assert [chosen["value"] for chosen in state(form, "many")["selected_options"]] == ["T2"]
    pick(form, "many")
    assert state(form, "many")["selected_options"] == []
    with pytest.raises(CannotDo, match="at most 2"):
        pick(form, "many", "T1", "T2", "T3")


@pytest.mark.parametrize(
    ("id", "value", "key", "kept"),
    [
        ("day", "2027-01-31", "selected_date", "2027-01-31"),
        ("who", "W0BEN00001", "selected_user", "W0BEN00001"),
    ],
)
def test_dates_and_people_are_picked(form: Person, id: str, value: str, key: str, kept: str) -> None:
    pick(form, id, value)
    assert state(form, id)[key] == kept
    pick(form, id)
    assert state(form, id)[key] is None


def test_boxes_and_radios_are_picked(form: Person) -> None:
    pick(form, "radio", "T2")
    pick(form, "boxes", "T1", "T3")
    assert state(form, "radio")["selected_option"]["value"] == "T2"
    assert [box["value"] for box in state(form, "boxes")["selected_options"]] == ["T1", "T3"]
    with pytest.raises(CannotDo, match="exactly one"):
        pick(form, "radio", "T1", "T2")


def test_text_has_nothing_to_pick(form: Person) -> None:
    with pytest.raises(CannotDo, match="nothing to pick"):
        pick(form, "text", "T1")


def test_a_button_is_found_in_its_own_block(form: Person, slack: LocalSlack) -> None:
    slack.client.post("act/press", user=form.id, label="press", block_id="second")
    action = slack.client.deliveries("block_actions")[-1]["payload"]["actions"][0]
    assert (action["block_id"], action["value"]) == ("second", "second")


def attach(form: Person, id: str, name: str, content: bytes = b"a,b\n") -> JSON:
    encoded = base64.b64encode(content).decode()
    body = {"user": form.id, "field": "act", "block_id": id, "name": name, "content": encoded}
    return form.slack.post("act/attach", **body)


def test_files_are_attached_within_the_limits(form: Person) -> None:
    attach(form, "files", "one.csv")
    attach(form, "files", "TWO.CSV")
    files = state(form, "files")["files"]
    assert [(file["name"], file["filetype"], file["size"]) for file in files] == [
        ("one.csv", "csv", 4),
        ("TWO.CSV", "csv", 4),
    ]
    with pytest.raises(CannotDo, match="at most 2"):
        attach(form, "files", "three.csv")
    form.slack.post("act/clear", user=form.id, field="act", block_id="files")
    with pytest.raises(CannotDo, match="takes only: csv"):
        attach(form, "files", "one.exe")
    with pytest.raises(CannotDo, match="takes no files"):
        attach(form, "text", "one.csv")
    with pytest.raises(ValueError, match="base64"):
        form.slack.post("act/attach", user=form.id, field="act", block_id="files", name="x.csv", content="%")


def sidebar(person: Person, channel: str = CHANNEL) -> JSON:
    return next(entry for entry in person.channels() if entry["id"] == channel)


def test_others_messages_are_unread_until_marked(slack: LocalSlack, ana: Person, ben: Person) -> None:
    ben.say(CHANNEL, "one")
    last = ben.say(CHANNEL, f"two for <@{ana.id}>")
    ana.say(CHANNEL, "mine")
    assert (sidebar(ana)["unread"], sidebar(ana)["mentions"], sidebar(ben)["unread"]) == (2, 1, 1)
    slack.client.post("act/mark_read", user=ana.id, channel=CHANNEL, ts=last.ts)
    assert (sidebar(ana)["unread"], sidebar(ana)["read_up_to"]) == (0, last.ts)
    slack.client.post("act/mark_read", user=ana.id, channel=CHANNEL, ts="1.000000")
    assert sidebar(ana)["unread"] == 0
    with pytest.raises(CannotDo, match="in no channel"):
        slack.client.post("act/mark_read", user=ana.id, channel="C0HIDDEN001", ts=last.ts)


def test_groups_and_everybody_count_as_mentions_and_replies_do_not(
    slack: LocalSlack, ana: Person, ben: Person
) -> None:
    parent = ana.say(CHANNEL, "<!subteam^S0SECURITY> please look")
    ana.say(CHANNEL, "<!channel> lunch")
    ana.say(CHANNEL, "in the thread", thread_ts=parent.ts)
    assert (sidebar(ben)["unread"], sidebar(ben)["mentions"]) == (2, 2)


def test_messages_are_read_in_pages(slack: LocalSlack, ana: Person) -> None:
    for number in range(5):
        ana.say(CHANNEL, str(number))

    def page(**query: Any) -> tuple[list[str], bool]:
        seen = slack.client.get("see/messages", user=ana.id, channel=CHANNEL, **query)
        return [message["text"] for message in seen["messages"]], seen["has_more"]

    assert page() == (["0", "1", "2", "3", "4"], False)
    assert page(limit=2) == (["3", "4"], True)
    before = ana.messages(CHANNEL)[3].ts
    assert page(limit=2, before=before) == (["1", "2"], True)
    assert page(limit=3, before=before) == (["0", "1", "2"], False)


def test_the_app_as_each_person_meets_it(slack: LocalSlack, ana: Person) -> None:
    mine = slack.client.get("see/app", user=ana.id)["app"]
    assert (mine["reachable"], mine["dm"], mine["home_tab"]) == (True, None, True)
    ana.open_home()
    assert slack.client.get("see/app", user=ana.id)["app"]["dm"].startswith("D")
    outsider = slack.client.get("see/app", user="U0OUTSIDE1")["app"]
    assert (outsider["reachable"], outsider["commands"]) == (False, [])


def test_the_manifests_commands_are_listed() -> None:
    with LocalSlack(manifest="manifest.yml") as other:
        app = other.client.get("see/app", user="W0ANA00001")["app"]
        assert "/disconnect-org" in [command["name"] for command in app["commands"]]
        assert app["messages_tab_read_only"]


def test_names_of_private_channels_are_for_members(slack: LocalSlack) -> None:
    olga = slack.client.get("see/names", user="W0OLGA0001")
    ana = slack.client.get("see/names", user="W0ANA00001")
    assert olga["channels"]["C0HIDDEN001"] == "finance-close"
    assert "C0HIDDEN001" not in ana["channels"]
    assert (ana["users"]["W0BEN00001"], ana["usergroups"]["S0SECURITY"]) == ("Ben Okafor", "security")


def test_the_overview_follows_the_org(slack: LocalSlack) -> None:
    def overview() -> JSON:
        return slack.client.get("overview")

    acme = next(partner for partner in overview()["partners"] if partner["id"] == "T0ACME0001")
    assert (acme["status"], acme["disconnecting"]) == ("CONNECTED", False)
    assert acme["channels"] > 3
    slack.client.set("external_org", "T0ACME0001", status="DISCONNECTED")
    slack.client.set("usergroup", "S0FACILITY", disabled_at=1)
    slack.client.post("remove", kind="policy_member", id="W0DINO0001")
    after = overview()
    assert after["policies"]["email_password"] == 11
    assert not next(group for group in after["usergroups"] if group["id"] == "S0FACILITY")["enabled"]
    assert next(p for p in after["partners"] if p["id"] == "T0ACME0001")["status"] == "DISCONNECTED"
    shared = next(channel for channel in after["channels"] if channel["id"] == "C0ACME00003")
    assert shared["partners"] == ["T0ACME0001", "T0INITECH1"]
