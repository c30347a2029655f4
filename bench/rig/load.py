"""Signed slash commands as fast as they are acknowledged, from a process of its own.

``python -m bench.rig.load`` takes a `Load` as JSON on its standard input and answers a `Felt` as JSON. Each
connection sends its next request when the last one was answered.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from urllib.parse import urlencode, urlsplit

from localslack.org.seeds import SIGNING_SECRET
from localslack.outbound.signing import headers
from tests.support.running import ROOT
from tests.support.wire import click

FORM = "application/x-www-form-urlencoded"
_TIMEOUT = 30


@dataclass(frozen=True)
class Load:
    """What to send: the same body to those addresses in turn, so many times over so many connections."""

    urls: Sequence[str]
    body: str
    requests: int
    connections: int


@dataclass(frozen=True)
class Felt:
    """What the sender saw: the whole duration, each acknowledgement's time, and what was not answered 200."""

    seconds: float
    milliseconds: Sequence[float]
    refused: int

    @property
    def per_second(self) -> float:
        """Acknowledged requests a second."""
        return len(self.milliseconds) / self.seconds


def sent(load: Load) -> Felt:
    """Send that load from another process. Raises CalledProcessError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.rig.load"],
        input=json.dumps(asdict(load)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return Felt(**json.loads(done.stdout))


def felt(load: Load) -> Felt:
    """Send that load from here."""
    shares = [len(range(place, load.requests, load.connections)) for place in range(load.connections)]
    urls = [load.urls[place % len(load.urls)] for place in range(load.connections)]
    with ThreadPoolExecutor(load.connections) as threads:
        began = time.perf_counter()
        answered = list(threads.map(_connection, urls, repeat(load.body), shares))
        seconds = time.perf_counter() - began
    every = [one for part in answered for one in part]
    fine = [milliseconds for status, milliseconds in every if status == 200]
    return Felt(seconds, fine, len(every) - len(fine))


def pressed(url: str, user_id: str, action_id: str, value: str) -> None:
    """Press a card's button once. Raises RuntimeError when that is not acknowledged."""
    body = urlencode({"payload": json.dumps(click(user_id, action_id, value))})
    for status, _ in _connection(url, body, 1):
        if status != 200:
            raise RuntimeError(f"{url} answered {status} to a click")


def _connection(url: str, body: str, count: int) -> list[tuple[int, float]]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT)
    found = []
    for _ in range(count):
        signed = headers(SIGNING_SECRET, str(int(time.time())), body, FORM)
        began = time.perf_counter()
        connection.request("POST", "/slack/events", body.encode(), signed)
        answer = connection.getresponse()
        answer.read()
        found.append((answer.status, (time.perf_counter() - began) * 1000))
    connection.close()
    return found


if __name__ == "__main__":
    json.dump(asdict(felt(Load(**json.load(sys.stdin)))), sys.stdout)
