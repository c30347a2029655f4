"""Plans and previews of bulks, kept after they were read: a round reads its request many times.

Both are written once, with the request, and the plan's hash names its text; a request and its hash therefore
always mean the same two. Only long ones are kept, of the few bulks that are carried out at the same time.
"""

import json
from collections import OrderedDict
from threading import Lock

import sqlalchemy as sa

from app.model.plan import Plan
from app.model.preview import Preview
from app.storage.tables import requests

_LONG = 200_000  # characters of both together
_MOST = 2

Texts = tuple[Plan, Preview]


def read(plan: str, preview: str) -> Texts:
    """What those two stored texts say."""
    return Plan.from_json(json.loads(plan)), Preview.from_json(json.loads(preview))


class LongTexts:
    """The last few long ones. Threads that want the same one at the same time read it once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Texts] = OrderedDict()
        self._reading = Lock()

    def of(self, connection: sa.Connection, request_id: str, plan_hash: str) -> Texts:
        """Plan and preview of that request."""
        name = (request_id, plan_hash)
        found = self._kept.get(name)
        return found if found is not None else self._read(connection, name)

    def _read(self, connection: sa.Connection, name: tuple[str, str]) -> Texts:
        query = sa.select(requests.c.plan, requests.c.preview).where(requests.c.id == name[0])
        with self._reading:
            if name in self._kept:
                return self._kept[name]
            row = connection.execute(query).one()
            texts = read(row.plan, row.preview)
            if len(row.plan) + len(row.preview) >= _LONG:
                self._kept[name] = texts
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
        return texts
