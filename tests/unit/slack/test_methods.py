"""The methods as Drawbridge calls them, held against the method reference."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.slack.methods import METHODS

ROOT = Path(__file__).parents[3]
FACTS: dict[str, Any] = json.loads((ROOT / "localslack/data/methods.json").read_text(encoding="utf-8"))[
    "methods"
]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_slack_documents_it_for_that_token_and_those_scopes(method: str) -> None:
    spec, facts = METHODS[method], FACTS[method]
    assert spec.token.value in facts["tokens"]
    documented = set(facts["scopes"].get(spec.token.value, ()))
    assert set(spec.scopes) - {"users:read.email"} <= documented
    if facts.get("scope_rule") == "all":
        assert documented <= set(spec.scopes)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_its_pace_is_no_faster_than_its_tier_promises(method: str) -> None:
    documented = FACTS[method].get("per_minute")
    if documented and METHODS[method].per_minute:
        assert METHODS[method].per_minute <= documented


@pytest.mark.parametrize("method", [name for name, spec in METHODS.items() if spec.json])
def test_only_methods_that_take_json_are_sent_json(method: str) -> None:
    assert FACTS[method]["json"] is True
