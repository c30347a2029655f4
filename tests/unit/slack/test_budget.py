"""The rules of pace: who goes when, what a refusal does, and how fast a long list of calls gets through."""

from collections import deque
from dataclasses import replace

import pytest

from app.slack.budget import HEADROOM, Budget, Lane, Tier, Turn, interval, refuse, take

NOW = 1_790_000_000_000.0
TWENTY = Tier(20)  # a minute: one each three seconds, with headroom 3.12
GAP = interval(Budget(), TWENTY) / 1000
ONCE = Tier(1)


class Row:
    """One budget and a clock of the test's own, in seconds since NOW."""

    def __init__(self, tier: Tier = TWENTY, budget: Budget | None = None) -> None:
        self.tier, self.budget, self.time = tier, budget or Budget(), 0.0

    def ask(self, lane: Lane = Lane.EXECUTION, place: float = 0.0) -> Turn:
        self.budget, turn = take(self.budget, self.tier, lane, NOW + self.time * 1000, place)
        return turn

    def goes(self, lane: Lane = Lane.EXECUTION) -> float:
        """Wait for the next turn; answers when it is."""
        turn = self.ask(lane)
        while not turn.taken:
            self.time += turn.wait
            turn = self.ask(lane, turn.place)
        self.time += turn.wait
        return self.time

    def refused(self, retry_after: float = 1.0) -> None:
        self.budget = refuse(self.budget, self.tier, retry_after, NOW + self.time * 1000)


class Limiter:
    """Slack's side: so many calls in any minute, and a few more."""

    def __init__(self, per_minute: float, burst: int = 2, minute: float = 60.0) -> None:
        self.most, self.minute = int(per_minute) + burst, minute
        self.calls: deque[float] = deque()
        self.refusals = 0

    def call(self, at: float) -> float:
        """0 when taken, else the Retry-After."""
        while self.calls and self.calls[0] <= at - self.minute:
            self.calls.popleft()
        if len(self.calls) >= self.most:
            self.refusals += 1
            return max(1.0, self.calls[0] + self.minute - at)
        self.calls.append(at)
        return 0.0


def carry_out(row: Row, limiter: Limiter, number: int, lateness: float = 0.0) -> float:
    """That many calls, one after the other, each refused one again; answers the seconds it took."""
    began, done = row.time, 0
    while done < number:
        at = row.goes()
        row.time += lateness
        pause = limiter.call(at + lateness)
        if pause:
            row.refused(pause)
        else:
            done += 1
    return row.time - began


