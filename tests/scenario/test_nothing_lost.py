"""What a person typed or tried is never lost: closed forms, reads that fail on the way, refused previews."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.people import EXPORTED, LOBBY, REASON, House

READ = "Slack could not be read"


def refused(house: House, code: str) -> list[dict[str, Any]]:
    """Refusals with that code, from the audit log."""
    lines = house.app.cli("audit", "export").stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    bodies = [json.loads(row["body"]) for row in rows if row["event"] == "request:refused"]
    return [body for body in bodies if body["code"] == code]


def test_closing_the_form_while_it_loads_loses_nothing(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    house.open("/disconnect-org", "T0INITECH1")
    house.ana.check(EXPORTED)
    house.client.fault("team.externalTeams.list", "slow", seconds=1.5, times=1)
    house.describe()
    house.ana.wait_modal(lambda modal: "Reading from Slack" in modal.text)
    house.ana.close(everything=True)
    message = house.ana.wait_message(
        "dm", containing="The preview is ready, but the form was closed", timeout=30
    )
    house.ana.click(message, "Go on")
    house.preview()
    house.card(house.file())


def test_closing_the_preview_by_accident_loses_nothing(house: House) -> None:
    org = house.client.create("external_org", name="Nearly Lost")
    house.open("/disconnect-org", org)
    house.ana.check(EXPORTED)
    house.describe()
    house.preview()
    house.ana.close(everything=True)
    message = house.ana.wait_message("dm", containing="You closed the preview without filing it")
    house.ana.click(message, "Go on")
    assert "Nearly Lost" in house.preview()
    request = house.file()
    told = len(house.ana.dms())
    house.deny(request, "only to see what was told")
    house.ana.wait_message("dm", containing=f"{request}: ❌")
    assert len(house.ana.dms()) == told + 1, "a filed preview is not offered again"


def test_when_slack_cannot_be_read_for_a_choice_the_form_comes_back(house: House) -> None:
    org = house.client.create("external_org")
    channel = house.client.create("channel", name="unreadable-room", connected=[org])
    house.open("/disconnect-channel")
    house.ana.fill("Reason", REASON)
    label = house.offered("Shared channel", channel, channel)
    faults = [
        house.client.fault(method, "error", error="internal_error")
        for method in ("admin.conversations.search", "conversations.info")
    ]
    house.ana.choose("Shared channel", label, query=channel)
    house.ana.wait_modal(lambda modal: READ in modal.text)
    for fault in faults:
        house.client.clear_faults(fault)
    house.ana.press("Back to the form")
    form = house.ana.wait_modal(lambda modal: "Ticket" in modal.text)
    assert REASON in form.text and "unreadable-room" in form.text
    house.ana.close(everything=True)


@pytest.mark.parametrize("command", ["/disconnect-org", "/set-channel-workspaces"])
def test_a_command_that_cannot_read_slack_says_so_where_the_person_looks(house: House, command: str) -> None:
    house.client.fault("users.info", "error", error="missing_scope")
    house.ana.command(command, "acme", channel=LOBBY)
    house.ana.wait_modal(lambda modal: READ in modal.text)
    house.ana.close(everything=True)


def test_a_refused_filing_leads_back_to_the_form(house: House) -> None:
    org = house.client.create("external_org", name="Asked Twice")
    house.open("/disconnect-org", org)
    house.ana.check(EXPORTED)
    house.describe()
    house.preview()
    house.ask_disconnect_org(org, person=house.olga)
    house.ana.submit()
    house.ana.wait_modal(lambda modal: "is already about this" in modal.text)
    house.ana.press("Back to the form")
    assert REASON in house.ana.wait_modal(lambda modal: "Ticket" in modal.text).text
    house.ana.close(everything=True)


def test_what_a_preview_leaves_out_is_written_down(house: House) -> None:
    org = house.client.create("external_org")
    house.open("/disconnect-org")
    house.ana.fill("Or paste a list", f"{org}\nT0NOSUCH001\n{org}")
    house.ana.check(EXPORTED)
    house.describe()
    assert "Left out of the request" in house.preview()
    house.ana.close(everything=True)
    targets = [target for body in refused(house, "left_out") for target in body["targets"]]
    assert ["T0NOSUCH001", "not_found"] in [target[:2] for target in targets]


def test_what_a_guardrail_forbids_is_written_down_and_takes_the_rest_with_it(house: House) -> None:
    house.open("/set-channel-workspaces")
    house.ana.fill("Or paste a list of channels", "C0GENERALHQ\nC0LOCAL0001")
    house.choose_workspace("Workspaces to add", "Sales")
    house.describe()
    assert "Nothing can be requested like this" in house.preview()
    house.ana.close(everything=True)
    found = refused(house, "general_channel")
    assert found[-1]["operation"] == "set-channel-workspaces"
    assert found[-1]["targets"][0][1] == "general_channel"
