"""What holds for all five operations alike: errors by class, many clicks at once, kill and restart."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import wire
from tests.support.people import House
from tests.support.targets import KINDS, Kind

every_operation = pytest.mark.parametrize("kind", KINDS, ids=[kind.operation for kind in KINDS])


@every_operation
def test_what_slack_did_not_do_is_tried_again(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, "rate_limited", retry_after=1)
    house.approve(request)
    house.card(request, "Done and proved")
    assert [call["ok"] for call in kind.calls(house, target)] == [False, True]


@every_operation
def test_a_lost_answer_is_read_back_and_the_call_not_repeated(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, "lost")
    house.approve(request)
    assert "1 proved by reading back" in house.card(request, "Done and proved").text
    assert len(kind.calls(house, target)) == 1


@every_operation
def test_a_fault_that_had_no_effect_is_repeated_once_that_is_read(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, "error", error="fatal_error")
    house.approve(request)
    house.card(request, "Done and proved")
    assert len(kind.calls(house, target)) == 2 and len(kind.effects(house, target)) == 1


@every_operation
def test_what_a_person_must_put_right_stops_at_once(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, "error", error="missing_scope", extra={"needed": "some:scope"}, times=9)
    house.approve(request)
    card = house.card(request, "Failed")
    assert "[missing_scope]" in card.text and "Scope needed: some:scope" in card.text
    assert len(kind.calls(house, target)) == 1


@every_operation
def test_what_slack_refuses_for_good_is_not_tried_again(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, "error", error=kind.refusal, times=9)
    house.approve(request)
    assert f"[{kind.refusal}]" in house.card(request, "Failed").text
    assert len(kind.calls(house, target)) == 1


@every_operation
def test_an_ok_without_effect_is_not_success(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, "unperformed_ok", times=9)
    house.approve(request)
    card = house.card(request, "Done by Slack, effect not proved yet", timeout=60)
    assert "accepted by Slack, not visible yet" in card.text
    assert len(kind.calls(house, target)) == 1


@every_operation
def test_ten_clicks_at_once_make_one_call(house: House, kind: Kind) -> None:
    target = kind.make(house)
    request = kind.ask(house, target)
    card = house.card(request)
    typed = next((label for label in card.buttons if label == "Approve …"), None)
    payload = wire.click("W0BEN00001", "approve", request)
    if typed:
        house.ben.click(card, typed)
        phrase = house.ben.wait_modal(lambda modal: "To approve, type: " in modal.text).text
        words = phrase.split("To approve, type: ")[1].split(":")[0]
        house.ben.close(everything=True)
        values = {"typed": {"type": {"type": "plain_text_input", "value": words}}}
        payload = wire.submission("W0BEN00001", "approve_typed", request, values)
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: wire.interaction(house.app, payload)[0], range(10))) == {200}
    house.card(request, "Done and proved")
    assert len(kind.calls(house, target)) == 1
    events = [event["event"] for event in house.app.evidence(request)["events"]]
    assert events.count("decision:made") == 1 and events.count("request:begun") == 1
    idle = 'drawbridge_followups{state="running"} 0.0'  # nine of them are told no in a modal there is not
    assert house.client.wait(lambda: idle in house.app.get("/metrics")[1], 30)


@every_operation
@pytest.mark.parametrize("fault", ["refused", "lost"], ids=["before it landed", "after it landed"])
def test_killed_with_the_call_in_flight(own_house: Callable[..., House], kind: Kind, fault: str) -> None:
    house = own_house()
    house.app.start()
    target = kind.make(house)
    request = kind.ask(house, target)
    kind.fault(house, target, fault)
    house.approve(request)
    house.client.wait(lambda: kind.calls(house, target), 15)
    house.app.kill()
    house.app.start()
    assert "1 proved by reading back" in house.card(request, "Done and proved", timeout=60).text
    assert len(kind.effects(house, target)) == 1
    assert house.app.cli("audit", "verify").returncode == 0
