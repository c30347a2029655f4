"""Home tabs: drawn for whoever looks, again when something changes, not given up for a passing error."""

from typing import Any, cast

import pytest
import sqlalchemy as sa

from app.execution.homes import Homes
from app.execution.lease import Lease
from app.model.home import Home
from app.requests.overview import Overview
from app.requests.policies import NotInForce
from app.requests.transitions import mark_homes
from app.slack.answers import Answer
from app.slack.credentials import NotInstalled
from app.slack.gateway import Gateway, ReadFailed
from app.storage import Database
from app.storage.tables import homes
from tests.unit.given import ANA, BEN, NOW, ORG, StillClock
from tests.unit.slack.wire import Turn, Wire, error, ok, reset

DAY = 86_400


class Seen:
    """What there is to show; or why it cannot be gathered."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.asked: list[tuple[str, int]] = []

    def of(self, enterprise_id: str, user_id: str, page: int = 0) -> Home:
        self.asked.append((user_id, page))
        if self.trouble is not None:
            raise self.trouble
        return Home(refusal=f"for {user_id}")


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def tabs(database: Database, gateway: Gateway, clock: StillClock, seen: Seen) -> Homes:
    return Homes(database, gateway, cast(Overview, seen), "worker-one", clock, 1)


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.select(homes).order_by(homes.c.user_id)))


def published(wire: Wire) -> list[str]:
    return [asked.json["user_id"] for asked in wire.asked if asked.method == "views.publish"]


class TestDrawing:
    def test_whoever_looks_gets_theirs_once(self, tabs: Homes, wire: Wire) -> None:
        tabs.opened(ORG, ANA)
        tabs.opened(ORG, BEN)
        wire.plays(ok(), ok())
        assert tabs.run_once() == 2
        assert sorted(published(wire)) == [ANA, BEN]
        assert tabs.run_once() == 0

    def test_the_page_asked_for_is_drawn(self, tabs: Homes, wire: Wire, seen: Seen) -> None:
        tabs.opened(ORG, ANA, page=3)
        wire.plays(ok())
        tabs.run_once()
        assert seen.asked == [(ANA, 3)]

    def test_a_change_draws_it_again_after_a_rest(
        self, tabs: Homes, wire: Wire, database: Database, clock: StillClock
    ) -> None:
        tabs.opened(ORG, ANA)
        wire.plays(ok(), ok())
        tabs.run_once()
        for _ in range(5):
            with database.write() as connection:
                mark_homes(connection, ORG, clock())
        assert tabs.run_once() == 0
        clock.forward(2)
        assert tabs.run_once() == 1, "what happened meanwhile is shown together"

    def test_one_that_nobody_opened_for_a_week_is_left_alone(
        self, tabs: Homes, wire: Wire, database: Database, clock: StillClock
    ) -> None:
        tabs.opened(ORG, ANA)
        wire.plays(ok())
        tabs.run_once()
        clock.forward(8 * DAY)
        with database.write() as connection:
            mark_homes(connection, ORG, clock())
        assert tabs.run_once() == 0

    def test_other_organizations_do_not_care(
        self, tabs: Homes, wire: Wire, database: Database, clock: StillClock
    ) -> None:
        tabs.opened(ORG, ANA)
        wire.plays(ok())
        tabs.run_once()
        clock.forward(2)
        with database.write() as connection:
            mark_homes(connection, "E0OTHER001", clock())
        assert tabs.run_once() == 0


class TestTrouble:
    @pytest.mark.parametrize("turn", [error("internal_error"), error("ratelimited", 429), reset])
    def test_a_passing_error_is_tried_again_later(
        self, tabs: Homes, wire: Wire, clock: StillClock, turn: Turn
    ) -> None:
        tabs.opened(ORG, ANA)
        wire.plays(turn, ok())
        assert tabs.run_once() == 0
        clock.forward(120)
        assert tabs.run_once() == 1

    def test_a_tab_slack_refuses_for_good_waits_until_it_is_opened_again(
        self, tabs: Homes, wire: Wire, database: Database
    ) -> None:
        tabs.opened(ORG, ANA)
        wire.plays(error("user_not_found"))
        assert tabs.run_once() == 0
        assert rows(database) == []

    @pytest.mark.parametrize(
        "trouble",
        [ReadFailed(Answer("users.info", "internal_error")), NotInstalled(ORG), NotInForce(ORG)],
    )
    def test_what_cannot_be_gathered_is_not_drawn_and_tried_again(
        self, tabs: Homes, wire: Wire, seen: Seen, clock: StillClock, trouble: Exception
    ) -> None:
        tabs.opened(ORG, ANA)
        seen.trouble = trouble
        assert (tabs.run_once(), published(wire)) == (0, [])
        seen.trouble = None
        clock.forward(120)
        wire.plays(ok())
        assert tabs.run_once() == 1

    def test_a_tab_another_living_process_draws_is_left_to_it(
        self, tabs: Homes, database: Database, wire: Wire
    ) -> None:
        tabs.opened(ORG, ANA)
        with database.write() as connection:
            connection.execute(homes.update().values(leased_until=NOW * 1000, worker="worker-two"))
        other = Lease(database, "worker-two")
        other.beat()
        assert tabs.run_once() == 0
        other.end()
        wire.plays(ok())
        assert tabs.run_once() == 1, "it has died"
