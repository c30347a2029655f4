"""Story 2, /disconnect-channel: a pasted list, denied with a reason, and asked again with less."""

from typing import Any

from localslack.tour import asking, deciding, words
from localslack.tour.play import Play

JSON = dict[str, Any]

COMMAND = "/disconnect-channel"
INITECH, UMBRELLA = ("C0INITECH01", "T0INITECH1"), ("C0UMBRELLA1", "T0UMBRELLA")
LIST = "Or paste a list"
READ = "admin.conversations.search"


def tell(play: Play) -> None:
    """A second person sees what the first one did not."""
    ana, ben, chloe = play.cast.ana, play.cast.ben, play.cast.chloe
    play.stage.tell(
        "Two partners shall leave a channel each. Ana pastes both lines from a spreadsheet. Chloe knows that "
        "one of them still works there, and says no: a denial needs a reason, and nothing is called."
    )
    facts = play.facts(
        {
            "#initech": lambda state: _connected(state, INITECH[0]),
            "#umbrella-design": lambda state: _connected(state, UMBRELLA[0]),
        },
        "shared with, in local Slack",
    )
    asking.form(play, ana, COMMAND)
    ana.person.fill(LIST, "\n".join(" ".join(pair) for pair in (INITECH, UMBRELLA)))
    asking.preview(play, ana, "Projects are over, channels are to be closed.", "SEC-102")
    both = asking.file(play, ana)
    deciding.refused_own(play, ana, both)
    deciding.deny(play, chloe, both, "Umbrella delivers until Friday. Ask again for #initech alone.")
    deciding.ends(play, both, words.DENIED)
    play.expect_calls(both)
    facts.take_promised("after the denial")
    play.stage.facts(facts)

    play.stage.scene("Ana asks again, for one of them")
    asking.form(play, ana, COMMAND)
    ana.person.fill(LIST, " ".join(INITECH))
    asking.preview(play, ana, "Project is over; Umbrella stays, as Chloe says.", "SEC-102")
    one = asking.file(play, ana)
    deciding.approve(play, ben, one)
    deciding.ends(play, one, words.DONE, READ)
    play.expect_calls(one, {"channel_id": INITECH[0], "leaving_team_ids": INITECH[1]})
    facts.take_promised("after", {"#initech": "nobody"})
    play.stage.facts(facts, "before", "after")


def _connected(state: JSON, channel: str) -> str:
    orgs = [state["external_orgs"][org]["name"] for org in state["channels"][channel]["connected"]]
    return ", ".join(orgs) or "nobody"
