"""One fresh target for each operation: how to make it, ask for it, and recognise its calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.people import House

ENG, SALES = "T0ENG00001", "T0SALES001"


@dataclass(frozen=True)
class Kind:
    """An operation as the scenarios for all of them need it.

    make: a fresh target, as the value of `argument` in the call. ask: file a request about it.
    refusal: a code by which Slack refuses that target for good.
    """

    operation: str
    method: str
    argument: str
    refusal: str
    make: Callable[[House], str]
    ask: Callable[[House, str], str]

    def calls(self, house: House, target: str) -> list[dict[str, Any]]:
        """Every destructive call for that target, in order."""
        return house.calls(self.method, lambda call: target in call["args"].get(self.argument, ()))

    def effects(self, house: House, target: str) -> list[dict[str, Any]]:
        """Those of them that changed something in Slack."""
        return [call for call in self.calls(house, target) if call["effect"]]

    def fault(self, house: House, target: str, kind: str, **more: Any) -> None:
        """Let the next call for that target go wrong."""
        house.client.fault(self.method, kind, match={self.argument: target}, **{"times": 1, **more})


def _org(house: House) -> str:
    org = house.client.create("external_org")
    house.client.create("channel", team_ids=[ENG], connected=[org])
    return org


def _shared_channel(house: House) -> str:
    return house.client.create("channel", team_ids=[ENG], connected=[house.client.create("external_org")])


def _disconnect_channel(house: House, channel: str) -> str:
    with house.slack.world.lock:
        leaving = house.slack.world.org.channels[channel].connected[0]
    return house.ask_disconnect_channel((channel, leaving))


KINDS = (
    Kind(
        "disconnect-org",
        "team.externalTeams.disconnect",
        "target_team",
        "invalid_target_team",
        _org,
        lambda house, org: house.ask_disconnect_org(org),
    ),
    Kind(
        "disconnect-channel",
        "admin.conversations.disconnectShared",
        "channel_id",
        "team_not_found",
        _shared_channel,
        _disconnect_channel,
    ),
    Kind(
        "disable-usergroup",
        "usergroups.disable",
        "usergroup",
        "no_such_subteam",
        lambda house: house.client.create("usergroup", team_id=ENG, users=["W0DINO0001"]),
        lambda house, group: house.ask_disable_usergroup(group),
    ),
    Kind(
        "set-channel-workspaces",
        "admin.conversations.setTeams",
        "channel_id",
        "invalid_target_team",
        lambda house: house.client.create("channel", team_ids=[ENG, SALES]),
        lambda house, channel: house.ask_set_workspaces(channel, add=("Support",)),
    ),
    Kind(
        "remove-policy-users",
        "admin.auth.policy.removeEntities",
        "entity_ids",
        "invalid_arguments",
        lambda house: house.client.create("policy_member", has_sso=True),
        lambda house, user: house.ask_remove_users(user),
    ),
)
