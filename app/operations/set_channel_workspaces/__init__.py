"""`set-channel-workspaces`: change which of our workspaces have a channel.

Slack: admin.conversations.setTeams. It *replaces*: a workspace left out of the list loses the channel. People
ask for what to add and what to remove; the whole list is computed from all pages of getTeams.
"""

from app.operations.set_channel_workspaces.operation import SetChannelWorkspaces

__all__ = ["SetChannelWorkspaces"]
