"""Every limit of data/limits.json: at the limit Slack accepts, one over it refuses.

The cases are derived from the data, so a new limit cannot stay untested; the last test pins the data itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from localslack.blocks import LIMITS, Problem, check_message, check_options_response, check_view

JSON = dict[str, Any]
_PATTERNS = {"initial_date": "2026-02-28", "initial_time": "23:59"}


def value(spec: JSON, size: int, name: str = "") -> Any:
    """A valid value of a kind, ``size`` characters or items long (or of that number)."""
    return MAKERS[spec["kind"]](spec, size, name)


def string(spec: JSON, size: int, name: str) -> str:
    return _PATTERNS.get(name) or (spec["one_of"][0] if "one_of" in spec else "x" * size)


def strings(spec: JSON, size: int, name: str) -> list[str]:
    choices = spec.get("one_of", ["x"])
    return [choices[n % len(choices)] for n in range(size)]


MAKERS: dict[str, Callable[[JSON, int, str], Any]] = {
    "any": lambda spec, size, name: {"x": 1},
    "string": string,
    "strings": strings,
    "integer": lambda spec, size, name: size,
    "boolean": lambda spec, size, name: True,
    "text": lambda spec, size, name: {"type": spec["types"][0], "text": "x" * size},
    "texts": lambda spec, size, name: [{"type": "plain_text", "text": "x"}] * size,
    "option": lambda spec, size, name: option(0),
    "options": lambda spec, size, name: [option(n) for n in range(size)],
    "option_groups": lambda spec, size, name: [filled(LIMITS["objects"]["option_group"])] * size,
    "object": lambda spec, size, name: filled(LIMITS["objects"][spec["of"]]),
    "objects": lambda spec, size, name: [filled(LIMITS["objects"][spec["of"]])] * size,
    "element": lambda spec, size, name: element(spec["of"][0]),
    "elements": lambda spec, size, name: [element(spec["of"][0], action_id=f"a{n}") for n in range(size)],
    "rows": lambda spec, size, name: [[{"type": "raw_text", "text": "x"}]] * size,
    "cards": lambda spec, size, name: [{"type": "card", "title": {"type": "plain_text", "text": "x"}}] * size,
    "blocks": lambda spec, size, name: [{"type": "divider"}],
    "rich_text_elements": lambda spec, size, name: [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    ],
}


def option(number: int) -> JSON:
    return {"text": {"type": "plain_text", "text": f"Option {number}"}, "value": f"v{number}"}


def filled(fields: JSON, /, **given: Any) -> JSON:
    """An object with its required fields."""
    made = {name: value(spec, 1, name) for name, spec in fields.items() if spec.get("required")}
    return made | given


def complete(thing: JSON, fields: JSON, rules: JSON) -> JSON:
    """Add what the cross-field rules ask for."""
    for rule in ("exactly_one", "any_of"):
        names = rules.get(rule, [])
        if names and not any(name in thing for name in names):
            thing[names[0]] = value(fields[names[0]], 1, names[0])
    if rules.get("initial") in thing:
        initial = thing[rules["initial"]]
        thing["options"] = initial if isinstance(initial, list) else [initial]
    return thing


def element(kind: str, **given: Any) -> JSON:
    if kind in ("plain_text", "mrkdwn"):
        return {"type": kind, "text": "x"}
    fields = LIMITS["elements"][kind]
    if "action_id" not in fields:
        given.pop("action_id", None)
    made = {"type": kind, **filled(fields, **given)}
    return complete(made, fields, LIMITS["element_rules"].get(kind, {}))


def block(kind: str, **given: Any) -> JSON:
    fields = LIMITS["blocks"][kind]
    return complete({"type": kind, **filled(fields, **given)}, fields, LIMITS["block_rules"].get(kind, {}))


def modal(blocks: list[JSON], **given: Any) -> JSON:
    title = {"type": "plain_text", "text": "Title"}
    return {"type": "modal", "title": title, "submit": title, "blocks": blocks, **given}


def check_block(made: JSON) -> list[Problem]:
    """Check a block on a surface that allows it."""
    if made["type"] in LIMITS["surfaces"]["message"]["blocks"]:
        return [p for p in check_message({"blocks": [made]}) if p.rule != "msg_blocks_too_long"]
    return check_view(modal([made]))


def check_element(made: JSON) -> list[Problem]:
    """Check an element in a block that takes it."""
    kind = made["type"]
    for name in ("actions", "context", "context_actions"):
        if kind in LIMITS["blocks"][name]["elements"]["of"]:
            return check_block({"type": name, "elements": [made]})
    if kind in LIMITS["blocks"]["section"]["accessory"]["of"]:
        return check_block(block("section", accessory=made))
    return check_view(modal([block("input", element=made)]))


def in_option(made: JSON) -> list[Problem]:
    return check_element(element("overflow", options=[made]))


def check_object(name: str, made: JSON) -> list[Problem]:
    """Check a composition object in an element that has one."""
    hosts = {
        "option": lambda: in_option(made),
        "option_group": lambda: check_element(element("static_select", option_groups=[made])),
        "confirm": lambda: check_element(element("button", confirm=made)),
        "filter": lambda: check_element(element("conversations_select", filter=made)),
        "dispatch_action_config": lambda: check_element(
            element("plain_text_input", dispatch_action_config=made)
        ),
        "slack_file": lambda: check_element(element("image", slack_file=made)),
        "workflow": lambda: check_element(element("workflow_button", workflow=made)),
        "feedback_button": lambda: check_element(element("feedback_buttons", positive_button=made)),
        "column_setting": lambda: check_block(block("table", column_settings=[made])),
        "text": lambda: check_block(block("section", text={"type": "mrkdwn", **made})),
    }
    return hosts[name]()


def cases() -> Iterator[Any]:
    """(family, thing, field, spec, bound) for every numeric limit of every field."""
    for family in ("elements", "blocks", "objects"):
        for thing, fields in LIMITS[family].items():
            for name, spec in fields.items():
                for bound in ("min", "max"):
                    if bound in spec and not (
                        bound == "min" and spec[bound] == 0 and spec["kind"] != "integer"
                    ):
                        yield pytest.param(family, thing, name, spec, bound, id=f"{thing}.{name} {bound}")


def check_field(family: str, thing: str, name: str, content: Any) -> list[Problem]:
    """Problems of a thing in which one field has this content, only those at the field."""
    if family == "elements":
        found = check_element(element(thing, **{name: content}))
    elif family == "blocks":
        found = check_block(block(thing, **{name: content}))
    else:
        found = check_object(thing, filled(LIMITS["objects"][thing], **{name: content}))
    return found


@pytest.mark.parametrize(("family", "thing", "name", "spec", "bound"), list(cases()))
def test_a_field_at_its_limit_passes_and_one_beyond_fails(
    family: str, thing: str, name: str, spec: JSON, bound: str
) -> None:
    limit = spec[bound]
    beyond = limit + 1 if bound == "max" else limit - 1
    assert check_field(family, thing, name, value(spec, limit, name)) == []
    refused = check_field(family, thing, name, value(spec, beyond, name))
    assert any(problem.limit == limit and f"/{name}" in problem.path for problem in refused), refused


def choices() -> Iterator[Any]:
    for family in ("elements", "blocks", "objects"):
        for thing, fields in LIMITS[family].items():
            for name, spec in fields.items():
                if "one_of" in spec and spec["kind"] == "string":
                    yield pytest.param(family, thing, name, spec["one_of"], id=f"{thing}.{name}")


@pytest.mark.parametrize(("family", "thing", "name", "allowed"), list(choices()))
def test_a_field_with_choices_takes_each_of_them_and_nothing_else(
    family: str, thing: str, name: str, allowed: list[str]
) -> None:
    for choice in allowed:
        if name == "type":
            assert check_object("text", {"type": choice, "text": "x"}) == []
        else:
            assert check_field(family, thing, name, choice) == []
    if name != "type":
        assert check_field(family, thing, name, "something else")


def required() -> Iterator[Any]:
    for family in ("elements", "blocks", "objects"):
        for thing, fields in LIMITS[family].items():
            for name, spec in fields.items():
                if spec.get("required") and thing != "text":
                    yield pytest.param(family, thing, name, id=f"{thing}.{name}")


@pytest.mark.parametrize(("family", "thing", "name"), list(required()))
def test_a_required_field_cannot_be_left_out(family: str, thing: str, name: str) -> None:
    if family == "elements":
        made = element(thing)
        del made[name]
        found = check_element(made)
    elif family == "blocks":
        made = block(thing)
        del made[name]
        found = check_block(made)
    else:
        made = filled(LIMITS["objects"][thing])
        del made[name]
        found = check_object(thing, made)
    assert any(problem.message == f"missing required field: {name}" for problem in found), found


@pytest.mark.parametrize("kind", list(LIMITS["elements"]))
def test_an_element_with_an_unknown_field_is_refused(kind: str) -> None:
    assert check_element(element(kind)) == []
    found = check_element(element(kind, colour="red"))
    assert any(problem.message == "invalid additional property: colour" for problem in found)


@pytest.mark.parametrize("kind", list(LIMITS["blocks"]))
def test_a_block_with_an_unknown_field_is_refused_and_its_block_id_is_limited(kind: str) -> None:
    assert check_block(block(kind, block_id="b" * 255)) == []
    assert check_block(block(kind, block_id="b" * 256))[0].limit == 255
    assert check_block(block(kind, colour="red"))[0].message == "invalid additional property: colour"


def view_cases() -> Iterator[Any]:
    for kind in ("modal", "home"):
        for name, spec in LIMITS["view"][kind].items():
            if "max" in spec:
                yield pytest.param(kind, name, spec, id=f"{kind}.{name}")


@pytest.mark.parametrize(("kind", "name", "spec"), list(view_cases()))
def test_a_view_field_at_its_limit_passes_and_one_over_fails(kind: str, name: str, spec: JSON) -> None:
    view = modal([]) if kind == "modal" else {"type": "home", "blocks": []}
    assert check_view({**view, name: value(spec, spec["max"])}) == []
    assert check_view({**view, name: value(spec, spec["max"] + 1)})[0].limit == spec["max"]


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_a_surface_holds_so_many_blocks_and_not_one_more(surface: str) -> None:
    most = LIMITS["surfaces"][surface]["blocks_max"]

    def check(count: int) -> list[Problem]:
        blocks = [{"type": "divider"}] * count
        if surface == "message":
            return check_message({"blocks": blocks})
        return check_view(modal(blocks) if surface == "modal" else {"type": "home", "blocks": blocks})

    assert check(most) == []
    assert [problem.limit for problem in check(most + 1)] == [most]


def sections(total: int) -> list[JSON]:
    """Blocks whose string values add up to ``total`` characters."""
    overhead = len("section") + len("mrkdwn")
    sizes = [2000] * (total // (2000 + overhead))
    rest = total - sum(size + overhead for size in sizes)
    sizes += [rest - overhead]
    return [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * size}} for size in sizes]


def test_the_characters_of_all_blocks_together_are_limited() -> None:
    most = LIMITS["message"]["blocks_total_chars"]
    assert check_message({"blocks": sections(most)}) == []
    assert [p.rule for p in check_message({"blocks": sections(most + 1)})] == ["msg_blocks_too_long"]


def test_markdown_blocks_are_limited_together() -> None:
    most = LIMITS["message"]["markdown_blocks_total"]
    half = {"type": "markdown", "text": "x" * (most // 2)}
    assert check_message({"blocks": [half, half]}) == []
    more = {"type": "markdown", "text": "x" * (most // 2 + 1)}
    assert [p.rule for p in check_message({"blocks": [half, more]})] == ["markdown_total"]


@pytest.mark.parametrize(
    ("field", "limit", "rule"),
    [
        ("text", LIMITS["message"]["text_max"], "msg_too_long"),
        ("markdown_text", LIMITS["message"]["markdown_text_max"], "msg_too_long"),
    ],
)
def test_message_text_is_limited(field: str, limit: int, rule: str) -> None:
    assert check_message({field: "x" * limit}) == []
    assert [problem.rule for problem in check_message({field: "x" * (limit + 1)})] == [rule]


def test_an_update_has_a_shorter_text_limit() -> None:
    limit = LIMITS["message"]["update_text_max"]
    assert check_message({"text": "x" * limit}, update=True) == []
    assert [p.limit for p in check_message({"text": "x" * (limit + 1)}, update=True)] == [limit]


def test_attachments_are_limited() -> None:
    most = LIMITS["message"]["attachments_max"]
    assert check_message({"attachments": [{"text": "x"}] * most}) == []
    found = check_message({"attachments": [{"text": "x"}] * (most + 1)})
    assert [problem.rule for problem in found] == ["too_many_attachments"]


def test_a_view_is_limited_in_bytes() -> None:
    def view(bytes_per_section: int) -> JSON:
        text = {"type": "mrkdwn", "text": "€" * bytes_per_section}
        return modal([{"type": "section", "text": text}] * 100)

    assert check_view(view(800)) == []
    assert [problem.rule for problem in check_view(view(900))] == ["view_too_large"]


@pytest.mark.parametrize("name", ["options", "option_groups"])
def test_an_answer_to_an_options_request_is_limited(name: str) -> None:
    spec = LIMITS["answers"]["block_suggestion"][name]
    assert check_options_response({name: value(spec, 100)}) == []
    assert check_options_response({name: value(spec, 101)})[0].limit == 100


def test_each_field_of_a_section_is_limited() -> None:
    limit = LIMITS["blocks"]["section"]["fields"]["text_max"]
    assert check_block(block("section", fields=[{"type": "mrkdwn", "text": "x" * limit}])) == []
    refused = check_block(block("section", fields=[{"type": "mrkdwn", "text": "x" * (limit + 1)}]))
    assert [(p.path, p.limit) for p in refused] == [("/blocks/0/fields/0/text", limit)]


def test_a_table_row_is_limited() -> None:
    most = LIMITS["blocks"]["table"]["rows"]["columns_max"]
    cell = {"type": "raw_text", "text": "x"}
    assert check_block(block("table", rows=[[cell] * most])) == []
    assert [p.limit for p in check_block(block("table", rows=[[cell] * (most + 1)]))] == [most]


@pytest.mark.parametrize("text_type", ["plain_text", "mrkdwn"])
def test_a_text_object_cannot_be_empty(text_type: str) -> None:
    refused = check_block(block("section", text={"type": text_type, "text": ""}))
    assert [str(p) for p in refused] == ["must be more than 0 characters [json-pointer:/blocks/0/text/text]"]


DOCUMENTED = {
    "surfaces.message.blocks_max": 50,
    "surfaces.modal.blocks_max": 100,
    "surfaces.home.blocks_max": 100,
    "message.text_max": 40_000,
    "message.update_text_max": 4000,
    "message.markdown_text_max": 12_000,
    "message.attachments_max": 100,
    "view.stack_depth": 3,
    "view.modal.title.max": 24,
    "view.modal.submit.max": 24,
    "view.modal.close.max": 24,
    "view.modal.private_metadata.max": 3000,
    "view.modal.callback_id.max": 255,
    "view.modal.external_id.max": 255,
    "objects.text.text.max": 3000,
    "objects.option.text.max": 75,
    "objects.option.value.max": 150,
    "objects.option.description.max": 75,
    "objects.option_group.label.max": 75,
    "objects.option_group.options.max": 100,
    "objects.confirm.title.max": 100,
    "objects.confirm.text.max": 300,
    "objects.confirm.confirm.max": 30,
    "objects.confirm.deny.max": 30,
    "elements.button.text.max": 75,
    "elements.button.action_id.max": 255,
    "elements.button.value.max": 2000,
    "elements.button.url.max": 3000,
    "elements.checkboxes.options.max": 10,
    "elements.radio_buttons.options.max": 10,
    "elements.overflow.options.max": 5,
    "elements.static_select.options.max": 100,
    "elements.static_select.option_groups.max": 100,
    "elements.external_select.placeholder.max": 150,
    "elements.plain_text_input.max_length.max": 3000,
    "elements.file_input.max_files.max": 10,
    "elements.rich_text_input.max_lines.max": 100,
    "blocks.actions.elements.max": 25,
    "blocks.alert.text.max": 200,
    "blocks.card.title.max": 150,
    "blocks.card.body.max": 200,
    "blocks.carousel.elements.max": 10,
    "blocks.context.elements.max": 10,
    "blocks.context_actions.elements.max": 5,
    "blocks.header.text.max": 150,
    "blocks.image.image_url.max": 3000,
    "blocks.image.alt_text.max": 2000,
    "blocks.input.label.max": 2000,
    "blocks.input.hint.max": 2000,
    "blocks.markdown.text.max": 12_000,
    "blocks.section.text.max": 3000,
    "blocks.section.fields.max": 10,
    "blocks.section.fields.text_max": 2000,
    "blocks.table.rows.max": 100,
    "blocks.table.rows.columns_max": 20,
    "blocks.video.title.max": 200,
    "blocks.video.author_name.max": 50,
    "block_id.max": 255,
}


@pytest.mark.parametrize(("path", "number"), list(DOCUMENTED.items()))
def test_the_data_holds_the_documented_number(path: str, number: int) -> None:
    found: Any = LIMITS
    for part in path.split("."):
        found = found[part]
    assert found == number
