"""Inbound throughput of one replica and of three, on one PostgreSQL."""

import os
from collections.abc import Sequence
from functools import partial

from bench.frame.figures import percentile
from bench.frame.report import Row, Section
from bench.frame.run import Run
from bench.rig.filing import ANA
from bench.rig.load import Felt, Load, sent
from bench.rig.org import settle
from bench.rig.processes import ended, new_app, slack_running
from localslack.server import LocalSlack
from tests.support.wire import command

_CONNECTIONS = 24
_AGAINST = "1 replica"
_HOW = f"""Three replicas run throughout; `/drawbridge ?` comes over {_CONNECTIONS} connections, each
sending again as soon as it was acknowledged, to one replica or to all three, in turns.
Every command is answered with a message to the person."""


def measure(run: Run) -> Section:
    """Acknowledged commands a second, by one and by three."""
    url, folder = run.new_database("postgresql"), run.new_folder()
    with slack_running(600, rate_limits=False) as slack:
        replicas = [new_app(slack, url, folder, 600, f"replica-{place}") for place in range(3)]
        slack.app_url = replicas[0].url
        with ended(*replicas):
            for replica in replicas:
                replica.start()
            addresses = [replica.url for replica in replicas]
            count = run.size(360, 48)
            found = run.turns(
                "commands to one and to three",
                {
                    "three": partial(_flood, slack, addresses, count),
                    "one": partial(_flood, slack, addresses[:1], count),
                },
            )
    rates = {name: tuple(felt.per_second for felt in rounds) for name, rounds in found.items()}
    slow = {
        name: tuple(percentile(felt.milliseconds, 0.99) for felt in rounds) for name, rounds in found.items()
    }
    rows = (
        Row("Acknowledged by 3 replicas", "requests/s", rates["three"], rates["one"], _AGAINST),
        Row("Until acknowledged by 3 replicas, p99", "ms", slow["three"], slow["one"], _AGAINST),
    )
    limit = (
        f"All replicas, PostgreSQL, local Slack and the sender share {os.cpu_count()} cores here: more "
        "processes cannot do more than the cores allow; on machines of their own they do.",
    )
    return Section("Replicas: inbound throughput", _HOW, rows, limit)


def _flood(slack: LocalSlack, urls: Sequence[str], count: int) -> Felt:
    felt = sent(Load(urls, command(ANA, "/drawbridge", "?"), count, _CONNECTIONS))
    settle(slack)
    return felt
