"""Lists of targets as uploaded CSV files: read from Slack, resolved line by line, corrected or dropped."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.people import EXPORTED, House
from tests.support.running import ROOT

ENG, SALES, SUPPORT = "T0ENG00001", "T0SALES001", "T0SUPPORT1"
UPLOAD = "Or upload a CSV file"


def attach(house: House, *lines: str, name: str = "targets.csv") -> None:
    """Ana puts a file of those lines into the open form."""
    house.ana.attach(UPLOAD, name, "\r\n".join(lines).encode())


def usergroup(house: House, team: str = ENG) -> str:
    return house.client.create("usergroup", team_id=team, users=["W0DINO0001"])


def shared_channel(house: House) -> tuple[str, str]:
    org = house.client.create("external_org")
    return house.client.create("channel", team_ids=[ENG], connected=[org]), org


def carried_out(house: House, items: int) -> None:
    """What is previewed is filed, approved and proved."""
    house.preview()
    request = house.file()
    house.approve(request)
    card = house.card(request, "Done and proved", timeout=60)
    assert f"{items} in all: {items} proved by reading back" in card.text


def test_organizations(house: House) -> None:
    one, two = house.client.create("external_org"), house.client.create("external_org")
    house.open("/disconnect-org")
    attach(house, "Organization", one, two)
    house.ana.check(EXPORTED)
    house.describe()
    carried_out(house, 2)


def test_channels_with_who_leaves_them(house: House) -> None:
    pairs = [shared_channel(house) for _ in range(2)]
    house.open("/disconnect-channel")
    attach(house, "leaving_team;channel", *(f"{org};{channel}" for channel, org in pairs))
    house.describe()
    carried_out(house, 2)


def test_user_groups_of_several_workspaces(house: House) -> None:
    engineers, sellers = usergroup(house), usergroup(house, SALES)
    house.open("/disable-usergroup")
    attach(house, "usergroup,workspace", f"{engineers},Engineering", f"{sellers},{SALES}")
    house.describe()
    carried_out(house, 2)


def test_channels_with_workspaces_of_their_own_or_those_of_the_form(house: House) -> None:
    one = house.client.create("channel", team_ids=[ENG, SALES])
    two = house.client.create("channel", team_ids=[ENG])
    house.open("/set-channel-workspaces")
    house.choose_workspace("Workspaces to add", "Support")
    attach(house, "channel,add,remove", f'{one},"Support, Meridian HQ",{SALES}', two)
    house.describe()
    carried_out(house, 2)
    with house.slack.world.lock:
        channels = house.slack.world.org.channels
        assert set(channels[one].team_ids) == {ENG, SUPPORT, "T0HQ000001"}
        assert set(channels[two].team_ids) == {ENG, SUPPORT}


def test_people_by_id_and_by_address(house: House) -> None:
    one = house.client.create("policy_member", has_sso=True)
    house.client.create("policy_member", has_sso=True, email="uploaded.person@meridian.example")
    house.open("/remove-policy-users")
    attach(house, "\ufeffUSER", one, '"uploaded.person@meridian.example"')
    house.describe()
    carried_out(house, 2)
