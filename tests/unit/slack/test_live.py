"""Live reads: whole lists, and the difference between "there is none" and "we cannot see"."""

from collections.abc import Callable
from typing import Any

import pytest

from app.slack.directory import Live
from app.slack.gateway import Gateway, ReadFailed
from app.slack.pace import Lane
from tests.unit.given import ORG
from tests.unit.slack.wire import Wire, error, ok

DEALS = {"id": "C0DEALS001", "name": "deals"}
UNSEEN = ["channel_not_found", "team_access_not_granted", "not_allowed", "missing_scope"]


@pytest.fixture
def live(gateway: Gateway) -> Live:
    return Live(gateway, ORG, Lane.INTERACTIVE)


def methods(wire: Wire) -> list[str]:
    return [asked.method for asked in wire.asked]


class TestExternalOrganizations:
    def test_every_page_is_read(self, live: Live, wire: Wire) -> None:
        wire.plays(
            ok(organizations=[{"team_id": "T1"}], response_metadata={"next_cursor": "x"}),
            ok(organizations=[{"team_id": "T2"}]),
        )
        assert [org.id for org in live.external_orgs()] == ["T1", "T2"]

    def test_a_list_that_breaks_off_is_no_list(self, live: Live, wire: Wire) -> None:
        wire.plays(
            ok(organizations=[{"team_id": "T1"}], response_metadata={"next_cursor": "x"}),
            error("restricted_action"),
        )
        with pytest.raises(ReadFailed):
            live.external_orgs()

    def test_shared_channels_are_counted_by_what_slack_says_there_are(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(conversations=[DEALS], total_count=41, next_cursor="x"))
        found, number = live.channels_shared_with("T1", 1)
        assert ([channel.id for channel in found], number) == (["C0DEALS001"], 41)
        assert wire.asked[0].form == {"limit": "20", "connected_team_ids": "T1"}

    def test_no_connection_means_no_channels(self, live: Live, wire: Wire) -> None:
        wire.plays(*[error("external_team_not_connected_to_this_org")] * 2)
        assert live.channels_shared_with("T1", 1) == ([], 0)
        assert live.is_connected("T1") is False

    def test_any_other_error_means_nothing(self, live: Live, wire: Wire) -> None:
        wire.plays(*[error("not_an_admin")] * 2)
        with pytest.raises(ReadFailed):
            live.channels_shared_with("T1", 1)
        with pytest.raises(ReadFailed):
            live.is_connected("T1")

    def test_an_answer_at_all_means_connected(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(conversations=[]))
        assert live.is_connected("T1") is True


class TestOneChannel:
    def test_it_is_searched_by_name_and_matched_by_id(self, live: Live, wire: Wire) -> None:
        namesake = {"id": "C0OTHER001", "name": "deals"}
        wire.plays(ok(conversations=[namesake, DEALS]))
        found = live.channel("C0DEALS001", "deals")
        assert found is not None
        assert (found.id, found.source) == ("C0DEALS001", "search")
        assert wire.asked[0].form["query"] == "deals"

    def test_one_that_search_does_not_show_is_asked_for_by_id(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(conversations=[]), ok(channel=DEALS))
        found = live.channel("C0DEALS001", "deals")
        assert found is not None
        assert found.source == "info"
        assert methods(wire) == ["admin.conversations.search", "conversations.info"]

    def test_one_known_only_by_id_is_searched_under_the_name_it_has(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(channel=DEALS), ok(conversations=[DEALS]))
        found = live.channel("C0DEALS001")
        assert found is not None
        assert found.source == "search"

    def test_one_that_was_renamed_is_found_under_its_new_name(self, live: Live, wire: Wire) -> None:
        renamed = DEALS | {"name": "contracts"}
        wire.plays(ok(conversations=[]), ok(channel=renamed), ok(conversations=[renamed]))
        found = live.channel("C0DEALS001", "deals")
        assert found is not None
        assert (found.name, found.source) == ("contracts", "search")

    @pytest.mark.parametrize("code", UNSEEN)
    def test_one_that_neither_shows_is_unseen(self, live: Live, wire: Wire, code: str) -> None:
        wire.plays(error(code), error(code))
        assert live.channel("C0DEALS001", "deals") is None

    def test_one_that_cannot_be_asked_for_is_not_unseen(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(conversations=[]), error("invalid_auth"))
        with pytest.raises(ReadFailed):
            live.channel("C0DEALS001", "deals")
        wire.plays(error("invalid_auth"))
        with pytest.raises(ReadFailed):
            live.channel("C0DEALS001", "deals")

    def test_only_exactly_that_name_counts(self, live: Live, wire: Wire) -> None:
        rows = [DEALS, {"id": "C0OTHER001", "name": "deals-eu"}, {"id": "C0THIRD001", "name": "DEALS"}]
        wire.plays(ok(conversations=rows))
        assert [channel.id for channel in live.channels_named("#Deals")] == ["C0DEALS001", "C0THIRD001"]

    def test_channels_are_listed_by_kind(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(conversations=[DEALS]), ok(conversations=[DEALS]))
        assert [channel.id for channel in live.channels("external_shared", "private")] == ["C0DEALS001"]
        assert wire.asked[0].form["search_channel_types"] == "external_shared,private"
        list(live.channels())
        assert "search_channel_types" not in wire.asked[1].form


