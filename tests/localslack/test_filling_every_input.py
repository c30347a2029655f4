"""Every kind of input is filled by its visible text, shows what was chosen, and is checked by the client."""

import threading
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from localslack.conversation.handles import new_trigger
from localslack.people import CannotDo, Person
from localslack.server import LocalSlack

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def options(*labels: str) -> list[JSON]:
    return [{"text": plain(label), "value": label.lower().replace(" ", "_")} for label in labels]


def field(label: str, kind: str, **element: Any) -> JSON:
    block = {"optional": True, **element.pop("block", {})}
    shown = {"type": kind, "action_id": "a", **element}
    return {"type": "input", "block_id": label.lower(), "label": plain(label), "element": shown, **block}


FIELDS: list[JSON] = [
    field("Colour", "static_select", options=options("Red", "Dark blue", "Light blue")),
    field("Sizes", "multi_static_select", options=options("S", "M", "L"), max_selected_items=2),
    field(
        "Grouped", "static_select", option_groups=[{"label": plain("G"), "options": options("In a group")}]
    ),
    field("Speed", "radio_buttons", options=options("Slow", "Fast"), initial_option=options("Slow")[0]),
    field("Flags", "checkboxes", options=options("One", "Two")),
    field("Who", "users_select"),
    field("Whos", "multi_users_select"),
    field("Where", "channels_select"),
    field("Talk", "conversations_select"),
    field("Day", "datepicker"),
    field("At", "timepicker"),
    field("Moment", "datetimepicker"),
    field("Age", "number_input", is_decimal_allowed=False, min_value="1", max_value="99"),
    field("Mail", "email_text_input"),
    field("Link", "url_text_input"),
    field("Word", "plain_text_input", initial_value="given", max_length=10),
    field(
        "Live",
        "plain_text_input",
        dispatch_action_config={"trigger_actions_on": ["on_character_entered"]},
        block={"dispatch_action": True},
    ),
    field("Entered", "plain_text_input", block={"dispatch_action": True}),
    field("Note", "rich_text_input"),
]


@pytest.fixture
def form(app: App, slack: LocalSlack, bot: WebClient, ana: Person) -> Person:
    """Ana with the form open."""
    app.view("all")(lambda ack: ack())
    with slack.world.lock:
        trigger = new_trigger(slack.world, ana.id, "T0HQ000001")
    view = {
        "type": "modal",
        "callback_id": "all",
        "title": plain("All"),
        "submit": plain("Go"),
        "blocks": FIELDS,
    }
    bot.views_open(trigger_id=trigger, view=view)
    return ana


def submitted(form: Person) -> JSON:
    """Submit, and the values the app got, by block id."""
    result = form.submit()
    assert result.ok, result.raw
    values = form.slack.deliveries("view_submission")[-1]["payload"]["view"]["state"]["values"]
    return {block_id: actions["a"] for block_id, actions in values.items()}


@pytest.mark.parametrize(
    ("label", "choice", "shown", "key", "sent"),
    [
        ("Colour", "Red", "Red", "selected_option", "red"),
        ("Colour", "Dark", "Dark blue", "selected_option", "dark_blue"),
        ("Grouped", "In a group", "In a group", "selected_option", "in_a_group"),
        ("Speed", "Fast", "Fast", "selected_option", "fast"),
        ("Who", "Ben Okafor", "Ben Okafor", "selected_user", "W0BEN00001"),
        ("Where", "#lobby", "#lobby", "selected_channel", "C0LOBBY0001"),
        ("Talk", "#admin-approvals", "#admin-approvals", "selected_conversation", "C0ADMIN0001"),
        ("Day", "2026-02-28", "2026-02-28", "selected_date", "2026-02-28"),
        ("At", "09:30", "09:30", "selected_time", "09:30"),
        ("Moment", "1760000000", "1760000000", "selected_date_time", 1_760_000_000),
    ],
)
def test_a_single_choice(form: Person, label: str, choice: str, shown: str, key: str, sent: Any) -> None:
    form.choose(label, choice)
    assert form.wait_modal().values[label] == shown
    value = submitted(form)[label.lower()][key]
    assert (value["value"] if isinstance(value, dict) else value) == sent


def test_several_choices_add_up_to_the_most_allowed(form: Person) -> None:
    form.choose("Sizes", "S")
    form.choose("Sizes", "M")
    with pytest.raises(CannotDo, match="at most 2"):
        form.choose("Sizes", "L")
    form.choose("Whos", "Ben Okafor", "Chloe Martin")
    assert form.wait_modal().values["Sizes"] == ["S", "M"]
    assert form.wait_modal().values["Whos"] == ["Ben Okafor", "Chloe Martin"]


def test_ticking_unticking_and_clearing(form: Person) -> None:
    form.check("Two")
    form.check("One")
    form.uncheck("Two")
    assert form.wait_modal().values["Flags"] == ["One"]
    form.choose("Flags", "Two")
    assert form.wait_modal().values["Flags"] == ["Two"]
    form.clear("Flags")
    form.clear("Word")
    assert submitted(form)["flags"]["selected_options"] == []


