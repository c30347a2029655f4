"""The admin channel: private, unshared, without guests, or nothing is decided and nothing posted there."""

from dataclasses import replace
from typing import Any

import pytest

from app.audit.events import Event
from app.requests.admin_channel import AdminChannels
from app.slack.directory import Room
from tests.unit.given import ADMIN_CHANNEL, ANA, BEN, somebody
from tests.unit.requests.conftest import Office, approve, ask, decided, deny, office, open_office, refused

__all__ = ["office", "open_office"]

GUEST, OUTSIDER, MACHINE = "W0GUEST001", "U0OUTSIDE1", "U0MACHINE1"
FIT, UNFIT = Event.ADMIN_CHANNEL_FIT, Event.ADMIN_CHANNEL_UNFIT


def channels(office: Office) -> AdminChannels:
    """The ones of that office."""
    return AdminChannels(office.database, office.policies, office.clock)


def chamber(office: Office, **changes: Any) -> None:
    """The admin channel is like that now."""
    room = office.town.chamber or Room(ADMIN_CHANNEL, "admin", True, False, False, True, frozenset())
    office.town.chamber = replace(room, **changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"private": False}, "is public"),
        ({"shared": True}, "is shared with outsiders"),
        ({"archived": True}, "is archived"),
        ({"inside": False}, "does not have the bot in it"),
        ({"members": frozenset({ANA, GUEST})}, f"has {GUEST} in it, who is a guest"),
        ({"members": frozenset({OUTSIDER})}, "who belongs to another organization"),
        ({"members": frozenset({"W0NOBODY01"})}, "whom Slack does not show"),
    ],
)
def test_what_is_wrong_suspends_every_decision_and_is_said_once(
    open_office: Any, changes: dict[str, Any], told: str
) -> None:
    office = open_office(somebody(GUEST, guest=True), somebody(OUTSIDER, enterprise_id="E0OTHER001"))
    request_id = ask(office)
    chamber(office, **changes)
    assert refused(approve(office, request_id)) == "admin_channel_unfit"
    assert refused(deny(office, request_id)) == "admin_channel_unfit"
    assert office.state(request_id) == "pending"
    ((place, where, said),) = office.told()
    assert (place, where) == ("channel", ADMIN_CHANNEL) and told in said
    assert office.events(UNFIT) == [(UNFIT.value, "drawbridge")]


def test_a_channel_the_bot_does_not_see_is_none(office: Office) -> None:
    request_id = ask(office)
    office.town.chamber = None
    assert refused(approve(office, request_id)) == "admin_channel_unfit"


def test_decisions_go_on_when_it_is_right_again(office: Office) -> None:
    request_id = ask(office)
    chamber(office, private=False)
    refused(approve(office, request_id))
    chamber(office, private=True)
    assert decided(approve(office, request_id)).approved
    assert office.events(UNFIT, FIT) == [(UNFIT.value, "drawbridge"), (FIT.value, "drawbridge")]


def test_apps_may_be_there(open_office: Any) -> None:
    office = open_office(somebody(MACHINE, bot=True, enterprise_id=None))
    chamber(office, members=frozenset({BEN, MACHINE}))
    assert channels(office).unfit(office.town) is None


def test_whoever_is_new_there_is_read_at_once_and_everybody_again_after_an_hour(open_office: Any) -> None:
    office = open_office(somebody(GUEST, guest=True))
    looking = channels(office)
    chamber(office, members=frozenset({ANA, BEN}))
    assert looking.unfit(office.town) is None
    office.town.asked.clear()
    assert looking.unfit(office.town) is None
    assert "users.info" not in office.town.asked
    chamber(office, members=frozenset({ANA, BEN, GUEST}))
    assert looking.unfit(office.town) is not None
    assert office.town.asked.count("users.info") == 1
    chamber(office, members=frozenset({ANA, BEN}))
    office.town.people[BEN] = somebody(BEN, guest=True)
    assert looking.unfit(office.town) is None
    office.clock.forward(3600)
    assert looking.unfit(office.town) is not None


def test_posting_relies_on_a_look_of_the_last_minute(office: Office) -> None:
    looking = channels(office)
    assert looking.fit(office.town)
    chamber(office, private=False)
    office.clock.forward(59)
    assert looking.fit(office.town)
    office.clock.forward(1)
    assert not looking.fit(office.town)
    chamber(office, private=True)
    assert not looking.fit(office.town)
    office.clock.forward(60)
    assert looking.fit(office.town)


def test_many_strangers_are_counted(open_office: Any) -> None:
    guests = [f"W0GUEST{at:03}" for at in range(8)]
    office = open_office(*(somebody(guest, guest=True) for guest in guests))
    chamber(office, members=frozenset(guests))
    found = channels(office).unfit(office.town)
    assert found is not None
    assert found.sentence.count("who is a guest") == 5 and "has 3 more like that" in found.sentence