class TestWorkspaces:
    def test_of_a_channel_every_page_counts(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(team_ids=["T1"], response_metadata={"next_cursor": "x"}), ok(team_ids=["T2"]))
        assert live.channel_workspaces("C1") == frozenset({"T1", "T2"})

    def test_of_a_channel_that_is_in_one_only_slack_says_nothing(self, live: Live, wire: Wire) -> None:
        wire.plays(error("channel_not_found"))
        assert live.channel_workspaces("C1") is None

    @pytest.mark.parametrize(
        "code",
        [
            "invalid_auth",
            "missing_scope",
            "not_allowed",
            "team_access_not_granted",
            "channel_is_limited_access",
        ],
    )
    def test_a_failure_is_not_nothing(self, live: Live, wire: Wire, code: str) -> None:
        wire.plays(error(code))
        with pytest.raises(ReadFailed, match=code):
            live.channel_workspaces("C1")

    def test_each_says_whether_drawbridge_was_added_to_it(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(teams=[{"id": "T1"}]), ok(teams=[{"id": "T1", "name": "HQ"}, {"id": "T2"}]))
        assert [(found.id, found.name, found.app_added) for found in live.workspaces()] == [
            ("T1", "HQ", True),
            ("T2", "", False),
        ]


class TestUserGroups:
    def test_disabled_ones_and_members_are_asked_for(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(usergroups=[{"id": "S1", "users": ["W1"], "date_delete": 5}]))
        (group,) = live.usergroups("T1")
        assert (group.team, group.members, group.disabled_at) == ("T1", ("W1",), 5)
        assert wire.asked[0].form == {
            "team_id": "T1",
            "include_disabled": "1",
            "include_users": "1",
            "include_count": "1",
        }

    def test_members_of_a_group_that_is_gone_are_nobody(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(users=["W1"]), error("no_such_subteam"))
        assert live.usergroup_members("T1", "S1") == {"W1"}
        assert live.usergroup_members("T1", "S1") == frozenset()

    def test_members_that_cannot_be_read_are_not_nobody(self, live: Live, wire: Wire) -> None:
        wire.plays(error("missing_scope"))
        with pytest.raises(ReadFailed):
            live.usergroup_members("T1", "S1")