class TestSpacing:
    def test_calls_of_an_execution_follow_evenly(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        assert [row.goes() for _ in range(4)] == pytest.approx([0, GAP, 2 * GAP, 3 * GAP])

    def test_no_more_than_the_next_moment_is_taken_in_advance(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        turns = [row.ask() for _ in range(10)]
        assert [turn.taken for turn in turns] == [True, *[False] * 9]
        assert row.budget.free_at == pytest.approx(NOW + GAP * 1000)

    def test_those_who_wait_are_told_to_come_one_after_the_other(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        row.ask()
        assert [row.ask().wait for _ in range(4)] == pytest.approx([GAP, 2 * GAP, 3 * GAP, 4 * GAP])

    def test_and_to_ask_again_soon_however_long_the_line_is(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        assert max(row.ask().wait for _ in range(60)) <= 30

    def test_a_wake_up_that_comes_late_costs_nothing(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        for _ in range(20):
            row.goes()
            row.time += 1.5  # answering took that long
        assert row.time == pytest.approx(19 * GAP + 1.5)

    def test_once_a_minute_is_never_made_up_for(self) -> None:
        row = Row(ONCE)
        first = row.goes()
        row.time += 90
        second = row.goes()
        assert row.goes() - second == pytest.approx(60 * HEADROOM)
        assert first == 0

    def test_given_many_waiters_and_people_in_between_everybody_gets_through(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        due = [(0.0, number, 0.0) for number in range(50)]
        done: list[float] = []
        asked = people = 0
        while due:
            due.sort()
            row.time, who, place = due.pop(0)
            if asked % 25 == 0:
                people += row.ask(Lane.INTERACTIVE).taken
            turn = row.ask(place=place)
            asked += 1
            if turn.taken:
                done.append(row.time + turn.wait)
            else:
                due.append((row.time + turn.wait, who, turn.place))
        assert people > 3
        assert max(done) < (50 + people) * GAP * 1.05
        assert asked < 50 * 6, "each asks a few times, not without end"


class TestLanes:
    def busy(self, tier: Tier = TWENTY) -> Row:
        """A row on which a bulk has long been drawing, with more of it waiting."""
        row = Row(tier, Budget(free_at=NOW))
        for _ in range(30):
            row.goes()
        for _ in range(30):
            row.ask()
        return row

    @pytest.mark.parametrize("lane", [Lane.INTERACTIVE, Lane.URGENT])
    def test_a_person_and_an_urgent_request_go_at_once_however_much_waits(self, lane: Lane) -> None:
        row = self.busy()
        turns = [row.ask(lane) for _ in range(3)]
        assert all(turn == Turn(0.0, taken=True) for turn in turns)

    def test_what_they_took_the_bulk_waits_for(self) -> None:
        row, undisturbed = Row(budget=Budget(free_at=NOW)), Row(budget=Budget(free_at=NOW))
        for _ in range(3):
            row.ask(Lane.INTERACTIVE)
        assert row.goes() == pytest.approx(undisturbed.goes() + 3 * GAP)

    def test_two_requests_take_turns_whichever_asks_sooner(self) -> None:
        row = Row(budget=Budget(free_at=NOW))
        due = [(0.0, "quick", 0.0), (0.1, "slow", 0.0)]
        done: list[str] = []
        while len(done) < 40:
            due.sort()
            row.time, who, place = due.pop(0)
            turn = row.ask(place=place)
            rest = {"quick": 2.9, "slow": 0.4}[who] if turn.taken else 0.0  # how long a call of it takes
            done += [who] if turn.taken else []
            due.append((row.time + turn.wait + rest, who, turn.place))
        assert abs(done.count("quick") - done.count("slow")) <= 2

    def test_given_a_line_of_dead_waiters_the_next_one_gets_through_soon(self) -> None:
        row = self.busy()
        began = row.time
        assert row.goes() - began <= 30 + GAP

    def test_a_person_never_waits_behind_more_than_their_own_calls(self) -> None:
        row = self.busy()
        waits = [row.ask(Lane.INTERACTIVE).wait for _ in range(6)]
        assert waits[3:] == pytest.approx([GAP, 2 * GAP, 3 * GAP], abs=GAP)

    def test_an_urgent_one_goes_next_where_one_call_a_minute_is_all_there_is(self) -> None:
        row = self.busy(ONCE)
        turn = row.ask(Lane.URGENT)
        assert turn.taken and turn.wait <= 60 * HEADROOM + 1

    def test_work_in_the_background_goes_when_nobody_else_waits(self) -> None:
        row = self.busy()
        assert not row.ask(Lane.BACKGROUND).taken
        row.time += 600
        assert row.ask(Lane.BACKGROUND) == Turn(0.0, taken=True)

    def test_and_does_not_hold_up_an_execution(self) -> None:
        row, undisturbed = Row(budget=Budget(free_at=NOW)), Row(budget=Budget(free_at=NOW))
        for _ in range(20):
            row.ask(Lane.BACKGROUND)
            undisturbed.time = row.time
            assert row.goes() <= undisturbed.goes() + GAP + 0.01


class TestRefused:
    @pytest.mark.parametrize("lane", Lane)
    def test_nobody_goes_before_slack_said(self, lane: Lane) -> None:
        row = Row()
        row.ask()
        row.refused(40)
        assert row.goes(lane) >= 40

    def test_a_shorter_wait_does_not_undo_a_longer_one(self) -> None:
        row = Row()
        row.refused(40)
        row.time = 30
        row.refused(1)
        assert row.goes(Lane.INTERACTIVE) >= 40

    def test_one_refusal_alone_changes_no_pace(self) -> None:
        row = Row()
        row.refused()
        assert row.budget.pace == 1

    def test_several_answers_to_calls_that_were_on_their_way_count_once(self) -> None:
        row = Row()
        for _ in range(5):
            row.refused(2)
        assert (row.budget.refusals, row.budget.pace) == (1, 1)

    def test_repeated_ones_slow_it_down_and_time_brings_it_back(self) -> None:
        row = Row()
        for _ in range(3):
            row.refused(1)
            row.time += 60
        assert row.budget.pace == pytest.approx(0.49)
        row.time += 3600
        row.goes()
        assert row.budget.pace == 1

    def test_it_never_stops_altogether(self) -> None:
        row = Row()
        for _ in range(100):
            row.refused(1)
            row.time += 60
        assert row.budget.pace == 0.125

    def test_a_budget_that_another_app_draws_on_too_is_found_by_half_a_dozen_refusals(self) -> None:
        row, limiter = Row(), Limiter(10, burst=0)
        carry_out(row, limiter, 300)
        assert limiter.refusals / 300 < 0.06


class TestABulk:
    @pytest.mark.parametrize("per_minute", [20, 50, 100])
    def test_documented_it_takes_the_tiers_time_without_a_refusal(self, per_minute: int) -> None:
        row, limiter = Row(Tier(per_minute)), Limiter(per_minute, burst=0)
        took = carry_out(row, limiter, 1000, lateness=0.2)
        assert took <= 1000 * 60 / per_minute * 1.08
        assert limiter.refusals == 0

    def test_at_once_a_minute_too(self) -> None:
        row, limiter = Row(ONCE), Limiter(1, burst=0)
        took = carry_out(row, limiter, 50, lateness=0.2)
        assert took <= 50 * 60 * 1.08
        assert limiter.refusals == 0

    def test_adaptive_finds_what_slack_grants_with_few_refusals(self) -> None:
        row, limiter = Row(replace(TWENTY, adaptive=True)), Limiter(60)
        took = carry_out(row, limiter, 1000)
        assert took < 1000 * 60 / 20 * 0.6
        assert limiter.refusals / 1000 < 0.01

    def test_and_remembers_it_for_the_next(self) -> None:
        row, limiter = Row(replace(TWENTY, adaptive=True)), Limiter(60)
        carry_out(row, limiter, 1000)
        known, limiter.refusals = row.budget.pace, 0
        row.time += 3600
        took = carry_out(row, limiter, 1000)
        assert known > 2
        assert took < 1000 * 60 / 60 * 1.35
        assert limiter.refusals <= 2

    def test_adaptive_where_slack_grants_nothing_more_it_costs_next_to_nothing(self) -> None:
        row, limiter = Row(replace(TWENTY, adaptive=True)), Limiter(20)
        took = carry_out(row, limiter, 1000)
        assert took <= 1000 * 60 / 20 * 1.08
        assert limiter.refusals / 1000 < 0.01

    def test_it_does_not_speed_up_unless_the_pace_is_used(self) -> None:
        row = Row(replace(TWENTY, adaptive=True))
        for _ in range(200):
            row.time += 30
            row.goes()
        assert row.budget.pace == 1

    def test_given_a_policy_that_is_careful_again_it_is_documented_at_once(self) -> None:
        row = Row(budget=Budget(pace=2.5, paced_at=NOW))
        row.goes()
        assert row.budget.pace == 1
