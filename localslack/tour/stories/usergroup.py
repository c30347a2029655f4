"""Story 3, /disable-usergroup: one who may not ask, a multi-select, and an undo with its own approval."""

from typing import Any

from localslack.tour import asking, deciding, words
from localslack.tour.facts import Read
from localslack.tour.play import Play

JSON = dict[str, Any]

COMMAND = "/disable-usergroup"
ENGINEERING = "T0ENG00001"
ONCALL, CREW = "S0ONCALL01", "S0DEMO0001"
READ = "usergroups.list"


def tell(play: Play) -> None:
    """Off, proved, and on again with everybody in it."""
    ana, ben, chloe, dino = play.cast.ana, play.cast.ben, play.cast.chloe, play.cast.dino
    play.stage.tell(
        "Two user groups of Engineering are no longer wanted. Dino would like to help, but the policy does "
        "not name him. Later the groups are missed: an undo is a request like any other."
    )
    names = {group: f"@{play.client.state()['usergroups'][group]['handle']}" for group in (ONCALL, CREW)}
    facts = play.facts({name: _reader(group) for group, name in names.items()})
    before = facts.columns[0].values
    asking.refused(play, dino, COMMAND, "@oncall")
    asking.form(play, ana, COMMAND)
    asking.choose(play, ana, "Workspace", [ENGINEERING], "engin")
    ana.person.wait_modal(lambda modal: "User groups" in modal.fields)
    asking.choose(play, ana, "User groups", [ONCALL, CREW])
    asking.preview(play, ana, "The rota moved to the on-call tool last month.", "OPS-7")
    off = asking.file(play, ana)
    deciding.refused_own(play, ana, off)
    deciding.approve(play, ben, off)
    deciding.ends(play, off, words.DONE, READ)
    play.expect_calls(off, *({"usergroup": group, "team_id": ENGINEERING} for group in (ONCALL, CREW)))
    disabled = {name: before[name].replace("on, ", "off, ") for name in names.values()}
    facts.take_promised("disabled", disabled)
    play.stage.facts(facts)

    play.stage.scene("On second thoughts: the undo, approved by somebody again")
    deciding.undo(play, ana, off)
    asking.preview(play, ana, "The on-call tool still mentions both groups.", "OPS-8")
    on = asking.file(play, ana)
    deciding.approve(play, chloe, on)
    deciding.ends(play, on, words.DONE, READ)
    play.expect_calls(on, *({"usergroup": group, "team_id": ENGINEERING} for group in (ONCALL, CREW)))
    facts.take_promised("undone", dict(before))
    play.stage.facts(facts)


def _reader(group: str) -> Read:
    def read(state: JSON) -> str:
        found = state["usergroups"][group]
        return f"{'off' if found['disabled_at'] else 'on'}, {len(found['users'])} members"

    return read
