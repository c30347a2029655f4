"""Single values of the policy file: each read strictly, each problem told with its key."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.config.quiet import DAYS, QuietHours, always, minutes_of
from app.config.rules import Group, Principal, Raise, Seats

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PRINCIPAL = re.compile(
    r"role:(?P<role>org_owner|org_admin)"
    r"|usergroup:(?:(?P<team>T[A-Z0-9]+)/)?(?P<group>S[A-Z0-9]+)"
    r"|user:(?P<user>[UW][A-Z0-9]+)"
)
_BULK = re.compile(r"items\s*>\s*(\d{1,6})")
RAISE_KEYS = ("when", "approvals", "approvals_from", "cool_off")
MOST_RAISES = 6
_QUIET = '{ from = "20:00", to = "07:00", zone = "Europe/Lisbon" }'
_QUIET_KEYS = ("from", "to", "zone", "days")
MOST_QUIET = 6


class Values:
    """Turns values into rules and remembers every problem instead of stopping at the first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def problem(self, key: str, sentence: str) -> None:
        """Something is wrong with that key."""
        self.problems.append(f"{self.name}: {key}: {sentence}")

    def principals(self, value: Any, where: str) -> tuple[Principal, ...]:
        """A list of principals."""
        if not isinstance(value, list):
            self.problem(where, 'must be a list such as ["role:org_admin"]')
            return ()
        return tuple(found for entry in value if (found := self._principal(entry, where)) is not None)

    def people(self, value: Any, where: str) -> tuple[Principal, ...]:
        """A list of single people: no group and no role, whose members can change unnoticed."""
        found = self.principals(value, where)
        for principal in found:
            if principal.kind != "user":
                self.problem(where, f"{principal} names no single person; write user:U…")
        return tuple(principal for principal in found if principal.kind == "user")

    def seats(self, value: Any, where: str) -> Seats:
        """Pairs of a principal and how many of it."""
        demands = []
        for entry in value if isinstance(value, list) else [value]:
            if not (isinstance(entry, list) and len(entry) == 2):
                self.problem(where, 'must be pairs such as [["usergroup:S1", 1], ["role:org_owner", 1]]')
                continue
            principal = self._principal(entry[0], where)
            if principal is not None:
                demands.append((principal, self.count(entry[1], where)))
        return tuple(demands)

    def groups(self, value: Any, where: str) -> tuple[Group, ...]:
        """A list of user groups."""
        groups = []
        for entry in value if isinstance(value, list) else [value]:
            match = re.fullmatch(r"(?:usergroup:)?(?:(T[A-Z0-9]+)/)?(S[A-Z0-9]+)", str(entry))
            if match is None:
                self.problem(where, f"{entry!r} is not a user group id such as S0123456789")
            else:
                groups.append(Group(match[2], match[1] or ""))
        return tuple(groups)

    def raises(self, value: Any, where: str, traits: Mapping[str, bool]) -> tuple[Raise, ...]:
        """Higher demands by condition. traits: every trait → whether the operation's plans can have it.

        A trait no plan of the operation can have is passed over at the top level, and a problem in the
        operation's own table, where it would promise something.
        """
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
            self.problem(where, "must be tables: [[raise]]")
            return ()
        if len(value) > MOST_RAISES:
            self.problem(where, f"at most {MOST_RAISES} of them")
        found = [self._raise(table, where, traits) for table in value[:MOST_RAISES]]
        return tuple(one for one in found if one is not None)

    def count(self, value: Any, where: str) -> int:
        """A whole number from 1."""
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.problem(where, "must be a whole number, 1 or more")
            return 1
        return value

    def flag(self, value: Any, where: str) -> bool:
        """Yes or no."""
        if not isinstance(value, bool):
            self.problem(where, "must be true or false")
            return False
        return value

    def duration(self, value: Any, where: str, *, zero: bool = False, most: int | None = None) -> int:
        """Seconds of a text such as `15m`."""
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        seconds = int(match[1]) * _UNIT[match[2]] if match else -1
        if seconds < (0 if zero else 1):
            self.problem(where, f"{value!r} is not a duration such as 90s, 15m, 24h or 7d")
            return 86400
        if most is not None and seconds > most:
            self.problem(where, f"{value!r} is too long; at most {most // 60}m")
        return seconds

    def quiet_hours(self, value: Any, where: str) -> tuple[QuietHours, ...]:
        """A list of tables, each a time of the week."""
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
            self.problem(where, f"must be a list of tables such as {_QUIET}")
            return ()
        if len(value) > MOST_QUIET:
            self.problem(where, f"at most {MOST_QUIET} of them")
        read = [self._quiet(table, where) for table in value[:MOST_QUIET]]
        found = tuple(one for one in read if one is not None)
        if always(found):
            self.problem(where, "they leave no time in which anything could begin")
            return ()
        return found

    def pattern(self, value: Any, where: str) -> str | None:
        """A regular expression, or none."""
        if value is None:
            return None
        try:
            re.compile(value)
        except (re.error, TypeError):
            self.problem(where, f"{value!r} is not a regular expression")
            return None
        return str(value)

    def pacing(self, value: Any, where: str) -> str:
        """One of the two paces."""
        if value not in ("documented", "adaptive"):
            self.problem(where, 'must be "documented" or "adaptive"')
            return "documented"
        return str(value)

    def _raise(self, table: Mapping[str, Any], where: str, traits: Mapping[str, bool]) -> Raise | None:
        for key in table.keys() - set(RAISE_KEYS):
            self.problem(f"{where}.{key}", "unknown key")
        when = table.get("when")
        bulk = _BULK.fullmatch(when) if isinstance(when, str) else None
        if bulk is None and when not in traits:
            words = ", ".join(f'"{trait}"' for trait in traits)
            self.problem(f"{where}.when", f'{when!r} is no condition; there are "items > 100", {words}')
            return None
        if len(table.keys() & set(RAISE_KEYS)) == 1:
            self.problem(where, "raises nothing: give approvals, approvals_from or cool_off")
        if bulk is None and not traits[str(when)]:
            own = where.startswith("operations.") or ".operations." in where
            if own:
                self.problem(f"{where}.when", f"{when!r} is never so for this operation")
            return None
        return Raise(
            when=str(when),
            more_than=int(bulk[1]) if bulk else None,
            approvals=self.count(table.get("approvals", 1), f"{where}.approvals"),
            approvals_from=self.seats(table.get("approvals_from", []), f"{where}.approvals_from"),
            cool_off=self.duration(table.get("cool_off", "0s"), f"{where}.cool_off", zero=True),
        )

    def _quiet(self, table: Mapping[str, Any], where: str) -> QuietHours | None:
        for key in table.keys() - set(_QUIET_KEYS):
            self.problem(f"{where}.{key}", "unknown key")
        before = len(self.problems)
        clocks = {name: minutes_of(str(table.get(name, ""))) for name in ("from", "to")}
        for name, minutes in clocks.items():
            if minutes is None or (name == "from" and minutes == 1440):
                self.problem(f"{where}.{name}", f'{table.get(name)!r} is no time of day such as "20:00"')
        if clocks["from"] is not None and clocks["from"] == clocks["to"]:
            whole = 'for a whole day write from = "00:00", to = "24:00"'
            self.problem(f"{where}.to", f"the same as from; {whole}")
        zone, days = table.get("zone"), table.get("days", list(DAYS))
        if not _is_zone(zone):
            self.problem(f"{where}.zone", f'{zone!r} is no time zone such as "Europe/Lisbon" or "UTC"')
        if not isinstance(days, list) or not days or any(day not in DAYS for day in days):
            self.problem(f"{where}.days", f"must be a list of {', '.join(DAYS)}")
        if len(self.problems) > before:
            return None
        chosen = tuple(number for number, day in enumerate(DAYS) if day in days)
        return QuietHours(clocks["from"] or 0, clocks["to"] or 0, str(zone), chosen)

    def _principal(self, entry: Any, where: str) -> Principal | None:
        match = _PRINCIPAL.fullmatch(entry) if isinstance(entry, str) else None
        if match is None:
            self.problem(
                where, f"{entry!r} is not a role:org_owner, role:org_admin, usergroup:[T…/]S… or user:U…"
            )
            return None
        if match["role"]:
            return Principal("role", match["role"])
        if match["group"]:
            return Principal("usergroup", match["group"], match["team"] or "")
        return Principal("user", match["user"])


def _is_zone(name: Any) -> bool:
    try:
        return isinstance(name, str) and bool(name) and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        return False
