"""How long a dead replica's work lies still: one of three is killed in the middle of a long execution."""

import time
from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from app.messages.cards import APPROVE
from app.storage import Database
from app.storage.tables import heartbeats
from bench.frame.report import Goal, Row, Section
from bench.frame.run import Run
from bench.rig.filing import BEN, Filer
from bench.rig.load import pressed
from bench.rig.org import CHOSEN, Tally, new_groups, tally
from bench.rig.processes import ended, new_app, slack_running
from bench.rig.watching import ended as request_ended
from bench.rig.watching import until
from localslack.server import LocalSlack
from tests.support.running import RunningApp

_SCALE = 60
_REPLICAS = 3
_PENDING = sa.text("select executor_id from dbos.workflow_status where status = 'PENDING'")
_HOW = f"""Three replicas on one PostgreSQL share a request of many user groups at {_SCALE} times Slack's
speed. The replica that holds most of the work is ended with `kill -9`. The time runs until no workflow under
way is the dead replica's, so until the living have taken over all of it; each round starts new replicas."""
_NOTES = (
    "A replica beats every 1.5 s and counts as dead after 8 s without a beat; the living look every second. "
    "A shorter lease would take work from a process that is only slow.",
)


def measure(run: Run) -> Section:
    """Kill one of three, round by round."""
    count, rounds = run.size(240, 80), run.few
    times, lost, repeated = [], [], []
    with run.steps.of("replicas killed", rounds) as done:
        for number in range(rounds):
            with slack_running(_SCALE) as slack:
                seconds, went = _round(run, slack, count)
            times.append(seconds)
            lost.append(float(went.lost))
            repeated.append(float(went.repeated))
            done(number + 1)
    rows = (
        Row("Until the dead replica's work goes on", "s", tuple(times), goal=Goal(figure_most=15)),
        Row("Items lost", "items", tuple(lost), goal=Goal(figure_most=0)),
        Row("Calls repeated after a success", "calls", tuple(repeated), goal=Goal(figure_most=0)),
    )
    return Section("Takeover", _HOW, rows, _NOTES)


def _round(run: Run, slack: LocalSlack, count: int) -> tuple[float, Tally]:
    url, folder = run.new_database("postgresql"), run.new_folder()
    replicas = [new_app(slack, url, folder, _SCALE, f"replica-{place}") for place in range(_REPLICAS)]
    slack.app_url = replicas[0].url
    database = Database(url)
    with ended(*replicas):
        executors = _started(replicas, database)
        groups = new_groups(slack, count)
        filer = Filer(replicas[0])
        request = filer.file("disable-usergroup", {"workspace": CHOSEN, "pasted": "\n".join(groups)})
        pressed(replicas[0].url, BEN, APPROVE, request)
        _under_way(slack, groups, count // 4)
        dead = _busy(database, executors)
        executors[dead].kill()
        seconds = _until_taken_over(database, dead)
        request_ended(database, request, 120 + count)
        filer.close()
    database.close()
    return seconds, tally(slack, groups)


def _started(replicas: Sequence[RunningApp], database: Database) -> dict[str, RunningApp]:
    """Start them one by one; each by the name under which it beats."""
    known: dict[str, RunningApp] = {}
    for replica in replicas:
        replica.start()
        with database.read() as connection:
            beating = set(connection.scalars(sa.select(heartbeats.c.executor)))
        known |= dict.fromkeys(beating - known.keys(), replica)
    return known


def _under_way(slack: LocalSlack, groups: Sequence[str], done: int) -> None:
    """Wait until so many groups are disabled. Raises TimeoutError."""
    until(lambda: len(groups) - tally(slack, groups).lost >= done, 120, f"{done} groups are disabled")


def _busy(database: Database, executors: dict[str, RunningApp]) -> str:
    """The replica that holds most of what is under way. Raises TimeoutError when none holds anything."""
    held: Counter[str] = Counter()

    def somebody_does() -> bool:
        held.update(name for name in _holders(database) if name in executors)
        return bool(held)

    until(somebody_does, 30, "a replica holds work", 0.01)
    return max(executors, key=lambda executor: held[executor])


def _until_taken_over(database: Database, dead: str) -> float:
    """Seconds until none of the work under way is the dead replica's. Raises TimeoutError."""
    began = time.monotonic()
    until(lambda: dead not in _holders(database), 120, "somebody takes over", 0.05)
    return time.monotonic() - began


def _holders(database: Database) -> list[str]:
    """The executor of every workflow under way."""
    with database.read() as connection:
        return list(connection.scalars(_PENDING))
