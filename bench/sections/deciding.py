"""From the click that decides a request to the destructive call's arrival at Slack."""

import time
from collections.abc import Sequence

from app.messages.cards import APPROVE
from bench.frame.figures import percentile
from bench.frame.report import Goal, Row, Section
from bench.frame.run import KINDS, Run
from bench.rig.filing import BEN, Filer
from bench.rig.load import pressed
from bench.rig.org import REMOVE, calls, new_policy_users, settle
from bench.rig.processes import Beside, house_running
from bench.rig.watching import all_ended, until
from tests.support.people import House

_BETWEEN_SECONDS = 0.3
_AGAINST = "a bare Bolt app that calls at once"
_HOW = """Requests of one item each, to take one person off the authentication policy, are filed beforehand.
Then somebody approves one after the other, every 0.3 s, by a signed click on the card. The time runs from the
moment the click is sent to the moment the destructive call is in local Slack's log. In between Drawbridge
reads the approver's role and groups, writes the decision and its evidence to disk, reads the guardrails and
the target once more, and notes its intent. Local Slack answers at once and limits nothing. The yardstick does
none of that: its button acknowledges and calls."""
_NOTES = (
    "The call waits for four readings of Slack and half a dozen transactions, each on disk before the next "
    "step: that is what it costs never to call twice and never without a right.",
)


def measure(run: Run) -> Section:
    """The way from click to call, on each database."""
    rows: list[Row] = []
    for kind in KINDS:
        with (
            house_running(
                run.new_database(kind), run.new_folder(), time_scale=600, rate_limits=False
            ) as house,
            Beside("bench.yardsticks.bare_bolt", house.slack.env()) as bare,
        ):
            rows += _rows(kind, *_rounds(run, kind, house, bare.url))
    return Section("Deciding click → destructive call", _HOW, tuple(rows), _NOTES)


def _rounds(run: Run, kind: str, house: House, bare: str) -> tuple[list[list[float]], list[list[float]]]:
    """Milliseconds of every click, ours and the yardstick's, by round."""
    each = run.size(30, 4)
    filer = Filer(house.app)
    found: tuple[list[list[float]], list[list[float]]] = [], []
    with run.steps.of(f"clicks on {kind}", 2 * each * run.rounds) as done:
        for _ in range(run.rounds):
            people = new_policy_users(house.slack, 2 * each)
            filed = {filer.file("remove-policy-users", {"pasted": user}): user for user in people[:each]}
            settle(house.slack, "chat.postMessage", quiet=0.5)
            found[0].append(_clicked(house, house.app.url, filed))
            all_ended(filer.database, 60)
            found[1].append(_clicked(house, bare, {user: user for user in people[each:]}))
            done(sum(len(part) for side in found for part in side))
    filer.close()
    return found


def _clicked(house: House, url: str, values: dict[str, str]) -> list[float]:
    """Click every button in turn; milliseconds until the call for its person was at Slack.

    values: a button's value, and the person it is about. Raises RuntimeError when a call never came.
    """
    sent = {}
    for value, user in values.items():
        sent[user] = time.time()
        pressed(url, BEN, APPROVE, value)
        time.sleep(max(0.0, _BETWEEN_SECONDS - (time.time() - sent[user])))
    arrived = _arrivals(house, sent)
    return [(arrived[user] - at) * 1000 for user, at in sent.items()]


def _arrivals(house: House, wanted: dict[str, float]) -> dict[str, float]:
    """When the first call for each of those people came (Unix seconds). Raises TimeoutError."""
    first: dict[str, float] = {}

    def all_came() -> bool:
        for call in calls(house.slack, REMOVE):
            first.setdefault(str(call.args["entity_ids"]), call.at)
        return wanted.keys() <= first.keys()

    until(all_came, 60, "every call leaves")
    return first


def _rows(kind: str, ours: list[list[float]], bare: list[list[float]]) -> list[Row]:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]

    def row(what: str, share: float, most: float, rounds: Sequence[Sequence[list[float]]]) -> Row:
        figures = [tuple(percentile(part, share) for part in side) for side in rounds]
        return Row(f"{what} on {name}", "ms", figures[0], figures[1], _AGAINST, Goal(figure_most=most))

    together = [[value for part in side for value in part] for side in (ours, bare)]
    return [
        row("p50", 0.5, 150, (ours, bare)),
        row(f"p99 of all {len(together[0])} clicks", 0.99, 500, [[side] for side in together]),
    ]
