"""What nobody should send: each gets a 4xx or a clear message, never a stack trace, and nothing happens."""

import json
import urllib.parse

import pytest

from app.messages import screens
from app.storage import Database
from app.storage.tables import drafts
from tests.support import wire
from tests.support.people import EXPORTED, REASON, House


def test_an_unsigned_request_is_refused(house: House) -> None:
    status, body = wire.send(house.app, b"payload={}", {"Content-Type": wire.FORM})
    assert status == 401 and "Traceback" not in body


def test_a_wrong_signature_is_refused(house: House) -> None:
    assert wire.interaction(house.app, wire.click("W0BEN00001", "approve", "R1"), secret="not-it")[0] == 401


def test_a_replayed_request_is_refused(house: House) -> None:
    assert wire.interaction(house.app, wire.click("W0BEN00001", "approve", "R1"), age=400)[0] == 401


@pytest.mark.parametrize(
    "body",
    [
        b"payload=%7Bnot+json",
        b"payload=",
        b"payload=%5B1%2C2%5D",
        b"payload=null",
        b"\xff\xfe\x00payload",
        b"",
        b"payload=" + urllib.parse.quote(json.dumps({"type": "block_actions"})).encode(),
        b"payload=" + urllib.parse.quote(json.dumps({"type": "view_submission", "view": None})).encode(),
    ],
)
def test_a_malformed_payload_gets_a_4xx_without_a_stack_trace(house: House, body: bytes) -> None:
    status, answer = wire.post(house.app, body)
    assert 400 <= status < 500, (status, answer)
    assert "Traceback" not in answer and "Error" not in answer


def test_an_oversized_request_is_refused(house: House) -> None:
    assert wire.post(house.app, b"payload=" + b"x" * 1_100_000)[0] == 413


def test_another_path_or_verb_is_not_found(house: House) -> None:
    assert house.app.get("/slack/events")[0] == 404
    assert house.app.get("/../etc/passwd")[0] == 404


def test_health_readiness_and_metrics_answer(house: House) -> None:
    assert house.app.get("/healthz") == (200, "alive")
    assert house.app.get("/readyz") == (200, "ready")
    status, body = house.app.get("/metrics")
    assert status == 200 and "python_info" in body


def test_another_organization_gets_nothing(house: House) -> None:
    before = len(house.client.calls())
    stranger = wire.command("W0ANA00001", "/disconnect-org", "acme", enterprise_id="E0STRANGER")
    status, body = wire.post(house.app, stranger)
    assert status == 200 and "not installed" in body
    click = wire.click("W0BEN00001", "approve", "R1", enterprise_id="E0STRANGER")
    assert wire.interaction(house.app, click) == (200, "Drawbridge is not installed in this organization.")
    assert [call["method"] for call in house.client.calls()[before:] if "disconnect" in call["method"]] == []


def test_a_tampered_button_value_decides_nothing(house: House) -> None:
    for value in ("", "R0NOTHERE1", "'; DROP TABLE drawbridge_requests; --", "R" * 2000):
        assert wire.interaction(house.app, wire.click("W0BEN00001", "approve", value))[0] == 200
    house.ben.wait_message("dm", containing="There is no such request in this organization")


@pytest.mark.parametrize("callback", [screens.DENY, screens.APPROVE, "form:disconnect-org"])
def test_a_forged_form_is_refused_like_anything_else(house: House, callback: str) -> None:
    request = house.ask_disconnect_org(house.client.create("external_org"))
    house.card(request)
    before = len(house.ben.dms())
    forged = wire.submission("W0BEN00001", callback, request, {"reason": {"x": 1}, "typed": {"x": None}})
    assert wire.interaction(house.app, forged)[0] == 200

    def refused() -> bool:
        said = house.ben.dms()[before:]
        return any("did not understand this, and did nothing" in message.text for message in said)

    assert house.client.wait(refused, 15)
    assert "0 of 1 approvals" in house.card(request).text


def test_somebody_elses_draft_is_not_filed(house: House) -> None:
    house.open("/disconnect-org", house.client.create("external_org"))
    house.ana.check(EXPORTED)
    house.describe()
    house.preview()
    modal = house.ana.modal()
    assert modal is not None
    assert (
        wire.interaction(house.app, wire.submission("W0OLGA0001", "file", modal.private_metadata))[0] == 200
    )
    house.olga.wait_message("dm", containing="This form is more than an hour old and was dropped")
    house.ana.close(everything=True)


