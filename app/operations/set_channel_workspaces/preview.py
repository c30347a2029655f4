"""What the approver sees: keep, add and remove, widening apart from narrowing."""

from collections.abc import Mapping, Sequence

from app.model.plan import Item
from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.operations.channels import coverage
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
    changes = [
        (now, Reach.from_json(item.target["reach"])) for item, (_, now) in zip(items, found, strict=True)
    ]
    wider = sum(_widens(now, wanted) for now, wanted in changes)
    narrower = sum(_narrows(now, wanted) for now, wanted in changes)
    effects = []
    if wider:
        effects.append(
            f"Opened to more people, with everything said there before: {count(wider, 'channel')}."
        )
    if narrower:
        effects.append(
            f"Closed to people who are only in the workspaces removed: {count(narrower, 'channel')}. Whether "
            "members of private channels come back when the workspaces do is not certain."
        )
    return Preview(
        headline=_headline(items, changes, names),
        items=tuple(cards),
        effects=tuple(effects),
        coverage=coverage(channel for channel, _ in found),
        proof="Proved when all pages of the channel's list, read back, are exactly the new list.",
        snapshot={item.key: now.as_json() for item, (_, now) in zip(items, found, strict=True)},
        totals=(
            Fact("Channels", f"{len(items):,}, of them private: {sum(c.private for c, _ in found):,}"),
            Fact("Shared with the whole organization", f"{sum(wide.org_wide for _, wide in changes):,}"),
            Fact("Opened to more people", f"{wider:,}"),
            Fact("Closed to people", f"{narrower:,}"),
        ),
    )


def _headline(items: Sequence[Item], changes: Sequence[tuple[Reach, Reach]], names: Mapping[str, str]) -> str:
    """What happens to which channels: `#atlas: add Support, remove Sales`."""
    channels = listed((item.label for item in items), 3)
    if all(wanted.org_wide for _, wanted in changes):
        return f"{channels}: share org-wide"
    added = {team for now, wanted in changes for team in wanted.workspaces - now.workspaces}
    narrow = [(now, wanted) for now, wanted in changes if not wanted.org_wide]
    removed = {team for now, wanted in narrow for team in now.workspaces - wanted.workspaces}
    kept = {team for now, wanted in narrow if now.org_wide for team in wanted.workspaces}
    wide = len(changes) - len(narrow)
    parts = [f"share {count(wide, 'channel')} org-wide"] if wide else []
    parts += [f"keep only {_named(kept, names)}"] if kept else []
    parts += [f"add {_named(added - kept, names)}"] if added - kept else []
    parts += [f"remove {_named(removed, names)}"] if removed else []
    return f"{channels}: {', '.join(parts)}"


def _named(teams: set[str], names: Mapping[str, str]) -> str:
    return listed(sorted(names.get(team, team) for team in teams), 4)


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
    title = f"#{channel.name} ({channel.id})"
    return ItemPreview(item.key, title, facts, _warnings(channel, now, wanted), max(0, channel.members))


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
