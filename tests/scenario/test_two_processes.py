"""Two app processes on one PostgreSQL: events arrive at either, and everything happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support import wire
from tests.support.people import ADMIN, House
from tests.support.running import RunningApp


def second(house: House, folder: Path) -> RunningApp:
    """Another process on the same database."""
    app = RunningApp(house.slack, house.app.environment["DATABASE_URL"], folder, name="second")
    house.apps.append(app)
    return app.start()


def approvers(house: House, number: int) -> list[str]:
    """That many people in the approvers' group."""
    people = [house.client.create("user") for _ in range(number)]
    with house.slack.world.lock:
        house.slack.world.org.usergroups["S0SECURITY"].users.extend(people)
    return people


def test_twenty_approvals_at_once_through_two_processes_make_one_call(
    own_house: Callable[..., House], folder: Path
) -> None:
    house = own_house("postgresql")
    house.app.start()
    apps = [house.app, second(house, folder)]
    target = house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])
    people = approvers(house, 20)
    request = house.ask_disable_usergroup(target)
    house.card(request)

    def press(number: int) -> int:
        payload = wire.click(people[number], "approve", request)
        return wire.interaction(apps[number % 2], payload)[0]

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(press, range(20))) == {200}
    house.card(request, "Done and proved")
    assert len(house.calls("usergroups.disable", lambda call: call["args"]["usergroup"] == target)) == 1
    events = [event["event"] for event in house.app.evidence(request)["events"]]
    assert events.count("request:approved") == 1 and events.count("request:begun") == 1
    told = house.client.wait(
        lambda: [e for e in house.app.evidence(request)["events"] if e["event"] == "decision:refused"][18:],
        10,
    )
    assert told, "the nineteen others were refused and it was written down"
    cards = [message for message in house.ben.messages(ADMIN) if f"Request {request}" in message.text]
    assert len(cards) == 1
    assert house.app.cli("audit", "verify").returncode == 0


def test_a_killed_process_is_taken_over_by_the_other(own_house: Callable[..., House], folder: Path) -> None:
    house = own_house("postgresql")
    house.app.start()
    other = second(house, folder)
    target = house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])
    request = house.ask_disable_usergroup(target)
    house.client.fault("usergroups.list", "slow", seconds=3, times=1)
    house.approve(request)
    house.client.wait(lambda: "executing" in other.cli("requests", "list").stdout, 10)
    house.app.kill()
    house.slack.app_url = other.url
    house.card(request, "Done and proved", timeout=40)
    assert len(house.calls("usergroups.disable", lambda call: call["args"]["usergroup"] == target)) == 1


def test_a_form_begun_with_one_process_is_finished_with_the_other(
    own_house: Callable[..., House], folder: Path
) -> None:
    house = own_house("postgresql")
    house.app.start()
    other = second(house, folder)
    house.open("/disconnect-org", "T0INITECH1")
    house.slack.app_url = other.url
    house.ana.check("What we need from them has been exported, or nothing is needed")
    house.describe()
    house.preview()
    house.slack.app_url = house.app.url
    request = house.file()
    house.slack.app_url = other.url
    house.approve(request)
    house.card(request, "Done and proved")


def test_a_second_process_on_one_sqlite_file_is_refused(
    own_house: Callable[..., House], folder: Path
) -> None:
    house = own_house()
    house.app.start()
    other = RunningApp(house.slack, house.app.environment["DATABASE_URL"], folder, name="second").launch()
    house.apps.append(other)
    assert other.wait() == 2
    assert "several replicas" in other.logged()
