"""Finding the channel people meant, by id or by name, and reading many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.model.plan import Item
from app.model.preview import Problem
from app.operations.contract import Sight, Site, Standing
from app.operations.wording import count, listed
from app.slack.directory import Channel, Live, many
from app.slack.directory.snapshot import Entry

FEW = 20
"""Up to so many channels are each read closely; more are read as Slack lists them."""


def chosen(entry: Entry) -> dict[str, str]:
    """A directory entry as a chosen option."""
    return {"value": entry.key, "text": f"#{entry.name} ({entry.key})"}


def names(site: Site, kind: str, ids: Iterable[str]) -> dict[str, str]:
    """Names of channels by id, as far as that list of the directory knows them.

    A private channel may be found in Slack only by searching for its name.
    """
    return {key: entry.name for key, entry in site.snapshots.entries(site.enterprise_id, kind, ids).items()}


def guarded(channel: Channel) -> Problem | None:
    """The guardrail around channels everybody relies on, or None."""
    subject = f"#{channel.name} ({channel.id})"
    if channel.general:
        sentence = "This is #general, where everybody of a workspace is. Drawbridge never touches it."
        return Problem(subject, "general_channel", sentence, guardrail=True)
    if channel.org_default or channel.org_mandatory:
        return Problem(
            subject,
            "default_org_wide_channel",
            "An org default channel, which everybody of the organization gets. Drawbridge never touches it; "
            "take it off the defaults first.",
            guardrail=True,
        )
    return None


def coverage(found: Iterable[Channel]) -> tuple[str, ...]:
    """What must be said of channels that only the bot could see."""
    return tuple(
        f"#{channel.name} ({channel.id}) is visible to the bot, not to the admin token's search. "
        "The admin who installed Drawbridge may not manage private channels."
        for channel in found
        if channel.source == "info"
    )


def find_all(
    said: Iterable[str], kind: str, site: Site, named: Mapping[str, str] | None = None
) -> dict[str, Channel | Problem]:
    """What each text names, by the text. Raises ReadFailed.

    A few are looked up one by one; many among all that Slack lists, when its pages are fewer than they.
    kind: the directory's list that may know the names of ids. named: names that are known already, by id.
    """
    texts = list(dict.fromkeys(said))
    if len(texts) > FEW:
        every, whole = many.listed(site.live, len(texts) - 1)
        if whole:
            return _among_all(texts, every, site)
    known = names(site, kind, texts) | dict(named or {})
    found: dict[str, Channel | Problem] = {}
    for at, text in enumerate(texts):
        site.progress(at, len(texts))
        found[text] = find(text, known.get(text, ""), site.live)
    return found


def _among_all(texts: list[str], every: Iterable[Channel], site: Site) -> dict[str, Channel | Problem]:
    """The same from one reading of every channel. An id that is not listed is asked for by itself."""
    by_id: dict[str, Channel] = {}
    by_name: dict[str, list[Channel]] = defaultdict(list)
    for at, channel in enumerate(every):
        site.progress(min(at, len(texts)), len(texts))
        if channel.id not in by_id:
            by_name[channel.name.casefold()].append(channel)
        by_id[channel.id] = channel
    return {text: _listed(text, by_id, by_name, site.live) for text in texts}


def _listed(
    text: str, by_id: Mapping[str, Channel], by_name: Mapping[str, list[Channel]], live: Live
) -> Channel | Problem:
    if text in by_id:
        return by_id[text]
    if _is_id(text):
        return find(text, "", live)
    return _one(text, by_name.get(text.lstrip("#").casefold(), []))


def find(said: str, name: str, live: Live) -> Channel | Problem:
    """The one channel with that id (its name, if known, helps) or exactly that name. Raises ReadFailed."""
    if not _is_id(said):
        return _one(said, live.channels_named(said))
    found = live.channel(said, name)
    return _one(said, [found] if found is not None else [])


def _is_id(said: str) -> bool:
    return said[:1] in ("C", "G") and said.isalnum() and said.isupper()


def _one(said: str, matches: list[Channel]) -> Channel | Problem:
    if len(matches) == 1:
        return matches[0]
    if matches:
        ids = listed((match.id for match in matches), 5)
        sentence = f"{count(len(matches), 'channel')} have this name: {ids}. Use the id."
        return Problem(said, "ambiguous", sentence)
    return Problem(
        said,
        "not_found",
        "Slack shows no such channel to Drawbridge. Check the id; a private channel is visible only if the "
        "admin who installed Drawbridge may manage private channels, or the bot is in it.",
    )


def read(live: Live, wanted: Mapping[str, str], *, closely: bool) -> dict[str, Channel | None]:
    """Those channels (id → name), by id; None for one that nothing shows. Raises ReadFailed.

    closely: each by search, which alone tells that Slack is disconnecting one.
    """
    if closely:
        return {key: live.channel(key, name) for key, name in wanted.items()}
    return many.channels(live, wanted)


def doubtful(channel: Channel | None, sight: Sight, item: Item) -> bool:
    """Whether a difference to the plan may only be one between two ways to ask."""
    asked_by_id = channel is not None and channel.source == "info"
    return asked_by_id and sight.standing is not Standing.REACHED and sight.facts != item.facts
