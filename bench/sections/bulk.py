"""A thousand user groups to disable, against a plain loop over the official client."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.messages.cards import APPROVE
from bench.frame.report import Goal, Row, Section
from bench.frame.run import Run
from bench.rig.filing import BEN, Filer
from bench.rig.load import pressed
from bench.rig.org import CHOSEN, TEAM, Tally, new_groups, tally
from bench.rig.processes import house_running, slack_running
from bench.rig.watching import ended, until
from localslack.server import LocalSlack
from tests.support.people import House
from tests.support.running import ROOT

_SCALE = 30
_AGAINST = "a plain slack_sdk loop"
_HOW = f"""Local Slack's clock runs {_SCALE} times faster than Slack's, its rate limits with it:
`usergroups.disable` takes 20 calls a minute, here 10 a second, and a Retry-After of one second stands for
half a minute. The yardstick is a script that calls the method for one group after the other with slack_sdk
and its three retry handlers (rate limit, connection, server error) as they come; it reads nothing and
proves nothing. Both run at the same time, each at a local Slack of its own. *Killed midway*: `kill -9` when
half of the groups are disabled, then started again as an operator would: Drawbridge as it is, the script
with the same list."""
_NOTES = (
    "Wall time is bound by the method's tier, not by either program: Drawbridge spaces its calls evenly at "
    "the documented number a minute, the loop uses each window's tolerated burst and pays with a 429.",
    "For the same tier Drawbridge also reads every group before its call and proves it afterwards.",
)
_METHOD_PER_SECOND = 20 * _SCALE / 60


@dataclass(frozen=True)
class _Went:
    """How one side went. seconds: from the start to the last item's end."""

    seconds: float
    tally: Tally


def measure(run: Run) -> Section:
    """Both sides undisturbed, then both killed midway."""
    count, rounds = run.size(1000, 30), run.few
    names = [f"{count} groups, round {number + 1}" for number in range(rounds)]
    smooth = [_both(run, name, count, kill=False) for name in names]
    killed = [_both(run, f"{count} groups, killed midway", count, kill=True)]
    floor = count / _METHOD_PER_SECOND
    bound = "the tier's own minimum"
    rows = (
        Row("Wall time", "s", *_pair(smooth, lambda went: went.seconds), _AGAINST),
        Row(
            "Wall time against the tier",
            "s",
            tuple(ours.seconds for ours, _ in smooth),
            (floor,) * rounds,
            bound,
            Goal(ratio_most=1.08),
        ),
        Row("Answers 429, of all calls", "%", *_pair(smooth, _limited), _AGAINST, Goal(figure_most=1)),
        Row("Killed midway: wall time", "s", *_pair(killed, lambda went: went.seconds), _AGAINST),
        Row("Killed midway: lost", "items", *_pair(killed, _lost), _AGAINST, Goal(figure_most=0)),
        Row("Killed midway: done again", "calls", *_pair(killed, _repeated), _AGAINST, Goal(figure_most=0)),
    )
    return Section(f"Bulk of {count:,} items", _HOW, rows, _NOTES)


def _limited(went: _Went) -> float:
    return 100 * went.tally.limited / went.tally.calls


def _lost(went: _Went) -> float:
    return went.tally.lost


def _repeated(went: _Went) -> float:
    return went.tally.repeated


def _pair(
    found: list[tuple[_Went, _Went]], figure: Callable[[_Went], float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(figure(ours) for ours, _ in found), tuple(figure(plain) for _, plain in found)


def _both(run: Run, what: str, count: int, *, kill: bool) -> tuple[_Went, _Went]:
    """Ours and the plain loop, at the same time."""
    database = run.new_database("sqlite")
    with (
        run.steps.of(what, count) as done,
        house_running(database, run.new_folder(), time_scale=_SCALE) as house,
        slack_running(_SCALE) as plain,
        ThreadPoolExecutor(2) as sides,
    ):
        ours = sides.submit(_ours, house, count, kill, done)
        loop = sides.submit(_plain, plain, count, kill, run.new_folder())
        return ours.result(), loop.result()


def _ours(house: House, count: int, kill: bool, done: Callable[[int], None]) -> _Went:
    groups = new_groups(house.slack, count)
    filer = Filer(house.app)
    request = filer.file("disable-usergroup", {"workspace": CHOSEN, "pasted": "\n".join(groups)})
    began = time.time()
    pressed(house.app.url, BEN, APPROVE, request)
    if kill:
        _half(house.slack, groups)
        house.app.kill()
        house.app.start()
    end = ended(filer.database, request, 120 + count, done)
    filer.close()
    return _Went(end.finished_at / 1000 - began, tally(house.slack, groups))


def _plain(slack: LocalSlack, count: int, kill: bool, folder: Path) -> _Went:
    groups = new_groups(slack, count)
    (folder / "groups").write_text("\n".join(groups))
    began = time.time()
    if kill:
        first = _loop(slack, folder)
        _half(slack, groups)
        first.kill()
        first.wait()
    last = _loop(slack, folder)
    last.wait()
    return _Went(time.time() - began, tally(slack, groups))


def _loop(slack: LocalSlack, folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / "groups").open() as groups, (folder / "told").open("ab") as told:
        return subprocess.Popen(
            [sys.executable, "-m", "bench.yardsticks.plain_loop", TEAM],
            stdin=groups,
            stdout=told,
            env={**slack.env(), "PYTHONPATH": str(ROOT)},
        )


def _half(slack: LocalSlack, groups: list[str]) -> None:
    """Wait until half of the groups are disabled. Raises TimeoutError."""
    until(lambda: tally(slack, groups).lost <= len(groups) / 2, 900, "half of the groups are disabled")
