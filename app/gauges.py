"""What the database tells Prometheus: what is open, what waits and for how long, who lives, at what pace.

Each query goes by an index over rows that are open or waiting, never over all there ever were; and it is
asked at most every ten seconds, however many scrape.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator

import sqlalchemy as sa
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.execution.lease import LEASE_MS
from app.installing.judging import Standing
from app.model.clock import Clock, Millis
from app.model.lifecycle import OPEN, READY, State
from app.storage import Database, now_ms
from app.storage.tables import budgets, cards, heartbeats, notices, requests

log = logging.getLogger(__name__)

_KEPT_MS = 10_000


class Gauges(Collector):
    """Read at a scrape, by whichever process is scraped: all of them tell the same."""

    def __init__(
        self, database: Database, clock: Clock, tokens: Callable[[], Iterable[Standing]] = tuple
    ) -> None:
        self._database, self._clock, self._tokens = database, clock, tokens
        self._lock = threading.Lock()
        self._read_at: Millis = -_KEPT_MS
        self._kept: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry need not ask the database to know the names."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The figures, at most ten seconds old; without the database only that it is away."""
        with self._lock:
            now = self._clock()
            if now - self._read_at >= _KEPT_MS:
                self._kept, self._read_at = list(self._read(now)), now
            return self._kept

    def _read(self, now: Millis) -> Iterator[Metric]:
        up = GaugeMetricFamily("drawbridge_database_up", "1 when the database could be read, else 0.")
        try:
            with self._database.read() as connection:
                found = [
                    _open_requests(connection),
                    *_queues(connection, now),
                    _replicas(connection),
                    _paces(connection),
                ]
            found += _tokens(self._tokens())
        except sa.exc.SQLAlchemyError as error:
            log.error("the figures could not be read: %s", type(error).__name__)
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield from (up, *found)


def _open_requests(connection: sa.Connection) -> Metric:
    query = (
        sa.select(requests.c.state, sa.func.count())
        .where(requests.c.state.in_([state.value for state in OPEN]))
        .group_by(requests.c.state)
    )
    counted = {str(state): int(number) for state, number in connection.execute(query)}
    metric = GaugeMetricFamily("drawbridge_requests", "Open requests by state.", labels=["state"])
    for state in sorted(OPEN):
        metric.add_metric([state.value], counted.get(state.value, 0))
    return metric


def _queues(connection: sa.Connection, now: Millis) -> tuple[Metric, Metric]:
    table = requests.c
    due = {
        "approved": (
            table.not_before,
            table.state.in_([state.value for state in READY]),
            table.not_before <= now,
        ),
        "looks": (table.look_at, table.state == State.VERIFYING.value, table.look_at <= now),
        "cards": (cards.c.due_at, cards.c.wanted > cards.c.shown, cards.c.due_at <= now),
        "notices": (notices.c.created_at, notices.c.sent_at.is_(None), notices.c.given_up.is_(None)),
    }
    depth = GaugeMetricFamily("drawbridge_queue_depth", "What is due and waits.", labels=["queue"])
    oldest = GaugeMetricFamily(
        "drawbridge_queue_oldest_seconds", "How long the first of them waits.", labels=["queue"]
    )
    for queue, (since, *which) in due.items():
        number, first = connection.execute(sa.select(sa.func.count(), sa.func.min(since)).where(*which)).one()
        depth.add_metric([queue], number)
        oldest.add_metric([queue], max(0, now - first) / 1000 if first is not None else 0)
    return depth, oldest


def _replicas(connection: sa.Connection) -> Metric:
    query = sa.select(sa.func.count()).where(heartbeats.c.beat_at > now_ms() - LEASE_MS)
    metric = GaugeMetricFamily("drawbridge_replicas", "Processes whose heartbeat is fresh.")
    metric.add_metric([], connection.scalar(query) or 0)
    return metric


def _tokens(standing: Iterable[Standing]) -> tuple[Metric, Metric]:
    ok = GaugeMetricFamily(
        "drawbridge_token_ok",
        "1 when a token of that kind could do the work at the last check, else 0.",
        labels=["enterprise", "token"],
    )
    checked = GaugeMetricFamily(
        "drawbridge_token_checked_timestamp_seconds",
        "When the tokens were last checked.",
        labels=["enterprise"],
    )
    oldest: dict[str, Millis] = {}
    for found in standing:
        ok.add_metric([found.enterprise_id, found.kind.value], float(found.works))
        known = oldest.get(found.enterprise_id, found.checked_at)
        oldest[found.enterprise_id] = min(known, found.checked_at)
    for enterprise_id, at in oldest.items():
        checked.add_metric([enterprise_id], at / 1000)
    return ok, checked


def _paces(connection: sa.Connection) -> Metric:
    metric = GaugeMetricFamily(
        "drawbridge_pace_ratio",
        "How fast a method may be called, as a multiple of what Slack documents.",
        labels=["enterprise", "method"],
    )
    query = sa.select(budgets.c.enterprise_id, budgets.c.method, budgets.c.pace)
    for enterprise_id, method, pace in connection.execute(query):
        metric.add_metric([enterprise_id, method], pace)
    return metric
