"""Carries disasters out, each on its own thread, and puts everything right again afterwards."""

import re
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.chaos.orders import Orders
from tests.chaos.plans import STEP, Disaster
from tests.chaos.site import Site


class Disasters:
    """Those of one batch. Several may go on at once; each puts right what it broke."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._database = threading.Lock()
        self._kinds: dict[str, Callable[[Disaster], None]] = {
            "crash": self._crash,
            "kill": self._kill,
            "replace": self._replace,
            "stall": self._stall,
            "freeze": self._freeze,
            "clock": self._clock,
            "disk": self._disk,
            "database": self._restart_database,
            "outage": self._outage,
            "storm": self._storm,
            "cut": self._cut,
            "slow": self._slow,
        }

    def run(self, disasters: tuple[Disaster, ...]) -> None:
        """Let all of them happen, and wait until the last is over."""
        if not disasters:
            return
        began = time.monotonic()
        with ThreadPoolExecutor(len(disasters)) as pool:
            for happening in [pool.submit(self._happen, began, disaster) for disaster in disasters]:
                happening.result()

    def _happen(self, began: float, disaster: Disaster) -> None:
        time.sleep(max(0.0, began + disaster.at - time.monotonic()))
        self._kinds[disaster.what](disaster)

    def _crash(self, disaster: Disaster) -> None:
        self._at_a_boundary(disaster, stop=False)

    def _kill(self, disaster: Disaster) -> None:
        replica = self._site.replicas[disaster.replica]
        if replica.alive:
            replica.kill()

    def _replace(self, disaster: Disaster) -> None:
        """Rolling upgrade: it is asked to end, and ended when it does not; the keeper starts a new one."""
        replica = self._site.replicas[disaster.replica]
        if replica.alive:
            try:
                replica.stop()
            except subprocess.TimeoutExpired:  # something else has stopped it meanwhile
                replica.kill()

    def _stall(self, disaster: Disaster) -> None:
        replica = self._site.replicas[disaster.replica]
        replica.stall()
        time.sleep(disaster.lasts)
        replica.go_on()

    def _freeze(self, disaster: Disaster) -> None:
        """One stops at a boundary, others take over, and then it goes on."""
        self._at_a_boundary(disaster, stop=True)
        time.sleep(disaster.lasts)
        for replica in self._site.replicas:
            replica.go_on()

    def _at_a_boundary(self, disaster: Disaster, *, stop: bool) -> None:
        """Whichever replica comes by first does as ordered; the others are told to forget it then."""
        replicas = self._site.replicas
        before = self._hits()
        for replica in replicas:
            replica.order(replace(self._where(disaster), stop=stop))
        self._until(lambda: self._hits() > before, disaster.lasts)
        for replica in replicas:
            replica.orders.unlink(missing_ok=True)

    def _hits(self) -> int:
        return sum(len(replica.hit()) for replica in self._site.replicas)

    def _where(self, disaster: Disaster) -> Orders:
        """At which boundary one is to die: one of a step, those first that none has died at, or the n-th that
        fits.
        """
        number, replicas = int(disaster.number), self._site.replicas
        passed = {name for replica in replicas for name in replica.passed() if name.startswith("step:")}
        died_at = {*self._site.died_at, *(name for replica in replicas for name in replica.hit())}
        steps = sorted(passed - died_at or passed)
        if disaster.pattern == STEP and steps:
            return Orders(crash=f"^{re.escape(steps[number % len(steps)])}$")
        pattern = "^step:" if disaster.pattern == STEP else disaster.pattern
        return Orders(crash=pattern, count=1 + number % 6)

    def _clock(self, disaster: Disaster) -> None:
        self._order(disaster, Orders(clock=disaster.number))

    def _disk(self, disaster: Disaster) -> None:
        self._order(disaster, Orders(full=True))

    def _order(self, disaster: Disaster, orders: Orders) -> None:
        replica = self._site.replicas[disaster.replica]
        replica.order(orders)
        time.sleep(disaster.lasts)
        replica.orders.unlink(missing_ok=True)

    def _restart_database(self, disaster: Disaster) -> None:
        postgres = self._site.postgres
        if postgres is None or not self._database.acquire(blocking=False):
            return
        try:
            postgres.crash()
            time.sleep(min(disaster.lasts, 1.5))
            postgres.come_back()
        finally:
            self._database.release()

    def _outage(self, disaster: Disaster) -> None:
        """Slack answers 503 to everything. At the accelerated clock seconds are half hours."""
        self._fault(disaster.lasts, "*", "http", status=503)

    def _storm(self, disaster: Disaster) -> None:
        self._fault(disaster.lasts, "*", "rate_limited", retry_after=1, times=int(disaster.number))

    def _cut(self, disaster: Disaster) -> None:
        for kind in ("lost", "refused", "truncated"):
            self._site.client.fault("*", kind, times=int(disaster.number / 3))
        time.sleep(disaster.lasts)

    def _slow(self, disaster: Disaster) -> None:
        self._fault(disaster.lasts, "*", "slow", seconds=0.7, times=int(disaster.number))

    def _fault(self, lasting: float, method: str, kind: str, **rest: object) -> None:
        fault = self._site.client.fault(method, kind, **rest)
        time.sleep(lasting)
        self._site.client.clear_faults(fault)

    @staticmethod
    def _until(done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:
            time.sleep(0.02)
