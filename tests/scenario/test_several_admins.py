"""Two admins have installed Drawbridge: it goes on when one of them leaves, and renews what runs out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from app.storage import Database
from app.storage.tables import remembered
from tests.scenario.test_installing import OLGA, Browser
from tests.support.people import ADMIN, House

ANA = "W0ANA00001"
LIFE = 24  # seconds a rotating token lives here, at local Slack's faster clock


@pytest.fixture
def house(own_house: Callable[..., House]) -> House:
    """Installed by Olga, then by Ana, whose token is used from then on."""
    key = Fernet.generate_key().decode()
    made = own_house(oauth=True, ENCRYPTION_KEYS=key, SLACK_TIME_SCALE="600")
    made.app.start()
    for admin in (OLGA, ANA):
        status, page = Browser(made).install(admin)
        assert status == 200, page
    return made


def acted(house: House, request_id: str) -> list[str]:
    """Whose token each call of the request was made with, by its evidence."""
    bodies = [event["body"] for event in house.app.evidence(request_id)["events"]]
    return [body["acted_as"] for body in bodies if "acted_as" in body]


def events(house: House) -> list[tuple[str, dict[str, Any]]]:
    """What the audit log says about installs."""
    rows = [json.loads(line) for line in house.app.cli("audit", "export").stdout.splitlines()]
    return [
        (row["event"], json.loads(row["body"])) for row in rows if row["event"].startswith("installation:ref")
    ]


def told(house: House, containing: str) -> str:
    """What the admin channel was told."""
    return house.ben.wait_message(ADMIN, containing=containing, timeout=30).text


def carried_out(house: House, name: str) -> str:
    """A request that needs an admin's token, from its filing to its proof."""
    group = house.client.create("usergroup", team_id="T0ENG00001", handle=name, users=["W0DINO0001"])
    request = house.ask_disable_usergroup(group)
    house.approve(request)
    house.card(request, "Done and proved")
    return request


def test_whoever_is_demoted_is_replaced_by_the_other(house: House) -> None:
    assert acted(house, carried_out(house, "before")) == [ANA]
    house.client.fault("usergroups.disable", "error", error="not_an_admin", times=1)
    request = carried_out(house, "after")
    assert acted(house, request) == [OLGA]
    calls = [call["token"] for call in house.calls("usergroups.disable")]
    assert calls == [f"user:{ANA}", f"user:{ANA}", f"user:{OLGA}"]
    assert "goes on with the token of @Olga Lindqvist" in told(house, "(not_an_admin)")
    doctor = house.app.cli("doctor").stdout
    assert doctor.count("Admin user token") == 2


def test_a_revoked_token_is_replaced_and_told_once(house: House) -> None:
    house.client.post("app", revoke=["user"], owners=[ANA])
    told(house, "(token_revoked)")
    assert acted(house, carried_out(house, "revoked")) == [OLGA]
    notices = [message for message in house.ben.messages(ADMIN) if "(token_revoked)" in message.text]
    assert len(notices) == 1
    assert [body["owner"] for _, body in events(house)] == [ANA]
    house.olga.command("/drawbridge", "status", channel="C0LOBBY0001")
    shown = house.olga.wait_message("C0LOBBY0001", containing="Admin user token works, as olga.lindqvist")
    assert f"Admin user token of {ANA}: withdrawn" in shown.text


def test_a_deactivated_admin_is_found_without_any_event(house: House) -> None:
    house.client.set("user", ANA, deleted=True)
    told(house, "(account_inactive)")
    house.client.set("user", ANA, deleted=False)
    told(house, "Slack takes the token of @Ana Ferreira again")


def test_with_no_admin_left_the_request_fails_with_what_to_do_and_the_bot_still_answers(
    house: House,
) -> None:
    house.client.post("app", revoke=["user"])
    told(house, "No other admin's token is left")
    house.olga.command("/drawbridge", "status", channel="C0LOBBY0001")
    house.olga.wait_message("C0LOBBY0001", containing=f"Admin user token of {OLGA}: withdrawn")


def test_neither_admin_can_be_taken_off_the_policy(house: House) -> None:
    with house.slack.world.lock:
        members = house.slack.world.org.policies["email_password"].entities
        members |= {OLGA: 1, ANA: 1}
    house.open("/remove-policy-users")
    house.ana.fill("Or paste a list", f"{OLGA}\n{ANA}")
    house.describe()
    preview = house.ana.wait_modal(lambda modal: "Nothing can be requested" in modal.text, timeout=30)
    assert preview.text.count("Drawbridge acts with this account") == 2


def test_a_workspace_lost_and_gained_is_told(house: House) -> None:
    with house.slack.world.lock:
        before = [found.id for found in house.slack.world.org.workspaces.values() if found.has_app]
    database = Database(house.app.environment["DATABASE_URL"])
    query = sa.select(remembered.c.value).where(remembered.c.key == "workspaces")

    def known() -> object:
        with database.read() as connection:
            return connection.scalar(query)

    assert house.client.wait(known, 15), "where it is was looked at after the install"
    database.close()
    house.client.post("app", workspaces=before[:-1])
    told(house, "was removed from")
    house.client.post("app", workspaces=before)
    told(house, "was added to")


class TestRotation:
    @pytest.fixture
    def house(self, own_house: Callable[..., House]) -> House:
        """Installed by Olga with tokens that run out."""
        key = Fernet.generate_key().decode()
        made = own_house(oauth=True, ENCRYPTION_KEYS=key, SLACK_TIME_SCALE="600")
        made.client.post("app", token_rotation=True)
        made.client.settings(token_life=LIFE * 600)
        made.app.start()
        status, page = Browser(made).install(OLGA)
        assert status == 200, page
        assert "renews them by itself" in page
        return made

    def test_tokens_are_renewed_before_they_run_out_again_and_again(self, house: House) -> None:
        house.client.wait(lambda: len(house.client.calls("oauth.v2.access")) >= 5, 4 * LIFE)
        carried_out(house, "rotated")
        refused = [call for call in house.client.calls() if call["error"] == "token_expired"]
        assert refused == []
        assert "xox" not in house.app.logged()

    def test_what_ran_out_while_nothing_ran_is_renewed_at_start(self, house: House) -> None:
        house.app.stop()
        with house.slack.world.lock:
            for token in house.slack.world.app.tokens.values():
                token.expires_at = 0.0 if token.expires_at else None
        house.app.start()
        carried_out(house, "overslept")


def test_a_given_token_that_dies_is_told_where_nobody_else_s_can_be_taken(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    house.client.post("app", revoke=["user"])
    message = told(house, "(token_revoked)")
    assert "SLACK_USER_TOKEN" in message and "/slack/install" not in message
    assert [body["kind"] for _, body in events(house)] == ["user"]
    gauge = 'drawbridge_token_ok{enterprise="E0MERIDIAN",token="user"} 0.0'
    assert house.client.wait(lambda: gauge in house.app.get("/metrics")[1], 30)
