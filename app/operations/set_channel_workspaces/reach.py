"""Which workspaces have a channel, and which shall have it."""

from dataclasses import dataclass

from app.model.canonical import Json, texts
from app.slack.directory import Channel, Live
from app.slack.gateway import ReadFailed


@dataclass(frozen=True)
class Reach:
    """The workspaces that have a channel: every one (org-wide), or exactly these."""

    workspaces: frozenset[str]
    org_wide: bool = False

    def as_json(self) -> dict[str, Json]:
        """Plain JSON; read back by `from_json`. An org-wide channel has no list of its own."""
        return {"org_wide": self.org_wide, "workspaces": [] if self.org_wide else sorted(self.workspaces)}

    @classmethod
    def from_json(cls, data: Json) -> "Reach":
        """The reach that `as_json` described."""
        if not isinstance(data, dict):
            raise TypeError(f"not a reach: {data!r}")
        return cls(frozenset(texts(data["workspaces"])), bool(data["org_wide"]))

    def same(self, other: "Reach") -> bool:
        """Whether both mean the same workspaces."""
        return self.as_json() == other.as_json()


_CLOSED = frozenset({"not_allowed", "team_access_not_granted", "channel_is_limited_access"})


def shown(channel: Channel) -> Reach | None:
    """Who has that channel by its own row; None when the row does not name them all."""
    if channel.org_wide:
        return Reach(frozenset(), org_wide=True)
    return Reach(channel.workspaces) if channel.workspaces_whole and channel.workspaces else None


def read(live: Live, channel: Channel) -> Reach | None:
    """Who has that channel, from all pages of getTeams; None when Slack does not tell this token.

    getTeams answers channel_not_found for a channel of a single workspace; the channel itself then says
    which one that is. A channel that names several all the same is one this token may not list. Raises
    ReadFailed.
    """
    if channel.org_wide:
        return Reach(frozenset(), org_wide=True)
    try:
        workspaces = live.channel_workspaces(channel.id)
    except ReadFailed as failed:
        if failed.answer.code in _CLOSED:
            return None
        raise
    if workspaces is None:
        workspaces = channel.workspaces or frozenset({channel.home} - {""})
        alone = len(workspaces) == 1 and not (channel.org_shared and not channel.workspaces)
        return Reach(workspaces) if alone else None
    return Reach(workspaces)
