"""Two organizations in one deployment: whatever somebody of one sends or runs, nothing of the other shows.

People, channels and groups have the same ids in both, so only the organization's own id tells them apart.
Every listener that is registered and every command there is gets its turn: a new one cannot be forgotten.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

import listeners
from app.cli import parser
from app.messages.forms import CHOOSE
from app.messages.home import OPEN, TURN
from app.messages.plans import BACK
from app.storage import Database
from app.storage.tables import decisions, delegations, drafts, requests
from localslack.server import LocalSlack
from tests.scenario.test_installing import OLGA, Browser
from tests.support import wire
from tests.support.people import EXPORTED, LOBBY, REASON, House
from tests.support.running import POLICY, RunningApp
from tests.support.two_orgs import HARBOR, two_orgs

MERIDIAN = "E0MERIDIAN"
POLICIES = f"{POLICY}\ndelegation = true\n[orgs.{MERIDIAN}]\n[orgs.{HARBOR}]\n"
ANA, BEN = "W0ANA00001", "W0BEN00001"
PARTNER = "Kormoran Reederei"
NOTE = "Sailing round Lofoten"
TOMORROW = str((datetime.now(UTC) + timedelta(days=1)).date())
NOWHERE = ("R0NOTHERE1", "D0NOTHERE1")
IN_MODALS = frozenset({CHOOSE, BACK})
UNKNOWN = "There is no such request in this organization"


class Recorder:
    """Stands where Bolt's App stands, and notes what is registered."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def register(what: Any, *_: Any) -> Callable[..., Any]:
            self.found.append((kind, what.pattern if isinstance(what, re.Pattern) else str(what)))
            return lambda function: function

        return register


def registered() -> list[tuple[str, str]]:
    """Every listener, by what Slack sends and what it is registered for."""
    recorder = Recorder()
    listeners.register(recorder, "")  # type: ignore[arg-type]
    return recorder.found


@dataclass(frozen=True)
class Two:
    """Meridian with a request, a draft and a partner of its own; Harbor with nothing."""

    house: House
    harbor: LocalSlack
    request_id: str
    draft_id: str

    @property
    def delegation_id(self) -> str:
        """What Ben of Meridian has handed over."""
        database = self.database()
        with database.read() as connection:
            found = connection.scalars(sa.select(delegations.c.id)).one()
        database.close()
        return str(found)

    @property
    def app(self) -> RunningApp:
        """The one app."""
        return self.house.app

    def database(self) -> Database:
        """Its database."""
        return Database(self.app.environment["DATABASE_URL"])

    def shown(self) -> list[str]:
        """Everything the app has sent to Harbor, as text."""
        return [json.dumps(call, ensure_ascii=False) for call in self.harbor.client.calls()]

    def state(self) -> list[Any]:
        """What Meridian's request, decisions and drafts are like."""
        database = self.database()
        queries = [
            sa.select(requests).where(requests.c.enterprise_id == MERIDIAN),
            sa.select(decisions),
            sa.select(drafts).where(drafts.c.enterprise_id == MERIDIAN),
            sa.select(delegations).where(delegations.c.enterprise_id == MERIDIAN),
        ]
        with database.read() as connection:
            found = [list(map(tuple, connection.execute(query))) for query in queries]
        database.close()
        return found


