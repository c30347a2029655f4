"""Cards and notices follow the database: posted once, changed in place, replaced when they must be."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.config import Principal
from app.execution.lease import Lease
from app.execution.projector import Projector
from app.requests.admin_channel import AdminChannels
from app.requests.policies import Policies
from app.requests.transitions import mark_stale
from app.slack.directory import Live
from app.slack.gateway import Gateway
from app.storage.tables import cards, notices
from tests.unit.given import ADMIN_CHANNEL, ANA, BEN, NOW, ORG, filed, item, plan
from tests.unit.requests.conftest import Office, office, open_office
from tests.unit.slack.wire import Asked, Turn, Wire, error, ok, raw, reset

__all__ = ["office", "open_office"]

POSTED = ok(ts="1790000000.000100")
LATER = ok(ts="1790000000.000900")


def link(name: str) -> Turn:
    """Slack's answer to `chat.getPermalink`."""
    return ok(permalink=f"https://x.slack.com/{name}")


class Fit(AdminChannels):
    """Admin channels in which all is well, without a look."""

    def fit(self, live: Live) -> bool:
        return True


class Wall:
    """The admin channel of an office, and the projector that draws on it."""

    def __init__(self, office: Office, wire: Wire, gateway: Gateway) -> None:
        self.office, self.wire, self.gateway = office, wire, gateway
        self.projector = self.another("executor-one")

    def another(self, worker: str) -> Projector:
        Lease(self.office.database, worker).beat()
        policies: Policies = self.office.policies
        database, clock = self.office.database, self.office.clock
        return Projector(database, self.gateway, policies, Fit(database, policies, clock), worker, clock, 1)

    def ask(self) -> str:
        return filed(self.office.database, self.office.clock).id

    def stale(self, request_id: str) -> None:
        with self.office.database.write() as connection:
            mark_stale(connection, request_id, self.office.clock())

    def card(self) -> Any:
        with self.office.database.read() as connection:
            return connection.execute(sa.select(cards)).one()

    def notices(self) -> list[Any]:
        with self.office.database.read() as connection:
            return list(connection.execute(sa.select(notices).order_by(notices.c.id)))

    def set(self, table: sa.Table, **values: Any) -> None:
        with self.office.database.write() as connection:
            connection.execute(table.update().values(values))

    def asked_of(self, method: str) -> list[tuple[str, str]]:
        """Which message each request to that method was about, and what it said."""
        bodies = [asked.json if asked.body.startswith("{") else asked.form for asked in self.of(method)]
        return [
            (body.get("thread_ts") or body.get("message_ts", ""), body.get("text", "")) for body in bodies
        ]

    def of(self, method: str) -> list[Asked]:
        return [asked for asked in self.wire.asked if asked.method == method]

    def replace(self, code: str, *turns: Turn) -> None:
        """A posted card cannot be changed and is posted anew; what Slack answers afterwards."""
        request_id = self.ask()
        self.wire.plays(POSTED)
        self.projector.run_once()
        self.stale(request_id)
        self.office.clock.forward(2)
        self.wire.plays(error(code), LATER, *turns)
        self.projector.run_once()


@pytest.fixture
def wall(office: Office, wire: Wire, gateway: Gateway) -> Wall:
    return Wall(office, wire, gateway)


