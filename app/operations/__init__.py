"""The registry: every operation there is, one line each. The rest of the app derives from it."""

from collections.abc import Mapping

from app.config import Terms
from app.operations.contract import Operation
from app.operations.disable_usergroup import DisableUsergroup
from app.operations.disconnect_channel import DisconnectChannel
from app.operations.disconnect_org import DisconnectOrg
from app.operations.remove_policy_users import RemovePolicyUsers
from app.operations.set_channel_workspaces import SetChannelWorkspaces

_EVERY: tuple[Operation, ...] = (
    DisconnectOrg(),
    DisconnectChannel(),
    DisableUsergroup(),
    SetChannelWorkspaces(),
    RemovePolicyUsers(),
)

OPERATIONS: Mapping[str, Operation] = {operation.key: operation for operation in _EVERY}

TERMS: Mapping[str, Terms] = {key: operation.terms for key, operation in OPERATIONS.items()}
"""What a policy file may say of each."""

__all__ = ["OPERATIONS", "TERMS", "Operation"]
