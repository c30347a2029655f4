"""What runs on the emulator's event loop: due background work, events, and waking those who wait for a
change.
"""

import asyncio
import contextlib

from localslack.outbound.courier import Courier
from localslack.outbound.event_sender import EventSender
from localslack.outbound.socket_mode import SocketHub
from localslack.world import World


class Engine:
    """Ties a world to an event loop. ``start`` and ``stop`` are called on that loop."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hub = SocketHub(world)
        self.courier: Courier
        self._events: EventSender
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None]

    async def start(self) -> None:
        """Begin the background work."""
        loop = asyncio.get_running_loop()
        self.courier = Courier(self.world, self.hub)
        self._events = EventSender(self.world, self.courier)
        self._changed = asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake)

        self.world.on_change = wake
        self._task = loop.create_task(self._run())

    async def stop(self) -> None:
        """End the background work and close connections to the app."""
        self.world.on_change = lambda: None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._events.stop()
        await self.courier.close()

    async def wait_for_change(self, after: int, timeout: float) -> int:
        """Return the world's version as soon as it is beyond ``after``, at the latest after ``timeout``
        seconds.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self.world.version <= after:
                    await self._changed.wait()
        return self.world.version

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _run(self) -> None:
        while True:
            changed = self._changed
            due = self.world.settle()
            self._events.send_waiting()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(due):
                    await changed.wait()
