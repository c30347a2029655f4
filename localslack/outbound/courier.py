"""Brings payloads to the app, by signed HTTP or over a socket, and waits three seconds for the ack."""

import asyncio
import contextlib
import json
import time
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import httpx

from localslack.logs import Delivery
from localslack.outbound.signing import headers
from localslack.outbound.socket_mode import RECONNECTING_MAX, SocketHub
from localslack.world import World

JSON = dict[str, Any]


class Kind(StrEnum):
    """What is delivered, named as Socket Mode's envelope types."""

    COMMAND = "slash_commands"
    INTERACTION = "interactive"
    EVENT = "events_api"


class Courier:
    """Delivers to one app; a keep-alive HTTP client, made on the emulator's event loop."""

    def __init__(self, world: World, hub: SocketHub) -> None:
        self._world = world
        self._hub = hub
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
        self._submissions: set[asyncio.Event] = set()
        self._http = httpx.AsyncClient(limits=limits, timeout=None, trust_env=False)  # noqa: S113

    async def close(self) -> None:
        """Close the connections to the app."""
        await self._http.aclose()

    async def wait_for_submissions(self) -> None:
        """Let the acks of submissions under way arrive first, within the world's ``ack_grace``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._world.settings.ack_grace):
                for answered in list(self._submissions):
                    await answered.wait()

    async def deliver(
        self, kind: Kind, about: str, payload: JSON, *, attempt: int = 0, reason: str = ""
    ) -> Delivery:
        """Send once and log it. ``delivery.error`` is empty when the app acknowledged in time."""
        patience = RECONNECTING_MAX if kind is Kind.EVENT else self._world.settings.ack_deadline
        await self._hub.wait_for_return(patience)
        delivery = self._enter(kind, about, payload, attempt)
        started, answered = time.perf_counter(), asyncio.Event()
        if payload.get("type") == "view_submission":
            self._submissions.add(answered)
        try:
            if self._hub.is_connected:
                await self._over_socket(delivery, reason)
            else:
                await self._over_http(delivery, reason)
        except TimeoutError:
            delivery.error = "timeout"
        except (httpx.TransportError, ConnectionError):
            delivery.error = "connection_failed"
        finally:
            self._submissions.discard(answered)
            answered.set()
        with self._world.lock:
            delivery.ms = round((time.perf_counter() - started) * 1000, 2)
            self._world.touch()
        return delivery

    def _enter(self, kind: Kind, about: str, payload: JSON, attempt: int) -> Delivery:
        with self._world.lock:
            log = self._world.ledger.deliveries
            transport = "socket" if self._hub.is_connected else "http"
            at = self._world.clock()
            log.append(Delivery(len(log) + 1, at, kind, about, transport, payload, attempt=attempt))
            return log[-1]

    async def _over_socket(self, delivery: Delivery, reason: str) -> None:
        ack = await self._hub.send(delivery.kind, delivery.payload, attempt=delivery.attempt, reason=reason)
        delivery.status, delivery.ack = 200, ack.get("payload") or None

    async def _over_http(self, delivery: Delivery, reason: str) -> None:
        body, content_type = _encode(Kind(delivery.kind), delivery.payload)
        timestamp = str(self._world.now())
        sent = headers(self._world.app.signing_secret, timestamp, body, content_type)
        if delivery.attempt:
            sent |= {"x-slack-retry-num": str(delivery.attempt), "x-slack-retry-reason": reason}
        async with asyncio.timeout(self._world.settings.ack_deadline):
            url = f"{self._world.app_url}/slack/events"
            response = await self._http.post(url, content=body.encode(), headers=sent)
        delivery.status, delivery.ack = response.status_code, _decode(response)
        if response.status_code != httpx.codes.OK:
            delivery.error = "http_error"
            if response.headers.get("x-slack-no-retry") == "1":
                delivery.error = "no_retry"


def _encode(kind: Kind, payload: JSON) -> tuple[str, str]:
    if kind is Kind.EVENT:
        return json.dumps(payload), "application/json"
    form = payload if kind is Kind.COMMAND else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def _decode(response: httpx.Response) -> Any:
    if not response.content.strip():
        return None
    if response.headers.get("content-type", "").startswith("application/json"):
        try:
            return response.json()
        except ValueError:
            return response.text
    return response.text
