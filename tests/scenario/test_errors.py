"""One scenario for each class of error, at the destructive call itself."""

from typing import Any

import pytest

from tests.support.people import House

METHOD = "usergroups.disable"


def asked(house: House) -> tuple[str, str]:
    """(request, group) of a filed request."""
    group = house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])
    return house.ask_disable_usergroup(group), group


def calls(house: House, group: str) -> list[dict[str, Any]]:
    return house.calls(METHOD, lambda call: call["args"].get("usergroup") == group)


def fault(house: House, group: str, kind: str, **more: Any) -> None:
    house.client.fault(METHOD, kind, match={"usergroup": group}, **{"times": 1, **more})


def test_rate_limited_is_waited_out(house: House) -> None:
    request, group = asked(house)
    fault(house, group, "rate_limited", retry_after=1)
    house.approve(request)
    house.card(request, "Done and proved")
    made = calls(house, group)
    assert [call["ok"] for call in made] == [False, True]
    assert made[1]["at"] - made[0]["at"] >= 1.0, "a Retry-After is taken as sent"


def test_an_outage_is_waited_out(house: House) -> None:
    request, group = asked(house)
    fault(house, group, "error", error="service_unavailable", times=3)
    house.approve(request)
    house.card(request, "Done and proved")
    assert [call["ok"] for call in calls(house, group)] == [False, False, False, True]


@pytest.mark.parametrize("kind", ["lost", "truncated"])
def test_a_lost_answer_is_read_back_and_not_repeated(house: House, kind: str) -> None:
    request, group = asked(house)
    fault(house, group, kind)
    house.approve(request)
    assert "1 proved by reading back" in house.card(request, "Done and proved").text
    assert [call["performed"] for call in calls(house, group)] == [True]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("error", {"error": "fatal_error"}),
        ("error", {"error": "internal_error"}),
        ("http", {"status": 500}),
        ("refused", {}),
    ],
)
def test_an_unknown_outcome_without_effect_is_repeated_after_looking(
    house: House, kind: str, more: dict[str, Any]
) -> None:
    request, group = asked(house)
    fault(house, group, kind, **more)
    house.approve(request)
    house.card(request, "Done and proved")
    made = calls(house, group)
    assert len(made) == 2
    reads = house.calls(
        "usergroups.list", lambda call: made[0]["number"] < call["number"] < made[1]["number"]
    )
    assert reads, "the state was read between the two"


def test_an_outcome_that_stays_unknown_is_said_so_after_three_tries(house: House) -> None:
    request, group = asked(house)
    fault(house, group, "error", error="fatal_error", times=99)
    house.approve(request)
    card = house.card(request, "Outcome unknown")
    assert "[fatal_error]" in card.text
    assert len(calls(house, group)) == 3


@pytest.mark.parametrize("code", ["permission_denied", "missing_scope", "token_revoked"])
def test_what_a_person_must_put_right_stops_at_once_with_the_remedy(house: House, code: str) -> None:
    request, group = asked(house)
    fault(house, group, "error", error=code, extra={"needed": "usergroups:write"}, times=9)
    house.approve(request)
    card = house.card(request, "Failed")
    assert f"[{code}]" in card.text
    assert len(calls(house, group)) == 1


def test_a_code_slack_never_documented_is_shown_as_it_came(house: House) -> None:
    request, group = asked(house)
    fault(house, group, "error", error="brand_new_code_2027", times=9)
    house.approve(request)
    card = house.card(request, "Outcome unknown")
    assert "brand_new_code_2027" in card.text
    assert len(calls(house, group)) == 1


def test_an_ok_without_effect_is_not_success(house: House) -> None:
    request, group = asked(house)
    fault(house, group, "unperformed_ok", times=9)
    house.approve(request)
    card = house.card(request, "Done by Slack, effect not proved yet")
    assert "accepted by Slack, not visible yet" in card.text
    house.client.set("usergroup", group, disabled_at=1_790_000_000)  # the effect comes late
    house.card(request, "Done and proved")
    assert len(calls(house, group)) == 1


def test_an_operator_error_pauses_until_somebody_has_put_it_right(house: House) -> None:
    groups = [house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"]) for _ in range(3)]
    request = house.ask_disable_usergroup(*groups)
    house.client.fault(METHOD, "error", error="token_revoked")
    house.approve(request)
    card = house.card(request, "Paused")
    assert "Slack answered token_revoked" in card.text and "3 waiting" in card.text
    assert "Resume" in card.buttons and "Stop" in card.buttons
    house.client.clear_faults()
    house.ben.click(card, "Resume", confirm=True)
    house.card(request, "Done and proved")


def test_a_permanent_error_of_one_item_does_not_stop_the_others(house: House) -> None:
    channels = [
        house.client.create("channel", team_ids=["T0HQ000001", "T0ENG00001"], name=f"row-{n}")
        for n in range(3)
    ]
    request = house.ask_set_workspaces(*channels, add=("Sales",))
    house.client.fault(
        "admin.conversations.setTeams", "error", error="name_taken", match={"channel_id": channels[1]}
    )
    house.approve(request)
    card = house.card(request, "Partly done")
    assert "1 failed, 2 proved by reading back" in card.text and "[name_taken]" in card.text
    assert "Undo" in card.buttons


def test_a_failed_read_before_the_call_executes_nothing_until_slack_answers(house: House) -> None:
    request, group = asked(house)
    house.client.fault("usergroups.list", "http", status=503, times=7)
    house.approve(request)
    house.card(request, "Done and proved")
    assert len(calls(house, group)) == 1


def test_a_target_that_cannot_be_read_any_more_is_not_touched(house: House) -> None:
    request, group = asked(house)
    house.client.fault("usergroups.list", "error", error="missing_scope", extra={"needed": "usergroups:read"})
    house.approve(request)
    card = house.card(request, "Stopped", timeout=60)
    assert "Not attempted, because the target could not be read" in card.text
    assert calls(house, group) == []


def test_a_preview_that_cannot_be_read_leads_back_to_the_form(house: House) -> None:
    house.open("/disconnect-org", "T0INITECH1")
    house.ana.check("What we need from them has been exported, or nothing is needed")
    house.client.fault("team.externalTeams.list", "error", error="missing_scope")
    house.describe()
    trouble = house.ana.wait_modal(lambda modal: "That did not work" in modal.text, timeout=30)
    assert "missing_scope" in trouble.text
    house.client.clear_faults()
    house.ana.press("Back to the form")
    house.ana.wait_modal(lambda modal: "The contract ended" in modal.text)
    house.describe()
    house.preview()
    house.ana.close(everything=True)
