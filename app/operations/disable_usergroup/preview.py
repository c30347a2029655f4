"""What the approver sees of each group before deciding."""

from collections.abc import Iterable, Mapping, Sequence

from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.operations.contract import Site
from app.operations.wording import ago, count, listed
from app.slack.directory import Live, UserGroup

_MEMBERS_SHOWN = 20
_NAMED = 20
"""Up to so many groups, members are shown by name, which takes a read for each of them."""


def named(group: UserGroup) -> str:
    """Handle, name and id, always together."""
    return f"@{group.handle} — {group.name} ({group.id})"


def preview(groups: Sequence[UserGroup], workspace: str, site: Site) -> Preview:
    """The preview of disabling those groups of one workspace."""
    few = len(groups) <= _NAMED
    people = names(site.live, {user for group in groups for user in _shown(group)}) if few else {}
    channels = channels_told(site, {channel for group in groups for channel in group.channels})
    members = len({member for group in groups for member in group.members})
    handles = listed((f"@{group.handle}" for group in groups), 3)
    return Preview(
        headline=f"Disable {handles} in {workspace}: {count(members, 'person', 'people')} no longer reached",
        items=tuple(_card(group, people, channels, site) for group in groups),
        effects=(
            "Mentions of the handle reach nobody any more.",
            "New members are no longer put into the group's default channels; those already in them stay.",
            "On-call tools and approval rules that use the group stop finding it.",
        ),
        proof="Proved when Slack's list of user groups shows it disabled.",
        snapshot={
            group.id: {"members": list(group.members), "channels": list(group.channels)} for group in groups
        },
        totals=_totals(groups),
    )


def names(live: Live, user_ids: set[str]) -> dict[str, str]:
    """Names of people by id, for those Slack knows."""
    return {
        user_id: person.name
        for user_id in sorted(user_ids)
        if (person := live.person(user_id)) is not None and person.name
    }


def channels_told(site: Site, channel_ids: Iterable[str]) -> dict[str, str]:
    """Name and id of each channel, as far as the directory knows the name."""
    wanted = list(channel_ids)
    known = site.snapshots.entries(site.enterprise_id, "channels", wanted)
    return {key: f"#{known[key].name} ({key})" if key in known else key for key in wanted}


def _shown(group: UserGroup) -> tuple[str, ...]:
    return (*group.members[:_MEMBERS_SHOWN], *([group.updated_by] if group.updated_by else []))


def _card(
    group: UserGroup, people: Mapping[str, str], channels: Mapping[str, str], site: Site
) -> ItemPreview:
    def who(user_id: str) -> str:
        return f"{people[user_id]} ({user_id})" if user_id in people else user_id

    hidden = [""] * max(0, len(group.members) - _MEMBERS_SHOWN)
    members = listed([*(who(user_id) for user_id in group.members[:_MEMBERS_SHOWN]), *hidden], _MEMBERS_SHOWN)
    updated = ago(site.now, group.updated_at) + (f" by {who(group.updated_by)}" if group.updated_by else "")
    facts = (
        Fact("Members", f"{len(group.members):,}: {members}" if group.members else "none"),
        Fact("Default channels", listed((channels[channel] for channel in group.channels), 10)),
        Fact("Managed by", "the identity provider" if group.directory_managed else "people in Slack"),
        Fact("Level", "organization" if group.org_level else "workspace"),
        Fact("Last update", updated),
    )
    return ItemPreview(group.id, named(group), facts, _warnings(group), len(group.members))


def _totals(groups: Sequence[UserGroup]) -> tuple[Fact, ...]:
    return (
        Fact("User groups", f"{len(groups):,}"),
        Fact("People in them", f"{len({member for group in groups for member in group.members}):,}"),
        Fact("Managed by the identity provider", f"{sum(group.directory_managed for group in groups):,}"),
        Fact("Of the whole organization", f"{sum(group.org_level for group in groups):,}"),
    )


def _warnings(group: UserGroup) -> tuple[Warning, ...]:
    warnings = []
    if group.directory_managed:
        text = "Mastered by the identity provider: Slack may refuse, or the next sync may bring it back."
        warnings.append(Warning(Severity.CAUTION, text))
    if group.org_level:
        text = "An organization-level group: it is used in several workspaces, and Slack may refuse."
        warnings.append(Warning(Severity.CAUTION, text))
    if group.locked:
        warnings.append(Warning(Severity.NOTE, "Its membership or editing is restricted; Slack may refuse."))
    if not group.members:
        warnings.append(Warning(Severity.NOTE, "It has no members."))
    return tuple(warnings)
