"""`make demo`, as a newcomer runs it: one address, the real app behind it, and no trace afterwards."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from localslack.people import LocalSlackClient
from tests.support.running import ROOT


def folders() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("drawbridge-demo-*")}


class Demo:
    """A demo somebody started."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "localslack.demo", *arguments],
            cwd=ROOT,
            env={**os.environ, "SLACK_BOT_TOKEN": "xoxb-somebody-elses"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def address(self) -> str:
        """The address it prints, with everything before."""
        assert self.process.stdout is not None
        self.told = ""
        while "Ctrl-C" not in self.told:
            line = self.process.stdout.readline()
            assert line, self.process.stderr and self.process.stderr.read()
            self.told += line
        found = re.search(r"http://127\.0\.0\.1:\d+", self.told)
        assert found is not None, self.told
        return found[0]

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Stop it; exit code and what it said last."""
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out


@pytest.fixture(params=[(), ("--socket",)], ids=["signed HTTP", "Socket Mode"])
def demo(request: pytest.FixtureRequest) -> Iterator[Demo]:
    made = Demo("--port", "0", *request.param)
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGTERM)


def test_it_runs_the_main_job_and_leaves_nothing_behind(demo: Demo) -> None:
    before = folders()
    address = demo.address()
    assert "This is not Slack" in demo.told and "Three things to try" in demo.told
    assert httpx.get(address, trust_env=False).status_code == 200
    with closing(LocalSlackClient(address)) as client:
        ana = client.person("W0ANA00001")
        ana.command("/disconnect-org", "acme.com", channel="C0LOBBY0001")
        ana.wait_modal(lambda modal: "Ticket" in modal.text and "acme" in modal.text, timeout=30)
    code, told = demo.end()
    assert (code, "Nothing is left behind" in told) == (0, True)
    assert folders() <= before


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = Demo("--port", str(taken.getsockname()[1]))
        _, errors = demo.process.communicate(timeout=30)
    assert demo.process.returncode == 1
    assert "Choose another with --port" in errors and "Traceback" not in errors
