"""What the approver sees of each organization before deciding."""

from collections.abc import Sequence

from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.operations.contract import Site
from app.operations.lookalikes import lookalikes
from app.operations.wording import ago, count, days_since, listed
from app.slack.directory import Channel, ExternalOrg, Live
from app.slack.gateway import ReadFailed


def named(org: ExternalOrg) -> str:
    """Name, domain and id, always together."""
    return f"{org.name or org.domain} ({org.domain}, {org.id})"


def preview(orgs: Sequence[ExternalOrg], every: Sequence[ExternalOrg], site: Site) -> Preview:
    """The preview of disconnecting `orgs`; `every` organization is searched for look-alikes."""
    pages = 5 if len(orgs) <= 3 else 1
    cards, coverage, channels = [], [], {}
    for at, org in enumerate(orgs):
        site.progress(at, len(orgs))
        visible, seen, gap = _visible(org, site.live, pages)
        channels[org.id] = [channel.id for channel in visible]
        site.snapshots.note_external(site.enterprise_id, channels[org.id])
        coverage += gap
        cards.append(_card(org, every, visible, seen, site))
    total = sum(org.conversations for org in orgs)
    names = listed((org.name or org.domain for org in orgs), 3)
    return Preview(
        headline=f"Disconnect {names}: {count(total, 'conversation')} end",
        items=tuple(cards),
        effects=(
            "Their people lose every channel we host; channels they host become archived copies for us, "
            "under a new id.",
            "Direct messages and group messages with them are archived for everybody.",
            "Files they shared become unreadable and unsearchable for us.",
            "Only new invitations, channel by channel, which they accept, bring anything back.",
            "Channels once shared with another organization can never again be moved between our workspaces.",
        ),
        coverage=tuple(coverage),
        proof="Proved when Slack's list of external organizations shows the connection ended and no "
        "conversation left. Slack does this in the background; it can take minutes to hours.",
        snapshot={"channels": channels},
        totals=_totals(orgs, site),
    )


def _visible(org: ExternalOrg, live: Live, pages: int) -> tuple[list[Channel], int, list[str]]:
    """The shared channels our token sees: (the first ones, how many, what is missing in a sentence)."""
    try:
        channels, seen = live.channels_shared_with(org.id, pages)
    except ReadFailed as failed:
        reason = failed.answer.error
        return [], 0, [f"{named(org)}: its channels could not be listed ({reason.code}: {reason.sentence})"]
    if seen < org.channels:
        hidden = org.channels - seen
        text = (
            f"{named(org)}: {seen} of {count(org.channels, 'channel')} visible to this token; {hidden} hidden"
        )
        return channels, seen, [f"{text}, most likely private ones."]
    return channels, seen, []


def _card(
    org: ExternalOrg, every: Sequence[ExternalOrg], visible: Sequence[Channel], seen: int, site: Site
) -> ItemPreview:
    counts = (
        f"{org.public_channels} public and {org.private_channels} private channels, "
        f"{count(org.dms, 'direct message')}, {count(org.group_dms, 'group message')}"
    )
    facts = [
        Fact("Domain", org.domain),
        Fact("Connection", org.connection),
        Fact("Last activity", ago(site.now, org.last_active)),
        Fact("Ends", counts),
        Fact("Our workspaces", listed((f"{name} ({team})" for team, name in org.workspaces), 10)),
        Fact("Sponsored by us", "yes" if org.sponsored else "no"),
        Fact("Shared channels", _hosts(visible, seen, site.enterprise_id)),
    ]
    if org.canvases or org.lists:
        facts.append(
            Fact("Also shared", f"{count(org.canvases, 'canvas', 'canvases')}, {count(org.lists, 'list')}")
        )
    warnings = _warnings(org, every, visible, site)
    return ItemPreview(org.id, named(org), tuple(facts), warnings, org.conversations)


def _totals(orgs: Sequence[ExternalOrg], site: Site) -> tuple[Fact, ...]:
    days = [days_since(site.now, org.last_active) for org in orgs]
    return (
        Fact("Organizations", f"{len(orgs):,}"),
        Fact("Conversations that end", f"{sum(org.conversations for org in orgs):,}"),
        Fact("In use within the last week", f"{sum(day is not None and day <= 7 for day in days):,}"),
        Fact("Sponsored by us", f"{sum(org.sponsored for org in orgs):,}"),
    )


def _hosts(visible: Sequence[Channel], seen: int, enterprise_id: str) -> str:
    if not visible:
        return "none visible to this token"
    told = [
        f"#{channel.name} (host: {'us' if channel.hosted_by(enterprise_id) else 'them'})"
        for channel in visible
    ]
    return listed([*told, *([""] * (seen - len(told)))], min(20, len(told)))


def _warnings(
    org: ExternalOrg, every: Sequence[ExternalOrg], visible: Sequence[Channel], site: Site
) -> tuple[Warning, ...]:
    warnings = []
    alike = lookalikes(org, every)
    if alike:
        text = f"Easily taken for {listed(map(named, alike), 6)}. Compare domain and id."
        warnings.append(Warning(Severity.DANGER, text))
    days = days_since(site.now, org.last_active)
    if days is not None and days <= 7:
        warnings.append(
            Warning(Severity.CAUTION, f"Still in use: last activity {ago(site.now, org.last_active)}.")
        )
    if org.sponsored:
        text = "We sponsor their access: without it they may have no way into these channels at all."
        warnings.append(Warning(Severity.CAUTION, text))
    if org.status != "CONNECTED":
        warnings.append(Warning(Severity.CAUTION, f"Slack shows this connection as {org.status}."))
    others = [channel for channel in visible if len(channel.connected) > 1]
    if others:
        text = f"{count(len(others), 'channel')} also shared with further organizations, who stay."
        warnings.append(Warning(Severity.NOTE, text))
    return tuple(warnings)
