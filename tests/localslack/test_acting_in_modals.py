"""People fill modals, and the emulator behaves like Slack's client towards a real Bolt app."""

from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from localslack.people import CannotDo, NotSeen, Person
from localslack.server import LocalSlack

ADMIN_CHANNEL = "C0ADMIN0001"
JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def option(label: str, value: str) -> JSON:
    return {"text": plain(label), "value": value}


def form(**changes: Any) -> JSON:
    """A modal with one of each input the app uses."""
    blocks: list[JSON] = [
        {
            "type": "input",
            "block_id": "org",
            "label": plain("External organization"),
            "dispatch_action": True,
            "element": {"type": "external_select", "action_id": "pick_org", "min_query_length": 2},
        },
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "text", "min_length": 5, "multiline": True},
        },
        {
            "type": "input",
            "block_id": "also",
            "optional": True,
            "label": plain("Also"),
            "element": {
                "type": "checkboxes",
                "action_id": "boxes",
                "options": [option("Tell the owners", "tell"), option("Keep an export", "keep")],
            },
        },
        {
            "type": "actions",
            "block_id": "more",
            "elements": [{"type": "button", "action_id": "details", "text": plain("Details"), "value": "d1"}],
        },
    ]
    view = {
        "type": "modal",
        "callback_id": "disconnect",
        "title": plain("Disconnect"),
        "submit": plain("Review"),
        "private_metadata": "draft-1",
        "notify_on_close": True,
        "blocks": blocks,
    }
    return {**view, **changes}


def open_form(app: App, view: JSON) -> None:
    @app.command("/disconnect-org")
    def opens(ack: Ack, body: JSON, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)


def suggest(app: App) -> list[JSON]:
    asked: list[JSON] = []

    @app.options("pick_org")
    def offers(ack: Ack, body: JSON) -> None:
        asked.append(body)
        names = {"Acme Corp": "T0ACME0001", "Initech": "T0INITECH1"}
        fits = [option(name, id) for name, id in names.items() if body["value"].lower() in name.lower()]
        ack(options=fits)

    return asked


def collect_actions(app: App, action_id: str) -> list[JSON]:
    seen: list[JSON] = []

    @app.action(action_id)
    def takes(ack: Ack, body: JSON) -> None:
        ack()
        seen.append(body)

    return seen


def open_as(ana: Person, app: App, view: JSON | None = None) -> None:
    open_form(app, view or form())
    assert ana.command("/disconnect-org", channel=ADMIN_CHANNEL).ok
    ana.wait_modal(title="Disconnect")


def test_a_command_opens_a_modal_that_reads_as_written(app: App, ana: Person) -> None:
    open_as(ana, app)
    modal = ana.wait_modal()
    assert modal.fields == ["External organization", "Reason", "Also"]
    assert modal.submit_label == "Review"
    assert "External organization: (…)" in modal.text
    assert "[ ] Tell the owners" in modal.text
    assert modal.buttons == ["Details"]


def test_choosing_asks_the_app_for_options_and_dispatches_the_choice(app: App, ana: Person) -> None:
    asked, picked = suggest(app), collect_actions(app, "pick_org")
    open_as(ana, app)
    assert [o.label for o in ana.options("External organization", "acm")] == ["Acme Corp"]
    ana.choose("External organization", "Acme Corp")
    assert asked[-1]["value"] == "Acme Corp"
    assert asked[-1]["view"]["state"] == {"values": {}}
    assert picked[0]["actions"][0]["selected_option"]["value"] == "T0ACME0001"
    assert picked[0]["view"]["state"]["values"]["org"]["pick_org"]["selected_option"]["value"] == "T0ACME0001"
    assert picked[0]["view"]["state"]["values"]["reason"]["text"]["value"] is None
    assert ana.wait_modal().values["External organization"] == "Acme Corp"


def test_a_query_shorter_than_the_minimum_is_never_sent(app: App, ana: Person) -> None:
    asked = suggest(app)
    open_as(ana, app)
    assert ana.options("External organization", "a") == []
    assert asked == []


def test_submitting_sends_all_values_and_closes_on_an_empty_ack(app: App, ana: Person) -> None:
    suggest(app)
    collect_actions(app, "pick_org")
    submitted: list[JSON] = []

    @app.view("disconnect")
    def takes(ack: Ack, body: JSON) -> None:
        ack()
        submitted.append(body)

    open_as(ana, app)
    ana.choose("External organization", "Acme Corp")
    ana.fill("Reason", "Contract ended")
    ana.check("Keep an export")
    assert ana.submit().ok
    ana.wait_no_modal()
    values = submitted[0]["view"]["state"]["values"]
    assert values["reason"]["text"]["value"] == "Contract ended"
    assert [o["value"] for o in values["also"]["boxes"]["selected_options"]] == ["keep"]
    assert submitted[0]["view"]["private_metadata"] == "draft-1"
    assert submitted[0]["team"] is None
    assert submitted[0]["view"]["app_installed_team_id"] == "E0MERIDIAN"


def test_the_client_refuses_what_is_missing_or_too_short_without_asking_the_app(
    app: App, ana: Person
) -> None:
    open_as(ana, app)
    ana.fill("Reason", "no")
    result = ana.submit()
    assert not result.sent
    assert result.errors == {
        "External organization": "Please complete this required field.",
        "Reason": "Please enter at least 5 characters.",
    }
    assert ana.wait_modal().errors == result.errors


