"""What was asked for, what comes of it for one channel, and what is refused early."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.model.form import Entries, Said
from app.model.preview import Problem
from app.model.table import Row
from app.operations import channels
from app.operations.contract import Site
from app.operations.set_channel_workspaces.reach import Reach
from app.operations.workspaces import WORKSPACES
from app.slack.directory import Channel, Workspace

SCOPES = ("change", "org_wide", "single")


@dataclass(frozen=True)
class Change:
    """The wish: add and remove workspaces, or org-wide, or one home workspace."""

    scope: str
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    home: str = ""

    @classmethod
    def asked(cls, entries: Entries) -> "Change":
        """What the form's entries ask for, in the words they use."""
        scope = entries.text("scope") or SCOPES[0]
        if scope == "change":
            return cls(scope, frozenset(entries.ids("add")), frozenset(entries.ids("remove")))
        return cls(scope, home=entries.one("home") if scope == "single" else "")

    @classmethod
    def of_row(cls, row: Row) -> "Change | None":
        """What a row of an uploaded list asks for; None when it leaves that to the form."""
        add, remove = _words(row.cell("add")), _words(row.cell("remove"))
        return cls("change", add, remove) if add | remove else None

    def resolved(self, workspaces: Sequence[Workspace]) -> "tuple[Change, list[Problem]]":
        """The same change by workspace ids, and a problem for each word that names no workspace."""
        known = WORKSPACES.among(workspaces)
        add, remove, home = (
            known.resolve(map(Said, sorted(words))) for words in (self.add, self.remove, {self.home} - {""})
        )
        change = Change(
            self.scope,
            frozenset(workspace.id for workspace in add.found),
            frozenset(workspace.id for workspace in remove.found),
            home.found[0].id if home.found else "",
        )
        return change, [*add.problems, *remove.problems, *home.problems]

    def of(self, now: Reach) -> Reach:
        """Who shall have a channel that `now` has."""
        if self.scope == "org_wide":
            return Reach(frozenset(), org_wide=True)
        if self.scope == "single":
            return Reach(frozenset({self.home}))
        return Reach((now.workspaces | self.add) - self.remove)


def _words(cell: str) -> frozenset[str]:
    """The workspaces in one cell; names may have spaces."""
    return frozenset(word for part in re.split(r"[|;,]", cell) if (word := part.strip()))


def refusal(channel: Channel, now: Reach, change: Change) -> Problem | None:
    """Why that change is not possible for that channel, or None; its kind has been looked at before."""
    subject = f"#{channel.name} ({channel.id})"
    wanted = change.of(now)
    if now.org_wide and change.scope == "change":
        return Problem(
            subject,
            "more_than_asked",
            "This channel is org-wide. Adding or removing single workspaces would take it away from every "
            "other one too. Choose one home workspace instead.",
        )
    if wanted.same(now):
        return Problem(subject, "already", "It is already as you want it.")
    if not wanted.org_wide and not wanted.workspaces:
        sentence = "No workspace would be left. Archive the channel instead."
        return Problem(subject, "nothing_left", sentence)
    if not wanted.org_wide and not now.org_wide and not wanted.workspaces & now.workspaces:
        return Problem(
            subject,
            "cannot_move_local_channel",
            "It would leave every workspace it is in. Slack does not move a channel this way: add the new "
            "workspace in one request, remove the old one in another.",
        )
    return None


def untold(channel: Channel) -> Problem:
    """Slack shows the channel, but not who has it: a list built on a guess could take it from somebody."""
    return Problem(
        f"#{channel.name} ({channel.id})",
        "workspaces_unseen",
        "Slack does not tell Drawbridge which workspaces have this channel, so it cannot be changed safely. "
        "The admin who installed Drawbridge has to be able to manage it.",
    )


def refused_kind(channel: Channel, site: Site) -> Problem | None:
    """Why Slack would refuse any change of that channel, or None."""
    subject = f"#{channel.name} ({channel.id})"
    if channel.direct:
        return Problem(subject, "channel_type_not_supported", "Direct messages belong to no workspace.")
    standing = channels.guarded(channel)
    if standing is not None:
        return standing
    once = site.snapshots.once_external(site.enterprise_id, channel.id)
    if channel.ext_shared or channel.connected or channel.frozen or once:
        when = "is" if channel.ext_shared or channel.connected else "was"
        return Problem(
            subject,
            "externally_shared_or_disconnected_channel",
            f"It {when} shared with another organization; Slack moves no such channel between workspaces.",
        )
    return None
