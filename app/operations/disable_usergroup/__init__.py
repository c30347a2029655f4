"""`disable-usergroup`: switch user groups off; their handles stop working, nobody is deleted.

Slack: usergroups.disable, undone by usergroups.enable. With an org-wide token both need `team_id`.
"""

from app.operations.disable_usergroup.operation import DisableUsergroup

__all__ = ["DisableUsergroup"]
