"""Lists of targets as uploaded CSV files: read from Slack, resolved line by line, corrected or dropped."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import yaml

from app.model.table import MOST_BYTES
from tests.support.people import EXPORTED, REASON, House
from tests.support.running import ROOT

ENG, SALES, SUPPORT = "T0ENG00001", "T0SALES001", "T0SUPPORT1"
UPLOAD = "Or upload a CSV file"


def attach(house: House, *lines: str, name: str = "targets.csv") -> None:
    """Ana puts a file of those lines into the open form."""
    house.ana.attach(UPLOAD, name, "\r\n".join(lines).encode())


def member(house: House, **more: object) -> str:
    return house.client.create("policy_member", has_sso=True, **more)


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


def test_what_cannot_be_requested_is_told_by_line_and_corrected(house: House) -> None:
    good, better, free = member(house), member(house), house.client.create("user")
    house.open("/remove-policy-users")
    lines = ["user", good, free, "nobody@nowhere.example", good, "12345", '"=1+1"', ""]
    attach(house, *lines, name="leavers.csv")
    house.describe()
    preview = house.preview()
    assert "Line 4: nobody@nowhere.example: Nobody active in the organization has this address" in preview
    assert f"Line 5: {good}: In the list more than once" in preview
    assert "Line 7: =1+1: Neither an e-mail address nor a user id" in preview
    assert "Ready: 1\nNot found: 3, in lines 4, 6, 7\nNamed more than once: 1, in line 5" in preview
    assert "Already so: 1, in line 3" in preview
    house.ana.press("Back to the form")
    form = house.ana.wait_modal(lambda modal: "Uploaded before" in modal.text)
    assert "Use leavers.csv: 6 rows" in form.text and REASON in form.text
    attach(house, "user", good, better, name="leavers.csv")
    house.ana.submit()
    preview = house.ana.wait_modal(lambda modal: "Take 2 people off" in modal.text).text
    assert "Left out of the request" not in preview
    carried_out(house, 2)


def test_without_a_correction_the_request_goes_on_without_them(house: House) -> None:
    good = member(house)
    house.open("/remove-policy-users")
    attach(house, "user", "nobody@nowhere.example", good)
    house.describe()
    house.preview()
    request = house.file()
    assert "left out:\n• Line 2: nobody@nowhere.example: Nobody active" in house.card(request).text
    house.approve(request)
    house.card(request, "Done and proved")


def test_a_list_uploaded_before_is_kept_and_can_be_left_out(house: House) -> None:
    uploaded, typed = member(house), member(house)
    house.open("/remove-policy-users")
    attach(house, "user", uploaded)
    house.describe()
    assert uploaded in house.preview()
    house.ana.press("Back to the form")
    house.ana.wait_modal(lambda modal: "Uploaded before" in modal.text)
    house.ana.submit()
    assert uploaded in house.preview()
    house.ana.press("Back to the form")
    house.ana.wait_modal(lambda modal: "Uploaded before" in modal.text)
    house.ana.uncheck("Use targets.csv: 1 row")
    house.ana.fill("Or paste a list", typed)
    house.ana.submit()
    preview = house.preview()
    assert typed in preview and uploaded not in preview
    house.ana.close(everything=True)


def test_what_is_no_usable_list_is_said_and_everything_typed_stays(house: House) -> None:
    wrong = {
        "user\nMüller".encode("latin-1"): "is not UTF-8 text (see line 2)",
        b"name\nAnna": "lacks user. The first line must be: user",
        b"user\n": "nothing below it",
        b'user\n"W0DINO0001': "line 2 cannot be read",
    }
    for content, told in wrong.items():
        house.open("/remove-policy-users")
        house.ana.attach(UPLOAD, "people.csv", content)
        house.describe()
        refusal = house.ana.wait_modal(lambda modal: "Not done" in modal.text)
        assert f"people.csv: {told}" in refusal.text or told in refusal.text
        house.ana.press("Back to the form")
        assert REASON in house.ana.wait_modal(lambda modal: "Ticket" in modal.text).text
        house.ana.close(everything=True)


def test_a_file_that_is_too_large_or_no_csv_is_refused_in_the_form(house: House) -> None:
    house.open("/remove-policy-users")
    house.ana.attach(UPLOAD, "people.csv", b"user\n" + b"\n" * MOST_BYTES)
    assert "At most 5 MB" in house.describe().errors[UPLOAD]
    house.ana.clear(UPLOAD)
    house.ana.attach(UPLOAD, "people.csv", b"")
    assert "This file is empty" in house.ana.submit().errors[UPLOAD]
    assert house.calls("files.info", lambda call: not call["ok"]) == []
    house.ana.close(everything=True)


def test_a_form_with_nothing_named_still_says_so(house: House) -> None:
    house.open("/remove-policy-users")
    assert "Choose at least one person" in house.describe().errors["People on the policy"]
    house.ana.close(everything=True)


def test_many_are_shown_in_totals_with_the_whole_list_as_a_file_of_that_digest(house: House) -> None:
    people = [member(house) for _ in range(30)]
    unbound = house.client.create("policy_member", real_name="Zoe Unbound", has_sso=False)
    house.open("/remove-policy-users")
    attach(house, "user", *people, unbound)
    house.describe()
    house.preview()
    request = house.file()
    card = house.card(request).text
    assert "People: 31\nMay be locked out: 1\n" in card and "Warnings: 🔴 1, without a warning 30" in card
    assert (
        card.index("Look at these first") < card.index("🔴 Zoe Unbound")
        and "Takes less than a minute" in card
    )
    thread = house.card(request)
    reply = house.ben.wait_reply(thread, "All 31 items")
    content = house.ben.file(reply.files[0]["id"])
    assert (
        f"All 31 are in the file in the thread, whose SHA-256 is {hashlib.sha256(content).hexdigest()}."
        in card
    )
    evidence = house.app.evidence(request)
    assert evidence["plan"]["arguments"]["list"]["sha256"] == hashlib.sha256(content).hexdigest()
    house.approve(request)
    house.card(request, "31 in all: 31 proved by reading back", timeout=60)


def test_where_files_may_not_be_read_the_list_is_pasted(
    own_house: Callable[..., House], tmp_path: Path
) -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    manifest["oauth_config"]["scopes"]["bot"].remove("files:read")
    reduced = tmp_path / "manifest.yml"
    reduced.write_text(yaml.safe_dump(manifest), encoding="utf-8")
    house = own_house(manifest=reduced)
    house.app.start()
    form = house.open("/remove-policy-users")
    assert UPLOAD not in form.text and "Or paste a list" in form.text
    house.ana.fill("Or paste a list", member(house))
    house.describe()
    carried_out(house, 1)
    assert house.client.problems() == []


def test_a_permission_lost_meanwhile_is_said_and_the_list_can_be_pasted(house: House) -> None:
    good = member(house)
    house.client.fault("files.info", "error", error="missing_scope", times=1)
    house.open("/remove-policy-users")
    attach(house, "user", good)
    house.describe()
    refusal = house.ana.wait_modal(lambda modal: "Not done" in modal.text)
    assert "without the permission to read files" in refusal.text and "Paste the list" in refusal.text
    house.ana.press("Back to the form")
    house.ana.wait_modal(lambda modal: "Or paste a list" in modal.text)
    house.ana.fill("Or paste a list", good)
    house.ana.clear(UPLOAD)
    house.ana.submit()
    assert good in house.preview()
    house.ana.close(everything=True)
