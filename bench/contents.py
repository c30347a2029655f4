"""Every measurement by the name it is asked for with `--only`, in the order of the report."""

from collections.abc import Callable, Mapping

from bench.frame.report import Section
from bench.frame.run import Run
from bench.sections import (
    ack,
    bulk,
    deciding,
    growth,
    page,
    queries,
    replicas,
    resting,
    starting,
    takeover,
)

SECTIONS: Mapping[str, Callable[[Run], Section | None]] = {
    "ack": ack.measure,
    "deciding": deciding.measure,
    "bulk": bulk.measure,
    "growth": growth.measure,
    "queries": queries.measure,
    "takeover": takeover.measure,
    "replicas": replicas.measure,
    "resting": resting.measure,
    "starting": starting.measure,
    "page": page.measure,
}
"""A measurement answers None when this machine has not what it needs; it has said so."""
