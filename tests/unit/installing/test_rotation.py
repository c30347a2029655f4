"""Tokens that run out are renewed once each, by one process, and nothing Slack gave is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from app.config import Secret
from app.execution.lease import Lease
from app.installing.installations import LOST, Installations
from app.installing.rotation import Rotation
from app.slack.answers import Answer
from app.slack.credentials import Grant
from app.slack.methods import Token
from app.storage import Database
from app.storage.tables import heartbeats
from tests.unit.given import NOW, ORG, StillClock
from tests.unit.installing.conftest import EXPIRES, FIRST, ROTATING, events, told

ADMIN, BOT = "W0ADMIN001", "U0BOT"
NEARLY = 36_001  # seconds until the last two hours


class Slack:
    """Hands out token after token; each refresh token is good once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: list[Answer] = []
        self.meanwhile: Callable[[], Any] = lambda: None

    def __call__(self, refresh_token: Secret) -> Answer:
        used = refresh_token.reveal() in self.asked
        self.asked.append(refresh_token.reveal())
        self.meanwhile()
        if self.fails:
            return self.fails.pop(0)
        if used:
            return Answer("oauth.v2.access", LOST)
        number = len(self.asked)
        data = {
            "access_token": f"xoxe.new-{number}",
            "refresh_token": f"xoxe-1-{number}",
            "expires_in": 43_200,
        }
        return Answer("oauth.v2.access", "ok", data)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def rotating(kept: Installations) -> Installations:
    kept.save(ROTATING)
    return kept


def process(
    kept: Installations, database: Database, slack: Slack, clock: StillClock, name: str = "one"
) -> Rotation:
    """A living process that renews."""
    Lease(database, name).beat()
    return Rotation(database, kept, name, slack, clock, sleep=lambda _: None)


@pytest.fixture
def rotation(rotating: Installations, database: Database, slack: Slack, clock: StillClock) -> Rotation:
    return process(rotating, database, slack, clock)


def tokens(kept: Installations) -> list[str]:
    return [grant.token.reveal() for kind in (Token.BOT, Token.USER) for grant in kept.grants(ORG, kind)]


