"""The policy file while Drawbridge runs: adopted when right, told when not, and each change is evidence."""

import os
from pathlib import Path

import pytest

from app.audit.events import Event
from app.config import read_policy
from app.operations import TERMS
from app.requests.admin_channel import AdminChannels
from app.requests.deciding import Deciding
from app.requests.policies import Policies
from app.requests.policy_changes import PolicyChanges
from app.requests.reload import Reload
from app.storage import Database
from tests.unit.given import ADMIN_CHANNEL, ANA, BEN, CHLOE, ORG, StillClock, Town, somebody
from tests.unit.requests.conftest import Office

FILE = f"""
admin_channel = "{ADMIN_CHANNEL}"
requesters = ["user:{ANA}"]
approvers = ["user:{BEN}", "user:{CHLOE}"]
"""
STRICTER = FILE + "approvals = 2\n"


class Desk:
    """A policy file somebody edits, and the one who watches it."""

    def __init__(self, path: Path, database: Database, clock: StillClock) -> None:
        self.path, self._written = path, 0
        self.write(FILE)
        town = Town(*map(somebody, (ANA, BEN, CHLOE)))
        policies = Policies(read_policy(path, TERMS), database, clock)
        self.changes = PolicyChanges(database, clock)
        self.changes.adopted(ORG, policies.resolve(town))
        self.office = Office(
            database,
            clock,
            town,
            Deciding(database, policies, AdminChannels(database, policies, clock), clock),
            policies,
        )
        self.reload = Reload(path, policies, self.changes, lambda _: town)

    def write(self, text: str) -> None:
        """Save the file, some time later than before."""
        self.path.write_text(text)
        self._written += 1
        os.utime(self.path, (self._written, self._written))

    def looks(self, number: int = 2) -> int:
        """So many looks; answers how often something was adopted."""
        return sum(self.reload.run_once() for _ in range(number))

    @property
    def approvals(self) -> int:
        return self.office.policies.of(ORG)["disconnect-org"].approvals

    def said(self) -> list[str]:
        return [text for place, _, text in self.office.told() if place == "channel"]

    def events(self) -> list[str]:
        return [event for event, _ in self.office.events(Event.POLICY_CHANGED, Event.POLICY_REFUSED)]


@pytest.fixture
def desk(tmp_path: Path, database: Database, clock: StillClock) -> Desk:
    return Desk(tmp_path / "policy.toml", database, clock)


def test_an_untouched_file_changes_nothing(desk: Desk) -> None:
    desk.office.town.asked.clear()
    assert desk.looks(5) == 0
    assert (desk.events(), desk.office.town.asked) == ([], [])


def test_a_changed_file_is_in_force_at_the_second_look_and_its_difference_in_the_log(desk: Desk) -> None:
    before = desk.office.policies.of(ORG).digest
    desk.write(STRICTER)
    assert (desk.looks(1), desk.approvals) == (0, 1)  # it may be half written
    assert (desk.looks(1), desk.approvals) == (1, 2)
    event, actor, body = desk.office.last_event()
    assert (event, actor) == ("policy:changed", "drawbridge")
    assert (body["from"], body["to"]) == (before, desk.office.policies.of(ORG).digest)
    assert body["changes"]["disconnect-org.approvals"] == ["1", "2"]
    assert {key.split(".")[1] for key in body["changes"]} == {"approvals"}
    assert desk.said() == ["The policy was changed"]
    assert desk.looks(5) == 0


def test_a_file_that_is_still_being_written_is_waited_for(desk: Desk) -> None:
    desk.write(STRICTER[:40])
    assert desk.looks(1) == 0
    desk.write(STRICTER)
    assert desk.looks(1) == 0
    assert desk.looks(1) == 1
    assert desk.events() == ["policy:changed"]


def test_asked_for_it_is_read_at_once(desk: Desk) -> None:
    desk.write(STRICTER)
    desk.reload.ask()
    assert (desk.looks(1), desk.approvals) == (1, 2)


