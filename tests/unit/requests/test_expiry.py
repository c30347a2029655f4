"""What nobody decided, or what never began, ends by itself and frees its targets."""

import sqlalchemy as sa

from app.audit.events import Event
from app.requests.expiry import Expiry
from app.storage.tables import holds, requests
from tests.unit.given import ANA, filed
from tests.unit.requests.conftest import Office


def sweep(office: Office) -> int:
    return Expiry(office.database, office.clock).run_once()


def test_before_its_time_nothing_expires(office: Office) -> None:
    filed(office.database, office.clock, expires_after=60)
    office.clock.forward(59.999)
    assert sweep(office) == 0


def test_a_request_nobody_decided_expires_once_and_tells(office: Office) -> None:
    request = filed(office.database, office.clock, expires_after=60)
    office.clock.forward(60)
    assert (sweep(office), sweep(office)) == (1, 0)
    assert office.state(request.id) == "expired"
    assert office.events(Event.REQUEST_EXPIRED) == [("request:expired", "drawbridge")]
    places = [(place, recipient) for place, recipient, _ in office.told()]
    assert places == [("thread", ""), ("person", ANA)]
    assert "Nobody decided before" in office.told()[0][2]
    with office.database.read() as connection:
        assert connection.execute(sa.select(holds)).all() == []


def test_an_approved_request_that_did_not_begin_expires_with_other_words(office: Office) -> None:
    request = filed(office.database, office.clock, execute_within=60)
    office.deciding.approve(office.click(request.id), office.town, "acme")
    office.clock.forward(60)
    assert sweep(office) == 1
    assert office.state(request.id) == "expired"
    assert any("did not begin in time" in text for _, _, text in office.told())


def test_a_cool_off_does_not_eat_the_time_to_begin(office: Office) -> None:
    request = filed(office.database, office.clock, execute_within=60, cool_off=600)
    office.deciding.approve(office.click(request.id), office.town, "acme")
    office.clock.forward(659)
    assert sweep(office) == 0
    office.clock.forward(1)
    assert sweep(office) == 1


def test_what_is_being_carried_out_never_expires(office: Office) -> None:
    filed(office.database, office.clock)
    for state in ("executing", "paused", "verifying", "succeeded", "denied"):
        with office.database.write() as connection:
            connection.execute(requests.update().values(state=state, begin_by=0, expires_at=0))
        assert sweep(office) == 0