def one_field(**changes: Any) -> JSON:
    element = {"type": "plain_text_input", "action_id": "text"}
    block = {"type": "input", "block_id": "reason", "label": plain("Reason"), "element": element}
    return form(blocks=[block], **changes)


def answer_with(app: App, answer: Any) -> None:
    @app.view("disconnect")
    def answers(ack: Ack) -> None:
        ack(**answer) if isinstance(answer, dict) else ack(answer)


def submit_answered(app: App, ana: Person, answer: Any) -> Any:
    answer_with(app, answer)
    open_as(ana, app, one_field())
    ana.fill("Reason", "because")
    return ana.submit()


def test_inline_errors_show_at_their_field(app: App, ana: Person) -> None:
    result = submit_answered(app, ana, {"response_action": "errors", "errors": {"reason": "Say more."}})
    assert result.errors == {"Reason": "Say more."}
    modal = ana.wait_modal()
    assert modal.errors == {"Reason": "Say more."}
    assert modal.values["Reason"] == "because"


def test_an_error_for_a_block_that_is_no_input_is_refused_and_looks_like_trouble(
    app: App, ana: Person
) -> None:
    result = submit_answered(app, ana, {"response_action": "errors", "errors": {"nowhere": "Say more."}})
    assert result.problems == ["disconnect ack: no input block named nowhere [json-pointer:/errors/nowhere]"]
    assert "trouble connecting" in ana.wait_modal().errors[""]


def test_update_replaces_the_view_under_the_same_id(app: App, ana: Person) -> None:
    answer = {"response_action": "update", "view": form(title=plain("Checking"), blocks=[])}
    answer_with(app, answer)
    open_as(ana, app, one_field())
    before = ana.wait_modal()
    ana.fill("Reason", "because")
    ana.submit()
    after = ana.wait_modal(title="Checking")
    assert (after.id, after.depth) == (before.id, 1)


def test_push_stacks_three_views_at_most(app: App, ana: Person) -> None:
    result = submit_answered(app, ana, {"response_action": "push", "view": one_field(title=plain("Second"))})
    assert result.ok
    ana.fill("Reason", "two")
    assert ana.submit().ok
    assert ana.wait_modal().depth == 3
    ana.fill("Reason", "three")
    assert ana.submit().problems == ["push_limit_reached"]
    ana.close()
    assert ana.wait_modal().depth == 2


def test_clear_closes_the_whole_stack(app: App, ana: Person) -> None:
    assert submit_answered(app, ana, {"response_action": "clear"}).ok
    assert ana.modal() is None


def test_an_invalid_view_in_the_answer_is_named_and_not_shown(app: App, ana: Person) -> None:
    bad = form(title=plain("A title longer than twenty-four"))
    result = submit_answered(app, ana, {"response_action": "update", "view": bad})
    assert result.problems == [
        "disconnect ack: must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert ana.wait_modal().title == "Disconnect"


def test_closing_tells_the_app_when_it_asked_to_know(app: App, ana: Person) -> None:
    closed: list[JSON] = []

    @app.view_closed("disconnect")
    def takes(ack: Ack, body: JSON) -> None:
        ack()
        closed.append(body)

    open_as(ana, app)
    ana.close()
    assert ana.modal() is None
    assert closed[0]["is_cleared"] is False
    open_as(ana, app)
    ana.close(everything=True)
    assert closed[1]["is_cleared"] is True


def test_a_late_ack_looks_like_trouble_and_is_logged(app: App, ana: Person, slack: LocalSlack) -> None:
    slack.client.settings(ack_deadline=0.05)

    @app.view("disconnect")
    def never(ack: Ack) -> None:
        del ack

    open_form(app, one_field())
    slack.client.settings(ack_deadline=3.0)
    ana.command("/disconnect-org", channel=ADMIN_CHANNEL)
    ana.wait_modal()
    ana.fill("Reason", "because")
    slack.client.settings(ack_deadline=0.05)
    result = ana.submit()
    assert "trouble connecting" in result.error
    assert slack.client.deliveries("view_submission")[0]["error"] == "timeout"


def test_updating_keeps_typed_values_only_where_both_ids_stay(app: App, ana: Person, bot: WebClient) -> None:
    open_as(ana, app, one_field())
    ana.fill("Reason", "typed")
    view_id = ana.wait_modal().id
    bot.views_update(view_id=view_id, view=one_field(title=plain("Same ids")))
    assert ana.wait_modal(title="Same ids").values == {"Reason": "typed"}
    moved = one_field(title=plain("New ids"))
    moved["blocks"][0]["block_id"] = "reason-2"
    bot.views_update(view_id=view_id, view=moved)
    assert ana.wait_modal(title="New ids").values == {"Reason": ""}


def test_pressing_a_button_in_a_modal_sends_its_value(app: App, ana: Person) -> None:
    pressed = collect_actions(app, "details")
    open_as(ana, app)
    assert ana.press("Details").ok
    assert pressed[0]["actions"][0]["value"] == "d1"
    assert pressed[0]["container"] == {"type": "view", "view_id": ana.wait_modal().id}
    assert "channel" not in pressed[0]


def test_what_is_not_there_cannot_be_used_and_the_error_says_what_is(app: App, ana: Person) -> None:
    open_as(ana, app)
    with pytest.raises(CannotDo, match="External organization"):
        ana.fill("Nothing", "x")
    with pytest.raises(CannotDo, match="Details"):
        ana.press("Nothing")
    with pytest.raises(NotSeen, match="Disconnect"):
        ana.wait_modal(title="Something else", timeout=0.05)
