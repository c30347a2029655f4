"""Every element a form may have is drawn and can be used; rich text is written, and read in messages."""

from typing import Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from localslack.blocks.limits import LIMITS
from localslack.conversation.handles import new_trigger
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, House

JSON = dict[str, Any]

OPTIONS = [{"text": {"type": "plain_text", "text": text}, "value": text} for text in ("One", "Two")]
NEEDED: dict[str, JSON] = {
    "checkboxes": {"options": OPTIONS},
    "radio_buttons": {"options": OPTIONS},
    "static_select": {"options": OPTIONS},
    "multi_static_select": {"options": OPTIONS},
    "number_input": {"is_decimal_allowed": False},
}


def bot(house: House) -> WebClient:
    env = house.slack.env()
    return WebClient(token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"])


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def field(kind: str, **more: Any) -> JSON:
    element = {"type": kind, "action_id": "a", **NEEDED.get(kind, {}), **more}
    return {"type": "input", "block_id": kind, "optional": True, "label": plain(kind), "element": element}


def shown(house: House, windows: Windows, *blocks: JSON) -> Window:
    """Ana with a form of these blocks."""
    ana = windows.open(ANA)
    with house.slack.world.lock:
        trigger = new_trigger(house.slack.world, ANA, "T0HQ000001")
    view = {"type": "modal", "title": plain("All of it"), "submit": plain("Go"), "blocks": list(blocks)}
    bot(house).views_open(trigger_id=trigger, view=view)
    expect(ana.modal.get_by_role("heading", name="All of it")).to_be_visible()
    return ana


def test_every_kind_of_input_is_drawn_and_named(house: House, windows: Windows) -> None:
    kinds = LIMITS["blocks"]["input"]["element"]["of"]
    ana = shown(house, windows, *map(field, kinds))
    expect(ana.modal.locator(".unknown")).to_have_count(0)
    for kind in kinds:
        box = ana.modal.locator(f".input[data-block-id={kind}]")
        control = box.locator("input, textarea, [contenteditable]").first
        expect(control).to_be_visible()
        name = "One" if kind in ("checkboxes", "radio_buttons") else f"{kind} (optional)"
        expect(control).to_have_accessible_name(name)


def test_rich_text_is_written_by_hand(house: House, windows: Windows) -> None:
    ana = shown(house, windows, field("rich_text_input", placeholder=plain("What happened?")))
    area = ana.modal.get_by_role("textbox")
    expect(area).to_be_focused()
    ana.type("It is ")
    ana.modal.get_by_role("button", name="Bold").click()
    ana.type("<b>over</b>")
    ana.press("Control+b", "Enter")
    ana.modal.get_by_role("button", name="Bulleted list").click()
    ana.type("one")
    ana.press("Enter")
    ana.type("two")
    expect(area.locator("li")).to_have_count(2)
    pieces = [
        {"type": "text", "text": "It is "},
        {"type": "text", "text": "<b>over</b>", "style": {"bold": True}},
    ]
    lines = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]} for text in ("one", "two")
    ]
    wanted = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": pieces},
            {"type": "rich_text_list", "style": "bullet", "elements": lines},
        ],
    }

    def kept() -> Any:
        modal = house.ana.modal()
        return modal and modal.state["rich_text_input"]["a"]["rich_text_value"]

    assert house.client.wait(lambda: kept() == wanted or None, 10), kept()
    area.press("Control+a")
    area.press("Delete")
    assert house.client.wait(lambda: kept() is None or None, 10), kept()


def test_rich_text_begins_as_the_app_says(house: House, windows: Windows) -> None:
    pieces = [{"type": "text", "text": "given", "style": {"italic": True}}]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}
    ana = shown(house, windows, field("rich_text_input", initial_value=rich))
    expect(ana.modal.get_by_role("textbox").locator("em")).to_have_text("given")


STYLED = [
    ({"type": "text", "text": "bold", "style": {"bold": True}}, "strong", "bold"),
    ({"type": "text", "text": "struck", "style": {"strike": True}}, "s", "struck"),
    ({"type": "text", "text": "code", "style": {"code": True}}, "code", "code"),
    ({"type": "link", "url": "https://example.com", "text": "a link"}, "a", "a link"),
    ({"type": "user", "user_id": BEN}, ".mention", "@Ben Okafor"),
    ({"type": "usergroup", "usergroup_id": "S0SECURITY"}, ".mention", "@security"),
    ({"type": "channel", "channel_id": ADMIN}, ".mention", "#admin-approvals"),
    ({"type": "broadcast", "range": "here"}, ".mention", "@here"),
    ({"type": "emoji", "name": "tada"}, "p", ":tada:"),
]


@pytest.mark.parametrize(("piece", "where", "text"), STYLED, ids=[text for _, _, text in STYLED])
def test_rich_text_is_read(house: House, windows: Windows, piece: JSON, where: str, text: str) -> None:
    elements = [
        {"type": "rich_text_section", "elements": [piece]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [{"type": "rich_text_section", "elements": [piece]}],
        },
        {"type": "rich_text_quote", "elements": [piece]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "as <it> stands"}]},
    ]
    block = {"type": "rich_text", "elements": elements}
    bot(house).chat_postMessage(channel=ADMIN, text="rich", blocks=[block])
    message = windows.open(BEN, ADMIN).page.locator("#main article.message").last
    expect(message.locator("pre")).to_have_text("as <it> stands")
    for container in ("p", "ol li", "blockquote"):
        box = message.locator(f".rich > {container}").first
        expect(box if where == "p" else box.locator(where)).to_have_text(text)
