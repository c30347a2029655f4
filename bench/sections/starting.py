"""From the start of a process to its first 200 from `/readyz`, against a bare Bolt app."""

import time
from functools import partial

from bench.frame.report import Row, Section
from bench.frame.run import KINDS, Run
from bench.rig.processes import Beside, ended, new_app, slack_running, wait_until_ready
from tests.support.running import RunningApp

_AGAINST = "a bare Bolt app"
_HOW = """Each process is started anew, in turns, at a local Slack without limits. Drawbridge's database is
there already: it checks the schema, asks Slack who it is, reads the policy's people live, and takes over
what an earlier process left behind, before it says that it is ready. The bare app asks Slack who it is."""


def measure(run: Run) -> Section:
    """Starts of both apps, on each database."""
    rows = []
    for kind in KINDS:
        with slack_running(600, rate_limits=False) as slack:
            app = new_app(slack, run.new_database(kind), run.new_folder(), 600)
            slack.app_url = app.url
            _app(app)
            found = run.turns(
                f"starts on {kind}", {"ours": partial(_app, app), "bare": partial(_bare, slack.env())}
            )
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
        rows.append(
            Row(f"Start → ready on {name}", "s", tuple(found["ours"]), tuple(found["bare"]), _AGAINST)
        )
    return Section("Start", _HOW, tuple(rows))


def _app(app: RunningApp) -> float:
    with ended(app):
        began = time.perf_counter()
        app.launch()
        wait_until_ready(app.url, app.process)
        return time.perf_counter() - began


def _bare(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    with Beside("bench.yardsticks.bare_bolt", environment):
        return time.perf_counter() - began
