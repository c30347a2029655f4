"""Sends events in the background and repeats what fails (docs.slack.dev/apis/events-api)."""

import asyncio
from typing import Any

from localslack.outbound.courier import Courier, Kind
from localslack.world import World

JSON = dict[str, Any]
_REASONS = {"timeout": "http_timeout", "connection_failed": "connection_failed", "http_error": "http_error"}


class EventSender:
    """Empties the world's outbox; a failing app never holds up anything else."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier
        self._running: set[asyncio.Task[None]] = set()

    def send_waiting(self) -> None:
        """Start sending everything in the outbox."""
        with self._world.lock:
            waiting, self._world.outbox = self._world.outbox, []
        for envelope in waiting:
            task = asyncio.get_running_loop().create_task(self._send(envelope))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Give up what is still being repeated."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _send(self, envelope: JSON) -> None:
        about, reason, epoch = envelope["event"]["type"], "", self._world.epoch
        for attempt, delay in enumerate([0.0, *self._world.settings.event_retry_delays]):
            await asyncio.sleep(delay / self._world.settings.time_scale)
            if self._world.epoch != epoch:
                return
            delivery = await self._courier.deliver(
                Kind.EVENT, about, envelope, attempt=attempt, reason=reason
            )
            if delivery.error is None or delivery.error == "no_retry":
                return
            reason = "timeout" if delivery.transport == "socket" else _REASONS[delivery.error]
