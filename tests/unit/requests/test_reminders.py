"""Reminders: at half time and near the end, each once, and never of what is decided."""

import pytest

from app.audit.events import Event
from app.config import Principal
from app.requests.reminders import Reminders
from tests.unit.given import BEN, filed
from tests.unit.requests.conftest import Office, approve, deny

HOUR = 3600


def remind(office: Office) -> int:
    return Reminders(office.database, office.policies, office.clock).run_once()


def lines(office: Office) -> list[str]:
    return [text for place, _, text in office.told() if place == "thread" and text.startswith("⏰")]


def test_nothing_is_said_before_half_time(office: Office) -> None:
    filed(office.database, office.clock, expires_after=24 * HOUR)
    office.clock.forward(12 * HOUR - 1)
    assert remind(office) == 0


def test_at_half_time_the_approvers_are_called_once(office: Office) -> None:
    filed(office.database, office.clock, expires_after=24 * HOUR)
    office.clock.forward(12 * HOUR)
    assert (remind(office), remind(office)) == (1, 0)
    (line,) = lines(office)
    assert line.startswith("⏰ Half of its time is over: 0 of 1 approvals")
    assert line.endswith(f"For <@{BEN}> <@W0CHLOE001>")
    assert office.last_event()[2] == {
        "reminder": 1,
        "approvers": [str(Principal("user", BEN)), "user:W0CHLOE001"],
    }


@pytest.mark.parametrize(("hours", "before"), [(24, 3600), (4, 1440), (1, 360)])
def test_near_the_end_once_more(office: Office, hours: int, before: int) -> None:
    filed(office.database, office.clock, expires_after=hours * HOUR)
    office.clock.forward(hours * HOUR / 2)
    remind(office)
    office.clock.forward(hours * HOUR / 2 - before - 1)
    assert remind(office) == 0
    office.clock.forward(1)
    assert (remind(office), remind(office)) == (1, 0)
    assert lines(office)[1].startswith("⏰ It lapses soon")
    assert len(office.events(Event.REQUEST_REMINDED)) == 2


def test_after_an_outage_over_both_only_the_last_is_said(office: Office) -> None:
    filed(office.database, office.clock, expires_after=HOUR)
    office.clock.forward(HOUR - 1)
    assert (remind(office), remind(office)) == (1, 0)
    assert len(lines(office)) == 1


def test_what_has_lapsed_or_is_decided_is_left_alone(office: Office) -> None:
    lapsed = filed(office.database, office.clock, expires_after=HOUR)
    office.clock.forward(HOUR)
    assert remind(office) == 0
    assert office.state(lapsed.id) == "pending"  # to end it is the expiry's to do


@pytest.mark.parametrize("decide", [approve, deny])
def test_so_is_what_is_decided(office: Office, decide: object) -> None:
    request = filed(office.database, office.clock, expires_after=HOUR)
    assert callable(decide)
    decide(office, request.id)
    office.clock.forward(HOUR - 1)
    assert remind(office) == 0
