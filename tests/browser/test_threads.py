"""Threads: new replies are marked until they have been read, and files are shown and can be had."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from localslack.people import CannotDo
from tests.browser.windows import BEN, CHLOE, Window, Windows
from tests.support.people import ADMIN, LOBBY, House
from tests.support.targets import KINDS

GROUPS = KINDS[2]


def in_sidebar(window: Window) -> Callable[[str], None]:
    """Expects how the admin channel is called in the sidebar."""
    entry = window.page.get_by_role("navigation").get_by_role("button", name="admin-approvals")
    return lambda name: expect(entry).to_have_accessible_name(name)


def read_the_rest(house: House) -> None:
    """Nothing said so far is new to Chloe."""
    for message in house.chloe.messages(ADMIN):
        last = house.chloe.thread(ADMIN, message.ts)[-1].ts
        house.client.post("act/mark_read", user=CHLOE, channel=ADMIN, ts=last, thread_ts=message.ts)
        house.client.post("act/mark_read", user=CHLOE, channel=ADMIN, ts=message.ts)


def test_new_replies_are_marked_until_the_thread_is_read(house: House, windows: Windows) -> None:
    request = GROUPS.ask(house, GROUPS.make(house))
    house.card(request)
    read_the_rest(house)
    chloe = windows.open(CHLOE, LOBBY)
    in_sidebar(chloe)("admin-approvals")
    house.approve(request)
    house.card(request, "Done and proved")
    in_sidebar(chloe)("admin-approvals, 2 new replies in threads")

    chloe.page.get_by_role("navigation").get_by_role("button", name="admin-approvals").click()
    replies = chloe.card(request).locator(".replies")
    expect(replies).to_have_accessible_name("2 replies 2 new")
    replies.click()
    expect(chloe.thread).to_contain_text("approved (1 of 1)")
    expect(replies).to_have_accessible_name("2 replies")
    in_sidebar(chloe)("admin-approvals")


def test_a_file_is_shown_downloaded_and_kept_from_others(
    house: House, windows: Windows, tmp_path: Path
) -> None:
    people = [house.client.create("policy_member", has_sso=True, real_name="<b>Aaron & Sons</b>")]
    people += [house.client.create("policy_member", has_sso=True) for _ in range(11)]
    request = house.ask_remove_users(*people)
    ben = windows.open(BEN, ADMIN)
    ben.card(request).locator(".replies").click()
    card = ben.thread.get_by_role("group", name=f"File {request}-items.csv")
    expect(card).to_contain_text("number,item,label")
    expect(card).to_contain_text("<b>Aaron & Sons</b>")
    expect(card).to_contain_text("7 more lines")

    with ben.page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == f"{request}-items.csv"
    download.value.save_as(tmp_path / "items.csv")
    size = (tmp_path / "items.csv").stat().st_size
    expect(card).to_contain_text(f"CSV · {size} bytes")
    written = (tmp_path / "items.csv").read_text("utf-8-sig")
    assert [person for person in people if person not in written] == []
    address = card.get_by_role("link", name="Download").get_attribute("href") or ""
    with pytest.raises(CannotDo, match="sees no file"):
        house.dino.file(address.split("/")[-1].split("?")[0])
