"""Drafts: owned by one person, gone after an hour, and nothing typed is lost."""

import json

import pytest
import sqlalchemy as sa

from app.model.form import Choice
from app.operations.contract import Planned
from app.requests.drafts import LIFE_MS, Draft, Drafts
from app.storage import Database
from app.storage.tables import drafts as table
from tests.unit.given import ANA, BEN, HOSTILE, NOW, ORG, StillClock, plan, preview

HOUR = 3600


@pytest.fixture
def drafts(database: Database, clock: StillClock) -> Drafts:
    return Drafts(database, clock)


@pytest.fixture
def begun(drafts: Drafts) -> Draft:
    return drafts.begin(ORG, ANA, "disconnect-org", {"pasted": "acme"})


def again(drafts: Drafts, draft: Draft) -> Draft:
    found = drafts.find(ORG, ANA, draft.id)
    assert found is not None
    return found


class TestItsOwner:
    def test_finds_it_as_it_was(self, drafts: Drafts, begun: Draft) -> None:
        assert again(drafts, begun) == begun
        assert (begun.revision, begun.plan, begun.preview, begun.request_id) == (0, None, None, None)
        assert begun.expires_at == NOW + LIFE_MS

    @pytest.mark.parametrize(
        ("enterprise_id", "user_id", "draft_id"),
        [(ORG, BEN, None), ("E0OTHER001", ANA, None), (ORG, ANA, "D0NOBODY01"), (ORG, ANA, "")],
    )
    def test_nobody_else_finds_it(
        self, drafts: Drafts, begun: Draft, enterprise_id: str, user_id: str, draft_id: str | None
    ) -> None:
        wanted = begun.id if draft_id is None else draft_id
        assert drafts.find(enterprise_id, user_id, wanted) is None


class TestItsHour:
    def test_within_it_the_draft_is_there(self, drafts: Drafts, begun: Draft, clock: StillClock) -> None:
        clock.forward(HOUR - 1)
        assert drafts.find(ORG, ANA, begun.id)
        assert drafts.sweep() == 0

    def test_work_on_it_gives_it_another_one(self, drafts: Drafts, begun: Draft, clock: StillClock) -> None:
        clock.forward(HOUR - 1)
        drafts.prolong(begun)
        clock.forward(HOUR - 1)
        assert drafts.find(ORG, ANA, begun.id)
        clock.forward(1)
        assert drafts.find(ORG, ANA, begun.id) is None

    def test_after_it_the_draft_is_gone(self, drafts: Drafts, begun: Draft, clock: StillClock) -> None:
        clock.forward(HOUR)
        assert drafts.find(ORG, ANA, begun.id) is None
        assert (drafts.sweep(), drafts.sweep()) == (1, 0)


class TestWhatIsEntered:
    def test_is_merged_with_what_was_there(self, drafts: Drafts, begun: Draft) -> None:
        entered = drafts.enter(begun, {"reason": "because", "orgs": [{"value": "T1", "text": "Acme"}]})
        assert entered.entries.values == {
            "pasted": "acme",
            "reason": "because",
            "orgs": [{"value": "T1", "text": "Acme"}],
        }
        assert again(drafts, begun) == entered
        assert drafts.enter(entered, {"pasted": ""}).entries.text("pasted") == ""

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_is_kept_letter_by_letter(self, drafts: Drafts, begun: Draft, text: str) -> None:
        drafts.enter(begun, {"reason": text})
        assert again(drafts, begun).entries.values["reason"] == text

    def test_makes_a_preview_of_something_else_void(self, drafts: Drafts, begun: Draft) -> None:
        assert drafts.planned(begun, Planned(plan(), preview()))
        entered = drafts.enter(again(drafts, begun), {"pasted": "beta"})
        assert (entered.plan, entered.preview, entered.revision) == (None, None, 1)
        assert again(drafts, begun) == entered

    def test_leaves_the_preview_when_it_is_the_same_again(self, drafts: Drafts, begun: Draft) -> None:
        drafts.planned(begun, Planned(plan(), preview()))
        entered = drafts.enter(again(drafts, begun), {"pasted": "acme"})
        assert (entered.plan, entered.preview, entered.revision) == (plan(), preview(), 0)


class TestAPlanMadeMeanwhile:
    def test_is_kept_with_its_preview(self, drafts: Drafts, begun: Draft) -> None:
        assert drafts.planned(begun, Planned(plan(), preview()))
        found = again(drafts, begun)
        assert (found.plan, found.preview) == (plan(), preview())

    def test_is_not_kept_when_the_entries_have_changed_since(self, drafts: Drafts, begun: Draft) -> None:
        drafts.enter(begun, {"pasted": "beta"})
        assert not drafts.planned(begun, Planned(plan(), preview()))
        assert again(drafts, begun).plan is None

    def test_that_came_to_nothing_clears_the_one_before(self, drafts: Drafts, begun: Draft) -> None:
        drafts.planned(begun, Planned(plan(), preview()))
        drafts.planned(begun, Planned(None, None))
        assert again(drafts, begun).plan is None


def test_an_offered_list_is_kept_for_its_select(drafts: Drafts, begun: Draft) -> None:
    choices = [Choice("S1", "@ops — Ops"), Choice("S2", "@dba")]
    offered = drafts.offer(drafts.offer(begun, "groups", choices), "leaving", [])
    assert again(drafts, begun).offered == offered.offered == {"groups": tuple(choices), "leaving": ()}


def test_an_undo_knows_what_it_is_for(drafts: Drafts) -> None:
    begun = drafts.begin(ORG, ANA, "disable-usergroup", {}, undo_of="R7K3QF2WXA")
    assert again(drafts, begun).undo_of == "R7K3QF2WXA"


def test_a_plan_is_stored_as_the_text_that_is_hashed(
    drafts: Drafts, begun: Draft, database: Database
) -> None:
    drafts.planned(begun, Planned(plan(), preview()))
    with database.read() as connection:
        stored = connection.scalar(sa.select(table.c.plan))
    assert stored == plan().canonical()
    assert json.loads(stored or "")["schema"] == 1
