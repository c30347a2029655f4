"""`make cluster`, as a newcomer runs it: one replica is killed, the work goes on, and no trace is left."""

import os
import re
import signal
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
    return {path.name for path in Path(tempfile.gettempdir()).glob("drawbridge-cluster-*")}


class RunningCluster:
    """A cluster somebody started."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "localslack.cluster", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, "SLACK_BOT_TOKEN": "xoxb-somebody-elses"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.told = ""
        self.read_until("Ctrl-C")
        self.page, self.balancer = re.findall(
            r"(http://127\.0\.0\.1:\d+)   (?:local Slack|the load)", self.told
        )
        self.pids = [int(pid) for pid in re.findall(r"replica-\d, pid (\d+)", self.told)]

    def read_until(self, text: str) -> None:
        """Read what it prints, until that comes."""
        assert self.process.stdout is not None
        while text not in self.told:
            line = self.process.stdout.readline()
            assert line, self.told
            self.told += line

    def end(self) -> tuple[int, str]:
        """Stop it; exit code and what it said last."""
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out


@pytest.fixture(params=[(), ("--socket",)], ids=["signed HTTP", "Socket Mode"])
def cluster(request: pytest.FixtureRequest) -> Iterator[RunningCluster]:
    before = folders()
    made = RunningCluster(*request.param)
    yield made
    if made.process.poll() is None:
        made.end()
    assert folders() <= before


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_serves_on_when_one_is_killed_and_leaves_nothing_behind(cluster: RunningCluster) -> None:
    assert len(cluster.pids) == 3
    assert httpx.get(f"{cluster.balancer}/readyz", trust_env=False).status_code == 200
    with closing(LocalSlackClient(cluster.page)) as client:
        os.kill(cluster.pids[0], signal.SIGKILL)
        cluster.read_until("replica-1 gets no requests any more")
        ana = client.person("W0ANA00001")
        for _ in range(3):
            ana.command("/disconnect-org", "acme.com", channel="C0LOBBY0001")
            ana.wait_modal(lambda modal: "Ticket" in modal.text and "acme" in modal.text, timeout=30)
            ana.close(everything=True)
    code, told = cluster.end()
    assert (code, "Nothing is left behind" in told) == (0, True)
    assert [pid for pid in cluster.pids if alive(pid)] == []
