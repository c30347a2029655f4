"""Disconnecting organizations: who is meant, what is lost, what changed since, when it is over."""

from collections.abc import Callable
from typing import Any

import pytest

from app.model.form import Entries
from app.model.preview import Severity
from app.operations import OPERATIONS
from app.operations.contract import Site, Standing
from app.operations.disconnect_org.move import facts_of, is_over
from app.slack.answers import Answer
from app.slack.directory.snapshot import Entry
from app.slack.gateway import ReadFailed
from tests.unit.given import NOW, ORG, Town, channel, item, org, plan
from tests.unit.operations.conftest import PlainRails

OPERATION = OPERATIONS["disconnect-org"]
ACME = org("T0ACME0001", "Acme", "acme", private_channel_count=2, im_channel_count=4)
BETA = org("T0BETA0001", "Beta", "beta")
GONE = org("T0GONE0001", "Gone", "gone", connection_status="DISCONNECTED", public_channel_count=0)
DAY = 86_400


@pytest.fixture
def town(town: Town) -> Town:
    town.orgs = [ACME, BETA, GONE]
    return town


def entries(*pasted: str, chosen: tuple[str, ...] = ()) -> Entries:
    picked = [{"value": key, "text": key} for key in chosen]
    return Entries({"pasted": "\n".join(pasted), "orgs": picked})


