"""The form around disconnecting channels: what is asked, what is typed, what is never touched."""

from collections.abc import Callable

import pytest

from app.model.form import Entries
from app.model.plan import Item, Plan
from app.operations import OPERATIONS
from app.operations.contract import Site
from app.slack.directory import Workspace
from app.slack.directory.snapshot import Entry
from tests.unit.given import ADMIN_CHANNEL, ORG, Town, channel, org
from tests.unit.operations.conftest import PlainRails

OPERATION = OPERATIONS["disconnect-channel"]
ACME, BETA = "T0ACME0001", "T0BETA0001"


@pytest.fixture
def town(town: Town) -> Town:
    town.rooms = {"C0DEALS001": channel("C0DEALS001", "deals", connected_team_ids=[ACME, BETA])}
    town.orgs = [org(ACME, "Acme", "acme"), org(BETA, "Beta", "beta")]
    town.spaces = [Workspace("T0HQ000001", "HQ", True)]
    return town


def pasted(*lines: str) -> Entries:
    return Entries({"pasted": "\n".join(lines)})


def chosen(*leaving: str) -> Entries:
    picked = [{"value": team, "text": team} for team in leaving]
    return Entries({"channel": [{"value": "C0DEALS001", "text": "#deals"}], "leaving": picked})


class TestGuardrails:
    def guard(self, rails: PlainRails, town: Town, **target: str) -> list[tuple[str, str]]:
        told = {"channel": "C0DEALS001", "name": "deals", "leaving": ACME} | target
        plan = Plan(ORG, "disconnect-channel", {}, (Item("k", "#deals → Acme", told, {}, ()),))
        return [(problem.code, problem.sentence) for problem in OPERATION.guard(plan, rails, town)]

    def test_our_own_organization_never_leaves(self, rails: PlainRails, town: Town) -> None:
        assert self.guard(rails, town, leaving=ORG) == [
            ("own_org", "This is your own organization; Drawbridge never disconnects it.")
        ]

    def test_the_admin_channel_is_never_touched(self, rails: PlainRails, town: Town) -> None:
        assert self.guard(rails, town, channel=ADMIN_CHANNEL) == [
            ("admin_channel", "Requests are decided in this channel; Drawbridge never touches it.")
        ]

    def test_any_other_pair_may_be_asked_for(self, rails: PlainRails, town: Town) -> None:
        assert self.guard(rails, town) == []


class TestTheTypedConfirmation:
    def phrases(self, site: Callable[..., Site], *leaving: str) -> tuple[str, ...]:
        plan = OPERATION.plan(chosen(*leaving), site()).plan
        assert plan is not None
        return OPERATION.confirmation(plan)

    def test_of_one_is_the_channels_name(self, site: Callable[..., Site]) -> None:
        assert self.phrases(site, ACME) == ("deals", "#deals")

    def test_without_a_name_it_is_the_id_and_never_nothing(
        self, site: Callable[..., Site], town: Town
    ) -> None:
        town.rooms["C0DEALS001"] = channel("C0DEALS001", "", connected_team_ids=[ACME])
        assert self.phrases(site, ACME) == ("C0DEALS001", "#C0DEALS001")

    def test_of_several_is_their_number(self, site: Callable[..., Site]) -> None:
        assert self.phrases(site, ACME, BETA) == ("DISCONNECT 2",)


class TestTheForm:
    @pytest.mark.parametrize(
        ("entries", "key"),
        [
            (pasted("C0DEALS001"), "pasted"),
            (pasted("C0DEALS001 T0ACME0001 T0BETA0001"), "pasted"),
            (chosen(), "leaving"),
            (pasted(""), "channel"),
        ],
    )
    def test_what_is_missing_is_said_where_it_is_missing(self, entries: Entries, key: str) -> None:
        assert set(OPERATION.missing(entries)) == {key}

    @pytest.mark.parametrize("entries", [pasted("C0DEALS001 T0ACME0001"), chosen(ACME)])
    def test_a_pair_is_enough(self, entries: Entries) -> None:
        assert OPERATION.missing(entries) == {}

    def test_who_leaves_is_asked_once_the_channel_is_known(self, site: Callable[..., Site]) -> None:
        keys = [
            [field.key for field in OPERATION.form(e, site().rules).fields] for e in (Entries(), chosen())
        ]
        assert keys == [["channel", "pasted"], ["channel", "leaving", "pasted"]]

    def test_text_after_the_command_chooses_the_one_channel_it_names(self, site: Callable[..., Site]) -> None:
        here = site()
        here.snapshots.store(ORG, "shared_channels", [Entry("C0DEALS001", "deals")])
        assert OPERATION.prefill("#deals", here) == {
            "channel": [{"value": "C0DEALS001", "text": "#deals (C0DEALS001)"}]
        }

    @pytest.mark.parametrize(
        ("text", "said"), [("#lobby", "lobby"), ("lobby", "lobby"), ("C0LOBBY001", "C0LOBBY001")]
    )
    def test_one_word_the_directory_does_not_know_is_offered_to_be_looked_up(
        self, site: Callable[..., Site], text: str, said: str
    ) -> None:
        assert OPERATION.prefill(text, site()) == {"channel": [{"value": said, "text": said}]}

    @pytest.mark.parametrize("text", ["C0DEALS001 T0ACME0001", "x" * 76])
    def test_text_that_names_no_channel_is_kept_as_a_list(self, site: Callable[..., Site], text: str) -> None:
        assert OPERATION.prefill(text, site()) == {"pasted": text}

    def test_a_name_that_two_channels_have_is_kept_as_a_list(self, site: Callable[..., Site]) -> None:
        here = site()
        here.snapshots.store(ORG, "shared_channels", [Entry("C1", "deals"), Entry("C2", "deals")])
        assert OPERATION.prefill("deals", here) == {"pasted": "deals"}
