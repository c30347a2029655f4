"""The things an Enterprise Grid org is made of. Names and meanings are Slack's; times are Unix seconds."""

from dataclasses import dataclass, field
from enum import StrEnum


class ConnectionStatus(StrEnum):
    """State of the connection with an external organization (``team.externalTeams.list``)."""

    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    BLOCKED = "BLOCKED"
    IN_REVIEW = "IN_REVIEW"


class ChannelKind(StrEnum):
    """Kinds of conversation, named as the ``types`` of ``conversations.list``."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    IM = "im"
    MPIM = "mpim"


@dataclass
class Workspace:
    """A workspace of the org; ``has_app`` tells whether an admin has added the app to it."""

    id: str
    name: str
    domain: str
    has_app: bool = True
    discoverability: str = "hidden"
    primary_owner: str = ""
    connect_allowed: bool = True


@dataclass
class ExternalOrg:
    """A partner in Slack Connect. ``child_workspaces`` are ids below an Enterprise partner's own id."""

    id: str
    name: str
    domain: str
    status: ConnectionStatus = ConnectionStatus.CONNECTED
    last_active: int = 0
    is_sponsored: bool = False
    child_workspaces: list[str] = field(default_factory=list)
    prefs: dict[str, object] = field(default_factory=dict)
    canvases: int = 0
    disconnecting: bool = False


@dataclass
class User:
    """A person, guest, bot or outsider. ``teams`` are our workspaces; outsiders have an ``external_org``.

    ``private_channel_scope`` lists the workspaces whose private channels this person may manage with the
    channel management tools, ``*`` for all (by default only the primary org owner may,
    slack.com/help/articles/360052445454).
    """

    id: str
    name: str
    real_name: str
    email: str
    teams: list[str]
    is_org_admin: bool = False
    is_org_owner: bool = False
    is_primary_owner: bool = False
    admin_of: list[str] = field(default_factory=list)
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    deactivated_at: int = 0
    external_org: str | None = None
    is_stranger: bool = False
    has_2fa: bool = True
    has_sso: bool = True
    created: int = 0
    updated: int = 0
    tz: str = "Europe/Berlin"
    private_channel_scope: list[str] = field(default_factory=list)

    @property
    def is_admin_or_owner(self) -> bool:
        """Holds an org-level admin or owner role."""
        return self.is_org_admin or self.is_org_owner or self.is_primary_owner


@dataclass
class Channel:
    """A conversation. ``team_ids`` are our workspaces, the home workspace first; ``host`` is the org that
    created it.

    ``connected`` are external orgs; ``limited`` those of them that may only post. ``unlisted_outsiders``
    counts
    external people that are not users of this emulator.
    """

    id: str
    name: str
    kind: ChannelKind
    team_ids: list[str]
    host: str
    members: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    limited: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    is_org_wide: bool = False
    is_general: bool = False
    is_org_default: bool = False
    is_org_mandatory: bool = False
    is_managed: bool = False
    is_archived: bool = False
    is_frozen: bool = False
    frozen_reason: str = ""
    cannot_be_unshared_from: list[str] = field(default_factory=list)
    ever_external: bool = False
    legacy_disconnected: bool = False
    disconnecting: bool = False
    creator: str = ""
    created: int = 0
    updated: int = 0
    last_activity: int = 0
    topic: str = ""
    purpose: str = ""
    previous_id: str = ""
    unlisted_members: int = 0
    unlisted_outsiders: int = 0

    @property
    def is_private(self) -> bool:
        """Anything but a public channel."""
        return self.kind is not ChannelKind.PUBLIC

    @property
    def is_direct(self) -> bool:
        """A direct message or group direct message."""
        return self.kind in (ChannelKind.IM, ChannelKind.MPIM)

    @property
    def is_multi_workspace(self) -> bool:
        """Lives in several workspaces of the org, or in all of them."""
        return self.is_org_wide or len(self.team_ids) > 1


@dataclass
class UserGroup:
    """A user group of one workspace (or of the org, or mirrored from an identity provider)."""

    id: str
    team_id: str
    name: str
    handle: str
    users: list[str] = field(default_factory=list)
    description: str = ""
    channels: list[str] = field(default_factory=list)
    created: int = 0
    created_by: str = ""
    updated: int = 0
    updated_by: str = ""
    disabled_at: int = 0
    disabled_by: str | None = None
    is_idp_group: bool = False
    is_org_level: bool = False
    is_editing_restricted: bool = False


@dataclass
class AuthPolicy:
    """An authentication policy: user id → when assigned."""

    name: str
    entities: dict[str, int] = field(default_factory=dict)


@dataclass
class Org:
    """One Enterprise Grid org and everything it knows, by id."""

    id: str
    name: str
    domain: str
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    external_orgs: dict[str, ExternalOrg] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    policies: dict[str, AuthPolicy] = field(default_factory=dict)

    def teams_of(self, channel: Channel) -> list[str]:
        """Our workspaces a channel lives in; an org-wide channel lives in all of them."""
        return list(self.workspaces) if channel.is_org_wide else channel.team_ids

    def channels_with(self, external_org: str) -> list[Channel]:
        """Conversations shared with an external org."""
        return [channel for channel in self.channels.values() if external_org in channel.connected]

    def workspaces_with(self, external_org: str) -> list[Workspace]:
        """Our workspaces that share a conversation with an external org."""
        touched = {team for channel in self.channels_with(external_org) for team in channel.team_ids}
        return [workspace for id, workspace in self.workspaces.items() if id in touched]