def refuse_search(town: Town, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Slack answers that, asked for shared channels."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise ReadFailed(Answer("admin.conversations.search", code))

    monkeypatch.setattr(town, "channels_shared_with", refuse)


class TestThePlan:
    def test_chosen_and_pasted_organizations_become_items(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("acme", chosen=("T0BETA0001",)), site())
        assert planned.plan is not None
        assert [found.key for found in planned.plan.items] == ["T0BETA0001", "T0ACME0001"]
        assert planned.plan.items[1].facts == facts_of(ACME)
        assert planned.plan.holds() == ("org:T0BETA0001", "org:T0ACME0001")
        assert planned.problems == ()

    def test_one_that_is_over_already_is_left_out_and_said_so(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("acme", "gone"), site())
        assert planned.plan is not None
        assert [found.key for found in planned.plan.items] == ["T0ACME0001"]
        (problem,) = planned.problems
        assert (problem.code, problem.subject) == ("already", "Gone (gone, T0GONE0001)")

    def test_nothing_left_is_no_plan(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("gone", "nobody"), site())
        assert (planned.plan, planned.preview) == (None, None)
        assert [problem.code for problem in planned.problems] == ["not_found", "already"]

    def test_more_than_the_policy_allows_is_no_plan(self, site: Callable[..., Site]) -> None:
        planned = OPERATION.plan(entries("acme", "beta"), site(max_items=1))
        assert planned.plan is None
        assert [problem.code for problem in planned.problems] == ["too_many_items"]

    def test_when_slack_is_away_there_is_no_plan_at_all(self, site: Callable[..., Site], town: Town) -> None:
        town.away = "internal_error"
        with pytest.raises(ReadFailed):
            OPERATION.plan(entries("acme"), site())

    def test_one_still_listed_with_conversations_is_not_over(self) -> None:
        assert is_over(GONE)
        assert not is_over(org(connection_status="DISCONNECTED", im_channel_count=1))
        assert not is_over(org(connection_status="CONNECTED", public_channel_count=0))


class TestThePreview:
    def preview(self, site: Callable[..., Site], *said: str) -> Any:
        found = OPERATION.plan(entries(*said), site()).preview
        assert found is not None
        return found

    def facts(self, card: Any) -> dict[str, str]:
        return {fact.label: fact.value for fact in card.facts}

    def test_it_begins_with_names_and_the_number_of_conversations(self, site: Callable[..., Site]) -> None:
        found = self.preview(site, "acme", "beta")
        assert found.headline == "Disconnect Acme and Beta: 12 conversations end"
        assert [card.title for card in found.items] == ["Acme (acme, T0ACME0001)", "Beta (beta, T0BETA0001)"]

    def test_what_the_token_cannot_see_is_said(self, site: Callable[..., Site], town: Town) -> None:
        town.rooms = {"C1": channel("C1", "deals", connected_team_ids=["T0ACME0001"])}
        found = self.preview(site, "acme")
        (told,) = found.coverage
        assert told.startswith("Acme (acme, T0ACME0001): 1 of 5 channels visible to this token; 4 hidden")
        assert found.snapshot == {"channels": {"T0ACME0001": ["C1"]}}

    def test_what_is_seen_whole_needs_no_such_words(self, site: Callable[..., Site], town: Town) -> None:
        town.rooms = {
            f"C{at}": channel(f"C{at}", f"deals-{at}", connected_team_ids=["T0BETA0001"]) for at in range(3)
        }
        assert self.preview(site, "beta").coverage == ()

    def test_channels_that_cannot_be_listed_are_said_to_be_unlisted(
        self, site: Callable[..., Site], town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_search(town, monkeypatch, "missing_scope")
        (told,) = self.preview(site, "acme").coverage
        assert "could not be listed (missing_scope" in told

    def test_who_hosts_what_is_told(self, site: Callable[..., Site], town: Town) -> None:
        town.rooms = {
            "C1": channel("C1", "ours", connected_team_ids=["T0BETA0001"]),
            "C2": channel(
                "C2", "theirs", connected_team_ids=["T0BETA0001"], conversation_host_id="T0BETA0001"
            ),
        }
        (card,) = self.preview(site, "beta").items
        assert self.facts(card)["Shared channels"] == "#ours (host: us) and #theirs (host: them)"

    def test_channels_once_shared_are_remembered(self, site: Callable[..., Site], town: Town) -> None:
        town.rooms = {"C1": channel("C1", "deals", connected_team_ids=["T0ACME0001"])}
        here = site()
        OPERATION.plan(entries("acme"), here)
        assert here.snapshots.once_external(ORG, "C1")

    @pytest.mark.parametrize(
        ("row", "severity", "words"),
        [
            ({"last_active_timestamp": NOW // 1000 - 2 * DAY}, Severity.CAUTION, "Still in use"),
            ({"is_sponsored": True}, Severity.CAUTION, "We sponsor their access"),
            (
                {"connection_status": "IN_REVIEW"},
                Severity.CAUTION,
                "Slack shows this connection as IN_REVIEW",
            ),
        ],
    )
    def test_what_should_give_pause_is_a_warning(
        self, site: Callable[..., Site], town: Town, row: Any, severity: Severity, words: str
    ) -> None:
        town.orgs = [org("T0ACME0001", "Acme", "acme", **row)]
        (card,) = self.preview(site, "acme").items
        assert [(found.severity, words in found.text) for found in card.warnings] == [(severity, True)]

    def test_an_organization_at_rest_gives_no_warning(self, site: Callable[..., Site], town: Town) -> None:
        town.orgs = [org("T0ACME0001", "Acme", "acme", last_active_timestamp=NOW // 1000 - 90 * DAY)]
        (card,) = self.preview(site, "acme").items
        assert card.warnings == ()

    def test_a_lookalike_is_the_loudest_warning(self, site: Callable[..., Site], town: Town) -> None:
        town.orgs.append(org("T0ACNE0001", "Аcme", "acme-inc"))
        (card,) = self.preview(site, "T0ACME0001").items
        assert card.warnings[0].severity is Severity.DANGER
        assert "T0ACNE0001" in card.warnings[0].text

    def test_others_in_the_same_channel_stay(self, site: Callable[..., Site], town: Town) -> None:
        town.rooms = {"C1": channel("C1", "deals", connected_team_ids=["T0ACME0001", "T0BETA0001"])}
        (card,) = self.preview(site, "acme").items
        assert any("1 channel also shared with further" in found.text for found in card.warnings)

    def test_canvases_and_lists_are_told_when_there_are_any(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        town.orgs = [org("T0ACME0001", "Acme", "acme", canvas={"total_count": 2}, lists={"total_count": 1})]
        assert self.facts(self.preview(site, "acme").items[0])["Also shared"] == "2 canvases, 1 list"


class TestDrift:
    BEFORE = facts_of(ACME)

    @pytest.mark.parametrize(
        ("changes", "drifts", "notes"),
        [
            ({}, (), ()),
            ({"public_channels": 4}, ("public channels: were 3, are 4",), ()),
            ({"private_channels": 9}, ("private channels: were 2, are 9",), ()),
            ({"public_channels": 1}, (), ("public channels: were 3, are 1",)),
            ({"private_channels": 0}, (), ("private channels: were 2, are 0",)),
            (
                {"public_channels": 4, "private_channels": 1},
                ("public channels: were 3, are 4",),
                ("private channels: were 2, are 1",),
            ),
            ({"status": "IN_REVIEW"}, ("status: was CONNECTED, is IN_REVIEW",), ()),
            ({"domain": "acme-new"}, ("domain: was acme, is acme-new",), ()),
            ({"sponsored": True}, ("sponsored: was no, is yes",), ()),
        ],
    )
    def test_growth_is_drift_and_shrinking_is_a_note(
        self, changes: Any, drifts: tuple[str, ...], notes: tuple[str, ...]
    ) -> None:
        drift = OPERATION.do.drift(self.BEFORE, {**self.BEFORE, **changes})
        assert (drift.changes, drift.notes) == (drifts, notes)


class TestTheEffect:
    def look(self, town: Town, *, closely: bool = False) -> tuple[Standing, str]:
        sight = OPERATION.do.look(plan(), plan().items, town, closely=closely)["T0ACME0001"]
        return sight.standing, sight.note

    def test_a_connected_organization_is_not_there_yet(self, town: Town) -> None:
        assert self.look(town) == (Standing.NOT_YET, "Slack shows it as connected, 9 conversations left.")

    def test_one_that_is_ended_and_empty_is(self, town: Town) -> None:
        town.orgs = [org(connection_status="DISCONNECTED", public_channel_count=0)]
        assert self.look(town)[0] is Standing.REACHED

    def test_one_that_is_ended_but_not_empty_is_not(self, town: Town) -> None:
        town.orgs = [org(connection_status="DISCONNECTED", im_channel_count=1)]
        assert self.look(town)[0] is Standing.NOT_YET

    def test_one_that_is_no_longer_listed_is_asked_for_a_second_way(self, town: Town) -> None:
        town.orgs = []
        assert self.look(town)[0] is Standing.REACHED
        town.rooms = {"C1": channel("C1", "deals", connected_team_ids=["T0ACME0001"])}
        assert self.look(town)[0] is Standing.UNSEEN

    def test_looking_closely_shows_that_slack_is_at_it(self, town: Town) -> None:
        at_it = {"connected_team_ids": ["T0ACME0001"], "is_disconnect_in_progress": True}
        town.rooms = {"C1": channel("C1", "deals", **at_it)}
        assert self.look(town, closely=True)[0] is Standing.UNDER_WAY
        assert self.look(town)[0] is Standing.NOT_YET

    @pytest.mark.parametrize("code", ["missing_scope", "not_an_admin", "feature_not_enabled"])
    def test_a_token_that_may_not_search_sees_no_sign_of_it(
        self, town: Town, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        refuse_search(town, monkeypatch, code)
        assert self.look(town, closely=True)[0] is Standing.NOT_YET

    @pytest.mark.parametrize("code", ["internal_error", "ratelimited", "answer_lost"])
    def test_a_search_that_may_yet_be_answered_is_waited_for(
        self, town: Town, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        refuse_search(town, monkeypatch, code)
        with pytest.raises(ReadFailed, match=code):
            self.look(town, closely=True)
        assert self.look(town)[0] is Standing.NOT_YET

    def test_a_read_that_fails_shows_nothing(self, town: Town) -> None:
        town.away = "internal_error"
        with pytest.raises(ReadFailed):
            self.look(town)

    def test_one_reading_serves_every_item(self, town: Town) -> None:
        both = plan(item(), item("T0BETA0001", "Beta"))
        assert set(OPERATION.do.look(both, both.items, town)) == {"T0ACME0001", "T0BETA0001"}
        assert town.asked == ["team.externalTeams.list"]

    def test_each_is_cut_by_a_call_of_its_own(self) -> None:
        calls = OPERATION.do.pack(plan(item(), item("T0BETA0001")).items)
        assert [(call.method, dict(call.arguments), call.keys) for call in calls] == [
            ("team.externalTeams.disconnect", {"target_team": "T0ACME0001"}, ("T0ACME0001",)),
            ("team.externalTeams.disconnect", {"target_team": "T0BETA0001"}, ("T0BETA0001",)),
        ]
        assert OPERATION.do.split(calls[0], "internal_error") == []


class TestGuardrails:
    @pytest.mark.parametrize("key", [ORG, "T0HQ000001", "T0LAB00001"])
    def test_our_own_organization_and_its_workspaces_are_never_disconnected(
        self, rails: PlainRails, town: Town, key: str
    ) -> None:
        (problem,) = OPERATION.guard(plan(item(key, "Us"), item()), rails, town)
        assert (problem.subject, problem.code) == ("Us", "own_org")
        assert problem.sentence == "This is your own organization; Drawbridge never disconnects it."

    def test_any_other_may_be(self, rails: PlainRails, town: Town) -> None:
        assert OPERATION.guard(plan(item(), item("T0BETA0001")), rails, town) == []


class TestTheTypedConfirmation:
    def test_of_one_is_its_domain_or_its_name(self) -> None:
        assert OPERATION.confirmation(plan(item(facts={"domain": "acme"}))) == ("acme", "Acme")

    def test_without_a_domain_the_name_is_left(self) -> None:
        assert OPERATION.confirmation(plan(item(facts={"domain": ""}))) == ("Acme",)

    @pytest.mark.parametrize(
        ("name", "domain", "label", "phrases"),
        [
            ("Acme", "acme", "Acme", ("acme", "Acme")),
            ("", "acme", "acme", ("acme",)),
            ("Acme", "", "Acme", ("Acme",)),
            ("", "", "T0ACME0001", ("T0ACME0001",)),
        ],
    )
    def test_of_one_with_neither_it_is_the_id_and_never_nothing(
        self,
        site: Callable[..., Site],
        town: Town,
        name: str,
        domain: str,
        label: str,
        phrases: tuple[str, ...],
    ) -> None:
        town.orgs = [org("T0ACME0001", name, domain)]
        found = OPERATION.plan(entries("T0ACME0001"), site()).plan
        assert found is not None
        assert found.items[0].label == label
        assert OPERATION.confirmation(found) == phrases
        assert OPERATION.confirmation(plan(item("T0ACME0001", "", facts={"domain": ""}))) == ("T0ACME0001",)

    def test_of_several_is_their_number(self) -> None:
        assert OPERATION.confirmation(plan(item(), item("T0BETA0001"))) == ("DISCONNECT 2",)


class TestTheForm:
    @pytest.mark.parametrize(
        ("values", "keys"),
        [
            ({"pasted": " \n,", "exported": ["yes"]}, {"orgs"}),
            ({"pasted": "acme"}, {"exported"}),
            ({"pasted": "acme", "exported": []}, {"exported"}),
            ({}, {"orgs", "exported"}),
            ({"pasted": "acme", "exported": ["yes"]}, set()),
            ({"orgs": [{"value": "T0ACME0001", "text": "Acme"}], "exported": ["yes"]}, set()),
        ],
    )
    def test_an_organization_and_the_acknowledgement_are_wanted(self, values: Any, keys: set[str]) -> None:
        assert set(OPERATION.missing(Entries(values))) == keys

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("acme", {"orgs": [{"value": "T0ACME0001", "text": "Acme (acme)"}]}),
            ("acme.slack.com", {"orgs": [{"value": "T0ACME0001", "text": "Acme (acme)"}]}),
            ("T0ACME0001", {"orgs": [{"value": "T0ACME0001", "text": "Acme (acme)"}]}),
            ("twin", {"pasted": "twin"}),
            ("nobody", {"pasted": "nobody"}),
        ],
    )
    def test_text_after_the_command_is_chosen_if_it_means_one_and_kept_if_not(
        self, site: Callable[..., Site], text: str, told: Any
    ) -> None:
        here = site()
        known = [("T0ACME0001", "Acme", "acme"), ("T0TWIN0001", "Twin", "t1"), ("T0TWIN0002", "Twin", "t2")]
        here.snapshots.store(ORG, "external_orgs", [Entry(*row) for row in known])
        assert OPERATION.prefill(text, here) == told