class TestBeforeItRunsOut:
    def test_nothing_is_renewed_long_before(self, rotation: Rotation, slack: Slack) -> None:
        assert rotation.run_once() == 0
        assert slack.asked == []

    def test_in_the_last_two_hours_both_kinds_are_renewed_once(
        self, rotation: Rotation, rotating: Installations, slack: Slack, clock: StillClock
    ) -> None:
        clock.forward(NEARLY)
        assert rotation.run_once() == 2
        assert sorted(slack.asked) == ["xoxe-1-admin", "xoxe-1-bot"]
        assert rotation.run_once() == 0
        assert sorted(tokens(rotating)) == ["xoxe.new-1", "xoxe.new-2"]
        kept = rotating.one(ORG, ADMIN)
        assert kept is not None
        assert kept.expires_at == NOW + NEARLY * 1000 + 43_200_000

    def test_renewed_tokens_are_renewed_with_what_came_last(
        self, rotation: Rotation, slack: Slack, clock: StillClock
    ) -> None:
        for _ in range(3):
            clock.forward(NEARLY)
            assert rotation.run_once() == 2
        assert len(set(slack.asked)) == 6

    def test_a_token_that_never_runs_out_is_left_alone(
        self, kept: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        kept.save(FIRST)
        clock.forward(10_000_000)
        assert process(kept, database, slack, clock).run_once() == 0
        assert slack.asked == []


class TestSeveralProcesses:
    def test_whoever_comes_while_one_is_at_it_asks_nothing(
        self, rotation: Rotation, rotating: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        other = process(rotating, database, slack, clock, "two")
        seen: list[int] = []

        def meanwhile() -> None:
            slack.meanwhile = lambda: None
            seen.append(other.run_once())

        clock.forward(NEARLY)
        slack.meanwhile = meanwhile
        assert rotation.run_once() + seen[0] == 2
        assert len(slack.asked) == len(set(slack.asked)) == 2

    def test_many_at_once_use_each_refresh_token_once(
        self, rotating: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        clock.forward(NEARLY)
        all_ = [process(rotating, database, slack, clock, f"process-{number}") for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(Rotation.run_once, all_)) == 2
        assert len(slack.asked) == len(set(slack.asked)) == 2

    def test_what_a_dead_process_held_is_taken_over(
        self, rotation: Rotation, rotating: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        def die() -> None:
            raise KeyboardInterrupt

        clock.forward(NEARLY)
        slack.meanwhile = die
        with pytest.raises(KeyboardInterrupt):
            rotation.run_once()
        slack.meanwhile, slack.asked = lambda: None, []
        other = process(rotating, database, slack, clock, "two")
        assert other.run_once() == 1  # the one that is not held by a living process
        with database.write() as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.executor == "one"))
        assert other.run_once() == 1

    def test_a_new_install_meanwhile_wins(
        self, rotation: Rotation, rotating: Installations, slack: Slack, clock: StillClock
    ) -> None:
        clock.forward(NEARLY)
        slack.meanwhile = lambda: rotating.save(FIRST)
        assert rotation.run_once() == 0
        assert tokens(rotating) == ["xoxb-the-bot", "xoxp-the-admin"]


class TestWhenItFails:
    @pytest.mark.parametrize("code", ["answer_lost", "not_sent", "timeout", "ratelimited", "internal_error"])
    def test_slack_is_asked_again_later_and_nobody_is_told(
        self,
        rotation: Rotation,
        rotating: Installations,
        database: Database,
        slack: Slack,
        clock: StillClock,
        code: str,
    ) -> None:
        clock.forward(NEARLY)
        slack.fails = [Answer("oauth.v2.access", code)] * 2
        assert rotation.run_once() == 0
        slack.asked = []
        assert rotation.run_once() == 2
        assert told(database) == []

    def test_a_lost_renewal_is_told_once_with_the_hour_and_the_token_is_used_until_then(
        self, rotation: Rotation, rotating: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        clock.forward(NEARLY)
        slack.asked = ["xoxe-1-admin", "xoxe-1-bot"]  # by a process that died before it could store
        assert [rotation.run_once(), rotation.run_once()] == [0, 0]
        assert len(slack.asked) == 4
        lines = told(database)
        assert len(lines) == 2
        assert all(f"<!date^{EXPIRES // 1000}^" in line and "/slack/install" in line for line in lines)
        assert sorted(tokens(rotating)) == ["xoxe.xoxb-1", "xoxe.xoxp-1"]
        assert [event for event, _ in events(database)][1:] == ["installation:refused"] * 2

    def test_a_database_that_is_away_for_a_moment_loses_nothing(
        self,
        rotation: Rotation,
        rotating: Installations,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        store, failures = rotating.renewed, [1, 2, 3]

        def renewed(*told: Any) -> bool:
            if failures:
                failures.pop()
                raise sa.exc.OperationalError("UPDATE", {}, Exception("the connection is gone"))
            return store(*told)

        monkeypatch.setattr(rotating, "renewed", renewed)
        clock.forward(NEARLY)
        assert rotation.run_once() == 2
        assert sorted(tokens(rotating)) == ["xoxe.new-1", "xoxe.new-2"]


class TestAfterItHasRunOut:
    def test_the_caller_gets_a_fresh_one(
        self, rotation: Rotation, rotating: Installations, clock: StillClock
    ) -> None:
        rotating.renewing = rotation.now
        clock.forward(50_000)
        stale = ROTATING.grant(Token.USER)
        fresh = rotating.refused(ORG, Token.USER, stale, "token_expired")
        assert fresh == Grant(ADMIN, Secret("xoxe.new-1"))
        assert rotating.refused(ORG, Token.USER, stale, "token_expired") == fresh

    def test_while_another_process_renews_it_the_caller_waits_for_that(
        self, rotation: Rotation, rotating: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        stale = rotating.one(ORG, BOT)
        assert stale is not None
        with ThreadPoolExecutor(4) as pool:
            others = [process(rotating, database, slack, clock, f"p{number}") for number in range(4)]
            found = set(pool.map(lambda other: other.now(stale), others))
        assert found == {Grant(BOT, Secret("xoxe.new-1"))}
        assert slack.asked == ["xoxe-1-bot"]

    def test_without_a_refresh_token_there_is_none(
        self, kept: Installations, database: Database, slack: Slack, clock: StillClock
    ) -> None:
        kept.save(FIRST)
        kept.renewing = process(kept, database, slack, clock).now
        assert kept.refused(ORG, Token.USER, FIRST.grant(Token.USER), "token_expired") is None
        assert slack.asked == []
