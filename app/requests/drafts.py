"""The server-side row of an open form: owned by one person, gone after an hour, and nothing typed is lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.model.canonical import Json
from app.model.clock import Clock, Millis, new_id
from app.model.form import Choice, Entries
from app.model.plan import Plan
from app.model.preview import Preview
from app.operations.contract import Planned
from app.storage import Database
from app.storage.tables import drafts

LIFE_MS = 3_600_000


@dataclass(frozen=True)
class Draft:
    """A form in progress. plan and preview are there once it was previewed with these entries."""

    id: str
    enterprise_id: str
    user_id: str
    operation: str
    undo_of: str | None
    entries: Entries
    offered: Mapping[str, tuple[Choice, ...]]
    plan: Plan | None
    preview: Preview | None
    request_id: str | None
    revision: int
    expires_at: Millis


class Drafts:
    """Keeps drafts. A draft is found only by its owner."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def begin(
        self,
        enterprise_id: str,
        user_id: str,
        operation: str,
        entries: Mapping[str, Json],
        undo_of: str | None = None,
    ) -> Draft:
        """A new draft with what is known so far."""
        now = self._clock()
        draft = Draft(
            new_id("D", 14),
            enterprise_id,
            user_id,
            operation,
            undo_of,
            Entries(entries),
            {},
            None,
            None,
            None,
            0,
            now + LIFE_MS,
        )
        with self._database.write() as connection:
            connection.execute(
                drafts.insert().values(
                    id=draft.id,
                    enterprise_id=enterprise_id,
                    user_id=user_id,
                    operation=operation,
                    undo_of=undo_of,
                    entries=json.dumps(entries, ensure_ascii=False),
                    offered="{}",
                    created_at=now,
                    expires_at=draft.expires_at,
                )
            )
        return draft

    def find(self, enterprise_id: str, user_id: str, draft_id: str) -> Draft | None:
        """That person's draft, or None when it is another's, unknown or lapsed."""
        query = sa.select(drafts).where(
            drafts.c.id == draft_id,
            drafts.c.enterprise_id == enterprise_id,
            drafts.c.user_id == user_id,
            drafts.c.expires_at > self._clock(),
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _draft(row)

    def enter(self, draft: Draft, entries: Mapping[str, Json]) -> Draft:
        """Keep what was entered. A preview made from other entries no longer counts."""
        merged = {**draft.entries.values, **entries}
        changed = merged != dict(draft.entries.values)
        values: dict[str, Any] = {"entries": json.dumps(merged, ensure_ascii=False)}
        if changed:
            values |= {"plan": None, "preview": None, "revision": drafts.c.revision + 1}
        self._update(draft, values)
        if not changed:
            return draft
        return replace(draft, entries=Entries(merged), plan=None, preview=None, revision=draft.revision + 1)

    def offer(self, draft: Draft, field: str, choices: list[Choice]) -> Draft:
        """Keep the list a dependent select is answered from."""
        offered = {**draft.offered, field: tuple(choices)}
        text = json.dumps({key: [[c.value, c.text] for c in found] for key, found in offered.items()})
        self._update(draft, {"offered": text})
        return replace(draft, offered=offered)

    def planned(self, draft: Draft, planned: Planned) -> bool:
        """Keep the plan and preview, unless the entries were changed meanwhile; answers whether kept."""
        plan, preview = planned.plan, planned.preview
        return self._update(
            draft,
            {
                "plan": None if plan is None else plan.canonical(),
                "preview": None if preview is None else json.dumps(preview.as_json(), ensure_ascii=False),
            },
            drafts.c.revision == draft.revision,
        )

    def prolong(self, draft: Draft) -> None:
        """Somebody still works on it: another hour."""
        self._update(draft, {"expires_at": self._clock() + LIFE_MS})

    def sweep(self) -> int:
        """Delete lapsed drafts; answers how many."""
        with self._database.write() as connection:
            gone = connection.execute(drafts.delete().where(drafts.c.expires_at <= self._clock()))
        return gone.rowcount

    def _update(self, draft: Draft, values: Mapping[str, Any], *also: sa.ColumnElement[bool]) -> bool:
        with self._database.write() as connection:
            done = connection.execute(drafts.update().where(drafts.c.id == draft.id, *also).values(values))
        return done.rowcount == 1


def _draft(row: sa.Row[Any]) -> Draft:
    offered = json.loads(row.offered)
    return Draft(
        row.id,
        row.enterprise_id,
        row.user_id,
        row.operation,
        row.undo_of,
        Entries(json.loads(row.entries)),
        {key: tuple(Choice(value, text) for value, text in found) for key, found in offered.items()},
        Plan.from_json(json.loads(row.plan)) if row.plan else None,
        Preview.from_json(json.loads(row.preview)) if row.preview else None,
        row.request_id,
        row.revision,
        row.expires_at,
    )