class TestPeople:
    @pytest.mark.parametrize("code", ["user_not_found", "user_not_visible"])
    def test_nobody_by_that_id_is_none(self, live: Live, wire: Wire, code: str) -> None:
        wire.plays(ok(user={"id": "W1", "name": "ana"}), error(code))
        found = live.person("W1")
        assert found is not None
        assert found.name == "ana"
        assert live.person("W1") is None

    def test_somebody_who_cannot_be_read_is_not_nobody(self, live: Live, wire: Wire) -> None:
        wire.plays(error("missing_scope"))
        with pytest.raises(ReadFailed):
            live.person("W1")

    def test_members_of_the_policy_come_from_every_page(self, live: Live, wire: Wire) -> None:
        wire.plays(
            ok(entities=[{"entity_id": "W1", "date_added": 5}], response_metadata={"next_cursor": "x"}),
            ok(entities=[{"entity_id": "W2"}]),
        )
        assert live.policy_members() == {"W1": 5, "W2": 0}
        assert wire.asked[0].form["policy_name"] == "email_password"
        assert wire.asked[0].form["entity_type"] == "USER"

    def test_accounts_are_read_until_all_are_found_and_no_further(self, live: Live, wire: Wire) -> None:
        wire.plays(
            ok(users=[{"id": "W1", "email": "Ana@Example.com"}], response_metadata={"next_cursor": "b"}),
            ok(users=[{"id": "W2", "email": ""}], response_metadata={"next_cursor": "c"}),
        )
        assert set(live.accounts_of(["ana@example.COM", "w2"])) == {"W1", "W2"}
        assert len(wire.asked) == 2

    def test_accounts_that_do_not_exist_are_left_out(self, live: Live, wire: Wire) -> None:
        wire.plays(ok(users=[{"id": "W1", "email": None}]))
        assert live.accounts_of(["nobody@example.com"]) == {}
        assert live.accounts_of([]) == {}
        assert len(wire.asked) == 1

    def test_filters_are_passed_on(self, live: Live, wire: Wire) -> None:
        list(live.accounts(include_owners=True))
        assert wire.asked[0].form["include_owners"] == "1"


LISTS: list[tuple[str, Callable[[Live], Any]]] = [
    ("organizations", lambda live: live.external_orgs()),
    ("entities", lambda live: live.policy_members()),
]


@pytest.mark.parametrize(("key", "read"), LISTS, ids=[key for key, _ in LISTS])
class TestAListWhoseAbsenceProvesSomething:
    @pytest.mark.parametrize("told", [{}, {"other": []}, {"KEY": None}, {"KEY": {}}, {"KEY": "none"}])
    def test_a_page_without_it_is_no_answer(
        self, live: Live, wire: Wire, key: str, read: Callable[[Live], Any], told: dict[str, Any]
    ) -> None:
        wire.plays(ok(**{name.replace("KEY", key): value for name, value in told.items()}))
        with pytest.raises(ReadFailed, match="answer_lost"):
            read(live)

    def test_nor_is_one_that_only_a_later_page_lacks(
        self, live: Live, wire: Wire, key: str, read: Callable[[Live], Any]
    ) -> None:
        wire.plays(ok(**{key: []}, response_metadata={"next_cursor": "x"}), ok())
        with pytest.raises(ReadFailed, match="answer_lost"):
            read(live)

    def test_an_empty_one_is_empty(
        self, live: Live, wire: Wire, key: str, read: Callable[[Live], Any]
    ) -> None:
        wire.plays(ok(**{key: []}))
        assert not read(live)


READS: list[tuple[str, Callable[[Live], Any]]] = [
    ("external_orgs", lambda live: live.external_orgs()),
    ("channels", lambda live: list(live.channels())),
    ("channel", lambda live: live.channel("C1", "deals")),
    ("channel_workspaces", lambda live: live.channel_workspaces("C1")),
    ("workspaces", lambda live: live.workspaces()),
    ("usergroups", lambda live: live.usergroups("T1")),
    ("usergroup_members", lambda live: live.usergroup_members("T1", "S1")),
    ("policy_members", lambda live: live.policy_members()),
    ("accounts", lambda live: list(live.accounts())),
    ("person", lambda live: live.person("W1")),
    ("is_connected", lambda live: live.is_connected("T1")),
]


@pytest.mark.parametrize(("name", "read"), READS, ids=[name for name, _ in READS])
def test_when_slack_is_away_no_read_concludes_anything(
    live: Live, wire: Wire, name: str, read: Callable[[Live], Any]
) -> None:
    wire.plays(*[error("internal_error")] * 5)
    with pytest.raises(ReadFailed, match="internal_error"):
        read(live)