def test_initial_values_are_there_from_the_start(form: Person) -> None:
    values = form.wait_modal().values
    assert (values["Speed"], values["Word"], values["Colour"]) == ("Slow", "given", "")
    assert submitted(form)["word"]["value"] == "given"


@pytest.mark.parametrize(
    ("label", "typed", "message"),
    [
        ("Age", "old", "Please enter a valid number."),
        ("Age", "1.5", "Please enter a valid number."),
        ("Age", "100", "Please enter a number between 1 and 99."),
        ("Mail", "nobody", "Please enter a valid email address."),
        ("Link", "example.com", "Please enter a valid URL."),
        ("Word", "x" * 11, "Please enter at most 10 characters."),
    ],
)
def test_the_client_checks_the_format(form: Person, label: str, typed: str, message: str) -> None:
    form.fill(label, typed)
    assert form.submit().errors == {label: message}


def test_good_formats_pass(form: Person) -> None:
    form.fill("Age", "42")
    form.fill("Mail", "a@b.example")
    form.fill("Link", "https://example.com")
    assert submitted(form)["age"]["value"] == "42"


def test_rich_text_is_typed_as_text_or_given_as_it_is(form: Person) -> None:
    form.fill("Note", "plain words")
    assert form.wait_modal().values["Note"] == "plain words"
    pieces = [{"type": "text", "text": "bold", "style": {"bold": True}}, {"type": "text", "text": " words"}]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}
    form.slack.post("act/fill", user=form.id, field="Note", value=rich)
    assert form.wait_modal().values["Note"] == "bold words"
    with pytest.raises(ValueError, match="no rich_text object: unsupported type: text"):
        form.slack.post("act/fill", user=form.id, field="Note", value={**rich, "elements": pieces})
    assert submitted(form)["note"] == {"type": "rich_text_input", "rich_text_value": rich}


def test_typing_dispatches_as_configured(app: App, form: Person) -> None:
    app.action("a")(lambda ack: ack())
    assert form.fill("Live", "x").sent
    assert not form.fill("Entered", "x").sent
    assert form.fill("Entered", "x", enter=True).sent


@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        (lambda ana: ana.choose("Colour", "Green"), "offers no 'Green'"),
        (lambda ana: ana.choose("Colour", "blue"), "could be any of"),
        (lambda ana: ana.choose("Colour", "Red", "Dark blue"), "exactly one"),
        (lambda ana: ana.choose("Word", "x"), "fill it instead"),
        (lambda ana: ana.fill("Colour", "Red"), "choose there instead"),
        (lambda ana: ana.check("Three"), "no checkbox"),
        (lambda ana: ana.options("Day"), "offers no options"),
    ],
)
def test_what_cannot_be_done_is_explained(form: Person, act: Any, complaint: str) -> None:
    with pytest.raises(CannotDo, match=complaint):
        act(form)


def test_a_built_in_list_is_narrowed_by_typing(form: Person) -> None:
    assert [o.label for o in form.options("Colour", "BLUE")] == ["Dark blue", "Light blue"]
    assert [o.value for o in form.options("Who", "okafor")] == ["W0BEN00001"]
    assert form.options("Grouped")[0].group == "G"


def test_a_bad_options_answer_is_a_problem_and_offers_nothing(
    app: App, slack: LocalSlack, bot: WebClient, ana: Person
) -> None:
    app.options("a")(lambda ack: ack(options=[{"text": plain("x" * 76), "value": "v"}]))
    select = field("Org", "external_select", min_query_length=0)
    with slack.world.lock:
        trigger = new_trigger(slack.world, ana.id, "T0HQ000001")
    view = {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": [select]}
    bot.views_open(trigger_id=trigger, view=view)
    assert ana.options("Org") == []
    message = "must be less than 76 characters [json-pointer:/options/0/text/text]"
    assert slack.client.problems() == [f"options of a: {message}"]
    slack.app_url = "http://127.0.0.1:1"
    assert ana.options("Org") == []


def test_the_ack_of_a_submission_comes_before_the_views_call_made_right_after_it(
    app: App, slack: LocalSlack, bot: WebClient, ana: Person
) -> None:
    done = threading.Event()
    loading = {"type": "modal", "title": plain("Loading"), "external_id": "mine", "blocks": []}
    ready = {"type": "modal", "title": plain("Ready"), "external_id": "mine", "blocks": []}

    @app.view("form")
    def takes(ack: Ack, client: WebClient) -> None:
        ack(response_action="update", view=loading)
        client.views_update(external_id="mine", view=ready)
        done.set()

    with slack.world.lock:
        trigger = new_trigger(slack.world, ana.id, "T0HQ000001")
    word = field("Word", "plain_text_input")
    form = {
        "type": "modal",
        "callback_id": "form",
        "title": plain("F"),
        "submit": plain("Go"),
        "blocks": [word],
    }
    bot.views_open(trigger_id=trigger, view=form)
    assert ana.submit().ok
    assert done.wait(3)
    assert ana.wait_modal().title == "Ready"
