"""Story 1, /disconnect-org: the right one of many look-alikes, two approvals, one typed wrong."""

from typing import Any

from localslack.tour import asking, deciding, words
from localslack.tour.play import Play

JSON = dict[str, Any]

COMMAND = "/disconnect-org"
ACME, TWIN = "T0ACME0001", "T0DEMO00000"
EXPORTED = "What we need from them has been exported, or nothing is needed"
READ = "team.externalTeams.list"


def tell(play: Play) -> None:
    """From a name that fits seven organizations to one that is provably gone."""
    ana, ben, chloe = play.cast.ana, play.cast.ben, play.cast.chloe
    play.stage.tell(
        "The contract with Acme Corp has ended. Several partners look like Acme Corp, and cutting the wrong "
        "one off cannot be taken back. Two people have to agree, and each types what will be hit."
    )
    facts = play.facts(
        {
            f"Acme Corp ({ACME})": lambda state: _status(state, ACME),
            "  channels shared with it": lambda state: _shared(state, "channel"),
            "  direct messages shared with it": lambda state: _shared(state, "im"),
            f"Аcme Corp ({TWIN})": lambda state: _status(state, TWIN),
        }
    )
    asking.form(play, ana, COMMAND)
    asking.choose(play, ana, "External organizations", [ACME], "acme")
    ana.person.check(EXPORTED)
    asking.preview(play, ana, "The contract ended on 30 September; agreed with legal.", "SEC-101")
    filed = asking.file(play, ana)
    deciding.refused_own(play, ana, filed)
    deciding.approve(play, ben, filed, wrong="acme-secure")
    deciding.counted(play, filed, "1 of 2 approvals")
    deciding.approve(play, chloe, filed)
    deciding.ends(play, filed, words.DONE, READ)
    play.expect_calls(filed, {"target_team": ACME})
    facts.take_promised(
        "after",
        {
            f"Acme Corp ({ACME})": "DISCONNECTED",
            "  channels shared with it": "0",
            "  direct messages shared with it": "0",
        },
    )
    play.stage.facts(facts)


def _status(state: JSON, org: str) -> str:
    return str(state["external_orgs"][org]["status"])


def _shared(state: JSON, kind: str) -> str:
    direct = kind == "im"
    found = [channel for channel in state["channels"].values() if ACME in channel["connected"]]
    return str(sum((channel["kind"] in ("im", "mpim")) is direct for channel in found))
