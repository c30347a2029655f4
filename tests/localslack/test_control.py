"""The control endpoints: changing the org behind the app's back, settings, reset, waiting."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from slack_sdk import WebClient

import localslack
from localslack.people import CannotDo, NotSeen, Person
from localslack.server import LocalSlack
from localslack.settings import Settings
from localslack.web_api.faults import FaultKind

README = (Path(localslack.__file__).parent / "README.md").read_text()


@pytest.mark.parametrize(
    ("kind", "attributes", "family"),
    [
        ("external_org", {"name": "Newco", "status": "IN_REVIEW"}, "external_orgs"),
        ("channel", {"name": "secret", "private": True, "connected": ["T0ACME0001"]}, "channels"),
        ("usergroup", {"handle": "newbies", "users": ["W0DINO0001"]}, "usergroups"),
        ("user", {"real_name": "Nia New", "teams": ["T0ENG00001"]}, "users"),
        ("workspace", {"name": "Annex", "has_app": False}, "workspaces"),
    ],
)
def test_a_thing_is_created_changed_and_removed(
    slack: LocalSlack, kind: str, attributes: dict[str, object], family: str
) -> None:
    id = slack.client.create(kind, **attributes)
    made = slack.client.state()[family][id]
    assert all(made[name] == value for name, value in attributes.items() if name != "private")
    slack.client.set(kind, id, name="changed")
    assert slack.client.state()[family][id]["name"] == "changed"
    if kind != "workspace":
        slack.client.post("remove", kind=kind, id=id)
        assert id not in slack.client.state()[family]


def test_a_policy_member_is_created_with_its_user(slack: LocalSlack) -> None:
    id = slack.client.create("policy_member", real_name="Pol Member")
    state = slack.client.state()
    assert state["users"][id]["real_name"] == "Pol Member"
    assert id in state["policies"]["email_password"]["entities"]


def test_mistakes_are_named(slack: LocalSlack) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        slack.client.create("spaceship")
    with pytest.raises(ValueError, match="no attribute 'colour'"):
        slack.client.set("channel", "C0LOBBY0001", colour="red")
    with pytest.raises(ValueError, match="C0NOWHERE01"):
        slack.client.set("channel", "C0NOWHERE01", name="x")
    with pytest.raises(ValueError, match="unknown setting"):
        slack.client.settings(gravity=1)
    with pytest.raises(CannotDo, match="nobody is called"):
        slack.client.person("W0NOBODY01").modal()


def test_reset_brings_everything_back(slack: LocalSlack, bot: WebClient) -> None:
    before = slack.client.state()
    slack.client.set("channel", "C0LOBBY0001", name="changed")
    slack.client.settings(time_scale=60)
    bot.chat_postMessage(channel="C0ADMIN0001", text="x")
    slack.client.fault("*", "slow")
    slack.client.reset()
    after = slack.client.state()
    assert after["channels"]["C0LOBBY0001"]["name"] == "lobby"
    assert after.keys() == before.keys()
    assert slack.client.settings()["time_scale"] == 1.0
    assert slack.client.get("faults")["faults"] == slack.client.calls() == []
    slack.client.reset("demo")
    assert len(slack.client.state()["external_orgs"]) > 100


def test_waiting_wakes_when_something_happens(slack: LocalSlack, ana: Person, ben: Person) -> None:
    threading.Timer(0.05, lambda: ben.say("C0ADMIN0001", "now")).start()
    assert ana.wait_message("C0ADMIN0001", "now", timeout=5).author == "Ben Okafor"


def test_waiting_in_vain_tells_what_is_seen(slack: LocalSlack, ana: Person, ben: Person) -> None:
    ben.say("C0ADMIN0001", "something else")
    with pytest.raises(NotSeen, match="something else"):
        ana.wait_message("C0ADMIN0001", "never", timeout=0.05)


def test_the_sidebar_shows_own_conversations_only(slack: LocalSlack, ana: Person) -> None:
    names = [channel["name"] for channel in ana.channels()]
    assert "admin-approvals" in names
    assert "finance-close" not in names
    with pytest.raises(CannotDo, match="in no channel"):
        ana.messages("C0HIDDEN001")


def test_people_to_act_as(slack: LocalSlack) -> None:
    roles = {person["id"]: person["role"] for person in slack.client.get("see/people")["people"]}
    assert (roles["W0OLGA0001"], roles["W0ANA00001"], roles["W0BEN00001"]) == ("owner", "admin", "member")
    assert (roles["W0GUEST001"], roles["U0OUTSIDE1"]) == ("guest", "external")
    assert "U0DRAWBRDG" not in roles


def test_two_emulators_live_side_by_side(slack: LocalSlack) -> None:
    with LocalSlack() as other:
        other.client.set("channel", "C0LOBBY0001", name="elsewhere")
        assert slack.client.state()["channels"]["C0LOBBY0001"]["name"] == "lobby"
        assert other.base_url != slack.base_url
        other.world.reset()
        assert other.client.state()["channels"]["C0LOBBY0001"]["name"] == "lobby"


def test_the_front_page_says_what_it_is(slack: LocalSlack) -> None:
    assert "This is not Slack" in httpx.get(slack.base_url, trust_env=False).text


def test_the_command_line_prints_what_the_app_needs() -> None:
    command = [sys.executable, "-m", "localslack", "--port", "0", "--seed", "small", "--time-scale", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(8)]
        process.terminate()
    printed = "".join(lines)
    assert "not Slack" in printed
    assert re.search(r"SLACK_API_URL=http://127\.0\.0\.1:\d+/api/\n", printed)
    assert "SLACK_BOT_TOKEN=xoxb-local-" in printed
    assert "SLACK_TIME_SCALE=60\n" in printed


@pytest.mark.parametrize("name", [*Settings.__dataclass_fields__, *FaultKind])
def test_every_setting_and_fault_is_documented(name: str) -> None:
    assert f"`{name}`" in README


def test_every_control_endpoint_is_documented(slack: LocalSlack) -> None:
    from localslack.application import build_application
    from localslack.control.acting import ACTS

    mount = next(
        route for route in build_application(slack.world).routes if getattr(route, "path", "") == "/_control"
    )
    paths = {re.sub(r"/\{.*\}", "", route.path) for route in getattr(mount, "routes", [])}
    paths |= {f"/act/{act}" for act in ACTS}
    missing = [path for path in sorted(paths - {"/act"}) if f"`{path}`" not in README]
    assert missing == []
