"""Three replicas on one PostgreSQL behind a load balancer: killed, stalled, replaced, and nothing is lost."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localslack.people import CannotDo
from tests.support.people import LOBBY, House
from tests.support.replicas import three_replicas
from tests.support.running import RunningApp

METHOD = "usergroups.disable"
TAKEOVER_SECONDS = 15


@pytest.fixture
def house(new_database: Callable[[str], str], folder: Path) -> Iterator[House]:
    with three_replicas(new_database("postgresql"), folder) as made:
        yield made


def filed(house: House, number: int) -> dict[str, str]:
    """That many requests that wait for approval, each with its target."""
    targets = [
        house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"]) for _ in range(number)
    ]
    requests = {house.ask_disable_usergroup(target): target for target in targets}
    for request in requests:
        house.card(request)
    return requests


def calls(house: House, target: str) -> list[dict[str, Any]]:
    return house.calls(METHOD, lambda call: call["args"]["usergroup"] == target)


def only(house: House, app: RunningApp) -> None:
    """From now on people's clicks reach that replica, past the load balancer."""
    house.slack.app_url = app.url


def send_signal(app: RunningApp, number: signal.Signals) -> None:
    assert app.process is not None
    app.process.send_signal(number)


def test_what_a_killed_replica_was_doing_is_done_by_another_within_15_seconds(house: House) -> None:
    requests, balancer = filed(house, 4), house.slack.app_url
    slow = house.client.fault("usergroups.list", "slow", seconds=3)
    only(house, house.apps[0])
    for request in requests:
        house.approve(request)
    house.client.wait(lambda: "executing" in house.apps[1].cli("requests", "list").stdout, 10)
    house.apps[0].kill()
    killed = time.time()
    house.client.clear_faults(slow)
    house.slack.app_url = balancer
    for request in requests:
        house.card(request, "Done and proved", timeout=40)
    sent = [calls(house, target) for target in requests.values()]
    assert [len(each) for each in sent] == [1] * 4
    assert max(each[0]["at"] for each in sent) - killed < TAKEOVER_SECONDS


def test_a_replica_that_stalls_while_slack_answers_is_fenced_when_it_goes_on(house: House) -> None:
    ((request, target),) = filed(house, 1).items()
    for app in house.apps[1:]:
        send_signal(app, signal.SIGSTOP)  # so that it is the first that does it
    only(house, house.apps[0])
    house.client.fault(METHOD, "slow", seconds=2, times=1)
    house.approve(request)
    house.client.wait(lambda: calls(house, target), 20)
    send_signal(house.apps[0], signal.SIGSTOP)
    for app in house.apps[1:]:
        send_signal(app, signal.SIGCONT)
    only(house, house.apps[1])
    done = house.card(request, "Done and proved", timeout=40)
    send_signal(house.apps[0], signal.SIGCONT)
    told = house.client.wait(lambda: answered(house, request), 20)
    assert told and told[-1]["body"]["counted"] is False, "the late answer is written down and counts no more"
    only(house, house.apps[0])
    house.ana.command("/drawbridge", "help", channel=LOBBY)
    assert len(calls(house, target)) == 1
    assert house.ben.refresh(done).text == done.text
    assert house.apps[0].cli("audit", "verify").returncode == 0


def answered(house: House, request: str) -> list[dict[str, Any]]:
    events = house.apps[1].evidence(request)["events"]
    return [event for event in events if event["event"] == "call:answered"]


def test_replicas_are_replaced_one_by_one_while_requests_come_in_and_are_carried_out(house: House) -> None:
    requests = filed(house, 6)
    asking = Asking(house)
    asking.start()
    for number, app in enumerate(house.apps):
        for request in list(requests)[number * 2 : number * 2 + 2]:
            house.approve(request)
        send_signal(app, signal.SIGTERM)
        house.client.wait(lambda app=app: app.get("/readyz")[0] != 200, 5)  # type: ignore[misc]
        assert (app.get("/readyz")[0], app.get("/healthz")[0]) == (503, 200), (
            "it is not ready before it is gone"
        )
        assert app.wait() == 0
        app.start()
    asking.stop()
    for request, target in requests.items():
        house.card(request, "Done and proved", timeout=40)
        assert len(calls(house, target)) == 1
    failed = [sent for sent in house.client.deliveries() if sent["error"]]
    assert failed == []
    assert (asking.refused, asking.answered > 20) == ([], True)


class Asking(threading.Thread):
    """Somebody who types a command again and again."""

    def __init__(self, house: House) -> None:
        super().__init__(daemon=True)
        self._person, self._over = house.client.person("W0PAUL0001"), threading.Event()
        self.answered, self.refused = 0, list[str]()

    def run(self) -> None:
        while not self._over.wait(0.05):
            try:
                result = self._person.command("/drawbridge", "help", channel=LOBBY)
            except CannotDo as refused:
                self.refused.append(str(refused))
            else:
                self.answered += 1
                self.refused += [result.error] if result.error else []

    def stop(self) -> None:
        """Ask no more."""
        self._over.set()
        self.join()


def test_in_socket_mode_events_come_to_any_of_three_and_a_killed_one_is_not_missed(
    new_database: Callable[[str], str], folder: Path
) -> None:
    with three_replicas(new_database("postgresql"), folder, socket_mode=True) as house:
        ((first, _), (second, target)) = filed(house, 2).items()
        house.approve(first)
        house.card(first, "Done and proved")
        house.apps[0].kill()
        house.client.wait(lambda: sockets(house) == 2, 10)
        house.approve(second)
        house.card(second, "Done and proved", timeout=40)
        assert len(calls(house, target)) == 1
        assert {sent["transport"] for sent in house.client.deliveries()} == {"socket"}


def sockets(house: House) -> int:
    found: int = house.client.get("app")["sockets"]
    return found
