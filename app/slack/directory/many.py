"""Many channels read at once: one list where that is cheaper than asking for each."""

from collections.abc import Collection, Iterator, Mapping
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
    found = _shown(live, wanted)
    return {key: found.get(key) or live.channel_by_id(key, name) for key, name in wanted.items()}


def listed(live: Live, worth: int) -> tuple[Iterator[Channel], bool]:
    """(channels, whole): every channel that Slack lists, if that is no more pages than they are worth.

    Pages are read as the channels are taken; the first one at once, which tells how many there are. whole:
    whether more than that first page is given. Taking them may raise ReadFailed.
    """
    pages = live.channel_list()
    first = next(pages, None)
    if first is None:
        return iter(()), False
    rows, total = first
    if ceil(total / SEARCH_PAGE) > worth:
        return iter(rows), False
    return chain(rows, chain.from_iterable(more for more, _ in pages)), True


def _shown(live: Live, wanted: Collection[str]) -> dict[str, Channel]:
    """Those of the wanted ones that the list shows, as far as reading it is worth its pages."""
    found: dict[str, Channel] = {}
    for channel in listed(live, len(wanted))[0]:
        if channel.id in wanted:
            found[channel.id] = channel
        if len(found) == len(wanted):
            break
    return found
