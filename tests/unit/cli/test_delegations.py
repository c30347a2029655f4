"""`delegations list | end`: who stands in for whom, and an operator's end to it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.config import PolicyBook
from app.model.delegation import Delegation
from app.requests.delegations import Delegations
from app.requests.policies import Policies
from app.storage import Database
from app.storage.tables import audit_events, delegations, notices
from tests.unit.given import ANA, BEN, CHLOE, NOW, ORG, StillClock, policy

LONG_MS = 100 * 365 * 86_400_000  # the command goes by the real clock
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def given(house: Path, sqlite: Database, clock: StillClock) -> Delegation:
    """Chloe decides for Ben."""
    names = (BEN, "Ben Okafor", CHLOE, "Chloe Martin", ("disable-usergroup",), "")
    found = Delegation("G0HANDED01", ORG, *names, NOW, NOW + LONG_MS)
    book = PolicyBook(policy(delegation=True))
    assert Delegations(sqlite, Policies(book, sqlite, clock), clock).give(found)
    return found


def test_a_list_names_both_until_when_and_what_for(run: Run, given: Delegation) -> None:
    code, out, _ = run("delegations", "list")
    assert code == 0
    assert out.startswith(f"{given.id}  Chloe Martin ({CHLOE}) for Ben Okafor ({BEN}) until 2126-")
    assert out.rstrip().endswith("disable-usergroup")


def test_an_end_is_the_operators_told_and_in_the_log(run: Run, given: Delegation, sqlite: Database) -> None:
    code, out, _ = run("delegations", "end", given.id.lower())
    assert (code, out.startswith(f"Ended: {given.id}")) == (0, True)
    with sqlite.read() as connection:
        row = connection.execute(sa.select(delegations)).one()
        last = connection.execute(sa.select(audit_events).order_by(audit_events.c.seq.desc())).first()
        told = connection.scalars(sa.select(notices.c.recipient).order_by(notices.c.id.desc()).limit(2)).all()
    assert (row.ended_by, row.why) == ("operator", "operator")
    assert last is not None and (last.event, last.actor) == ("delegation:ended", "operator")
    assert set(told) == {"C0ADMIN0001", CHLOE}
    assert run("delegations", "list") == (0, "", "")


@pytest.mark.parametrize("wanted", ["G0NOBODY01", ANA, "'; --"])
def test_what_is_not_there_is_1(run: Run, given: Delegation, wanted: str) -> None:
    code, out, err = run("delegations", "end", wanted)
    assert (code, out) == (1, "")
    assert "There is no delegation" in err


def test_the_policy_check_says_where_it_is_allowed(run: Run, house: Path) -> None:
    assert "somebody else decide it" not in run("policy", "check")[1]
    written = (house / "policy.toml").read_text()
    (house / "policy.toml").write_text(f"{written}delegation = true\n")
    assert run("policy", "check")[1].count("may have somebody else decide it") == 1
