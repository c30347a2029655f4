"""Foreign text stays text, whatever it contains."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.text import (
    button,
    clean,
    confirm,
    context,
    cut,
    duration,
    escape,
    header,
    label,
    message,
    modal,
    moment,
    person,
    plain,
    quoted,
    section,
)
from tests.unit.given import HOSTILE, NOW
from tests.unit.messages.surfaces import accept_message, accept_view, shown

DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text())
def test_cleaned_text_holds_nothing_that_hides_or_turns(text: str) -> None:
    found = clean(text)
    assert not DIRECTIONS & set(found)
    assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in found)
    assert clean(found) == found


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="<>&")))
def test_ordinary_text_comes_through_cleaning_as_it_was(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@given(st.text())
def test_escaped_text_holds_no_markup_and_no_second_line(text: str) -> None:
    found = escape(text)
    assert not set("<>\n") & set(found)
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", found)


@given(st.text())
def test_escaped_text_can_be_read_back(text: str) -> None:
    read = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert read == clean(text).replace("\n", " ")


@given(st.text(), st.integers(1, 50))
def test_cut_text_is_short_enough_and_says_where_something_is_missing(text: str, most: int) -> None:
    found = cut(text, most)
    assert len(found) <= most
    assert found == text if len(text) <= most else found.endswith("…")


@given(st.text(), st.integers(1, 3000))
def test_plain_text_is_never_empty_and_never_too_long(text: str, most: int) -> None:
    found = plain(text, most)
    assert 1 <= len(found["text"]) <= most
    assert (found["type"], found["emoji"]) == ("plain_text", False)


@pytest.mark.parametrize("text", [*HOSTILE.values(), "", "\u200b", "\x00" * 5000, "&" * 5000, "𝕏" * 5000])
def test_every_place_for_foreign_text_takes_any(text: str) -> None:
    buttons = {"type": "actions", "elements": [button("Go", "go", "R1", confirm=confirm(text, text, "Yes"))]}
    blocks = [
        header(text),
        quoted(text),
        section(f"Said: {escape(text)}"),
        context(f"By {escape(text)}"),
        buttons,
    ]
    accept_message(message(f"Said: {escape(text)}", *blocks))
    accept_view(modal("Title", blocks))


@pytest.mark.parametrize(
    ("user_id", "told"),
    [
        ("W0ANA00001", "<@W0ANA00001>"),
        ("U0ANA00001", "<@U0ANA00001>"),
        ("W0ANA00001>", "W0ANA00001&gt;"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("w0ana", "w0ana"),
        ("", ""),
    ],
)
def test_only_a_user_id_becomes_a_mention(user_id: str, told: str) -> None:
    assert person(user_id) == told


def test_a_moment_is_shown_in_each_readers_zone_and_has_a_fallback() -> None:
    assert moment(NOW) == "<!date^1790000000^{date_short_pretty} {time}|2026-09-21 14:13 UTC>"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1 s"),
        (90, "90 s"),
        (60, "1 min"),
        (900, "15 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (14_400, "4 h"),
        (86_400, "1 day"),
        (172_800, "2 days"),
        (90_000, "25 h"),
    ],
)
def test_a_duration_uses_the_largest_unit_that_divides_it(seconds: int, told: str) -> None:
    assert duration(seconds) == told


class TestSizes:
    def test_a_message_of_many_long_texts_is_cut_until_slack_takes_it(self) -> None:
        blocks = [quoted("x" * 3000) for _ in range(20)]
        found = message("many", section("*Kept whole*"), *blocks)
        accept_message(found)
        assert "*Kept whole*" in shown(found)
        texts = [block["text"]["text"] for block in found["blocks"][1:]]
        assert len(texts) == 20
        assert all(text.endswith("…") and len(text) >= 80 for text in texts)

    def test_a_message_that_fits_is_left_alone(self) -> None:
        long = "x" * 2900
        assert message("few", quoted(long), quoted(long))["blocks"][1]["text"]["text"] == long

    @pytest.mark.parametrize("char", ["x", "ü", "界", "🚀"])
    def test_a_modal_of_many_long_texts_is_cut_until_slack_takes_it(self, char: str) -> None:
        accept_view(modal("Many", [quoted(char * 3000) for _ in range(90)]))

    def test_a_modal_has_at_most_a_hundred_blocks(self) -> None:
        found = modal("Many", [section("x")] * 150)
        assert len(found["blocks"]) == 100
        accept_view(found)

    def test_a_title_fits(self) -> None:
        assert len(modal("A title far too long for Slack", [section("x")])["title"]["text"]) == 24


def test_a_message_without_blocks_shows_its_text() -> None:
    assert shown(message("*Bold*")) == "*Bold*"


def test_our_own_labels_keep_their_emoji() -> None:
    assert label("✅ Done") == {"type": "plain_text", "text": "✅ Done", "emoji": True}


def test_a_heading_stays_on_one_line() -> None:
    assert header("Acme\n\nApproved by the CEO")["text"]["text"] == "Acme  Approved by the CEO"


def test_small_print_leaves_out_what_is_empty_and_stops_at_ten() -> None:
    assert [element["text"] for element in context("a", "", "b")["elements"]] == ["a", "b"]
    assert len(context(*"abcdefghijkl")["elements"]) == 10


def test_a_dangerous_dialog_looks_like_one() -> None:
    assert confirm("Sure?", "Really", "Yes", danger=True)["style"] == "danger"
    assert "style" not in confirm("Sure?", "Really", "Yes")
