"""One batch from fresh targets to the count."""

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.counting import Count, count, settled
from tests.chaos.disasters import Disasters
from tests.chaos.plans import Batch
from tests.chaos.site import Site
from tests.chaos.working import Filed, approve_all, file_all, make_targets

BOUND_SECONDS = 90.0
"""How long after the last fault a request may take to its end. Most of it is pauses that grew meanwhile."""

_LOOK_SECONDS = 0.3


@dataclass(frozen=True)
class Result:
    """What came of a batch. seconds: from the first form to the count; settling: after the last fault."""

    batch: Batch
    ground: str
    count: Count
    findings: tuple[str, ...]
    outcomes: dict[str, int]
    seconds: float
    settling: float


def run(site: Site, batch: Batch) -> Result:
    """Run it on a site where nothing else goes on."""
    began, first_call = time.monotonic(), _last_call(site)
    work = make_targets(site, batch)
    calm, late = work[batch.late :], work[: batch.late]
    file_all(site, calm)
    for fault in batch.faults:
        site.client.fault(fault.method, fault.kind, **fault.rest)
    with ThreadPoolExecutor(1) as pool:
        trouble = pool.submit(Disasters(site).run, batch.disasters)
        approve_all(site, calm)
        file_all(site, late)
        trouble.result()
    site.client.clear_faults()
    site.await_ready()
    quiet = time.monotonic()
    file_all(site, [filed for filed in work if not filed.request])
    approve_all(site, work)
    wait(site, work)
    settling = time.monotonic() - quiet
    found, findings = count(site, work, site.client.calls(after=first_call))
    seconds = time.monotonic() - began
    return Result(batch, site.ground.name, found, tuple(findings), _states(site, work), seconds, settling)


def broken(site: Site, batch: Batch, error: Exception) -> Result:
    """What is told of a batch that could not be brought to its end: all of it counts as stuck."""
    finding = f"stuck: the batch broke off: {type(error).__name__}: {error}"
    return Result(batch, site.ground.name, Count(stuck=len(batch.rounds)), (finding,), {}, 0.0, 0.0)


def keep_evidence(site: Site, result: Result, folder: Path) -> Path:
    """A folder with the database, local Slack's logs, the replicas' logs and the findings."""
    kept = folder / f"seed-{result.batch.seed}"
    kept.mkdir(parents=True, exist_ok=True)
    _write(kept / "findings.json", {**result.batch.told(), "ground": result.ground, "found": result.findings})
    _write(kept / "calls.json", site.client.calls())
    _write(kept / "deliveries.json", site.client.deliveries())
    tables = ("requests", "items", "calls", "cards", "notices", "decisions", "audit_events", "heartbeats")
    for table in tables:
        rows = site.rows(f"SELECT * FROM drawbridge_{table}")
        _write(kept / f"{table}.json", [dict(row._mapping) for row in rows])
    for replica in site.replicas:
        shutil.copy(replica.log, kept)
    return kept


def wait(site: Site, work: list[Filed]) -> None:
    """Until every request has ended and its card says so, or the bound is reached."""
    deadline = time.monotonic() + BOUND_SECONDS
    waiting = [filed for filed in work if filed.request]
    while waiting and time.monotonic() < deadline:
        waiting = [filed for filed in waiting if not settled(site, filed)]
        time.sleep(_LOOK_SECONDS)


def _last_call(site: Site) -> int:
    with site.slack.world.lock:
        return len(site.slack.world.ledger.calls)


def _states(site: Site, work: list[Filed]) -> dict[str, int]:
    ids = {filed.request for filed in work}
    rows = site.rows("SELECT id, state FROM drawbridge_requests")
    states = [str(row.state) for row in rows if row.id in ids]
    return {state: states.count(state) for state in sorted(set(states))}


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, default=str, ensure_ascii=False), encoding="utf-8")
