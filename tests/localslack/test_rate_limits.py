"""Rate tiers: a window of one minute per method, a small burst beyond it, then 429 with Retry-After."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack
from localslack.web_api.call import RateLimited
from localslack.web_api.catalog import METHODS
from localslack.web_api.rate_limits import check_rate
from localslack.world import World


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock)


def until_limited(world: World, method: str, **args: str) -> tuple[int, int]:
    """How many calls pass, and the Retry-After of the first refused one."""
    for count in range(1000):
        try:
            check_rate(world, METHODS[method], args)
        except RateLimited as limited:
            return count, limited.retry_after
    raise AssertionError(f"{method} has no limit")


@pytest.mark.parametrize(
    ("method", "tier"),
    [
        ("team.externalTeams.disconnect", 1),
        ("usergroups.disable", 20),
        ("admin.conversations.setTeams", 20),
        ("admin.conversations.getTeams", 50),
        ("admin.auth.policy.removeEntities", 100),
    ],
)
def test_each_tier_takes_its_number_a_minute_and_a_small_burst(world: World, method: str, tier: int) -> None:
    assert until_limited(world, method) == (tier + world.settings.rate_burst, 60)


def test_the_window_slides(world: World, clock: Clock) -> None:
    world.settings.rate_burst = 0
    check_rate(world, METHODS["team.externalTeams.disconnect"], {})
    clock.now += 45.5
    assert until_limited(world, "team.externalTeams.disconnect") == (0, 15)
    clock.now += 15
    assert until_limited(world, "team.externalTeams.disconnect") == (1, 60)


def test_evenly_spaced_calls_are_never_limited(world: World, clock: Clock) -> None:
    world.settings.rate_burst = 0
    for _ in range(200):
        check_rate(world, METHODS["usergroups.disable"], {})
        clock.now += 3.0


def test_the_time_scale_shortens_the_window_but_retry_after_is_at_least_a_second(world: World) -> None:
    world.settings.time_scale = 600
    assert until_limited(world, "usergroups.disable") == (22, 1)


def test_methods_have_windows_of_their_own(world: World) -> None:
    until_limited(world, "usergroups.disable")
    assert until_limited(world, "usergroups.enable") == (22, 60)


def test_a_channel_takes_about_one_message_a_second(world: World) -> None:
    assert until_limited(world, "chat.postMessage", channel="C1") == (12, 10)
    assert until_limited(world, "chat.postMessage", channel="C2") == (12, 10)


def test_limits_can_be_changed_or_switched_off(world: World, clock: Clock) -> None:
    world.settings.rate_per_minute = {"usergroups.disable": 5, "usergroups.enable": None}
    assert until_limited(world, "usergroups.disable") == (7, 60)
    with pytest.raises(AssertionError, match="no limit"):
        until_limited(world, "usergroups.enable")
    world.settings.rate_limits = False
    with pytest.raises(AssertionError, match="no limit"):
        until_limited(world, "usergroups.disable")


def test_over_http_it_is_429_with_a_header_and_nothing_is_done(slack: LocalSlack, bot: WebClient) -> None:
    slack.client.settings(rate_burst=0, disconnect_delay=1000)
    bot.team_externalTeams_disconnect(target_team="T0ACME0001")
    with pytest.raises(SlackApiError) as caught:
        bot.team_externalTeams_disconnect(target_team="T0INITECH1")
    answer = caught.value.response
    assert (answer.status_code, answer.data) == (429, {"ok": False, "error": "ratelimited"})
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    logged = slack.client.calls("team.externalTeams.disconnect")[-1]
    assert (logged["status"], logged["performed"], logged["effect"]) == (429, False, False)
    assert slack.client.state()["external_orgs"]["T0INITECH1"]["disconnecting"] is False
