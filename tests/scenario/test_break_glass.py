"""Break-glass, from the preview to the closed retrospective."""

from collections.abc import Callable
from typing import Any

from localslack.people import Person
from tests.support import wire
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.running import POLICY

GLASS = (
    POLICY
    + """
[break_glass]
people = ["user:W0ANA00001"]
delay = "{delay}"
"""
)
WHY = "Ben and Chloe are both on the plane to the offsite."
FINDINGS = "Right to do. Olga becomes an approver as well."


def opened(own_house: Callable[..., House], delay: str) -> House:
    """A house in which Ana may break the glass."""
    house = own_house(policy=GLASS.replace("{delay}", delay))
    house.app.start()
    return house


def partner(house: House, name: str) -> str:
    """An external organization nobody else's test touches."""
    return house.client.create("external_org", name=name.title(), domain=name)


def previewed(house: House, org: str, person: Person) -> list[str]:
    """Somebody has the preview of cutting that organization off before them; answers its buttons."""
    house.open("/disconnect-org", person=person)
    person.fill("Or paste a list", org)
    person.check(EXPORTED)
    house.describe(person)
    house.preview(person)
    modal = person.modal()
    assert modal is not None
    return modal.buttons


def break_glass(house: House, org: str, name: str) -> str:
    """Ana breaks the glass; answers the request's id."""
    assert "Break glass …" in previewed(house, org, house.ana)
    house.ana.press("Break glass …")
    house.ana.wait_modal(lambda found: "Nobody approves this" in found.text)
    house.ana.fill("Why can nobody approve in time?", WHY)
    house.ana.fill(f"To go on, type: {name}", "something else")
    assert f"Type exactly: {name}" in str(house.ana.submit().errors)
    house.ana.fill(f"To go on, type: {name}", name)
    house.ana.submit()
    modal = house.ana.wait_modal(lambda found: "without approval" in found.text and "begins in" in found.text)
    house.ana.close(everything=True)
    return next(word for word in modal.text.split() if word.startswith("R") and word.isupper())


def authorisation(house: House, request: str) -> dict[str, Any]:
    """By whose word it was carried out, as the evidence says."""
    found: dict[str, Any] = house.app.evidence(request)["authorisation"]
    return found


def test_it_is_carried_out_without_approval_in_front_of_everybody(own_house: Callable[..., House]) -> None:
    house = opened(own_house, "3s")
    request = break_glass(house, partner(house, "leaky"), "leaky")
    message = house.ben.wait_message(ADMIN, containing="Break-glass: @Ana")
    assert "without approval" in message.text and WHY in message.text
    for skipped in (house.ben, house.chloe):
        skipped.wait_message("dm", containing="without your approval")
    card = house.card(request, "Done and proved")
    assert "Nobody approved this: @Ana" in card.text and "The retrospective is open" in card.text
    assert "Approved by" not in card.text
    told = authorisation(house, request)
    assert (told["kind"], told["approved_by"], told["broken_by"]) == ("break_glass", [], "W0ANA00001")
    assert {"W0BEN00001", "W0CHLOE001"} <= set(told["skipped"])

    previewed(house, partner(house, "leaky-too"), house.ana)
    house.ana.press("Break glass …")
    house.refusal(house.ana, f"The retrospective of {request} is still open")
    house.ana.close(everything=True)

    house.ana.click(card, "Close retrospective …")
    house.refusal(house.ana, "You broke the glass, so somebody else has to close this")
    house.ana.close(everything=True)
    house.ben.click(card, "Close retrospective …")
    house.ben.wait_modal(lambda found: "What was found?" in found.text)
    house.ben.fill("What was found?", FINDINGS)
    house.ben.submit()
    house.ben.wait_modal(lambda found: "The retrospective is closed" in found.text)
    house.ben.close(everything=True)
    card = house.card(request, "closed the retrospective")
    assert FINDINGS in card.text and "Close retrospective …" not in card.buttons
    house.ana.wait_message("dm", containing="closed the retrospective")
    assert authorisation(house, request)["retrospective"]["by"] == "W0BEN00001"
    assert break_glass(house, partner(house, "leaky-three"), "leaky-three") != request
    assert house.app.cli("audit", "verify").returncode == 0
    listed = house.app.cli("requests", "list").stdout.splitlines()
    assert all("BREAK-GLASS: nobody approved it" in line for line in listed)


def test_an_approver_calls_it_off_before_it_begins(own_house: Callable[..., House]) -> None:
    house = opened(own_house, "1h")
    org = partner(house, "innocent")
    request = break_glass(house, org, "innocent")
    card = house.card(request, "begins without approval")
    assert "Approve …" not in card.buttons
    house.ben.click(card, "Cancel", confirm=True)
    card = house.card(request, "Cancelled by an approver before it began")
    assert "The retrospective is open" in card.text
    assert house.calls("team.externalTeams.disconnect", lambda call: org in str(call)) == []


def test_nobody_else_is_shown_the_way_or_gets_far_without_it(own_house: Callable[..., House]) -> None:
    house = opened(own_house, "3s")
    assert "Break glass …" not in previewed(house, partner(house, "other"), house.olga)
    modal = house.olga.modal()
    assert modal is not None
    pressed = wire.click("W0OLGA0001", "break_glass", modal.private_metadata)
    assert wire.interaction(house.app, pressed)[0] == 200
    house.olga.wait_message("dm", containing="The policy names you among nobody who may break the glass")
    assert house.app.cli("requests", "list").stdout == ""
