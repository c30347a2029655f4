"""What Slack's lists hold, as typed rows. Field names are Slack's unless a comment says otherwise.

Shapes: docs.slack.dev reference pages of the methods named, and the recorded samples of the Slack SDKs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.model.person import Person


@dataclass(frozen=True)
class ExternalOrg:
    """An entry of `team.externalTeams.list`. Times in Unix seconds, 0 when never."""

    id: str
    name: str
    domain: str
    status: str
    sponsored: bool
    public_channels: int
    private_channels: int
    dms: int
    group_dms: int
    canvases: int
    lists: int
    last_active: int
    workspaces: tuple[tuple[str, str], ...]  # ours that are touched: (id, name)

    @property
    def connection(self) -> str:
        """Its status in plain words: `connected`, `disconnected`."""
        return self.status.replace("_", " ").lower() or "not told"

    @property
    def channels(self) -> int:
        """Shared channels of both kinds."""
        return self.public_channels + self.private_channels

    @property
    def conversations(self) -> int:
        """Everything a disconnect ends."""
        return self.channels + self.dms + self.group_dms

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "ExternalOrg":
        """One entry of `organizations`."""
        return cls(
            id=row["team_id"],
            name=row.get("team_name") or "",
            domain=row.get("team_domain") or "",
            status=row.get("connection_status") or "",
            sponsored=bool(row.get("is_sponsored")),
            public_channels=int(row.get("public_channel_count") or 0),
            private_channels=int(row.get("private_channel_count") or 0),
            dms=int(row.get("im_channel_count") or 0),
            group_dms=int(row.get("mpim_channel_count") or 0),
            canvases=_total(row.get("canvas")),
            lists=_total(row.get("lists")),
            last_active=_seconds(row.get("last_active_timestamp")),
            workspaces=_workspaces(row.get("connected_workspaces")),
        )


@dataclass(frozen=True)
class Room:
    """A channel the bot sits in, as `conversations.info` and `conversations.members` show it to the bot."""

    id: str
    name: str
    private: bool
    shared: bool  # with another organization, or invited to be
    archived: bool
    inside: bool  # the bot is a member
    members: frozenset[str]  # user ids, bots included

    @classmethod
    def read(cls, row: Mapping[str, Any], members: Iterable[str]) -> "Room":
        """`channel` of the one method and `members` of the other."""
        shared = ("is_ext_shared", "is_pending_ext_shared")
        return cls(
            id=row["id"],
            name=row.get("name") or "",
            private=bool(row.get("is_private")),
            shared=any(row.get(flag) for flag in shared) or bool(row.get("pending_connected_team_ids")),
            archived=bool(row.get("is_archived")),
            inside=row.get("is_member") is not False,
            members=frozenset(members),
        )


@dataclass(frozen=True)
class Channel:
    """A conversation of `admin.conversations.search` or `conversations.info`.

    source: `search` or `info`; only the former counts people. Counts are -1 when not told.
    """

    id: str
    name: str
    source: str
    private: bool
    general: bool
    archived: bool
    direct: bool  # a DM or group DM
    ext_shared: bool
    org_wide: bool
    org_default: bool
    org_mandatory: bool
    frozen: bool
    disconnecting: bool
    host: str  # conversation_host_id
    home: str  # context_team_id, the workspace it belongs to when only one has it
    connected: frozenset[str]  # external organizations
    limited: frozenset[str]  # those of them that may only post
    pending: frozenset[str]
    workspaces: frozenset[str]  # ours
    org_shared: bool  # several of our workspaces have it
    externals_told: bool  # `connected` is all there is, and not merely left out
    workspaces_told: bool  # so is `workspaces`
    workspaces_whole: bool  # it names as many as Slack counts (internal_team_ids_count)
    members: int
    externals: int
    last_activity: int  # Unix seconds

    def hosted_by(self, enterprise_id: str) -> bool:
        """Whether that organization hosts it, itself or one of its workspaces."""
        return self.host in ("", enterprise_id) or self.host in self.workspaces

    @classmethod
    def read(cls, row: Mapping[str, Any], source: str) -> "Channel":
        """One row of either method."""
        return cls(
            id=row["id"],
            name=row.get("name") or "",
            source=source,
            private=bool(row.get("is_private")),
            general=bool(row.get("is_general")),
            archived=bool(row.get("is_archived")),
            direct=bool(row.get("is_im") or row.get("is_mpim")),
            ext_shared=bool(row.get("is_ext_shared")),
            org_wide=bool(row.get("is_global_shared")),
            org_default=bool(row.get("is_org_default")),
            org_mandatory=bool(row.get("is_org_mandatory")),
            frozen=bool(row.get("is_frozen")),
            disconnecting=bool(row.get("is_disconnect_in_progress")),
            host=row.get("conversation_host_id") or "",
            home=row.get("context_team_id") or "",
            connected=frozenset(row.get("connected_team_ids") or ()),
            limited=frozenset(row.get("connected_limited_team_ids") or ()),
            pending=frozenset(row.get("pending_connected_team_ids") or ()),
            workspaces=frozenset(row.get("internal_team_ids") or ()),
            org_shared=bool(row.get("is_org_shared")),
            externals_told="connected_team_ids" in row or row.get("is_ext_shared") is False,
            workspaces_told="internal_team_ids" in row or row.get("is_org_shared") is False,
            workspaces_whole=row.get("internal_team_ids_count") == len(row.get("internal_team_ids") or ()),
            members=_count(row.get("member_count", row.get("num_members"))),
            externals=_count(row.get("external_user_count")),
            last_activity=_seconds(row.get("last_activity_ts")),
        )


@dataclass(frozen=True)
class UserGroup:
    """An entry of `usergroups.list` with members. Times in Unix seconds, 0 when never."""

    id: str
    team: str
    name: str
    handle: str
    members: tuple[str, ...]
    channels: tuple[str, ...]  # default channels, public and private
    disabled_at: int
    updated_at: int
    updated_by: str
    directory_managed: bool  # mastered by an identity provider
    org_level: bool
    locked: bool  # membership or editing is restricted

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "UserGroup":
        """One entry of `usergroups`."""
        prefs = row.get("prefs") or {}
        return cls(
            id=row["id"],
            team=row.get("team_id") or "",
            name=row.get("name") or "",
            handle=row.get("handle") or "",
            members=tuple(sorted(row.get("users") or ())),
            channels=tuple(sorted([*(prefs.get("channels") or ()), *(prefs.get("groups") or ())])),
            disabled_at=_seconds(row.get("date_delete")),
            updated_at=_seconds(row.get("date_update")),
            updated_by=row.get("updated_by") or "",
            directory_managed=bool(row.get("is_idp_group")),
            org_level=bool(row.get("is_org_level")),
            locked=bool(row.get("is_membership_locked") or row.get("is_editing_restricted")),
        )


@dataclass(frozen=True)
class Workspace:
    """A workspace of the org; `app_added` tells whether Drawbridge may act in it."""

    id: str
    name: str
    app_added: bool


@dataclass(frozen=True)
class Account:
    """An entry of `admin.users.list`: what an admin sees of an account."""

    id: str
    name: str
    email: str
    role: str  # owner, admin, guest or member; without a workspace in the call these are org roles
    org_admin: bool  # Slack's own flag, which owners may carry too
    active: bool
    has_sso: bool
    has_2fa: bool

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Account":
        """One entry of `users`."""
        return cls(
            id=row["id"],
            name=row.get("full_name") or row.get("username") or "",
            email=row.get("email") or "",
            role=_role(row),
            org_admin=bool(row.get("is_admin")),
            active=bool(row.get("is_active", True)),
            has_sso=bool(row.get("has_sso")),
            has_2fa=bool(row.get("has_2fa")),
        )


def person(row: Mapping[str, Any]) -> Person:
    """The `user` object of `users.info` and `users.lookupByEmail`; org roles are in `enterprise_user`."""
    org = row.get("enterprise_user") or {}
    profile = row.get("profile") or {}
    return Person(
        id=row["id"],
        name=profile.get("real_name") or row.get("real_name") or row.get("name") or "",
        email=profile.get("email") or None,
        enterprise_id=org.get("enterprise_id") or None,
        org_admin=bool(org.get("is_admin")),
        org_owner=bool(org.get("is_owner")),
        primary_owner=bool(org.get("is_primary_owner")),
        guest=bool(row.get("is_restricted") or row.get("is_ultra_restricted")),
        bot=bool(row.get("is_bot") or row.get("is_app_user")),
        deleted=bool(row.get("deleted")),
        stranger=bool(row.get("is_stranger")),
        has_2fa=row.get("has_2fa"),
        teams=tuple(org.get("teams") or ()),
        zone=str(row.get("tz") or ""),
    )


def _role(row: Mapping[str, Any]) -> str:
    if row.get("is_owner") or row.get("is_primary_owner"):
        return "owner"
    if row.get("is_admin"):
        return "admin"
    return "guest" if row.get("is_restricted") or row.get("is_ultra_restricted") else "member"


def _total(counted: Any) -> int:
    return int((counted or {}).get("total_count") or 0) if isinstance(counted, Mapping) else 0


def _count(value: Any) -> int:
    return -1 if value is None else int(value)


def _seconds(value: Any) -> int:
    """Unix seconds from any of Slack's clocks: some fields are in seconds, some in micro- or milliseconds."""
    moment = int(value or 0)
    while moment > 100_000_000_000:
        moment //= 1000
    return moment


def _workspaces(value: Any) -> tuple[tuple[str, str], ...]:
    """The docs show one object, the SDK's sample a list of them."""
    rows = [value] if isinstance(value, Mapping) else value or []
    return tuple((row["workspace_id"], row.get("workspace_name") or "") for row in rows)
