"""People at work while everything breaks: they file and approve, and try again when nothing happens."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from localslack.people import CannotDo
from tests.chaos.plans import Batch, Round
from tests.chaos.site import Site
from tests.support.people import House

_TRIES = 6
_TROUBLE = (AssertionError, CannotDo, ValueError, StopIteration, httpx.HTTPError)
"""What a person meets while the app is away: nothing happens, or a button is gone."""


@dataclass
class Filed:
    """A round with its targets and, once the database has it, its request. said: whom people were told of."""

    round: Round
    targets: tuple[str, ...]
    request: str = ""
    said: list[str] = field(default_factory=list)


def make_targets(site: Site, batch: Batch) -> list[Filed]:
    """Fresh targets for each round."""
    house = site.desks[0]
    return [Filed(one, tuple(one.kind.make(house) for _ in range(one.items))) for one in batch.rounds]


def file_all(site: Site, work: Sequence[Filed]) -> None:
    """File every round, each desk its share."""
    _each_desk(site, work, _file)


def approve_all(site: Site, work: Sequence[Filed]) -> None:
    """Approve every round that has a request and still waits, each desk its share."""
    _each_desk(site, [filed for filed in work if filed.request], _approve)


def _each_desk(site: Site, work: Sequence[Filed], do: Callable[[Site, House, Filed], None]) -> None:
    def share(number: int) -> None:
        for filed in work[number :: len(site.desks)]:
            do(site, site.desks[number], filed)

    with ThreadPoolExecutor(len(site.desks)) as pool:
        list(pool.map(share, range(len(site.desks))))


def _file(site: Site, desk: House, filed: Filed) -> None:
    for _ in range(_TRIES):
        try:
            filed.said.append(_ask(desk, filed))
        except _TROUBLE:
            _clear(desk)
        filed.request = _request_about(site, filed)
        if filed.request:
            return
        time.sleep(0.3)


def _ask(desk: House, filed: Filed) -> str:
    """The routine of the operation; answers the id the person reads."""
    targets = filed.targets
    match filed.round.kind.operation:
        case "disconnect-org":
            return desk.ask_disconnect_org(*targets)
        case "disconnect-channel":
            with desk.slack.world.lock:
                channels = desk.slack.world.org.channels
                pairs = [(target, channels[target].connected[0]) for target in targets]
            return desk.ask_disconnect_channel(*pairs)
        case "disable-usergroup":
            return desk.ask_disable_usergroup(*targets)
        case "set-channel-workspaces":
            return desk.ask_set_workspaces(*targets, add=("Support",))
        case _:
            return desk.ask_remove_users(*targets)


def _request_about(site: Site, filed: Filed) -> str:
    found = site.rows(
        "SELECT request_id FROM drawbridge_items WHERE key LIKE :key", key=f"%{filed.targets[0]}%"
    )
    return str(found[0][0]) if found else ""


def _approve(site: Site, desk: House, filed: Filed) -> None:
    for _ in range(_TRIES):
        if state(site, filed.request) != "pending":
            return
        try:
            desk.approve(filed.request, desk.ben)
        except _TROUBLE:
            _clear(desk)
        _wait_for_decision(site, filed.request)


def _wait_for_decision(site: Site, request: str) -> None:
    deadline = time.monotonic() + 3
    while state(site, request) == "pending" and time.monotonic() < deadline:
        time.sleep(0.05)


def state(site: Site, request: str) -> str:
    """The request's state in the database."""
    found = site.rows("SELECT state FROM drawbridge_requests WHERE id = :id", id=request)
    return str(found[0][0]) if found else ""


def _clear(desk: House) -> None:
    """Close whatever is open on both screens, as somebody does who begins again."""
    for person in (desk.ana, desk.ben):
        try:
            if person.modal() is not None:
                person.close(everything=True)
        except _TROUBLE:
            continue
