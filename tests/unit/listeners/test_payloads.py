"""A payload is read as Slack sends it, or not at all: no other error ever comes out of one."""

import copy
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from app.model.form import UploadedFile
from listeners import payloads
from listeners.payloads import NotUnderstood
from tests.fuzz.making import RUBBISH, places
from tests.support import wire

READERS: list[Callable[[Any], Any]] = [
    payloads.button_value,
    payloads.pressed_at,
    payloads.pressed_on,
    payloads.chosen_in,
    payloads.operation,
    payloads.metadata,
    payloads.callback,
    lambda body: payloads.typed(body, "reason"),
    lambda body: payloads.day(body, "until"),
    lambda body: payloads.somebody(body, "delegate"),
    payloads.entered,
    payloads.attached,
    payloads.inputs,
]
TYPED = {"reason": {"type": {"type": "plain_text_input", "value": "Because."}}}
LIST = {"upload": {"file": {"type": "file_input", "files": [{"id": "F1", "name": "a.csv", "size": 3}]}}}


def form() -> dict[str, Any]:
    """A form of ours, submitted with a file."""
    found = wire.submission("W0ANA00001", "form:disconnect-org", "D0DRAFT0001", copy.deepcopy(TYPED | LIST))
    found["view"]["blocks"] = [{"type": "section", "block_id": "x"}, {"type": "input", "block_id": "reason"}]
    return found


def away() -> dict[str, Any]:
    """The form of somebody who is away, submitted."""
    chosen = {
        "until": {"type": {"type": "datepicker", "selected_date": "2026-12-24"}},
        "delegate": {"type": {"type": "users_select", "selected_user": "W0BEN00001"}},
    }
    return wire.submission("W0ANA00001", "away", "", copy.deepcopy(TYPED | chosen))


def press() -> dict[str, Any]:
    """A button of ours, pressed."""
    return wire.click("W0BEN00001", "open:disconnect-org", "disconnect-org")


def spoilt(make: Callable[[], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """That payload, each value in it once removed and once replaced by every kind of rubbish."""
    for at in range(len(tuple(places(make())))):
        for rubbish in RUBBISH:
            payload = make()
            holder, key = tuple(places(payload))[at]
            holder[key] = rubbish
            yield payload
        payload = make()
        holder, key = tuple(places(payload))[at]
        del holder[key]
        yield payload


@pytest.mark.parametrize("make", [form, press, away])
def test_whatever_is_wrong_with_one_it_is_read_or_not_understood(make: Callable[[], dict[str, Any]]) -> None:
    refused = 0
    for payload in spoilt(make):
        for read in READERS:
            try:
                read(payload)
            except NotUnderstood:
                refused += 1
    assert refused


def test_a_press_is_read() -> None:
    body = press()
    assert payloads.button_value(body) == "disconnect-org"
    assert payloads.operation(body).key == "disconnect-org"
    assert payloads.pressed_on(body) == "1.1"
    assert payloads.pressed_at(body) == body["actions"][0]["action_ts"]


@pytest.mark.parametrize("value", ["", "delete-everything", "R0NOTHERE1", "../disconnect-org"])
def test_a_button_that_names_no_operation_opens_none(value: str) -> None:
    with pytest.raises(NotUnderstood):
        payloads.operation(wire.click("W0BEN00001", "open:disconnect-org", value))


def test_a_form_is_read() -> None:
    body = form()
    assert payloads.metadata(body) == "D0DRAFT0001"
    assert payloads.callback(body) == "form:disconnect-org"
    assert payloads.typed(body, "reason") == "Because."
    assert payloads.entered(body) == {"reason": "Because."}
    assert payloads.attached(body) == (UploadedFile("F1", "a.csv", 3),)
    assert payloads.inputs(body) == ["reason"]


def test_a_day_and_a_person_are_read_and_may_be_missing() -> None:
    body = away()
    assert payloads.day(body, "until") == date(2026, 12, 24)
    assert payloads.somebody(body, "delegate") == "W0BEN00001"
    values = body["view"]["state"]["values"]
    values["until"]["type"]["selected_date"] = values["delegate"]["type"]["selected_user"] = None
    assert (payloads.day(body, "until"), payloads.somebody(body, "delegate")) == (None, "")


def test_an_input_left_empty_is_no_mistake() -> None:
    empty = {"reason": {"type": {"type": "plain_text_input", "value": None}}}
    assert payloads.typed(wire.submission("W0ANA00001", "deny", "R1", empty), "reason") == ""