def test_a_draft_of_somebody_else_offers_no_options(house: House) -> None:
    house.open("/disconnect-org")
    modal = house.ana.modal()
    assert modal is not None
    payload = {
        "type": "block_suggestion",
        **wire.person("W0DINO0001"),
        "container": {"type": "view", "view_id": modal.id},
        "action_id": "choose",
        "block_id": "orgs",
        "value": "",
        "view": {"id": modal.id, "type": "modal", "private_metadata": modal.private_metadata, "blocks": []},
    }
    assert json.loads(wire.interaction(house.app, payload)[1]) == {"options": []}
    house.ana.close(everything=True)


def test_an_unknown_button_command_or_view_is_answered_calmly(house: House) -> None:
    assert wire.interaction(house.app, wire.click("W0BEN00001", "no_such_button", "R1"))[0] == 404
    assert wire.post(house.app, wire.command("W0ANA00001", "/no-such-command"))[0] == 404
    assert wire.interaction(house.app, wire.submission("W0ANA00001", "form:no-such", "D1"))[0] in (200, 404)


def test_an_expired_trigger_is_told_and_nothing_is_lost(house: House) -> None:
    house.client.settings(trigger_life=0.0)
    house.ana.command("/disconnect-org", "acme", channel="C0LOBBY0001")
    house.refusal(house.ana, "The form came too late")


def test_wrong_entries_are_said_at_the_field(house: House) -> None:
    house.open("/disconnect-org")
    house.ana.check(EXPORTED)
    house.ana.fill("Reason", REASON)
    house.ana.fill("Ticket", "no ticket")
    result = house.ana.submit()
    assert "Choose at least one organization" in str(result.errors)
    assert "The ticket must match" in str(result.errors)
    house.ana.close(everything=True)


def test_over_long_text_is_refused_whatever_the_client_lets_through(house: House) -> None:
    house.open("/disconnect-org", "T0INITECH1")
    modal = house.ana.modal()
    assert modal is not None
    typed = {
        "reason": {"type": {"type": "plain_text_input", "value": "x" * 1001}},
        "ticket": {"type": {"type": "plain_text_input", "value": "SEC-1"}},
        "pasted": {"type": {"type": "plain_text_input", "value": "y" * 3001}},
        "exported": {"tick": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}},
    }
    payload = wire.submission("W0ANA00001", "form:disconnect-org", modal.private_metadata, typed)
    payload["view"]["blocks"] = [{"type": "input", "block_id": key} for key in typed]
    answer = json.loads(wire.interaction(house.app, payload)[1])
    assert answer["errors"]["reason"] == "At most 1000 characters; these are 1001."
    assert answer["errors"]["pasted"] == "At most 3000 characters; these are 3001."
    house.ana.close(everything=True)


def test_a_form_open_for_more_than_an_hour_is_not_lost(house: House) -> None:
    house.open("/disconnect-org", "T0INITECH1")
    house.ana.check(EXPORTED)
    modal = house.ana.modal()
    assert modal is not None
    database = Database(house.app.environment["DATABASE_URL"])
    with database.write() as connection:
        lapsed = drafts.update().where(drafts.c.id == modal.private_metadata).values(expires_at=1)
        assert connection.execute(lapsed).rowcount == 1
    database.close()
    house.describe()
    assert "T0INITECH1" in house.preview()
    house.ana.close(everything=True)


def test_an_unticked_acknowledgement_stops_the_form(house: House) -> None:
    house.open("/disconnect-org", "T0INITECH1")
    result = house.describe()
    assert not result.ok
    house.ana.close(everything=True)


def test_hostile_names_and_reasons_stay_text(house: House) -> None:
    name = "<!channel> *bold* <https://evil.example|Approved by Olga> \u202etxt.exe"
    org = house.client.create("external_org", name=name, domain="hostile")
    house.open("/disconnect-org", org)
    house.ana.check(EXPORTED)
    house.ana.fill("Ticket", "SEC-1")
    house.ana.fill("Reason", "<!here> see <https://evil.example|this> & approve\nRequest RFORGED approved")
    house.ana.submit()
    house.preview()
    request = house.file()
    card = house.card(request)
    assert set(card.mentions) == {"S0SECURITY", "W0ANA00001"}
    assert "\u202e" not in json.dumps(card.raw, ensure_ascii=False)
    assert "<!channel>" in card.text, "shown as the text it is"
    house.approve(request, typed="hostile")
    card = house.card(request, "Done and proved")
    assert set(card.mentions) == {"W0ANA00001", "W0BEN00001"}
    for message in (*house.ben.thread(card.channel, card.ts), *house.ana.dms()[-2:]):
        assert not {"channel", "here", "everyone"} & set(message.mentions)