class TestACard:
    def test_is_posted_into_the_admin_channel_and_mentions_the_approvers(self, wall: Wall) -> None:
        request_id = wall.ask()
        wall.wire.plays(POSTED)
        assert wall.projector.run_once() == 1
        (asked,) = wall.wire.asked
        assert (asked.method, asked.json["channel"]) == ("chat.postMessage", ADMIN_CHANNEL)
        assert asked.json["metadata"]["event_payload"] == {"request_id": request_id}
        assert f"<@{BEN}>" in asked.body
        card = wall.card()
        assert (card.ts, card.shown, card.wanted, card.worker) == ("1790000000.000100", 1, 1, None)

    def test_mentions_groups_by_their_id(
        self, open_office: Callable[..., Office], wire: Wire, gateway: Gateway
    ) -> None:
        office = open_office(
            approvers=(Principal("user", BEN),), approvals_from=((Principal("user", BEN), 1),)
        )
        wall = Wall(office, wire, gateway)
        wall.ask()
        wall.wire.plays(POSTED)
        wall.projector.run_once()
        assert wire.asked[0].body.count(f"<@{BEN}>") == 1

    def test_that_is_up_to_date_is_left_alone(self, wall: Wall) -> None:
        wall.ask()
        wall.wire.plays(POSTED)
        wall.projector.run_once()
        wall.office.clock.forward(60)
        assert wall.projector.run_once() == 0

    def test_that_is_stale_is_changed_in_place_after_a_rest(self, wall: Wall) -> None:
        request_id = wall.ask()
        wall.wire.plays(POSTED, ok())
        wall.projector.run_once()
        wall.stale(request_id)
        wall.stale(request_id)
        assert wall.projector.run_once() == 0
        wall.office.clock.forward(1.5)
        assert wall.projector.run_once() == 1
        update = wall.wire.asked[1]
        assert (update.method, update.json["ts"]) == ("chat.update", "1790000000.000100")
        assert "unfurl_links" not in update.json
        assert (wall.card().shown, wall.card().wanted) == (3, 3)

    @pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed", "cant_update_message"])
    def test_that_cannot_be_changed_is_replaced_and_linked_both_ways(self, wall: Wall, code: str) -> None:
        old, new = "1790000000.000100", "1790000000.000900"
        wall.replace(code, link("old"), link("new"))
        card = wall.card()
        assert (card.ts, card.replaces) == (new, old)
        assert ("card:replaced", "drawbridge") in wall.office.events(Event.CARD_REPLACED)
        assert wall.asked_of("chat.getPermalink") == [(old, ""), (new, "")]
        back, forth = wall.asked_of("chat.postMessage")[2:]
        assert back == (
            new,
            "♻️ This card replaces <https://x.slack.com/old|an earlier one>: it could not be changed. "
            "Its buttons work all the same.",
        )
        assert forth == (
            old,
            "♻️ This card can no longer be changed; the one that shows what is so now is further down. "
            "<https://x.slack.com/new|Go to it>",
        )

    def test_whose_address_slack_does_not_tell_is_replaced_all_the_same(self, wall: Wall) -> None:
        wall.replace("message_not_found", error("message_not_found"), ok())
        texts = [text for _, text in wall.asked_of("chat.postMessage")[2:]]
        assert [("an earlier one" in text, "|" in text) for text in texts] == [(True, False), (False, False)]

    def test_that_was_replaced_is_linked_once_slack_takes_messages_again(self, wall: Wall) -> None:
        busy = error("ratelimited", 429, retry_after="5")
        wall.replace("message_not_found", link("old"), link("new"), busy, busy)
        assert [(row.recipient, row.sent_at) for row in wall.notices()] == [
            ("", None),
            ("1790000000.000100", None),
        ]
        wall.office.clock.forward(5)
        wall.projector.run_once()
        assert all(row.sent_at for row in wall.notices())

    @pytest.mark.parametrize(
        ("turn", "again"),
        [(error("ratelimited", 429, retry_after="30"), 30), (raw(500, "x"), 1), (error("internal_error"), 1)],
    )
    def test_that_could_not_be_posted_is_tried_again_later(self, wall: Wall, turn: Any, again: int) -> None:
        wall.ask()
        wall.wire.plays(turn, POSTED)
        assert wall.projector.run_once() == 0
        card = wall.card()
        assert (card.ts, card.failures, card.due_at) == (None, 1, NOW + again * 1000)
        wall.office.clock.forward(again)
        assert wall.projector.run_once() >= 1
        assert wall.card().failures == 0

    def test_whose_post_got_no_answer_says_that_it_replaces_one(self, wall: Wall) -> None:
        wall.ask()
        wall.wire.plays(reset, POSTED)
        wall.projector.run_once()
        wall.office.clock.forward(1)
        wall.projector.run_once()
        assert wall.card().replaces == "unknown"
        (told,) = [text for _, _, text in wall.office.told()]
        assert told.startswith("♻️ This card replaces an earlier one: the first may or may not have arrived.")
        assert wall.of("chat.getPermalink") == []

    def test_that_surely_was_not_posted_replaces_none(self, wall: Wall) -> None:
        wall.ask()
        wall.wire.plays(error("ratelimited", 429, retry_after="1"), POSTED)
        wall.projector.run_once()
        wall.office.clock.forward(1)
        wall.projector.run_once()
        assert wall.card().replaces is None

    def test_whose_process_died_between_post_and_note_says_so_too(self, wall: Wall) -> None:
        wall.ask()
        wall.set(cards, posting_at=NOW - 1, worker="dead", leased_until=4_102_444_800_000)
        wall.wire.plays(POSTED)
        wall.projector.run_once()
        assert wall.card().replaces == "unknown"

    def test_somebody_alive_works_on_is_left_to_them(self, wall: Wall) -> None:
        wall.ask()
        second = wall.another("executor-two")
        wall.set(cards, worker="executor-one", leased_until=4_102_444_800_000)
        assert second.run_once() == 0
        assert wall.wire.asked == []


