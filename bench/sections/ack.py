"""From a slash command to its acknowledgement, against a bare Bolt app on the same server."""

from collections.abc import Sequence
from functools import partial

from bench.frame.figures import percentile
from bench.frame.report import Goal, Row, Section
from bench.frame.run import Run
from bench.rig.filing import ANA
from bench.rig.load import Felt, Load, sent
from bench.rig.org import settle
from bench.rig.processes import Beside, house_running
from tests.support.people import LOBBY, House
from tests.support.wire import command

_AGAINST = "a bare Bolt app"
_GOAL = 1.15
_CONNECTIONS = 16
_HOW = """Both apps run behind waitress with the same number of threads, each in a process of its own, on one
core-sharing machine with local Slack and the sender. *A form's command* is `/disconnect-org`, typed by a
person in local Slack, which times its own delivery; the next is typed once the form is there. *At once* is
`/drawbridge ?` over 16 connections, each sending again as soon as it was acknowledged; both apps answer every
one of them with a message to the person, whose work competes with the next acknowledgements."""
_NOTES = (
    "Bolt looks every 10 ms whether a command's listener has acknowledged, which is the bare app's floor; "
    "Drawbridge acknowledges in the thread the request came in.",
    "Drawbridge also checks the organization, opens a draft in its database and reads the person's rights "
    "from Slack before the form is shown; none of it comes before the acknowledgement.",
)


def measure(run: Run) -> Section:
    """Acknowledgement times and rates of both apps, in turns."""
    with (
        house_running(
            run.new_database("sqlite"), run.new_folder(), time_scale=600, rate_limits=False
        ) as house,
        Beside("bench.yardsticks.bare_bolt", house.slack.env()) as bare,
    ):
        typed = run.size(60, 5)
        forms = run.turns(
            "a form's command",
            {
                "ours": partial(_forms, house, house.app.url, "Ticket", typed),
                "bare": partial(_forms, house, bare.url, "A bare Bolt app", typed),
            },
        )
        load = run.size(320, 32)
        floods = run.turns(
            "commands at once",
            {
                "ours": partial(_flood, house, house.app.url, load),
                "bare": partial(_flood, house, bare.url, load),
            },
        )
    return Section("Command → acknowledgement", _HOW, _rows(forms, floods), _NOTES)


def _forms(house: House, url: str, shows: str, count: int) -> list[float]:
    """Type the command so often; milliseconds to each acknowledgement, as local Slack felt them."""
    house.slack.app_url = url
    found = []
    for _ in range(count):
        answer = house.ana.command("/disconnect-org", channel=LOBBY)
        if not answer.ok:
            raise RuntimeError(f"the command was not acknowledged: {answer}")
        found.append(answer.ms)
        house.ana.wait_modal(lambda modal: shows in modal.text)
        house.ana.close(everything=True)
    return found


def _flood(house: House, url: str, count: int) -> Felt:
    """Commands as fast as they are acknowledged; what they led to is over when this returns."""
    felt = sent(Load([url], command(ANA, "/drawbridge", "?"), count, _CONNECTIONS))
    settle(house.slack)
    return felt


def _rows(forms: dict[str, list[list[float]]], floods: dict[str, list[Felt]]) -> tuple[Row, ...]:
    at_once = {name: [list(felt.milliseconds) for felt in found] for name, found in floods.items()}
    rates = {name: tuple(felt.per_second for felt in found) for name, found in floods.items()}
    return (
        *_latencies("A form's command", forms),
        *_latencies("At once", at_once),
        Row(
            "At once, acknowledged",
            "requests/s",
            rates["ours"],
            rates["bare"],
            _AGAINST,
            Goal(ratio_least=round(1 / _GOAL, 2)),
        ),
    )


def _latencies(what: str, rounds: dict[str, list[list[float]]]) -> list[Row]:
    def of(name: str, share: float) -> tuple[float, ...]:
        return tuple(percentile(values, share) for values in rounds[name])

    named: Sequence[tuple[str, float]] = (("p50", 0.5), ("p99", 0.99))
    goal = Goal(ratio_most=_GOAL)
    return [
        Row(f"{what}, {name}", "ms", of("ours", share), of("bare", share), _AGAINST, goal)
        for name, share in named
    ]
