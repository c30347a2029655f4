"""The admin channel must stay private, unshared and without guests: what is decided there names targets.

While it is not, nothing is decided and nothing is posted into it but a notice that says so. Members are read
at every look; whether one is a full member is read when they are new there, and again after an hour.
"""

from collections.abc import Iterable, Mapping

from app.audit.chain import APP, append
from app.audit.events import Event
from app.messages import notices
from app.model.clock import Clock
from app.model.person import Person
from app.model.refusal import Refusal
from app.requests import telling
from app.requests.policies import Policies
from app.slack.directory import Live, Room
from app.storage import Database
from app.storage.remembered import recall, remember

_KEY = "admin-channel"
_FULL_MEMBER_MS = 3_600_000
_LOOK_MS = 60_000
_MOST_NAMED = 5


def faults(room: Room | None) -> list[str]:
    """What is wrong with the channel itself, as ends of a sentence that begins with `it`."""
    if room is None or not room.inside:
        return ["does not have the bot in it"]
    told = {
        "is public": not room.private,
        "is shared with outsiders": room.shared,
        "is archived": room.archived,
    }
    return [fault for fault, found in told.items() if found]


def strangers(members: Iterable[str], live: Live) -> dict[str, str]:
    """Those who are no full members of our organization: user id → the end of a sentence about them.

    Apps may be there. Raises ReadFailed.
    """
    found = {member: _stranger(live.person(member), live.enterprise_id) for member in members}
    return {member: why for member, why in found.items() if why}


def told_of(found: Mapping[str, str]) -> list[str]:
    """The first of them by name, as ends of a sentence that begins with `it`."""
    told = [f"has {member} in it, {why}" for member, why in list(found.items())[:_MOST_NAMED]]
    more = len(found) - _MOST_NAMED
    return [*told, *([f"has {more} more like that"] if more > 0 else [])]


class AdminChannels:
    """Looks at admin channels, and writes down when one becomes unfit or fit again."""

    def __init__(self, database: Database, policies: Policies, clock: Clock) -> None:
        self._database, self._policies, self._clock = database, policies, clock

    def unfit(self, live: Live) -> Refusal | None:
        """Why nothing can be decided in that organization now, read live; None when all is well.

        Raises ReadFailed when Slack could not be asked.
        """
        channel_id = self._policies.of(live.enterprise_id).admin_channel
        room = live.room(channel_id)
        found = faults(room)
        if room is not None:
            found += self._strangers(room, live)
        self._write(live.enterprise_id, channel_id, "; ".join(found))
        return _suspended(found) if found else None

    def fit(self, live: Live) -> bool:
        """Whether anything may be posted there, by a look not older than a minute. Raises ReadFailed."""
        with self._database.read() as connection:
            known = recall(connection, live.enterprise_id, [_KEY]).get(_KEY)
        if known is not None and self._clock() - known[1] < _LOOK_MS:
            return not known[0]
        return self.unfit(live) is None

    def _strangers(self, room: Room, live: Live) -> list[str]:
        with self._database.read() as connection:
            known = recall(connection, live.enterprise_id, map(_full, room.members))
        now = self._clock()
        fresh = {key for key, (_, since) in known.items() if now - since < _FULL_MEMBER_MS}
        unknown = sorted(member for member in room.members if _full(member) not in fresh)
        told = strangers(unknown, live)
        full = {_full(member): "yes" for member in unknown if member not in told}
        with self._database.write() as connection:
            remember(connection, live.enterprise_id, full, now)
        return told_of(told)

    def _write(self, enterprise_id: str, channel_id: str, found: str) -> None:
        now = self._clock()
        with self._database.write(enterprise_id) as connection:
            before = recall(connection, enterprise_id, [_KEY]).get(_KEY, ("", 0))[0]
            remember(connection, enterprise_id, {_KEY: found}, now)
            if before == found:
                return
            append(
                connection,
                enterprise_id=enterprise_id,
                at=now,
                event=Event.ADMIN_CHANNEL_UNFIT if found else Event.ADMIN_CHANNEL_FIT,
                actor=APP,
                body={"channel": channel_id, "found": found},
            )
            line = notices.suspended_line(found) if found else notices.resumed_line()
            telling.in_channel(connection, enterprise_id, channel_id, _KEY, line, now)


def _full(member: str) -> str:
    return f"full:{member}"


def _stranger(person: Person | None, enterprise_id: str) -> str:
    """Why that member should not be there; empty for our full members, and for apps."""
    if person is None:
        return "whom Slack does not show"
    if person.bot:
        return ""
    if person.stranger or person.enterprise_id != enterprise_id:
        return "who belongs to another organization"
    return "who is a guest" if person.guest else ""


def _suspended(found: list[str]) -> Refusal:
    sentence = (
        f"Decisions are suspended: the admin channel {' and '.join(found)}. It must be a private channel of "
        "your own full members only, with the bot in it. The request waits."
    )
    return Refusal("admin_channel_unfit", sentence)
