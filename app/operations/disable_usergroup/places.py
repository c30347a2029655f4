"""In which workspace each group was meant: the one of its row, else the one the form was told."""

from collections import defaultdict
from dataclasses import replace

from app.model.form import Entries, Said
from app.model.preview import Problem
from app.operations.contract import Site
from app.operations.targets import Register
from app.operations.workspaces import WORKSPACES
from app.slack.directory import Workspace


def by_workspace(entries: Entries, site: Site) -> tuple[dict[Workspace, list[Said]], list[Problem]]:
    """The groups named, by workspace; a problem for every row whose workspace cannot be told."""
    known = WORKSPACES.among(site.live.workspaces())
    chosen = entries.one("workspace")
    named = [(chosen, said) for said in entries.said("groups", "usergroup") if not said.line]
    named += [
        (row.cell("workspace") or chosen, Said(row.cell("usergroup"), row.line)) for row in entries.rows()
    ]
    places: dict[str, Workspace | Problem] = {}
    found: dict[Workspace, list[Said]] = defaultdict(list)
    problems: list[Problem] = []
    for where, said in named:
        place = places.setdefault(where, _workspace(where, known))
        if isinstance(place, Problem):
            problems.append(replace(place, line=said.line))
        else:
            found[place].append(said)
    typed = [problem for problem in problems if not problem.line]
    return found, [*typed[:1], *(problem for problem in problems if problem.line)]


def _workspace(where: str, known: Register[Workspace]) -> Workspace | Problem:
    """That workspace, if Drawbridge was added to it."""
    if not where:
        return Problem("", "no_workspace", "Neither this line nor the form names the workspace of the group.")
    found = known.find(where)
    if len(found) != 1:
        return WORKSPACES.problem(where, found)
    if found[0].app_added:
        return found[0]
    return Problem(
        WORKSPACES.describe(found[0]),
        "team_access_not_granted",
        "Drawbridge has not been added to this workspace. An org admin adds it under Organization settings → "
        "Integrations → Installed apps → Drawbridge → Add to more workspaces.",
    )
