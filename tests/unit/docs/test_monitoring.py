"""Every metric is documented and exported; the dashboard and the alerts ask for nothing else."""

import json
import re
from collections.abc import Iterator

import pytest
import yaml
from prometheus_client import REGISTRY, CollectorRegistry, Metric

import app.metrics
from app.gauges import Gauges
from app.storage import Database
from app.stuck import REMEDIES
from tests.unit.docs.pages import quoted, read, rows, section
from tests.unit.given import StillClock

_NAMED = re.compile(r"\b(?:drawbridge|process|python)_[a-z0-9_]+\b")
_LABELS = re.compile(r"\b(drawbridge_[a-z_]+)\{([^}]*)\}|by \(([^)]*)\)")


@pytest.fixture
def exported(sqlite: Database, clock: StillClock) -> dict[str, Metric]:
    """Each family of ours by the name its samples bear, as `/metrics` shows them."""
    registry = CollectorRegistry()
    registry.register(Gauges(sqlite, clock))
    assert app.metrics.BUILD
    return {
        name: family for found in (*REGISTRY.collect(), *registry.collect()) for name, family in names(found)
    }


def names(family: Metric) -> Iterator[tuple[str, Metric]]:
    """counter: with _total; info: with _info; histogram: its buckets, sum and count too."""
    endings = {"counter": ["_total"], "info": ["_info"], "histogram": ["", "_bucket", "_sum", "_count"]}
    for ending in endings.get(family.type, [""]):
        yield f"{family.name}{ending}", family


def expressions() -> list[str]:
    """Every question the dashboard and the alerts ask."""
    dashboard = json.loads(read("docs/monitoring/grafana.json"))
    alerts = yaml.safe_load(read("docs/monitoring/alerts.yml"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return asked + [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]


def test_the_dashboard_and_the_alerts_ask_only_for_what_is_exported(exported: dict[str, Metric]) -> None:
    asked = {name for expression in expressions() for name in _NAMED.findall(expression)}
    assert len(asked) > 15
    assert asked - exported.keys() == set()


def test_every_metric_is_explained_once_and_nothing_else_is(exported: dict[str, Metric]) -> None:
    table = rows(section(read("docs/operating.md"), "Metrics"))
    explained = [row[0].strip("`") for row in table if row[0].startswith("`drawbridge_")]
    ours = {name for name in exported if name.startswith("drawbridge_")}
    whole = {name for name in ours if not name.endswith(("_bucket", "_sum", "_count"))}
    assert sorted(explained) == sorted(whole)


def test_labels_that_are_asked_for_are_documented() -> None:
    labels = set()
    for expression in expressions():
        for _, chosen, grouped in _LABELS.findall(expression):
            labels |= {re.split("[=!]", part)[0].strip() for part in chosen.split(",") if part}
            labels |= {part.strip() for part in grouped.split(",") if part}
    documented = set(quoted(section(read("docs/operating.md"), "Metrics")))
    assert labels - documented - {"le", "job"} == set()


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    alerts = yaml.safe_load(read("docs/monitoring/alerts.yml"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"] and rule["annotations"]["action"]


def test_everything_that_can_be_stuck_is_explained() -> None:
    table = rows(section(read("docs/operating.md"), "What is stuck"))
    assert sorted(row[0].strip("`") for row in table) == sorted(REMEDIES)
