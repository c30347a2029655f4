"""The fault switchboard: what goes wrong on purpose goes wrong for the client; the log knows the truth."""

import http.client
import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.server import LocalSlack

GROUP: dict[str, Any] = {"usergroup": "S0FACILITY", "team_id": "T0HQ000001"}


def is_disabled(slack: LocalSlack) -> bool:
    return bool(slack.client.state()["usergroups"]["S0FACILITY"]["disabled_at"])


def last_call(slack: LocalSlack) -> dict[str, Any]:
    return slack.client.calls("usergroups.disable")[-1]


def test_lost_performs_the_call_and_cuts_the_connection(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "lost", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        admin.usergroups_disable(**GROUP)
    assert is_disabled(slack)
    assert (last_call(slack)["performed"], last_call(slack)["effect"]) == (True, True)
    assert admin.usergroups_disable(**GROUP)["ok"]


def test_refused_cuts_the_connection_before_anything_is_done(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "refused")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        admin.usergroups_disable(**GROUP)
    assert not is_disabled(slack)
    assert (last_call(slack)["performed"], last_call(slack)["fault"]) == (False, "refused")


def test_truncated_performs_the_call_and_sends_half_of_the_answer(
    slack: LocalSlack, admin: WebClient
) -> None:
    slack.client.fault("usergroups.disable", "truncated")
    with pytest.raises(http.client.IncompleteRead):
        admin.usergroups_disable(**GROUP)
    assert is_disabled(slack)


def test_unperformed_ok_lies(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "unperformed_ok")
    assert admin.usergroups_disable(**GROUP).data == {"ok": True}
    assert not is_disabled(slack)
    assert last_call(slack)["performed"] is False


def test_an_outage_answers_html(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "http", status=500)
    with pytest.raises(SlackApiError) as caught:
        admin.usergroups_disable(**GROUP)
    assert caught.value.response.status_code == 500
    assert "<h1>500</h1>" in str(caught.value)


def test_an_error_carries_its_extra_fields(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "error", error="fatal_error", extra={"detail": "x"})
    with pytest.raises(SlackApiError) as caught:
        admin.usergroups_disable(**GROUP)
    assert caught.value.response.data == {"ok": False, "error": "fatal_error", "detail": "x"}


def test_rate_limiting_on_purpose_names_the_seconds(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "rate_limited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        admin.usergroups_disable(**GROUP)
    assert caught.value.response.headers["Retry-After"] == "7"


def test_slow_waits_and_then_goes_on(slack: LocalSlack, admin: WebClient) -> None:
    slack.client.fault("usergroups.disable", "slow", seconds=0.2)
    started = time.perf_counter()
    assert admin.usergroups_disable(**GROUP)["ok"]
    assert time.perf_counter() - started >= 0.2


def test_a_slow_call_holds_up_nobody_else(slack: LocalSlack, admin: WebClient, bot: WebClient) -> None:
    slack.client.fault("team.info", "slow", seconds=30)
    with pytest.raises(TimeoutError):
        WebClient(bot.token, base_url=slack.api_url, timeout=1, retry_handlers=[]).team_info()
    assert bot.auth_test()["ok"]


def test_a_fault_strikes_only_matching_arguments_and_only_so_often(
    slack: LocalSlack, admin: WebClient
) -> None:
    match = {"usergroup": "S0FACILITY"}
    slack.client.fault("usergroups.*", "error")
    slack.client.clear_faults()
    slack.client.fault("usergroups.disable", "error", error="internal_error", match=match, times=2)
    assert admin.usergroups_disable(usergroup="S0SECURITY", team_id="T0HQ000001")["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError, match="internal_error"):
            admin.usergroups_disable(**GROUP)
    assert admin.usergroups_disable(**GROUP)["ok"]
    assert slack.client.get("faults")["faults"][0]["hits"] == 2


def test_the_star_strikes_every_method_until_removed(slack: LocalSlack, bot: WebClient) -> None:
    fault = slack.client.fault("*", "error", error="service_unavailable")
    with pytest.raises(SlackApiError, match="service_unavailable"):
        bot.auth_test()
    slack.client.clear_faults(fault)
    assert bot.auth_test()["ok"]


def test_an_unknown_kind_of_fault_is_refused(slack: LocalSlack) -> None:
    with pytest.raises(ValueError, match="earthquake"):
        slack.client.fault("*", "earthquake")