class TestNotices:
    def approve(self, wall: Wall) -> str:
        request_id = wall.ask()
        wall.office.deciding.approve(wall.office.click(request_id), wall.office.town, "acme")
        return request_id

    def test_wait_for_their_card_and_go_into_its_thread(self, wall: Wall) -> None:
        self.approve(wall)
        wall.wire.plays(POSTED, ok(ts="1.1"), ok(ts="1.2"))
        assert wall.projector.run_once() == 3
        _, thread, person = wall.wire.asked
        assert (thread.json["channel"], thread.json["thread_ts"]) == (ADMIN_CHANNEL, "1790000000.000100")
        assert person.json["channel"] == ANA
        assert [(row.sent_at, row.ts) for row in wall.notices()] == [(NOW, "1.1"), (NOW, "1.2")]

    def test_are_not_posted_into_a_thread_that_is_not_there(self, wall: Wall) -> None:
        self.approve(wall)
        wall.wire.plays(error("ratelimited", 429, retry_after="60"), ok(ts="1.2"))
        wall.projector.run_once()
        assert [row.sent_at for row in wall.notices()] == [None, NOW]

    def test_are_posted_once(self, wall: Wall) -> None:
        self.approve(wall)
        wall.projector.run_once()
        asked = len(wall.wire.asked)
        wall.office.clock.forward(3600)
        wall.projector.run_once()
        assert len(wall.wire.asked) == asked

    def test_of_one_thread_keep_their_order_when_the_first_stumbles(self, wall: Wall) -> None:
        request_id = self.approve(wall)
        wall.office.deciding.cancel(wall.office.click(request_id, ANA), wall.office.town)
        wall.wire.plays(POSTED, error("ratelimited", 429, retry_after="5"))
        wall.projector.run_once()
        thread = [row for row in wall.notices() if row.place == "thread"]
        assert [row.sent_at for row in thread] == [None, None]
        wall.office.clock.forward(5)
        wall.projector.run_once()
        texts = [asked.json["text"] for asked in wall.wire.asked if asked.json.get("thread_ts")]
        assert [text.split()[0] for text in texts[-2:]] == ["👍", "↩️"]

    def test_to_somebody_who_takes_none_are_given_up(self, wall: Wall) -> None:
        self.approve(wall)
        wall.wire.plays(POSTED, ok(), error("channel_not_found"))
        wall.projector.run_once()
        assert wall.notices()[1].given_up == "channel_not_found"
        asked = len(wall.wire.asked)
        wall.office.clock.forward(3600)
        wall.projector.run_once()
        assert len(wall.wire.asked) == asked

    def test_into_a_thread_are_never_given_up(self, wall: Wall) -> None:
        self.approve(wall)
        wall.wire.plays(POSTED, error("not_in_channel"), ok())
        wall.projector.run_once()
        assert (wall.notices()[0].given_up, wall.notices()[0].failures) == (None, 1)

    def test_with_a_long_list_share_it_as_a_file_in_the_thread(self, wall: Wall) -> None:
        ask_for_six(wall)
        wall.wire.plays(POSTED, address(wall), raw(200, "OK"), ok(files=[{"id": "F0LIST0001"}]))
        assert wall.projector.run_once() == 2
        _, asked, bytes_, shared = wall.wire.asked
        assert asked.form["filename"].endswith("-items.csv")
        assert len(bytes_.body.splitlines()) == 7 and "T0ACME0005" in bytes_.body
        assert shared.form["channel_id"] == ADMIN_CHANNEL
        assert shared.form["thread_ts"] == "1790000000.000100"
        assert "All 6 items" in shared.form["initial_comment"]
        assert wall.notices()[0].sent_at == NOW

    @pytest.mark.parametrize("turn", [raw(500, "no"), reset], ids=["refused", "broken"])
    def test_whose_file_did_not_arrive_come_again(self, wall: Wall, turn: Turn) -> None:
        ask_for_six(wall)
        wall.wire.plays(POSTED, address(wall), turn)
        wall.projector.run_once()
        assert (wall.notices()[0].sent_at, wall.notices()[0].failures) == (None, 1)
        wall.office.clock.forward(2)
        wall.wire.plays(address(wall), raw(200, "OK"), ok(files=[{"id": "F0LIST0001"}]))
        assert wall.projector.run_once() == 1

    def test_whose_file_is_not_allowed_say_so_in_its_place(self, wall: Wall) -> None:
        ask_for_six(wall)
        wall.wire.plays(POSTED, error("missing_scope"), ok(ts="1.1"))
        wall.projector.run_once()
        (_, _, said) = wall.wire.asked
        assert said.json["thread_ts"] == "1790000000.000100"
        assert "All 6 items" in said.json["text"] and "missing_scope" in said.json["text"]
        assert wall.notices()[0].ts == "1.1"

    def test_whose_pauses_grow_to_five_minutes(self, wall: Wall) -> None:
        self.approve(wall)
        wall.wire.plays(POSTED)
        for failures in range(12):
            wall.wire.plays(*[raw(500, "x")] * 2)
            wall.projector.run_once()
            row = wall.notices()[0]
            assert row.failures == failures + 1
            assert row.due_at - wall.office.clock() == min(300_000, 1000 * 2**failures)
            wall.office.clock.forward(300)


def ask_for_six(wall: Wall) -> None:
    """A request with one item more than its card shows."""
    items = [item(f"T0ACME{at:04}", f"Acme {at}") for at in range(6)]
    filed(wall.office.database, wall.office.clock, plan(*items))


def address(wall: Wall) -> Turn:
    """Slack's answer to `files.getUploadURLExternal`."""
    return ok(upload_url=f"{wall.wire.url}upload/v1/slot", file_id="F0LIST0001")


def test_a_request_of_another_organization_uses_nobody_elses_tokens(wall: Wall) -> None:
    wall.ask()
    wall.set(cards, enterprise_id="E0OTHER001")
    with pytest.raises(LookupError):
        wall.projector.run_once()
    assert ORG not in str(wall.wire.asked)
