"""Many channels read at once: one list where that is cheaper than asking for each."""

from collections.abc import Mapping
from itertools import chain
from math import ceil

from app.slack.directory.live import SEARCH_PAGE, Live
from app.slack.directory.rows import Channel


def channels(live: Live, wanted: Mapping[str, str]) -> dict[str, Channel | None]:
    """Those channels (id → name) as they are now, by id; None for one that nothing shows.

    `admin.conversations.search` gives twenty channels a page (Tier 2, 20 a minute) and tells at the first how
    many there are. When the whole list has no more pages than channels are wanted, it is read; else each
    channel is asked for by its id with `conversations.info` (Tier 3, 50 a minute), and searched for by name
    only when the bot does not see it. Raises ReadFailed.
    """
    if len(wanted) < 2:
        return {key: live.channel(key, name) for key, name in wanted.items()}
    found = _listed(live, wanted)
    return {key: found.get(key) or live.channel_by_id(key, name) for key, name in wanted.items()}


def _listed(live: Live, wanted: Mapping[str, str]) -> dict[str, Channel]:
    """Those of the wanted ones that the list shows, if reading it is worth its pages."""
    pages = live.channel_list()
    first = next(pages, None)
    if first is None:
        return {}
    rows, total = first
    if ceil(total / SEARCH_PAGE) > len(wanted):
        return {row.id: row for row in rows if row.id in wanted}
    found: dict[str, Channel] = {}
    for more, _ in chain([first], pages):
        found |= {row.id: row for row in more if row.id in wanted}
        if len(found) == len(wanted):
            break
    return found
