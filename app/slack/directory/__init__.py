"""The read side: live reads for decisions, and snapshots that answer selects within a keystroke."""

from app.slack.directory.live import Live
from app.slack.directory.rows import Account, Channel, ExternalOrg, Room, UserGroup, Workspace

__all__ = ["Account", "Channel", "ExternalOrg", "Live", "Room", "UserGroup", "Workspace"]
