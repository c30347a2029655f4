"""What the wire checker refuses beyond numbers: types, places, duplicates, foreign options."""

from typing import Any

import pytest

from localslack.blocks import check_message, check_options_response, check_view, check_view_response
from localslack.blocks.normal import fill_in

JSON = dict[str, Any]


def plain(text: str = "Text") -> JSON:
    return {"type": "plain_text", "text": text}


def modal(*blocks: JSON, **given: Any) -> JSON:
    return {"type": "modal", "title": plain(), "blocks": list(blocks), **given}


def field(action_id: str = "a", **given: Any) -> JSON:
    element = {"type": "plain_text_input", "action_id": action_id}
    return {"type": "input", "label": plain(), "element": element, **given}


def button(action_id: str, **given: Any) -> JSON:
    return {"type": "button", "text": plain(), "action_id": action_id, **given}


def options(*values: str) -> list[JSON]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def rules(problems: list[Any]) -> list[str]:
    return [problem.rule for problem in problems]


def test_a_modal_with_an_input_needs_a_submit_button() -> None:
    problems = check_view(modal(field()))
    message = "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]"
    assert [str(problem) for problem in problems] == [message]
    assert check_view(modal(field(), submit=plain("Send"))) == []


def test_an_input_is_allowed_in_messages_too() -> None:
    assert check_message({"text": "x", "blocks": [field()]}) == []


def test_two_blocks_cannot_share_a_block_id() -> None:
    divider = {"type": "divider", "block_id": "same"}
    assert rules(check_message({"blocks": [divider, divider]})) == ["duplicate_block_id"]


def test_two_elements_of_one_block_cannot_share_an_action_id_but_two_blocks_can() -> None:
    twice = {"type": "actions", "elements": [button("same"), button("same")]}
    assert rules(check_message({"blocks": [twice]})) == ["duplicate_action_id"]
    once = {"type": "actions", "elements": [button("same")]}
    assert check_message({"blocks": [once, once]}) == []


@pytest.mark.parametrize(
    ("surface", "block"),
    [
        ("message", {"type": "alert", "text": plain()}),
        ("modal", {"type": "markdown", "text": "x"}),
        ("modal", {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
        ("modal", {"type": "file", "external_id": "x", "source": "remote"}),
        ("modal", {"type": "hologram"}),
    ],
)
def test_a_block_on_a_surface_that_lacks_it_is_refused(surface: str, block: JSON) -> None:
    found = check_message({"blocks": [block]}) if surface == "message" else check_view(modal(block))
    assert rules(found) == ["unknown_type"]


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"type": "actions", "elements": [{"type": "plain_text_input"}]}, "/blocks/0/elements/0/type"),
        (
            {"type": "section", "text": plain(), "accessory": {"type": "plain_text_input"}},
            "/blocks/0/accessory/type",
        ),
        ({"type": "actions", "elements": [{"type": "multi_static_select"}]}, "/blocks/0/elements/0/type"),
        ({"type": "context", "elements": [button("x")]}, "/blocks/0/elements/0/type"),
        ({"type": "input", "label": plain(), "element": button("x")}, "/blocks/0/element/type"),
    ],
)
def test_an_element_in_a_block_that_does_not_take_it_is_refused(block: JSON, path: str) -> None:
    assert [(p.rule, p.path) for p in check_message({"blocks": [block]})] == [("unknown_type", path)]


def test_a_file_input_belongs_in_modals_only() -> None:
    upload = {"type": "input", "label": plain(), "element": {"type": "file_input", "action_id": "f"}}
    assert check_view(modal(upload, submit=plain())) == []
    assert rules(check_message({"blocks": [upload]})) == ["surface"]


@pytest.mark.parametrize("place", ["title", "submit", "close"])
def test_mrkdwn_is_refused_where_only_plain_text_is_shown(place: str) -> None:
    view = modal() | {place: {"type": "mrkdwn", "text": "*bold*"}}
    assert rules(check_view(view)) == ["text_type"]


def test_emoji_belongs_to_plain_text_and_verbatim_to_mrkdwn() -> None:
    wrong = {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}
    assert [p.message for p in check_message({"blocks": [wrong]})] == ["invalid additional property: emoji"]
    wrong["text"] = {"type": "plain_text", "text": "x", "verbatim": True}
    assert [p.message for p in check_message({"blocks": [wrong]})] == [
        "invalid additional property: verbatim"
    ]


def test_an_initial_option_must_be_among_the_options() -> None:
    element = {
        "type": "static_select",
        "options": options("red", "blue"),
        "initial_option": options("green")[0],
    }
    block = {"type": "section", "text": plain(), "accessory": element}
    assert rules(check_message({"blocks": [block]})) == ["initial"]
    element["initial_option"] = options("blue")[0]
    assert check_message({"blocks": [block]}) == []


def test_initial_options_are_found_in_groups_too() -> None:
    groups = [{"label": plain(), "options": options("red")}, {"label": plain(), "options": options("blue")}]
    element = {"type": "multi_static_select", "option_groups": groups, "initial_options": options("blue")}
    assert check_message({"blocks": [{"type": "section", "text": plain(), "accessory": element}]}) == []


