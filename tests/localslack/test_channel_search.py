"""admin.conversations.search and .lookup: what an admin finds, and what stays hidden."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack


def names(admin: WebClient, **args: Any) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        page = admin.api_call("admin.conversations.search", params={"limit": 20, "cursor": cursor, **args})
        found |= {channel["name"] for channel in page["conversations"]}
        cursor = page["next_cursor"]
        if not cursor:
            return found


def refused(admin: WebClient, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        admin.api_call("admin.conversations.search", params=args)
    return str(caught.value.response["error"])


def test_pages_hold_ten_by_default_and_the_cursor_is_at_top_level(admin: WebClient) -> None:
    page = admin.admin_conversations_search()
    assert len(page["conversations"]) == 10
    assert page["next_cursor"]
    assert page["total_count"] > 20


def test_a_query_matches_a_part_of_the_name_in_any_case(admin: WebClient) -> None:
    assert names(admin, query="ACME-P") == {"acme-project"}


def test_private_channels_outside_the_admins_scope_are_hidden(slack: LocalSlack, admin: WebClient) -> None:
    assert "acme-initech-deal" in names(admin)
    assert not {"finance-close", "acme-contracts"} & names(admin)
    slack.client.set("user", "W0INSTALL1", private_channel_scope=["*"])
    assert {"finance-close", "acme-contracts"} <= names(admin)


def test_an_admin_without_any_scope_may_not_ask_for_private_channels_but_may_count(
    slack: LocalSlack, admin: WebClient
) -> None:
    slack.client.set("user", "W0INSTALL1", private_channel_scope=[])
    assert refused(admin, search_channel_types="private") == "not_allowed"
    counted = admin.api_call("admin.conversations.search", params={"total_count_only": True})
    assert (counted["conversations"], counted["total_count"] > 0) == ([], True)
    assert "admin-approvals" not in names(admin)


@pytest.mark.parametrize(
    ("kinds", "some", "none"),
    [
        ("archived", "old-launch", "lobby"),
        ("exclude_archived", "lobby", "old-launch"),
        ("multi_workspace", "project-atlas", "all-hands"),
        ("org_wide", "all-hands", "project-atlas"),
        ("external_shared", "lobby", "hq-social"),
        ("external_shared_exclude", "hq-social", "lobby"),
        ("private", "admin-approvals", "lobby"),
        ("private_exclude", "lobby", "admin-approvals"),
        ("exclude_org_shared", "lobby", "project-atlas"),
        ("external_shared_private", "acme-initech-deal", "lobby"),
        ("org_wide,archived", "old-launch", "lobby"),
    ],
)
def test_types_narrow_and_several_types_match_any(admin: WebClient, kinds: str, some: str, none: str) -> None:
    found = names(admin, search_channel_types=kinds)
    assert some in found
    assert none not in found


def test_channels_of_some_workspaces(admin: WebClient) -> None:
    assert "eng-backend" in names(admin, team_ids="T0ENG00001")
    assert "hq-social" not in names(admin, team_ids="T0ENG00001")
    assert refused(admin, team_ids="T0NOWHERE1") == "team_not_found"


def test_connected_orgs_come_joined_or_as_a_json_array_but_not_as_python(admin: WebClient) -> None:
    both = {"initech", "acme-initech-deal", "globex-joint", "globex-labs"}
    assert names(admin, connected_team_ids="T0INITECH1,E0GLOBEX01") == both
    assert names(admin, connected_team_ids='["T0INITECH1", "E0GLOBEX01"]') == both
    python = "['T0INITECH1', 'E0GLOBEX01']"
    assert refused(admin, connected_team_ids=python) == "external_team_not_connected_to_this_org"


def test_sorting(admin: WebClient) -> None:
    rows = admin.admin_conversations_search(sort="name", sort_dir="asc", limit=20)["conversations"]
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)


def test_a_row_tells_activity_in_microseconds_and_the_host(admin: WebClient) -> None:
    (row,) = admin.admin_conversations_search(query="acme-support")["conversations"]
    assert row["last_activity_ts"] > 10**15
    assert row["conversation_host_id"] == "T0ACME0001"
    assert row["connected_team_ids"] == ["T0ACME0001"]


def test_lookup_finds_small_silent_public_channels(admin: WebClient) -> None:
    answer = admin.admin_conversations_lookup(
        team_ids=["T0LABS0001"], last_message_activity_before=9_999_999_999, max_member_count=1
    )
    assert set(answer["channel_ids"]) == {"C0LABS00001", "C0GENERALLA"}
    with pytest.raises(SlackApiError, match="no_valid_teams"):
        admin.admin_conversations_lookup(team_ids=["T0NOWHERE1"], last_message_activity_before=1)