@pytest.fixture(scope="module")
def two(new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Both have installed it; Ana of Meridian has filed a request and has another form open."""
    with two_orgs() as (first, second, exchange):
        app = RunningApp(
            first,
            new_database("sqlite"),
            tmp_path_factory.mktemp("two"),
            oauth=True,
            policy=POLICIES,
            SLACK_API_URL=f"{exchange.url}/api/",
            ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        )
        house = House(first, app)
        first.app_url = app.url
        try:
            app.start()
            for slack in (first, second):
                browser = Browser(house)
                page = browser.begin().replace(exchange.url, slack.base_url)
                status, told = browser.land(browser.consent(page, OLGA))
                assert status == 200, told
            request = house.ask_disconnect_org(house.client.create("external_org", name=PARTNER))
            house.card(request)
            _away(house)
            other = house.client.create("external_org", name=f"{PARTNER} Ost")
            house.open("/disconnect-org")
            house.ana.fill("Or paste a list", other)
            house.ana.check(EXPORTED)
            house.describe()
            house.preview()
            yield Two(house, second, request, _draft(app))
        finally:
            house.end()


def _away(house: House) -> None:
    """Ben of Meridian hands his approving over to Olga, and says why."""
    house.ben.command("/drawbridge", "away", channel=LOBBY)
    house.ben.wait_modal(lambda modal: "Who decides for you" in modal.text)
    house.ben.choose("Who decides for you", "Olga Lindqvist")
    house.ben.choose("Your last day away", TOMORROW)
    house.ben.fill("Note", NOTE)
    house.ben.submit()
    house.ben.wait_modal(lambda modal: "decides for you until" in modal.text)
    house.ben.close(everything=True)


def _draft(app: RunningApp) -> str:
    database = Database(app.environment["DATABASE_URL"])
    query = sa.select(drafts.c.id).where(drafts.c.request_id.is_(None)).order_by(drafts.c.created_at.desc())
    with database.read() as connection:
        found = connection.scalars(query).first()
    database.close()
    assert found is not None
    return str(found)


def of_harbor(user_id: str) -> dict[str, Any]:
    """Somebody of Harbor, whose user id somebody of Meridian has too."""
    return wire.person(user_id, HARBOR)


def view(metadata: str, callback_id: str) -> dict[str, Any]:
    """An open modal that claims that draft or request."""
    found: dict[str, Any] = wire.submission(ANA, callback_id, metadata)["view"]
    reason = {"reason": {"reason": {"type": "plain_text_input", "value": "x"}}}
    typed = {"typed": {"type": {"type": "plain_text_input", "value": "yes"}}}
    typed["note"] = {"type": {"type": "plain_text_input", "value": ""}}
    typed["delegate"] = {"type": {"type": "users_select", "selected_user": BEN}}
    typed["until"] = {"type": {"type": "datepicker", "selected_date": TOMORROW}}
    asked = {"type": "input", "block_id": "reason", "label": {"type": "plain_text", "text": "Reason"}}
    return found | {"state": {"values": reason | typed}, "blocks": [asked]}


def sample(pattern: str) -> tuple[str, str | None]:
    """Something an action's pattern fits, and the value it goes with when that is no id."""
    if pattern.startswith(f"{OPEN}:"):
        return f"{OPEN}:disconnect-org", "disconnect-org"
    if pattern.startswith(f"{TURN}:"):
        return f"{TURN}:1", "1"
    return pattern, None


def sent(kind: str, what: str, claimed: str, user_id: str) -> Iterator[dict[str, Any] | str]:
    """What Slack would send for that listener, when somebody of Harbor claims that request or draft."""
    person = of_harbor(user_id)
    if kind == "command":
        words = (
            ["pending", "history", "status", f"why {claimed}", "away", "back"]
            if what == "/drawbridge"
            else [claimed]
        )
        for text in words:
            yield wire.command(user_id, what, text, enterprise_id=HARBOR)
    elif kind == "action":
        action_id, value = sample(what)
        click = wire.click(user_id, action_id, value or claimed, enterprise_id=HARBOR)
        yield {**click, "view": view(claimed, "form:disconnect-org")} if what in IN_MODALS else click
    elif kind == "options":
        action = {"action_id": what, "block_id": "orgs:1", "value": "Kor"}
        yield {"type": "block_suggestion", **person, **action, "view": view(claimed, "form:disconnect-org")}
    elif kind in ("view", "view_closed"):
        callback_id = "file" if kind == "view_closed" else what
        typed = "view_submission" if kind == "view" else "view_closed"
        yield {"type": typed, **person, "trigger_id": "1.2.3", "view": view(claimed, callback_id)}
    elif kind == "event":
        event = {"type": what, "user": user_id, "tab": "home", "channel": claimed, "view": {}, "tokens": {}}
        yield {
            "type": "event_callback",
            "enterprise_id": HARBOR,
            "api_app_id": "A0DRAWBRDG",
            "event_id": f"Ev{claimed}",
            "event_time": 1,
            "event": event | {"team_ids": [], "subteam": {"id": claimed}},
        }
    else:
        raise AssertionError(
            f"nobody has thought about a listener for {kind} ({what}) of another organization"
        )


def post(app: RunningApp, payload: dict[str, Any] | str) -> str:
    """Send it, signed; what is answered at once."""
    if isinstance(payload, str):
        status, body = wire.post(app, payload)
    elif payload["type"] == "event_callback":
        status, body = wire.post(app, json.dumps(payload), kind="application/json")
    else:
        status, body = wire.interaction(app, payload)
    assert status == 200, (status, body, payload)
    return body


def claim(two: Two, *ids: str) -> tuple[set[str], list[str]]:
    """Send everything there is with those ids; what was shown to Harbor, and every answer at once."""
    before = len(two.shown())
    answers = [
        post(two.app, payload)
        for kind, what in registered()
        for claimed in ids
        for user_id in ((ANA, BEN) if kind == "action" else (ANA,))
        for payload in sent(kind, what, claimed, user_id)
    ]
    assert two.app.stop() == 0  # every listener has come to its end
    shown = set().union(*(_texts(json.loads(call), *ids) for call in two.shown()[before:]))
    two.app.start()
    return shown, answers


def _texts(value: Any, *ids: str) -> set[str]:
    """Every text somebody could read in there, with the claimed ids made alike."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        return _texts(json.loads(value), *ids)
    if isinstance(value, dict):
        own = {str(value["text"])} if isinstance(value.get("text"), str) else set()
        told = {re.sub("|".join(map(re.escape, ids)), "ID", text) for text in own}
        return told.union(*(_texts(inner, *ids) for inner in value.values()))
    return set().union(*(_texts(inner, *ids) for inner in value)) if isinstance(value, list) else set()


@pytest.mark.timeout(300)  # every listener twice, and two restarts
def test_whatever_is_sent_with_another_organizations_ids_is_answered_like_what_never_was(two: Two) -> None:
    before = two.state()
    fiction, _ = claim(two, *NOWHERE)
    shown, answers = claim(two, two.request_id, two.draft_id)
    assert any(UNKNOWN in text for text in shown)
    volatile = re.compile(
        r"<!date\^|reference: X|Bot token|Directory of|read "
    )  # times, and the state of the connection
    assert {text for text in shown ^ fiction if not volatile.search(text)} == set()
    everything = "\n".join([*two.shown(), *answers])
    assert [text for text in (PARTNER, REASON, "SEC-12", NOTE) if text in everything] == []
    assert two.state() == before


def test_a_commands_own_lists_hold_nothing_of_the_other(two: Two) -> None:
    two.house.ana.command("/drawbridge", "pending", channel="C0LOBBY0001")
    two.house.ana.wait_message("dm", containing=two.request_id)
    post(two.app, wire.command(ANA, "/drawbridge", "pending", enterprise_id=HARBOR))
    ana = two.harbor.client.person(ANA)
    told = ana.wait_message("dm", containing="Nothing waits for a decision")
    assert two.request_id not in told.text


def test_being_back_in_one_organization_ends_nothing_in_the_other(two: Two) -> None:
    before = two.state()
    post(two.app, wire.command(BEN, "/drawbridge", "back", enterprise_id=HARBOR))
    ben = two.harbor.client.person(BEN)
    assert ben.wait_message("dm", containing="there is nothing to take back")
    assert two.state() == before


def test_who_stands_in_there_decides_nothing_here(two: Two) -> None:
    """Olga of Harbor has the same id as Olga of Meridian, to whom Ben of Meridian has handed it over."""
    before = two.state()
    click = wire.click(OLGA, "approve", two.request_id, enterprise_id=HARBOR)
    seen = len(two.shown())
    post(two.app, click)
    assert two.harbor.client.wait(lambda: any(UNKNOWN in call for call in two.shown()[seen:]), 15)
    assert two.state() == before


COMMANDS: dict[tuple[str, ...], list[str]] = {
    ("audit", "anchor"): [],
    ("audit", "export"): ["--org", HARBOR],
    ("audit", "verify"): [],
    ("delegations", "end"): ["GID", "--org", HARBOR],
    ("delegations", "list"): ["--org", HARBOR],
    ("doctor",): [],
    ("keys", "new"): [],
    ("keys", "rotate"): [],
    ("manifest",): [],
    ("policy", "check"): [],
    ("policy", "explain"): ["--request", "ID", "--org", HARBOR],
    ("requests", "list"): ["--org", HARBOR],
    ("requests", "show"): ["ID", "--org", HARBOR],
    ("requests", "stuck"): [],
    ("serve",): ["--help"],
}
"""How each command is run for Harbor; ID stands for Meridian's request."""


def commands(found: argparse.ArgumentParser, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command there is."""
    inner = [action for action in found._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield path
    for action in inner:
        for name, child in action.choices.items():
            yield from commands(child, *path, name)


def test_every_command_is_tried_across_organizations() -> None:
    assert set(commands(parser())) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_for_one_organization_shows_nothing_of_the_other(
    two: Two, command: tuple[str, ...]
) -> None:
    known = {"ID": two.request_id, "GID": two.delegation_id}
    options = [known.get(option, option) for option in COMMANDS[command]]
    done = two.app.cli(*command, *options)
    told = done.stdout + done.stderr
    assert [
        text for text in (PARTNER, REASON, "SEC-12", NOTE, two.delegation_id) if text in done.stdout
    ] == []
    assert [text for text in (PARTNER, REASON, "SEC-12", NOTE) if text in told] == []
    if known.keys() & set(COMMANDS[command]):
        assert done.returncode != 0


@pytest.mark.parametrize(
    "command", [("audit", "export"), ("requests", "list"), ("requests", "show")], ids=" ".join
)
def test_without_naming_one_nothing_is_handed_out(two: Two, command: tuple[str, ...]) -> None:
    more = [two.request_id] if command[1] == "show" else []
    done = two.app.cli(*command, *more)
    assert done.returncode == 2
    assert f"--org: give one of the organizations: {HARBOR}, {MERIDIAN}" in done.stderr
    for organization, code in ((MERIDIAN, 0), (HARBOR, 1 if more else 0)):
        done = two.app.cli(*command, *more, "--org", organization)
        assert done.returncode == code
        shown = two.request_id if command[1] == "list" else REASON
        assert (shown in done.stdout) is (organization == MERIDIAN)


def test_one_uninstalling_it_does_not_touch_the_other(two: Two) -> None:
    two.harbor.client.post("app", uninstall=True)
    two.harbor.app_url = two.app.url
    post(
        two.app,
        json.dumps(next(sent("event", "app_uninstalled", "C1", ANA)))
        and next(sent("event", "app_uninstalled", "C1", ANA)),
    )

    def gone() -> bool:
        status, body = wire.post(two.app, wire.command(ANA, "/drawbridge", "status", enterprise_id=HARBOR))
        return status == 200 and "not installed" in body

    assert two.harbor.client.wait(gone, 15)
    two.house.approve(two.request_id)
    two.house.card(two.request_id, "Done and proved")
