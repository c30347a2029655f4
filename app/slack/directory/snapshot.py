"""Snapshots of Slack's lists in the database: what answers a select within a keystroke.

Slack's lists cannot be paged while somebody types. Each list (a *kind*) is read to the end in the background
and then replaced in one transaction, so a read that failed half way never looks like something gone.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.model.clock import Clock, Millis
from app.storage import Database, now_ms, upsert
from app.storage.tables import directory_entries, directory_states, once_external

_LEASE_MS = 15 * 60_000
_BATCH = 500


@dataclass(frozen=True)
class Entry:
    """One thing a select can offer. `more` is searched too and shown behind the name."""

    key: str
    name: str
    more: str = ""


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms and case folded, so that ＡＣＭＥ finds Acme."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def words(query: str) -> list[str]:
    """The words of a query, without the marks around names and ids: `#acme (C01)` → acme, c01."""
    return [word for part in folded(query).split() if (word := part.strip("#@()·,"))]


class Snapshots:
    """The stored lists of every organization."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def search(self, enterprise_id: str, kind: str, query: str, most: int = 100) -> list[Entry]:
        """Entries that contain every word of the query, those that begin with it first."""
        wanted = words(query)
        table = directory_entries.c
        found = sa.select(table.key, table.name, table.more).where(*self._current(enterprise_id, kind))
        for word in wanted:
            found = found.where(table.search.contains(word, autoescape=True))
        starts = table.search.startswith(" ".join(wanted), autoescape=True)
        ordered = found.order_by(sa.case((starts, 0), else_=1), table.search, table.key).limit(most)
        with self._database.read() as connection:
            return [Entry(*row) for row in connection.execute(ordered)]

    def exact(self, enterprise_id: str, kind: str, text: str) -> list[Entry]:
        """Entries whose id, name or further word (a domain, a handle) is exactly that text."""
        wanted = folded(text).lstrip("#@")
        if not wanted:
            return []
        return [
            entry
            for entry in self.search(enterprise_id, kind, wanted)
            if wanted in {folded(part) for part in (entry.key, entry.name, *entry.more.split())}
        ]

    def entries(self, enterprise_id: str, kind: str, keys: Iterable[str]) -> dict[str, Entry]:
        """The entries with those ids, as far as the snapshot has them."""
        table, wanted = directory_entries.c, list(keys)
        query = sa.select(table.key, table.name, table.more).where(*self._current(enterprise_id, kind))
        found: dict[str, Entry] = {}
        with self._database.read() as connection:
            for at in range(0, len(wanted), _BATCH):
                some = query.where(table.key.in_(wanted[at : at + _BATCH]))
                found |= {row.key: Entry(*row) for row in connection.execute(some)}
        return found

    def read_at(self, enterprise_id: str, kind: str) -> Millis | None:
        """When the list was read, or None when there is none yet."""
        state = directory_states.c
        query = sa.select(state.read_at).where(state.enterprise_id == enterprise_id, state.kind == kind)
        with self._database.read() as connection:
            return connection.scalar(query)

    def states(self, enterprise_id: str) -> dict[str, tuple[Millis | None, str | None]]:
        """Every kind with when it was read and what went wrong the last time."""
        query = sa.select(directory_states).where(directory_states.c.enterprise_id == enterprise_id)
        with self._database.read() as connection:
            return {row.kind: (row.read_at, row.problem) for row in connection.execute(query)}

    def want(self, enterprise_id: str, kind: str) -> None:
        """Somebody is using that list: it is read again soon, whatever its age."""
        self._upsert(enterprise_id, kind, wanted_at=self._clock())

    def lease(self, enterprise_id: str, kind: str, older_than_ms: int, wanted_older_than_ms: int) -> bool:
        """Take on reading a kind that is due; answers whether it is ours to read now.

        Due: never read, read longer ago than `older_than_ms`, or wanted and older than
        `wanted_older_than_ms`. One replica at a time.
        """
        self._upsert(enterprise_id, kind)
        state, now = directory_states.c, now_ms()
        wanted = sa.and_(state.wanted_at.is_not(None), state.read_at < now - wanted_older_than_ms)
        due = sa.or_(state.read_at.is_(None), state.read_at < now - older_than_ms, wanted)
        free = sa.or_(state.leased_until.is_(None), state.leased_until < now)
        take = (
            directory_states.update()
            .where(state.enterprise_id == enterprise_id, state.kind == kind, due, free)
            .values(leased_until=now + _LEASE_MS)
        )
        with self._database.write() as connection:
            return connection.execute(take).rowcount == 1

    def store(self, enterprise_id: str, kind: str, entries: Iterable[Entry]) -> None:
        """Replace a list by a complete new reading of it.

        A list that moves while it is paged shows an entry twice; the later one counts.
        """
        by_key = {entry.key: entry for entry in entries}
        rows = [self._row(enterprise_id, kind, entry) for entry in by_key.values()]
        table, state = directory_entries, directory_states
        read = {"read_at": self._clock(), "leased_until": None, "wanted_at": None, "problem": None}
        with self._database.write() as connection:
            connection.execute(
                table.delete().where(table.c.enterprise_id == enterprise_id, table.c.kind == kind)
            )
            for start in range(0, len(rows), _BATCH):
                connection.execute(table.insert(), rows[start : start + _BATCH])
            connection.execute(
                state.update()
                .where(state.c.enterprise_id == enterprise_id, state.c.kind == kind)
                .values(read)
            )

    def failed(self, enterprise_id: str, kind: str, problem: str, retry_after_ms: int) -> None:
        """The read broke off: the old list stays, and the next try waits a little."""
        state = directory_states
        with self._database.write() as connection:
            connection.execute(
                state.update()
                .where(state.c.enterprise_id == enterprise_id, state.c.kind == kind)
                .values(problem=problem, leased_until=now_ms() + retry_after_ms)
            )

    def note_external(self, enterprise_id: str, channel_ids: Iterable[str]) -> None:
        """Remember channels seen shared externally: Slack refuses to re-scope them ever after."""
        rows = [
            {"enterprise_id": enterprise_id, "channel_id": channel_id, "seen_at": self._clock()}
            for channel_id in channel_ids
        ]
        if not rows:
            return
        with self._database.write() as connection:
            connection.execute(upsert(connection, once_external).values(rows).on_conflict_do_nothing())

    def once_external(self, enterprise_id: str, channel_id: str) -> bool:
        """Whether that channel was ever seen shared with another organization."""
        table = once_external.c
        query = sa.select(table.seen_at).where(
            table.enterprise_id == enterprise_id, table.channel_id == channel_id
        )
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    def _current(self, enterprise_id: str, kind: str) -> tuple[sa.ColumnElement[bool], ...]:
        table = directory_entries.c
        return (table.enterprise_id == enterprise_id, table.kind == kind)

    def _row(self, enterprise_id: str, kind: str, entry: Entry) -> dict[str, Any]:
        return {
            "enterprise_id": enterprise_id,
            "kind": kind,
            "key": entry.key,
            "name": entry.name,
            "more": entry.more,
            "search": folded(f"{entry.name} {entry.more} {entry.key}"),
        }

    def _upsert(self, enterprise_id: str, kind: str, **values: Any) -> None:
        with self._database.write() as connection:
            row = upsert(connection, directory_states).values(
                enterprise_id=enterprise_id, kind=kind, **values
            )
            keys = ["enterprise_id", "kind"]
            connection.execute(
                row.on_conflict_do_update(index_elements=keys, set_=values)
                if values
                else row.on_conflict_do_nothing()
            )