@pytest.mark.parametrize("given", [{}, {"options": options("a"), "option_groups": []}])
def test_a_static_select_has_either_options_or_groups(given: JSON) -> None:
    block = {"type": "section", "text": plain(), "accessory": {"type": "static_select", **given}}
    assert "exactly_one" in rules(check_message({"blocks": [block]}))


def test_a_url_is_allowed_in_overflow_options_only() -> None:
    with_url = [{"text": plain(), "value": "v", "url": "https://example.com"}]
    overflow = {"type": "section", "text": plain(), "accessory": {"type": "overflow", "options": with_url}}
    assert check_message({"blocks": [overflow]}) == []
    overflow["accessory"] = {"type": "static_select", "options": with_url}
    assert rules(check_message({"blocks": [overflow]})) == ["unknown_field"]


def test_mrkdwn_option_texts_are_for_radios_and_checkboxes_only() -> None:
    bold = [{"text": {"type": "mrkdwn", "text": "*x*"}, "value": "v"}]
    block = {"type": "section", "text": plain(), "accessory": {"type": "checkboxes", "options": bold}}
    assert check_message({"blocks": [block]}) == []
    block["accessory"] = {"type": "overflow", "options": bold}
    assert rules(check_message({"blocks": [block]})) == ["text_type"]


def test_only_one_element_takes_the_focus() -> None:
    def focused() -> JSON:
        return {
            "type": "input",
            "label": plain(),
            "element": {"type": "plain_text_input", "focus_on_load": True},
        }

    assert check_view(modal(focused(), submit=plain())) == []
    assert rules(check_view(modal(focused(), focused(), submit=plain()))) == ["focus_once"]


def test_a_section_needs_text_or_fields() -> None:
    assert rules(check_message({"blocks": [{"type": "section"}]})) == ["any_of"]


@pytest.mark.parametrize("view", [None, [], "modal", {"type": "workflow_step"}, {}])
def test_what_is_no_view_is_refused(view: Any) -> None:
    assert rules(check_view(view)) == ["unknown_type"]


@pytest.mark.parametrize("blocks", ["[]", {"type": "divider"}, [None], ["divider"], [{"text": "x"}]])
def test_what_are_no_blocks_is_refused(blocks: Any) -> None:
    assert "type" in rules(check_message({"blocks": blocks}))


def test_a_message_says_something() -> None:
    assert rules(check_message({})) == ["no_text"]
    assert rules(check_message({"text": "", "blocks": []})) == ["no_text"]


def test_markdown_text_excludes_text_and_blocks() -> None:
    assert rules(check_message({"markdown_text": "x", "text": "x"})) == ["markdown_text_conflict"]


def test_rich_text_is_walked_to_its_inline_elements() -> None:
    def rich(*inline: JSON) -> JSON:
        return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(inline)}]}

    good = rich(
        {"type": "text", "text": "x"}, {"type": "user", "user_id": "W1"}, {"type": "emoji", "name": "tada"}
    )
    assert check_message({"blocks": [good]}) == []
    assert rules(check_message({"blocks": [rich({"type": "blink"})]})) == ["unknown_type"]
    assert rules(check_message({"blocks": [rich({"type": "link"})]})) == ["required"]
    assert rules(check_message({"blocks": [rich({"type": "text", "text": ""})]})) == ["min"]
    listed = {"type": "rich_text_list", "style": "bullet", "elements": good["elements"]}
    assert check_message({"blocks": [{"type": "rich_text", "elements": [listed]}]}) == []


@pytest.mark.parametrize("answer", [None, {}, {"options": [], "option_groups": []}, "none"])
def test_an_options_answer_has_exactly_one_list(answer: Any) -> None:
    assert rules(check_options_response(answer)) == ["exactly_one"]


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ({"response_action": "explode"}, "one_of"),
        ("closed", "one_of"),
        ({"response_action": "errors"}, "required"),
        ({"response_action": "errors", "errors": {"b": ""}}, "min"),
        ({"response_action": "errors", "errors": {"other": "no"}}, "block_id"),
        ({"response_action": "update", "view": {"type": "modal"}}, "required"),
    ],
)
def test_a_bad_answer_to_a_submission_is_named(answer: Any, rule: str) -> None:
    assert rule in rules(check_view_response(answer, modal(field(block_id="b"), submit=plain())))


def test_a_good_answer_to_a_submission_passes() -> None:
    view = modal(field(block_id="b"), submit=plain())
    for answer in (None, {"response_action": "clear"}, {"response_action": "errors", "errors": {"b": "No."}}):
        assert check_view_response(answer, view) == []


def test_what_is_left_out_is_filled_in_with_new_ids_each_time() -> None:
    numbers = iter(range(100))
    blocks = [field(), {"type": "actions", "elements": [{"type": "button", "text": plain()}]}]
    first = fill_in(blocks, lambda: f"g{next(numbers)}")
    second = fill_in(blocks, lambda: f"g{next(numbers)}")
    assert first[0]["block_id"] != second[0]["block_id"]
    assert (first[0]["optional"], first[0]["dispatch_action"]) == (False, False)
    assert first[0]["label"]["emoji"] is True
    assert first[1]["elements"][0]["action_id"]
    assert "block_id" not in blocks[0]
