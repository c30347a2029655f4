"""#lobby and its workspaces, for the stories about changing them."""

import pytest

from app.model.form import Entries
from app.operations import OPERATIONS
from app.operations.set_channel_workspaces.reach import Reach
from app.slack.directory import Workspace
from tests.unit.given import Town, channel

OPERATION = OPERATIONS["set-channel-workspaces"]
A, B, C, D = "T0AAAA0001", "T0BBBB0001", "T0CCCC0001", "T0DDDD0001"
NAMES = {A: "Alpha", B: "Beta", C: "Gamma", D: "Delta"}
LOBBY = channel("C0LOBBY001", "lobby")
ORG_WIDE = Reach(frozenset(), org_wide=True)


def has(*workspaces: str) -> Reach:
    """Exactly those workspaces."""
    return Reach(frozenset(workspaces))


def entries(said: str = "lobby", scope: str = "change", **workspaces: list[str]) -> Entries:
    """What was entered."""
    picked = {field: [{"value": team, "text": team} for team in teams] for field, teams in workspaces.items()}
    return Entries({"pasted": said, "scope": scope, **picked})


@pytest.fixture
def town(town: Town) -> Town:
    """An organization of four workspaces, two of which have #lobby."""
    town.spaces = [Workspace(team, name, True) for team, name in NAMES.items()]
    town.rooms = {LOBBY.id: LOBBY}
    town.reaches = {LOBBY.id: frozenset({A, B})}
    return town
