"""admin.auth.policy.*: people on and off the email_password policy."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack

POLICY: dict[str, Any] = {"policy_name": "email_password", "entity_type": "USER"}


def members(admin: WebClient) -> list[str]:
    entities = admin.admin_auth_policy_getEntities(policy_name="email_password")["entities"]
    return [entity["entity_id"] for entity in entities]


def refused(admin: WebClient, method: str, ids: list[str]) -> str:
    with pytest.raises(SlackApiError) as caught:
        admin.api_call(f"admin.auth.policy.{method}", params={**POLICY, "entity_ids": ",".join(ids)})
    return str(caught.value.response["error"])


def test_entities_come_in_pages_with_a_total(admin: WebClient) -> None:
    first = admin.admin_auth_policy_getEntities(policy_name="email_password", limit=5)
    assert (len(first["entities"]), first["entity_total_count"]) == (5, 12)
    assert first["entities"][0] == {
        "entity_type": "USER",
        "entity_id": "W0OLGA0001",
        "date_added": first["entities"][0]["date_added"],
    }
    cursor = first["response_metadata"]["next_cursor"]
    rest = admin.admin_auth_policy_getEntities(policy_name="email_password", limit=10, cursor=cursor)
    assert len(rest["entities"]) == 7


def test_removing_and_assigning_again(admin: WebClient) -> None:
    ids = ["W0DINO0001", "W0GUEST001"]
    assert admin.admin_auth_policy_removeEntities(entity_ids=ids, **POLICY)["entity_total_count"] == 10
    assert not set(ids) & set(members(admin))
    assert admin.admin_auth_policy_assignEntities(entity_ids=ids, **POLICY)["entity_total_count"] == 12
    assert members(admin)[-2:] == ids


def test_one_unknown_id_refuses_the_whole_call(slack: LocalSlack, admin: WebClient) -> None:
    assert refused(admin, "removeEntities", ["W0DINO0001", "W0NOBODY01"]) == "entity_not_found"
    assert "W0DINO0001" in members(admin)
    assert refused(admin, "removeEntities", ["W0BEN00001"]) == "entity_not_found"
    assert slack.client.calls("admin.auth.policy.removeEntities")[0]["effect"] is False


def test_in_a_world_with_partial_effect_the_known_ones_are_removed(
    slack: LocalSlack, admin: WebClient
) -> None:
    slack.client.settings(entities_partial=True)
    assert refused(admin, "removeEntities", ["W0DINO0001", "W0NOBODY01"]) == "entity_not_found"
    assert "W0DINO0001" not in members(admin)
    assert slack.client.calls("admin.auth.policy.removeEntities")[0]["effect"] is True


def test_assigning_an_unknown_person_or_too_many_is_refused(slack: LocalSlack, admin: WebClient) -> None:
    assert refused(admin, "assignEntities", ["W0NOBODY01"]) == "entity_not_found"
    slack.client.settings(policy_entities_max=12)
    assert refused(admin, "assignEntities", ["W0BEN00001"]) == "over_max_entity_limit"
    assert admin.admin_auth_policy_assignEntities(entity_ids=["W0DINO0001"], **POLICY)["ok"]


def test_a_call_takes_so_many_ids_as_the_world_says(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.settings(entities_per_call_max=2)
    assert refused(admin, "removeEntities", ["W0DINO0001", "W0GUEST001", "W0CHLOE001"]) == "invalid_arguments"


def test_only_users_can_be_entities(admin: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        args = {**POLICY, "entity_type": "TEAM", "entity_ids": "W0DINO0001"}
        admin.api_call("admin.auth.policy.removeEntities", params=args)
