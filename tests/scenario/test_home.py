"""The Home tab: what waits for whoever looks, the way to the forms, and always as things are now."""

from collections.abc import Callable

import pytest

from localslack.people import Person
from tests.support.people import House
from tests.support.targets import KINDS

GROUPS, ORGS = KINDS[2], KINDS[0]
TITLES = ["Disconnect organizations", "Disconnect a channel", "Disable user groups", "Set workspaces"]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, own_house: Callable[..., House]) -> House:
    made = own_house(request.param)
    made.app.start()
    return made


def shows(house: House, person: Person, *texts: str, gone: tuple[str, ...] = ()) -> str:
    """The person's Home tab, once it says all of that."""

    def seen() -> str | None:
        home = person.home()
        text = home.text if home is not None else ""
        fits = all(wanted in text for wanted in texts) and not any(old in text for old in gone)
        return text if fits and texts else None

    found = house.client.wait(seen, 15)
    assert found is not None, (texts, person.home())
    return str(found)


def test_it_shows_each_person_what_is_theirs(house: House) -> None:
    request = GROUPS.ask(house, GROUPS.make(house))
    for person in (house.ana, house.ben, house.dino, house.gia):
        person.open_home()
    mine = shows(house, house.ana, "Waiting for your decision: 0", "Your requests", request, *TITLES)
    assert "Slack answers; its lists were last read" in mine
    shows(house, house.ben, "Waiting for your decision: 1", request, "[Approve]", "[Deny]")
    for person, reason in ((house.dino, "this is not for you"), (house.gia, "Guests cannot use Drawbridge")):
        assert request not in shows(house, person, reason)


def test_a_decision_made_there_counts_and_shows_for_everybody_who_looks(house: House) -> None:
    target = GROUPS.make(house)
    request = GROUPS.ask(house, target)
    for person in (house.ana, house.ben):
        person.open_home()
    shows(house, house.ben, request, "[Approve]")
    house.ben.press("Approve", confirm=True)
    house.card(request, "Done and proved")
    for person in (house.ana, house.ben):
        shows(house, person, "Waiting for your decision: 0", "Latest results", "Done and proved")
    assert len(GROUPS.effects(house, target)) == 1
    made = next(e for e in house.app.evidence(request)["events"] if e["event"] == "decision:made")
    assert made["body"]["card_ts"], "the card it stands for is in the evidence"


def test_what_cannot_be_undone_is_typed_out_there_too(house: House) -> None:
    request = ORGS.ask(house, ORGS.make(house))
    house.ben.open_home()
    shows(house, house.ben, request, "[Approve …]")
    house.ben.press("Approve …")
    assert "To approve, type" in house.ben.wait_modal(lambda modal: "To approve" in modal.text).text
    house.ben.close(everything=True)


def test_a_click_that_comes_too_late_is_told_so_in_a_modal(house: House) -> None:
    request = GROUPS.ask(house, GROUPS.make(house))
    house.ben.open_home()
    shows(house, house.ben, request, "[Approve]")
    house.client.fault("views.publish", "error", error="internal_error")  # the tab stays as it was
    house.deny(request, "not today", person=house.chloe)
    house.ben.press("Approve", confirm=True)
    house.ben.wait_modal(lambda modal: "Too late: Chloe Martin has denied it" in modal.text)
    house.ben.close(everything=True)
    house.client.clear_faults()
    shows(house, house.ben, "Waiting for your decision: 0", gone=("[Approve]",))


def test_forms_open_from_there(house: House) -> None:
    house.ana.open_home()
    shows(house, house.ana, *TITLES)
    house.ana.press("Disconnect organizations")
    house.ana.wait_modal(lambda modal: "Ticket" in modal.text)
    house.ana.close(everything=True)


def test_many_are_paged_the_first_to_lapse_first(house: House) -> None:
    requests = [GROUPS.ask(house, GROUPS.make(house)) for _ in range(7)]
    house.ben.open_home()
    first = shows(house, house.ben, "Waiting for your decision: 7", "Page 1 of 2", requests[0])
    assert requests[6] not in first
    house.ben.press("Later to lapse")
    shows(house, house.ben, "Page 2 of 2", requests[5], requests[6], gone=(f"lapses {requests[0]}",))
    house.ben.press("Sooner to lapse")
    shows(house, house.ben, "Page 1 of 2", requests[0])
