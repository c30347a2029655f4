"""`disconnect-org`: end all Slack Connect communication with external organizations.

Slack: team.externalTeams.disconnect. It runs in the background; `ok: true` only means accepted, and the
answer carries no job to ask about, so the effect is looked for in team.externalTeams.list.
"""

from app.operations.disconnect_org.operation import DisconnectOrg

__all__ = ["DisconnectOrg"]
