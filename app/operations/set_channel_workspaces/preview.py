"""What the approver sees: keep, add and remove, widening apart from narrowing."""

from collections.abc import Mapping, Sequence

from app.model.plan import Item
from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.operations.contract import Site
from app.operations.set_channel_workspaces.reach import Reach
from app.operations.wording import ago, count, listed
from app.slack.directory import Channel

_EVERY = "every workspace of the organization"


def preview(
    items: Sequence[Item],
    found: Sequence[tuple[Channel, Reach]],
    names: Mapping[str, str],
    site: Site,
) -> Preview:
    """The preview of giving each channel its new workspaces; `found` goes along with `items`."""
    cards = [
        _card(item, channel, now, names, site) for item, (channel, now) in zip(items, found, strict=True)
    ]
    channels = listed((item.label for item in items), 3)
    wider = sum(
        _widens(now, Reach.from_json(item.target["reach"]))
        for item, (_, now) in zip(items, found, strict=True)
    )
    narrower = sum(
        _narrows(now, Reach.from_json(item.target["reach"]))
        for item, (_, now) in zip(items, found, strict=True)
    )
    effects = []
    if wider:
        effects.append(f"{count(wider, 'channel')} become visible to more people: what was said there, too.")
    if narrower:
        effects.append(
            f"{count(narrower, 'channel')} disappear for people who are only in the workspaces removed. "
            "Adding those back later does not bring back members of private channels for certain."
        )
    return Preview(
        headline=f"Change the workspaces of {channels}",
        items=tuple(cards),
        effects=tuple(effects),
        proof="Proved when all pages of the channel's list, read back, are exactly the new list.",
        snapshot={item.key: now.as_json() for item, (_, now) in zip(items, found, strict=True)},
    )


def _widens(now: Reach, wanted: Reach) -> bool:
    return (wanted.org_wide and not now.org_wide) or bool(
        wanted.workspaces - now.workspaces and not now.org_wide
    )


def _narrows(now: Reach, wanted: Reach) -> bool:
    return not wanted.org_wide and (now.org_wide or bool(now.workspaces - wanted.workspaces))


def _card(item: Item, channel: Channel, now: Reach, names: Mapping[str, str], site: Site) -> ItemPreview:
    wanted = Reach.from_json(item.target["reach"])

    def told(teams: frozenset[str]) -> str:
        return listed((f"{names.get(team, 'Unknown')} ({team})" for team in sorted(teams)), 20)

    if wanted.org_wide:
        keep, add, remove = told(now.workspaces), f"{_EVERY} (org-wide)", "none"
    elif now.org_wide:
        keep, add, remove = told(wanted.workspaces), "none", f"{_EVERY} except those kept"
    else:
        keep = told(now.workspaces & wanted.workspaces)
        add = told(wanted.workspaces - now.workspaces)
        remove = told(now.workspaces - wanted.workspaces)
    members = "not told" if channel.members < 0 else f"{channel.members:,}"
    facts = (
        Fact("Keep", keep),
        Fact("Add (opens it to more people)", add),
        Fact("Remove (closes it to people)", remove),
        Fact("Kind", "private" if channel.private else "public"),
        Fact("Members", members),
        Fact("Last activity", ago(site.now, channel.last_activity)),
    )
    return ItemPreview(item.key, f"#{channel.name} ({channel.id})", facts, _warnings(channel, now, wanted))


def _warnings(channel: Channel, now: Reach, wanted: Reach) -> tuple[Warning, ...]:
    warnings = []
    if wanted.org_wide:
        who = (
            "members only, as it is private"
            if channel.private
            else "everyone in the organization can open it"
        )
        warnings.append(Warning(Severity.DANGER, f"Widening to the whole organization: {who}."))
    elif _widens(now, wanted):
        who = "added people only" if channel.private else "everyone in the added workspaces can open it"
        warnings.append(Warning(Severity.CAUTION, f"Widening: {who}."))
    if _narrows(now, wanted):
        text = "Narrowing: people, guests and apps that are only in the removed workspaces lose it."
        warnings.append(Warning(Severity.CAUTION, text))
    if channel.archived:
        warnings.append(Warning(Severity.NOTE, "The channel is archived."))
    return tuple(warnings)
