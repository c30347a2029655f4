"""The gateway: the right token, the right body, patient reading to the end, and one host for answers."""

import json
import logging
from typing import Any

import pytest

from app.config import Secret
from app.installing.installations import Installations
from app.installing.vault import Vault
from app.slack import gateway as module
from app.slack.answers import Answer
from app.slack.credentials import GivenTokens
from app.slack.gateway import Gateway, ReadFailed
from app.slack.methods import METHODS, Token
from app.slack.pace import Lane, Pace, Turn
from app.storage import Database
from tests.unit.given import HOSTILE, ORG, StillClock
from tests.unit.slack.conftest import INSTALLATION
from tests.unit.slack.wire import Wire, error, ok, raw, reset, silence

LIST = "team.externalTeams.list"
SEARCH = "admin.conversations.search"


def read(gateway: Gateway, method: str = LIST, **arguments: Any) -> Any:
    return gateway.read(ORG, method, arguments, Lane.INTERACTIVE)


def pages(gateway: Gateway, method: str = LIST, **more: Any) -> list[Any]:
    return list(gateway.pages(ORG, method, {"limit": 2}, Lane.INTERACTIVE, **more))


def failure(gateway: Gateway) -> Answer:
    with pytest.raises(ReadFailed) as failed:
        read(gateway)
    return failed.value.answer


