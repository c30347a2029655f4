"""Guests, machines, the deactivated, outsiders and strangers: refused everywhere, and told no name."""

import json

import pytest

from app.messages import screens
from app.operations import OPERATIONS
from app.storage import Database
from app.storage.tables import drafts
from tests.support import wire
from tests.support.people import ADMIN, LOBBY, REASON, House

PEOPLE = {
    "guest": "W0GUEST001",
    "machine": "U0DRAWBRDG",
    "deactivated": "W0GONE0001",
    "outsider": "U0OUTSIDE1",
    "stranger": "U0STRANGE1",
    "nobody": "W0NOWHERE1",
}
SECRET = "bellerophon"
"""In the handle of the group the request is about: whoever is shown it was shown too much."""


def usergroup(house: House, **more: str) -> str:
    """A group nobody else's test uses."""
    return house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"], **more)


def shown_to(house: House, user: str, since: int) -> str:
    """Everything the app said to that person, or published for them, since that call."""
    calls = house.client.calls()[since:]
    told = [call["args"] for call in calls if user in json.dumps(call["args"])]
    opened = [call["args"] for call in calls if call["method"] in ("views.open", "views.update")]
    return json.dumps(told + opened)


def quiet(house: House) -> int:
    """Where the log of calls stands when the app has nothing left to say."""
    house.client.wait(lambda: house.app.get("/readyz")[0] == 200, 5)
    return len(house.client.calls())


def test_buttons_of_a_request_tell_them_nothing(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house, handle=f"{SECRET}-buttons"))
    house.card(request)
    before = quiet(house)
    said = {"type": {"type": "plain_text_input", "value": "Not like this."}}
    for user in PEOPLE.values():
        for action in ("approve", "deny", "cancel", "details", "undo"):
            assert wire.interaction(house.app, wire.click(user, action, request))[0] == 200
        for callback, values in ((screens.DENY, {"reason": said}), (screens.APPROVE, {"typed": said})):
            submitted = wire.submission(user, callback, request, values)
            assert wire.interaction(house.app, submitted)[0] == 200

    def refused() -> bool:
        actors = [event["actor"] for event in house.app.evidence(request)["events"]]
        return all(actors.count(user) >= 4 for user in PEOPLE.values())

    assert house.client.wait(refused, 40)
    assert [user for user in PEOPLE.values() if SECRET in shown_to(house, user, before)] == []
    assert "0 of 1 approvals" in house.card(request).text


def test_what_became_of_a_request_is_not_told_to_them(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    house.card(request)
    house.deny(request, "Only a rehearsal.")
    before = quiet(house)
    for user in PEOPLE.values():
        assert wire.interaction(house.app, wire.click(user, "approve", request))[0] == 200
    assert house.client.wait(lambda: answered(house, before), 30)
    assert [user for user in PEOPLE.values() if "Ben" in shown_to(house, user, before)] == []


def test_commands_and_forms_are_closed_to_them(house: House) -> None:
    before = quiet(house)
    for user in PEOPLE.values():
        for key in OPERATIONS:
            assert wire.post(house.app, wire.command(user, f"/{key}", SECRET))[0] == 200
            assert wire.interaction(house.app, wire.click(user, f"open:{key}", key))[0] == 200
        for word in ("pending", "history", "status", "away", "back"):
            assert wire.post(house.app, wire.command(user, "/drawbridge", word))[0] == 200
    assert house.client.wait(lambda: answered(house, before), 40)
    for user in PEOPLE.values():
        told = shown_to(house, user, before)
        assert "Preview" not in told and '"type": "input"' not in told
    assert drafts_of(house, *PEOPLE.values()) == 0


def test_a_real_guest_sees_the_refusal_in_the_form_they_asked_for(house: House) -> None:
    guest = house.client.person(PEOPLE["guest"])
    for command in ("/disable-usergroup", "/remove-policy-users"):
        guest.command(command, SECRET, channel=LOBBY)
        modal = guest.wait_modal(lambda found: "Guests cannot use Drawbridge" in found.text)
        assert modal.submit_label is None
        guest.close(everything=True)


def test_somebody_elses_form_is_not_theirs(house: House) -> None:
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Engineering")
    modal = house.ana.wait_modal(lambda found: "User groups" in found.text)
    draft_id = modal.private_metadata
    before = quiet(house)
    values = {"reason": {"type": {"type": "plain_text_input", "value": REASON}}}
    for user in PEOPLE.values():
        status, body = wire.interaction(house.app, wire.suggestion(user, draft_id, "workspace", "eng"))
        assert (status, json.loads(body)) == (200, {"options": []})
        for callback in ("form:disable-usergroup", "file"):
            assert wire.interaction(house.app, wire.submission(user, callback, draft_id, values))[0] == 200
        for action in ("back", "resume"):
            assert wire.interaction(house.app, wire.click(user, action, draft_id))[0] == 200
    assert house.client.wait(lambda: answered(house, before), 40)
    assert [user for user in PEOPLE.values() if "Engineering" in shown_to(house, user, before)] == []
    assert drafts_of(house, *PEOPLE.values()) == 0
    house.ana.close(everything=True)


def test_the_home_tab_tells_them_nothing(house: House) -> None:
    house.ask_disable_usergroup(usergroup(house, handle=f"{SECRET}-home"))
    before = quiet(house)
    for user in PEOPLE.values():
        event = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home"}
        status, _ = wire.post(house.app, json.dumps(wire.event(event)), kind="application/json")
        assert status == 200
    assert house.client.wait(lambda: answered(house, before), 30)
    assert [user for user in PEOPLE.values() if SECRET in shown_to(house, user, before)] == []


def answered(house: House, since: int) -> bool:
    """Whether the app has tried to tell or draw each of them something since that call."""
    log = [json.dumps(call["args"]) for call in house.client.calls()[since:]]
    return all(any(user in told for told in log) for user in PEOPLE.values())


def drafts_of(house: House, *users: str) -> int:
    """How many forms those people have begun."""
    database = Database(house.app.environment["DATABASE_URL"])
    with database.read() as connection:
        found = connection.execute(drafts.select().where(drafts.c.user_id.in_(users))).all()
    database.close()
    return len(found)


class TestTheAdminChannel:
    @pytest.mark.parametrize("guest", [False, True], ids=["public", "guest"])
    def test_suspends_decisions_while_it_is_not_fit(self, house: House, guest: bool) -> None:
        request = house.ask_disable_usergroup(usergroup(house))
        card = house.card(request)
        spoil(house, guest=guest)
        try:
            house.ben.click(card, "Approve", confirm=True)
            house.refusal(house.ben, "Decisions are suspended: the admin channel")
            house.ben.wait_message(ADMIN, containing="Decisions are suspended")
            assert "0 of 1 approvals" in house.card(request).text
        finally:
            mend(house)
        house.approve(request)
        house.card(request, "Done and proved")
        house.ben.wait_message(ADMIN, containing="Decisions go on")


def spoil(house: House, *, guest: bool) -> None:
    """The admin channel is opened to everybody, or a guest is let in."""
    with house.slack.world.lock:
        channel = house.slack.world.org.channels[ADMIN]
        if guest:
            channel.members.append(PEOPLE["guest"])
        else:
            channel.kind = type(channel.kind).PUBLIC


def mend(house: House) -> None:
    """It is a private channel of full members again."""
    with house.slack.world.lock:
        channel = house.slack.world.org.channels[ADMIN]
        channel.kind = type(channel.kind).PRIVATE
        channel.members[:] = [member for member in channel.members if member != PEOPLE["guest"]]
