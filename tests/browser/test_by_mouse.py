"""Each operation by mouse: command, form, preview, request, somebody else's approval, the proved result."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from localslack.org.model import Org
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.targets import KINDS

MEMBER = "W0POLICY02"

Asked = Callable[[Window], None]
"""Fills in the form up to the reason, and looks at what appears on the way."""


def vandelay(ana: Window) -> None:
    ana.choose("External organizations", "vandelay", "Vandelay")
    expect(ana.modal.get_by_role("button", name="Remove Vandelay")).to_be_visible()
    ana.field(EXPORTED).check()


def umbrella_out_of_design(ana: Window) -> None:
    ana.choose("Shared channel", "umbrella-design", "#umbrella-design")
    ana.choose("Who leaves it", "", "Umbrella")


def facilities(ana: Window) -> None:
    ana.choose("Workspace", "Meridian HQ", "Meridian HQ")
    ana.choose("User groups", "facilities", "@facilities")


def atlas_without_sales(ana: Window) -> None:
    ana.choose("Channels", "project-atlas", "#project-atlas")
    ana.choose("Workspaces to add", "Support", "Support")
    ana.choose("Workspaces to remove", "Sales", "Sales")


def member_off_the_policy(ana: Window) -> None:
    ana.choose("People on the policy", MEMBER, "Policy Person 2")


CASES: dict[str, tuple[Asked, str, str, Callable[[Org], Any], Any]] = {
    # operation: the form, the target's id, what the preview says, what it is in Slack, before and after
    "disconnect-org": (
        vandelay,
        "T0VANDELAY",
        "Cannot be undone",
        lambda org: org.external_orgs["T0VANDELAY"].status,
        ("CONNECTED", "DISCONNECTED"),
    ),
    "disconnect-channel": (
        umbrella_out_of_design,
        "C0UMBRELLA1",
        "Take Umbrella",
        lambda org: org.channels["C0UMBRELLA1"].connected,
        (["T0UMBRELLA"], []),
    ),
    "disable-usergroup": (
        facilities,
        "S0FACILITY",
        "Dino Rossi",
        lambda org: org.usergroups["S0FACILITY"].disabled_at > 0,
        (False, True),
    ),
    "set-channel-workspaces": (
        atlas_without_sales,
        "C0MULTI0001",
        "#project-atlas: add Support, remove Sales",
        lambda org: sorted(org.channels["C0MULTI0001"].team_ids),
        (["T0ENG00001", "T0HQ000001", "T0SALES001"], ["T0ENG00001", "T0HQ000001", "T0SUPPORT1"]),
    ),
    "remove-policy-users": (
        member_off_the_policy,
        MEMBER,
        "Policy Person 2",
        lambda org: MEMBER in org.policies["email_password"].entities,
        (True, False),
    ),
}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.operation for kind in KINDS])
def test_from_the_command_to_the_proof(house: House, windows: Windows, kind: Any) -> None:
    form, target, told, is_now, (before, after) = CASES[kind.operation]
    assert is_now(house.slack.world.org) == before
    ana = windows.open(ANA)
    ana.command(f"/{kind.operation}")
    form(ana)
    ana.describe()
    expect(ana.modal).to_contain_text(told)
    request = ana.file()

    ben = windows.open(BEN, ADMIN)
    expect(ben.card(request)).to_contain_text("0 of 1 approvals")
    ben.approve(request)
    ben.proved(request)
    assert is_now(house.slack.world.org) == after
    assert len(kind.effects(house, target)) == 1


def test_a_finished_request_is_undone(house: House, windows: Windows) -> None:
    groups = KINDS[2]
    group = groups.make(house)
    request = groups.ask(house, group)
    house.approve(request)
    ana, ben = windows.open(ANA, ADMIN), windows.open(BEN, ADMIN)
    ana.proved(request)
    ana.card(request).get_by_role("button", name="Undo").click()
    expect(ana.modal).to_contain_text(f"reverses {request}")
    ana.describe()
    undo = ana.file()
    ben.approve(undo)
    ben.proved(undo)
    assert house.slack.world.org.usergroups[group].disabled_at == 0
    for window in (ana, ben):
        expect(window.card(undo)).to_contain_text(f"Undoes {request}")
        expect(window.card(request).get_by_role("button", name="Undo")).to_have_count(0)
