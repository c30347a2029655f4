"""How fast one method may be called in one organization: the rules, without clock and without database.

Calls are spaced evenly (GCRA): `free_at` is the method's next moment. Nobody who can wait takes a moment
before it is there, so whoever is in a hurry always finds the next one free, however much is waiting. Those
who wait are told when to come again, in a line, so that they do not all come at once.

A refusal (HTTP 429) holds everybody off for as long as Slack says. Refusals that repeat slow the pace down
(multiplicative decrease), time without any brings it back (additive increase). Where the policy says
`pacing = "adaptive"` it also rises above what Slack documents, while it is really used, until Slack refuses;
the pace that was refused is remembered, and tried again only much later.

Source: docs.slack.dev/apis/web-api/rate-limits (tiers are per method, workspace or organization and minute;
"short bursts" are tolerated; `Retry-After` is in seconds).
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

Millis = float


class Lane(StrEnum):
    """Who is calling. The first two go before the others, and a few calls ahead of the even spacing."""

    INTERACTIVE = "interactive"  # a person is waiting
    URGENT = "urgent"  # a request of one item, just approved
    EXECUTION = "execution"
    BACKGROUND = "background"  # goes when nobody else waits


HEADROOM = 1.04
"""Intervals are this much longer than the tier's. What is left over is for people, and for answers that
travel at different speeds: a window of Slack's then never holds more calls than the tier has."""

_EARLY = {Lane.INTERACTIVE: 3, Lane.URGENT: 3}
_LATE = 2
"""Intervals an execution may come late without losing its moment: else each late wake-up would cost time."""

_AT_HAND_MS = 1000.0  # an execution may hold a moment that comes this soon
_LONGEST_LINE = 10  # intervals after which one asks again in any case: others in line may have died
_LONGEST_WAIT_MS = 30_000.0
_SHORTEST_WAIT_MS = 10.0

_DOCUMENTED, _STEP, _FASTEST = 1.0, 0.1, 10.0
_LESS, _LESS_ABOVE, _SLOWEST = 0.7, 0.85, 0.125
_BELOW_CEILING = 0.9
_REPEATED_MINUTES = 5
_PROBE_MINUTES, _PROBE_ABOVE_MINUTES, _MOST_DOUBLINGS = 5, 30, 5


@dataclass(frozen=True)
class Tier:
    """What holds for a method. scale: how many times faster than ours Slack's clock runs."""

    per_minute: int
    scale: float = 1.0
    adaptive: bool = False

    @property
    def minute(self) -> Millis:
        """Slack's minute on our clock."""
        return 60_000 / self.scale

    @property
    def strict(self) -> bool:
        """Once a minute leaves no room for going ahead or making up."""
        return self.per_minute == 1


@dataclass(frozen=True)
class Turn:
    """taken: after `wait` seconds it is the caller's moment. Otherwise the caller asks again then.

    place: where the caller stands in the line; said again when asking again.
    """

    wait: float
    taken: bool
    place: Millis = 0.0


@dataclass(frozen=True)
class Budget:
    """One row; moments in Unix milliseconds.

    line_at: when the last of those who wait was told to come again. pace: as a multiple of the documented
    one, since `paced_at`, with `taken` calls since. ceiling: the pace Slack last refused, not tried again
    before `probe_at`.
    """

    free_at: Millis = 0.0
    line_at: Millis = 0.0
    held_until: Millis = 0.0
    pace: float = 1.0
    paced_at: Millis = 0.0
    taken: int = 0
    ceiling: float | None = None
    probe_at: Millis = 0.0
    refused_at: Millis = 0.0
    refusals: int = 0


def interval(budget: Budget, tier: Tier) -> Millis:
    """Between two calls at the present pace."""
    return tier.minute / tier.per_minute * HEADROOM / budget.pace


