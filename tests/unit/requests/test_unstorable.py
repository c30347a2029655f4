"""What no database takes into a text, typed or sent by somebody, is left out, and nothing breaks for it."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.audit.verify import verify
from app.slack.directory.snapshot import Snapshots
from app.storage.unstorable import leave_out
from tests.unit.given import ORG
from tests.unit.requests.conftest import Office, approve, ask, decided, deny, refused

DINO = "W0DINO0001"
NUL, HALF = "\x00", "\ud83d"


def test_in_a_denial_s_reason_it_is_left_out(office: Office) -> None:
    request_id = ask(office)
    decided(deny(office, request_id, reason=f"Not{NUL} now."))
    record = office.deciding.record(ORG, request_id)
    assert record is not None
    assert [decision.reason for decision in record.decisions] == ["Not now."]


@pytest.mark.parametrize("request_id", [NUL, f"R0{NUL}", NUL * 2000, HALF])
def test_in_a_request_s_id_it_names_none(office: Office, request_id: str) -> None:
    assert refused(approve(office, request_id)) == "unknown_request"


def test_in_what_is_searched_for_it_finds_nothing_and_breaks_nothing(office: Office) -> None:
    assert Snapshots(office.database, office.clock).search(ORG, "channels", f"gen{NUL}er{HALF}al") == []


def test_in_who_acts_it_leaves_the_log_as_it_is_hashed(office: Office) -> None:
    request_id = ask(office)
    assert refused(approve(office, f"{request_id}{NUL}", f"{NUL}{DINO}")) == "unknown_person"
    assert office.last_event()[:2] == ("decision:refused", DINO)
    assert verify(office.database) == []


@given(st.lists(st.text(st.sampled_from("a\x00ü\ud83d"), max_size=4), min_size=1, max_size=3))
def test_in_many_rows_at_once_each_is_kept_without(texts: list[str]) -> None:
    engine = sa.create_engine("sqlite://")
    leave_out(engine)
    table = sa.Table("t", sa.MetaData(), sa.Column("text", sa.Text))
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"text": text} for text in texts])
        kept = list(connection.scalars(sa.select(table.c.text)))
    engine.dispose()
    assert kept == [text.replace(NUL, "").replace(HALF, "") for text in texts]
