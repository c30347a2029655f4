"""While I am away: who may hand their approving over, to whom, and until when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.model.clock import Clock, Millis, new_id
from app.model.delegation import Delegation
from app.model.person import Person
from app.model.refusal import Refusal
from app.requests.authority import known, may_approve
from app.requests.delegations import Delegations
from app.requests.policies import Policies
from app.slack.directory import Live

MOST_DAYS = 30
MOST_NOTE = 200

_NOTHING = Refusal(
    "nothing_to_hand_over",
    "There is nothing you could hand over: the policy names you as an approver of no operation that lets "
    "somebody else decide for you.",
)
_ELSEWHERE = Refusal("raced", "You have just handed it over in another window. Look at it with away again.")


@dataclass(frozen=True)
class Offer:
    """What somebody may hand over. zone: in which their day ends; first, last: days they may choose."""

    person: Person
    operations: tuple[str, ...]
    zone: str
    first: date
    last: date
    present: Delegation | None

    def last_day(self, delegation: Delegation) -> str:
        """The last day of a delegation on this person's clocks: `2026-12-24`."""
        return str(datetime.fromtimestamp((delegation.until - 1) / 1000, ZoneInfo(self.zone)).date())


@dataclass(frozen=True)
class Wish:
    """What somebody chose in the form. until: the last day."""

    delegate_id: str
    until: date | None
    note: str = ""


class HandingOver:
    """Begins delegations. Everything is read live, and raises ReadFailed when Slack could not be asked."""

    def __init__(self, policies: Policies, delegations: Delegations, clock: Clock) -> None:
        self._policies, self._delegations, self._clock = policies, delegations, clock

    def offer(self, user_id: str, live: Live) -> Offer | Refusal:
        """What that person may hand over now, and what they have."""
        person = known(user_id, live)
        if isinstance(person, Refusal):
            return person
        operations = tuple(
            key
            for key, rules in self._policies.of(live.enterprise_id).operations.items()
            if rules.delegation
            and not isinstance(may_approve(user_id, rules.escalated(), live, self._clock), Refusal)
        )
        if not operations:
            return _NOTHING
        zone = _zone(person)
        today = datetime.fromtimestamp(self._clock() / 1000, zone).date()
        last = today + timedelta(days=MOST_DAYS)
        present = self._delegations.present(live.enterprise_id, user_id)
        return Offer(person, operations, str(zone), today, last, present)

    def wrong(self, user_id: str, wish: Wish) -> dict[str, str]:
        """What is surely wrong without asking Slack, in whatever zone they are: field → sentence."""
        found = {}
        today = datetime.fromtimestamp(self._clock() / 1000, UTC).date()
        if wish.delegate_id in ("", user_id):
            found["delegate"] = "Choose somebody else." if wish.delegate_id else "Choose who decides for you."
        if wish.until is None:
            found["until"] = "Choose your last day away."
        elif not today - timedelta(days=1) <= wish.until <= today + timedelta(days=MOST_DAYS + 1):
            found["until"] = f"Choose a day from today to {MOST_DAYS} days ahead."
        if len(wish.note) > MOST_NOTE:
            found["note"] = f"At most {MOST_NOTE} characters."
        return found

    def give(self, user_id: str, wish: Wish, live: Live) -> Delegation | Refusal:
        """Hand it over, from now until the end of that day."""
        offer = self.offer(user_id, live)
        if isinstance(offer, Refusal):
            return offer
        wrong = self.wrong(user_id, wish)
        if wrong or wish.until is None:
            return Refusal("incomplete", " ".join(wrong.values()))
        if not offer.first <= wish.until <= offer.last:
            return Refusal("wrong_day", f"Choose a day from {offer.first} to {offer.last} ({offer.zone}).")
        delegate = self._delegate(offer.person, wish.delegate_id, live)
        if isinstance(delegate, Refusal):
            return delegate
        given = Delegation(
            id=new_id("G"),
            enterprise_id=live.enterprise_id,
            delegator_id=user_id,
            delegator_name=offer.person.name,
            delegate_id=delegate.id,
            delegate_name=delegate.name,
            operations=offer.operations,
            note=wish.note,
            given_at=self._clock(),
            until=_end_of(wish.until, _zone(offer.person)),
        )
        return given if self._delegations.give(given) else _ELSEWHERE

    def _delegate(self, away: Person, delegate_id: str, live: Live) -> Person | Refusal:
        found = known(delegate_id, live)
        if isinstance(found, Refusal):
            sentence = (
                "That account cannot stand in for you: choose an active full member of this organization."
            )
            return Refusal(f"delegate_{found.code}", sentence)
        mine = (away.email or "").casefold()
        if mine and mine == (found.email or "").casefold():
            return Refusal(
                "delegate_same_person", "That is an account of your own: it has your e-mail address."
            )
        room = live.room(self._policies.of(live.enterprise_id).admin_channel)
        if room is None or found.id not in room.members:
            sentence = (
                f"{found.name} is not in the admin channel and would see no card. Invite them there first."
            )
            return Refusal("delegate_not_in_channel", sentence)
        return found


def _zone(person: Person) -> tzinfo:
    """The zone in which a person's day ends: the one set in Slack, else UTC."""
    try:
        return ZoneInfo(person.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _end_of(day: date, zone: tzinfo) -> Millis:
    """The end of that day on that zone's clocks, as Unix milliseconds."""
    return round(datetime.combine(day + timedelta(days=1), time(), zone).timestamp() * 1000)