def take(budget: Budget, tier: Tier, lane: Lane, now: Millis, place: Millis = 0.0) -> tuple[Budget, Turn]:
    """The caller's next moment, or when to ask again; and the row after it. place: see `Turn`."""
    budget = _quickened(budget, tier, now)
    gap = interval(budget, tier)
    if lane is Lane.BACKGROUND and budget.line_at > now:
        return budget, _later(budget.line_at + gap - now, gap)
    start = _start(budget, tier, lane, now)
    early = 0.0 if tier.strict else _EARLY.get(lane, 0) * gap
    goes = max(start - early, budget.held_until, now)
    nobody_came = budget.free_at <= now - gap
    in_turn = lane in _EARLY or place > 0 or nobody_came or budget.line_at <= start
    if in_turn and goes - now <= _most_ahead(lane, gap):
        line_at = start if nobody_came else budget.line_at
        following = replace(budget, free_at=start + gap, line_at=line_at, taken=budget.taken + 1)
        return following, Turn((goes - now) / 1000, taken=True)
    if lane is Lane.BACKGROUND:
        return budget, _later(start - now, gap)
    if place >= start:
        return budget, _later(place - now, gap, place)
    place = max(budget.line_at, start)  # at the end of the line: new, or overtaken by a person
    return replace(budget, line_at=place + gap), _later(place - now, gap, place)


def refuse(budget: Budget, tier: Tier, retry_after: float, now: Millis) -> Budget:
    """The row after Slack answered 429 with `Retry-After: retry_after` (seconds)."""
    until = now + retry_after * 1000
    held = replace(
        budget, held_until=max(budget.held_until, until), free_at=max(budget.free_at, until), refused_at=now
    )
    if now < budget.held_until or now - budget.refused_at < 2 * interval(budget, tier):
        return held  # sent before we knew: the same refusal once more
    held = replace(held, refusals=budget.refusals + 1, paced_at=now, taken=0)
    above = budget.pace > _DOCUMENTED
    if not above and now - budget.refused_at >= _REPEATED_MINUTES * tier.minute:
        return held  # a single one happens
    pace = max(_DOCUMENTED, budget.pace * _LESS_ABOVE) if above else max(_SLOWEST, budget.pace * _LESS)
    minutes = (_PROBE_ABOVE_MINUTES if above else _PROBE_MINUTES) * 2 ** min(budget.refusals, _MOST_DOUBLINGS)
    return replace(held, pace=pace, ceiling=budget.pace, probe_at=now + minutes * tier.minute)


def _start(budget: Budget, tier: Tier, lane: Lane, now: Millis) -> Millis:
    """The method's next moment in its even spacing; one that has only just passed counts still."""
    if tier.strict or lane is Lane.BACKGROUND:
        return max(budget.free_at, now)
    gap = interval(budget, tier)
    if lane is Lane.EXECUTION:
        late = budget.free_at < now - _LATE * gap
        return max(now if late else budget.free_at, budget.held_until)
    return max(budget.free_at, now - _EARLY[lane] * gap, budget.held_until)


def _quickened(budget: Budget, tier: Tier, now: Millis) -> Budget:
    """Once a minute: a step up, where there is room for one and, above the documented pace, reason."""
    if not tier.adaptive and budget.pace > _DOCUMENTED:
        return replace(budget, pace=_DOCUMENTED, paced_at=now, taken=0)
    minutes = (now - budget.paced_at) / tier.minute
    if minutes < 1:
        return budget
    fresh, most = replace(budget, paced_at=now, taken=0), _highest(budget, tier, now)
    used = budget.taken >= minutes * tier.per_minute * budget.pace / HEADROOM / 2
    if budget.pace >= most or (budget.pace >= _DOCUMENTED and not used):
        return fresh
    steps = math.floor(minutes) if budget.pace < _DOCUMENTED else 1
    pace = min(most, budget.pace + _STEP * min(steps, 10))
    if budget.ceiling is not None and pace > budget.ceiling:
        return replace(fresh, pace=pace, ceiling=None, refusals=0)
    return replace(fresh, pace=pace)


def _highest(budget: Budget, tier: Tier, now: Millis) -> float:
    most = _FASTEST if tier.adaptive else _DOCUMENTED
    if budget.ceiling is None or now >= budget.probe_at:
        return most
    remembered = budget.ceiling * _BELOW_CEILING
    return min(most, max(_DOCUMENTED, remembered) if budget.ceiling > _DOCUMENTED else remembered)


def _most_ahead(lane: Lane, gap: Millis) -> Millis:
    if lane in (Lane.INTERACTIVE, Lane.URGENT):
        return math.inf
    return min(gap, _AT_HAND_MS) if lane is Lane.EXECUTION else 0.0


def _later(wait: Millis, gap: Millis, place: Millis = 0.0) -> Turn:
    longest = min(_LONGEST_LINE * gap, _LONGEST_WAIT_MS)
    return Turn(max(_SHORTEST_WAIT_MS, min(wait, longest)) / 1000, taken=False, place=place)
