"""`disconnect-channel`: take an external organization, or one of our workspaces, out of a shared channel.

Slack: admin.conversations.disconnectShared. Exactly one id goes into `leaving_team_ids`: left out, Slack
removes whichever other team there is, and a stale preview could then hit the wrong one.
"""

from app.operations.disconnect_channel.operation import DisconnectChannel

__all__ = ["DisconnectChannel"]
