"""One replica under fire, as the parent holds it."""

import signal
import subprocess
import sys
from pathlib import Path

from localslack.server import LocalSlack
from tests.chaos.orders import ORDERS, Orders, give, hit, passed
from tests.support.running import POLICY, RunningApp


class Replica(RunningApp):
    """An app process that takes orders. It may be started again after each death."""

    def __init__(
        self, slack: LocalSlack, database_url: str, folder: Path, name: str, *, sockets: bool
    ) -> None:
        self.orders = folder / f"{name}.orders"
        super().__init__(
            slack,
            database_url,
            folder,
            name=name,
            policy=POLICY,
            socket_mode=sockets,
        )
        self.environment[ORDERS] = str(self.orders)

    def launch(self) -> "Replica":
        """Start the process without waiting; orders of its former life are forgotten."""
        self.orders.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.child"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self

    @property
    def alive(self) -> bool:
        """Whether the process runs, be it stopped."""
        return self.process is not None and self.process.poll() is None

    def order(self, orders: Orders) -> None:
        """From now on."""
        give(self.orders, orders)

    def stall(self) -> None:
        """Stop it in the middle of whatever it does."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a stalled one go on."""
        self._signal(signal.SIGCONT)

    def passed(self) -> set[str]:
        """The boundaries it has come by."""
        return passed(self.orders)

    def hit(self) -> list[str]:
        """The boundaries at which it has killed or stopped itself."""
        return hit(self.orders)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
