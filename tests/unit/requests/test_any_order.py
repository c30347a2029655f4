"""Whatever people do with a request, in whatever order: it goes only where the table of states allows."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.verify import verify
from app.model.lifecycle import TERMINAL, State, may_follow
from app.model.refusal import Refusal
from app.model.request import Record
from app.requests.expiry import Expiry
from tests.unit.given import ANA, BEN, CHLOE, ORG
from tests.unit.requests.conftest import Office, approve, ask, cancel, deny

STRANGER = "W0NOWHERE1"
STEPS = st.tuples(
    st.sampled_from(["approve", "deny", "cancel", "wait"]), st.sampled_from([ANA, BEN, CHLOE, STRANGER])
)


@pytest.fixture
def two_wanted(open_office: Callable[..., Office]) -> Office:
    """An office in which two people have to approve."""
    return open_office(approvals=2)


def step(office: Office, request_id: str, what: str, who: str) -> object:
    """One thing somebody does, or six hours that pass."""
    if what == "wait":
        office.clock.forward(6 * 3600)
        return Expiry(office.database, office.clock).run_once()
    return {"approve": approve, "deny": deny, "cancel": cancel}[what](office, request_id, who)


def now(office: Office, request_id: str) -> Record:
    record = office.deciding.record(ORG, request_id)
    assert record is not None
    return record


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_a_request_goes_only_where_it_may(two_wanted: Office, steps: list[tuple[str, str]]) -> None:
    office = two_wanted
    request_id = ask(office, approvals=2)
    for what, who in steps:
        before = now(office, request_id)
        answer = step(office, request_id, what, who)
        after = now(office, request_id)
        old, new = before.request.state, after.request.state
        assert old == new or may_follow(old, new), (old, new)
        if isinstance(answer, Refusal):
            assert (old, before.decisions) == (new, after.decisions)
        if old in TERMINAL:
            assert new == old
        approving = [found.person_id for found in after.decisions if found.verdict == "approve"]
        assert len(approving) == len(set(approving)) <= 2
        assert set(approving) <= {BEN, CHLOE}
        if new is State.APPROVED:
            assert len(approving) == 2
    while now(office, request_id).request.state not in TERMINAL:
        step(office, request_id, "wait", "")
    assert verify(office.database) == []