class TestGrantedScopes:
    def test_are_those_of_the_last_answer(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(raw(200, '{"ok": true}', x_oauth_scopes="chat:write, files:read"))
        gateway.call(ORG, "users.info", {"user": "W0ANA00001"})
        assert gateway.granted(ORG, Token.BOT) == {"chat:write", "files:read"}
        assert len(wire.asked) == 1

    def test_are_asked_for_when_no_answer_told_them_yet(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(raw(200, '{"ok": true}', x_oauth_scopes="chat:write"))
        assert gateway.granted(ORG, Token.BOT) == {"chat:write"}
        assert [asked.method for asked in wire.asked] == ["auth.test"]

    def test_are_none_where_slack_says_nothing(self, gateway: Gateway, wire: Wire) -> None:
        assert gateway.granted("E0OTHER001", Token.BOT) == frozenset()


class TestACall:
    @pytest.mark.parametrize("method", sorted(METHODS))
    def test_each_method_goes_with_its_own_kind_of_token(
        self, gateway: Gateway, wire: Wire, method: str
    ) -> None:
        assert gateway.call(ORG, method, {}).ok
        (asked,) = wire.asked
        wanted = {Token.BOT: "xoxb-the-bot", Token.USER: "xoxp-the-admin"}
        assert (asked.method, asked.token) == (method, wanted[METHODS[method].token])

    def test_another_token_can_be_asked_for(self, gateway: Gateway, wire: Wire) -> None:
        gateway.call(ORG, "usergroups.list", {}, token=Token.USER)
        assert wire.asked[0].token == "xoxp-the-admin"

    def test_an_organization_without_an_install_is_not_called(self, gateway: Gateway, wire: Wire) -> None:
        assert gateway.call("E0OTHER001", LIST, {}) == Answer(LIST, "not_installed")
        assert wire.asked == []

    def test_one_whose_stored_tokens_no_key_opens_is_not_called(
        self, wire: Wire, sqlite: Database, clock: StillClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        Installations(sqlite, Vault([Secret(Vault.new_key())]), clock).save(INSTALLATION)
        closed = Installations(sqlite, Vault([Secret(Vault.new_key())]), clock)
        here = Gateway(closed, base_url=wire.url, hooks_host=wire.host, pace=Pace(sqlite, 1))
        assert here.call(ORG, LIST, {}) == Answer(LIST, "not_installed")
        assert wire.asked == []
        assert "ENCRYPTION_KEYS" in caplog.text

    def test_a_form_joins_lists_writes_structures_as_json_and_leaves_out_none(
        self, gateway: Gateway, wire: Wire
    ) -> None:
        arguments = {
            "leaving_team_ids": ["T0ACME0001", "T0BETA0001"],
            "one": ("T0ACME0001",),
            "filters": [{"a": 1}],
            "cursor": None,
            "limit": 20,
            "name": "Ü & Co = <x>",
            "org_channel": True,
            "empty": "",
        }
        gateway.call(ORG, "admin.conversations.disconnectShared", arguments)
        asked = wire.asked[0]
        assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
        assert asked.form == {
            "leaving_team_ids": "T0ACME0001,T0BETA0001",
            "one": "T0ACME0001",
            "filters": '[{"a": 1}]',
            "limit": "20",
            "name": "Ü & Co = <x>",
            "org_channel": "1",
            "empty": "",
        }

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_a_message_goes_as_json_and_arrives_as_it_was(
        self, gateway: Gateway, wire: Wire, text: str
    ) -> None:
        message = {
            "channel": "C0ADMIN0001",
            "text": text,
            "blocks": [{"type": "divider"}],
            "unfurl_links": False,
        }
        gateway.call(ORG, "chat.postMessage", message)
        asked = wire.asked[0]
        assert asked.headers["content-type"].startswith("application/json")
        assert asked.json == message

    def test_a_call_is_made_once_whatever_comes_back(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(reset)
        assert gateway.call(ORG, "usergroups.disable", {"usergroup": "S1"}).code == "answer_lost"
        assert len(wire.asked) == 1

    def test_no_call_adds_a_workspace_by_itself(self, gateway: Gateway, wire: Wire) -> None:
        gateway.call(ORG, "admin.conversations.setTeams", {"channel_id": "C1", "org_channel": True})
        assert set(wire.asked[0].form) == {"channel_id", "org_channel"}

    def test_nothing_secret_is_logged(
        self, gateway: Gateway, wire: Wire, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        wire.plays(error("fatal_error"), reset, raw(500, "<html>"))
        for _ in range(3):
            gateway.call(ORG, "chat.postMessage", {"channel": "C1", "text": "a body"})
        assert "xoxb" not in caplog.text
        assert "a body" not in caplog.text


class TestAPacedCall:
    def test_given_a_free_method_it_does_not_wait(self, gateway: Gateway, slept: list[float]) -> None:
        assert gateway.paced(ORG, LIST, {}, Lane.INTERACTIVE).ok
        assert slept == []

    def test_given_a_busy_method_it_waits_its_turn(self, gateway: Gateway, slept: list[float]) -> None:
        for _ in range(3):
            gateway.paced(ORG, LIST, {}, Lane.BACKGROUND)
        assert len(slept) == 2
        assert slept == [pytest.approx(3.12), pytest.approx(3.12)]

    def test_work_in_the_background_that_was_sent_away_often_waits_like_an_execution(
        self, wire: Wire, sqlite: Database, slept: list[float]
    ) -> None:
        asked: list[Lane] = []

        class Crowded(Pace):
            def turn(self, enterprise_id: str, method: str, lane: Lane, place: float = 0.0) -> Turn:
                asked.append(lane)
                return Turn(0.1, taken=lane is Lane.EXECUTION)

        gateway = Gateway(
            GivenTokens(INSTALLATION),
            base_url=wire.url,
            hooks_host=wire.host,
            pace=Crowded(sqlite, 1),
            sleep=slept.append,
        )
        assert gateway.paced(ORG, LIST, {}, Lane.BACKGROUND).ok
        assert asked == [Lane.BACKGROUND] * 20 + [Lane.EXECUTION]

    def test_whoever_waits_may_be_told_to_give_up(self, gateway: Gateway, slept: list[float]) -> None:
        assert gateway.await_turn(ORG, LIST, Lane.EXECUTION)
        assert not gateway.await_turn(ORG, LIST, Lane.EXECUTION, lambda seconds: seconds > 3)
        assert slept == []

    def test_given_a_429_everybody_holds_off(self, gateway: Gateway, wire: Wire, slept: list[float]) -> None:
        wire.plays(error("ratelimited", 429, retry_after="30"))
        assert gateway.call(ORG, LIST, {}).code == "ratelimited"
        for lane in Lane:
            assert gateway.turn(ORG, LIST, lane).wait > 29

    def test_given_a_429_without_a_time_nobody_is_held_off(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(error("ratelimited", 429))
        gateway.call(ORG, LIST, {})
        assert gateway.turn(ORG, LIST, Lane.INTERACTIVE).wait == 0


class TestARead:
    def test_it_gives_slacks_data(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(ok(organizations=[{"team_id": "T1"}]))
        assert read(gateway)["organizations"] == [{"team_id": "T1"}]

    @pytest.mark.parametrize("turn", [reset, raw(500, "<html>"), error("internal_error"), raw(200, "x")])
    def test_what_may_pass_is_tried_again(self, gateway: Gateway, wire: Wire, turn: Any) -> None:
        wire.plays(turn, turn, ok(organizations=[]))
        assert read(gateway)["organizations"] == []
        assert len(wire.asked) == 3

    def test_each_pause_is_twice_the_last_and_scaled(
        self, gateway: Gateway, wire: Wire, slept: list[float]
    ) -> None:
        wire.plays(*[error("internal_error")] * 5)
        assert failure(gateway).code == "internal_error"
        assert len(wire.asked) == 5
        assert slept == [1 / 600, 2 / 600, 4 / 600, 8 / 600]

    def test_a_retry_after_is_taken_as_sent(self, gateway: Gateway, wire: Wire, slept: list[float]) -> None:
        wire.plays(error("ratelimited", 429, retry_after="3"), ok())
        read(gateway)
        assert slept[0] == 3.0

    def test_what_will_not_pass_is_not_tried_again(
        self, gateway: Gateway, wire: Wire, slept: list[float]
    ) -> None:
        wire.plays(error("missing_scope"))
        assert failure(gateway).code == "missing_scope"
        assert (len(wire.asked), slept) == (1, [])

    def test_a_slow_slack_is_a_failed_read(
        self, gateway: Gateway, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_TIMEOUT", 0.05)
        wire.plays(*[silence] * 5)
        answer = failure(gateway)
        assert (answer.method, answer.code) == (LIST, "timeout")

    def test_the_failure_names_method_and_code(self) -> None:
        assert str(ReadFailed(Answer(LIST, "timeout"))) == f"{LIST}: timeout"

    @pytest.mark.parametrize(("attempt", "seconds"), [(0, 1), (1, 2), (5, 32), (6, 60), (50, 60), (5000, 60)])
    def test_a_pause_grows_to_a_minute(self, gateway: Gateway, attempt: int, seconds: int) -> None:
        assert gateway.pause(Answer(LIST, "timeout"), attempt) == pytest.approx(seconds / 600)


class TestPages:
    def test_they_are_read_to_the_end(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(
            ok(organizations=[1], response_metadata={"next_cursor": "b="}),
            ok(organizations=[2], response_metadata={"next_cursor": "c="}),
            ok(organizations=[3], response_metadata={"next_cursor": ""}),
        )
        assert [page["organizations"] for page in pages(gateway)] == [[1], [2], [3]]
        assert [asked.form for asked in wire.asked] == [
            {"limit": "2"},
            {"limit": "2", "cursor": "b="},
            {"limit": "2", "cursor": "c="},
        ]

    def test_a_search_has_its_cursor_beside_its_rows(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(ok(conversations=[1], next_cursor="b"), ok(conversations=[2], next_cursor=""))
        assert [page["conversations"] for page in pages(gateway, SEARCH, top_level_cursor=True)] == [[1], [2]]

    @pytest.mark.parametrize("metadata", [{}, {"response_metadata": None}, {"response_metadata": {}}])
    def test_without_a_cursor_there_is_one_page(self, gateway: Gateway, wire: Wire, metadata: Any) -> None:
        wire.plays(ok(organizations=[1], **metadata))
        assert len(pages(gateway)) == 1

    def test_a_page_that_stumbles_is_read_again_and_none_is_lost(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(
            ok(organizations=[1], response_metadata={"next_cursor": "b"}), reset, ok(organizations=[2])
        )
        assert [page["organizations"] for page in pages(gateway)] == [[1], [2]]

    def test_a_page_that_fails_fails_the_list(self, gateway: Gateway, wire: Wire) -> None:
        wire.plays(ok(organizations=[1], response_metadata={"next_cursor": "b"}), error("missing_scope"))
        with pytest.raises(ReadFailed, match="missing_scope"):
            pages(gateway)

    @pytest.mark.parametrize("cursors", [["b", "b"], ["b", "c", "b"]])
    def test_a_list_that_goes_round_in_circles_fails_and_is_not_taken_for_whole(
        self, gateway: Gateway, wire: Wire, cursors: list[str]
    ) -> None:
        wire.plays(*(ok(organizations=[1], response_metadata={"next_cursor": cursor}) for cursor in cursors))
        with pytest.raises(ReadFailed, match="invalid_cursor"):
            pages(gateway)


class TestAnAnswerToTheOneWhoActed:
    def test_it_goes_to_them_only_and_replaces_nothing(self, gateway: Gateway, wire: Wire) -> None:
        assert gateway.respond(f"http://{wire.host}/hooks/1", "no", [{"type": "divider"}])
        assert json.loads(wire.asked[0].body) == {
            "text": "no",
            "blocks": [{"type": "divider"}],
            "response_type": "ephemeral",
            "replace_original": False,
        }

    @pytest.mark.parametrize("turn", [raw(404, "expired_url"), reset, raw(500, "x")])
    def test_it_says_when_it_did_not_arrive(self, gateway: Gateway, wire: Wire, turn: Any) -> None:
        wire.plays(turn)
        assert not gateway.respond(f"http://{wire.host}/hooks/1", "no")
        assert len(wire.asked) == 1

    @pytest.mark.parametrize(
        "address",
        [
            "http://evil.example/hooks",
            "http://{host}@evil.example/hooks",
            "http://{host}.evil.example/hooks",
            "http://evil.{host}/hooks",
            "http://evil@{host}/hooks",
            "http://evil.example/{host}",
            "http://127.0.0.1:1/hooks",
            "//evil.example",
            "//{host}/hooks",
            "https://{host}/hooks",
            "http://[{host}/hooks",
            "file:///etc/passwd",
            "",
        ],
    )
    def test_any_other_host_is_refused_and_the_address_is_not_logged(
        self, gateway: Gateway, wire: Wire, caplog: pytest.LogCaptureFixture, address: str
    ) -> None:
        assert not gateway.respond(address.format(host=wire.host), "no")
        assert wire.asked == []
        assert "was not used" in caplog.text
        assert "/hooks" not in caplog.text
