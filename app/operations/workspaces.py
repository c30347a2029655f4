"""Finding the workspaces people meant, by id or by name."""

from app.operations.targets import Names
from app.slack.directory import Workspace

WORKSPACES = Names[Workspace](
    noun="workspace of your organization",
    plural="workspaces of your organization",
    id_of=lambda workspace: workspace.id,
    words_of=lambda workspace: (workspace.name,),
    describe=lambda workspace: f"{workspace.name} ({workspace.id})",
)