def test_a_comment_changes_the_digest_and_no_setting(desk: Desk) -> None:
    desk.write(FILE + "# reviewed\n")
    desk.looks()
    assert desk.office.last_event()[2]["changes"] == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("admin_channel = ", "not valid TOML"),
        (FILE + "approvers_from = 3\n", "approvers_from: unknown key"),
        (FILE + "approvals = 3\n", "3 approvals wanted, 2 people can approve"),
        (FILE.replace(f'"user:{BEN}"', '"usergroup:S0NOWHERE1"'), "no such enabled user group"),
        (FILE.replace(BEN, "W0NOBODY01") + "approvals = 2\n", "2 wanted, but only 1 people could approve"),
    ],
)
def test_what_cannot_be_used_is_told_once_and_the_former_policy_stays(
    desk: Desk, text: str, key: str
) -> None:
    digest = desk.office.policies.of(ORG).digest
    desk.write(text)
    assert desk.looks(100) == 0
    assert desk.office.policies.of(ORG).digest == digest
    event, _, body = desk.office.last_event()
    assert (event, body["in_force"]) == ("policy:refused", digest)
    assert any(key in problem for problem in body["problems"])
    assert (desk.events(), desk.said()) == (["policy:refused"], ["The changed policy file cannot be used"])


def test_a_deleted_file_is_told_too(desk: Desk) -> None:
    desk.path.unlink()
    desk.looks()
    assert "cannot read" in desk.office.last_event()[2]["problems"][0]
    assert desk.approvals == 1


def test_put_right_again_it_is_adopted_and_the_same_mistake_is_told_again(desk: Desk) -> None:
    for text in ("nonsense", FILE, "nonsense", STRICTER, "nonsense"):
        desk.write(text)
        desk.looks()
    told = ["policy:refused", "policy:refused", "policy:changed", "policy:refused"]
    assert desk.events() == told


def test_what_only_slack_lacked_is_tried_again_without_another_change(desk: Desk) -> None:
    desk.office.town.people.pop(CHLOE)
    desk.write(STRICTER)
    desk.looks()
    assert desk.approvals == 1
    desk.office.town.people[CHLOE] = somebody(CHLOE)
    assert desk.looks(40) == 1
    assert desk.approvals == 2


def test_another_change_is_not_kept_waiting_by_the_one_before(desk: Desk) -> None:
    desk.office.town.away = "internal_error"
    desk.write(FILE + "approvals = 2\n# one\n")
    desk.looks()
    desk.office.town.away = None
    desk.write(STRICTER)
    assert desk.looks(2) == 1


def test_a_slack_that_is_away_is_asked_again_later(desk: Desk) -> None:
    desk.office.town.away = "internal_error"
    desk.write(STRICTER)
    assert (desk.looks(), desk.events()) == (0, [])
    desk.office.town.away = None
    assert desk.looks(40) == 1


def test_of_several_processes_one_tells(desk: Desk, database: Database, clock: StillClock) -> None:
    desk.write(STRICTER)
    desk.looks()
    other = Policies(read_policy(desk.path, TERMS), database, clock)
    assert not desk.changes.adopted(ORG, other.resolve(desk.office.town))
    assert desk.events() == ["policy:changed"]


def test_a_change_over_a_restart_is_evidence_too(desk: Desk, database: Database, clock: StillClock) -> None:
    desk.write(STRICTER)
    started = Policies(read_policy(desk.path, TERMS), database, clock)
    assert desk.changes.adopted(ORG, started.resolve(desk.office.town))
    assert desk.events() == ["policy:changed"]


@pytest.mark.parametrize("channel", ["C0OTHER001"])
def test_another_admin_channel_is_told_in_both(desk: Desk, channel: str) -> None:
    desk.write(FILE.replace(ADMIN_CHANNEL, channel))
    desk.looks()
    where = {recipient for place, recipient, _ in desk.office.told() if place == "channel"}
    assert where == {ADMIN_CHANNEL, channel}
