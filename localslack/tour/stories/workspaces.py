"""Story 4, /set-channel-workspaces: the target changes after the preview, and nothing is carried out."""

from typing import Any

from localslack.tour import asking, deciding, words
from localslack.tour.play import Filed, Play

JSON = dict[str, Any]

COMMAND = "/set-channel-workspaces"
CHANNEL = "C0MULTI0001"
HQ, ENGINEERING, SALES = "T0HQ000001", "T0ENG00001", "T0SALES001"
SUPPORT, FINANCE = "T0SUPPORT1", "T0FINANCE1"
FACT = "#project-atlas"
CHOICES = (
    ("Channels", CHANNEL, "atlas"),
    ("Workspaces to add", SUPPORT, "supp"),
    ("Workspaces to remove", SALES, "sal"),
)
READ = "admin.conversations.getTeams"


def tell(play: Play) -> None:
    """What was approved is what was previewed, or it is not done."""
    ana, ben, chloe = play.cast.ana, play.cast.ben, play.cast.chloe
    play.stage.tell(
        "#project-atlas moves from Sales to Support. Slack replaces the whole list of workspaces at once: "
        "whatever anybody else has changed meanwhile would silently be lost. Drawbridge reads again first."
    )
    facts = play.facts({FACT: _workspaces}, "its workspaces")
    asking.form(play, ana, COMMAND)
    for field, team, query in CHOICES:
        asking.choose(play, ana, field, [team], query)
    stale = _file(play, "The project moved from Sales to Support.")
    deciding.refused_own(play, ana, stale)
    play.stage.behind("Olga, the org owner, adds Finance to #project-atlas in Slack's own admin pages.")
    play.client.set("channel", CHANNEL, team_ids=[HQ, ENGINEERING, SALES, FINANCE])
    facts.take_promised("changed by hand", {FACT: "Meridian HQ, Engineering, Sales, Finance"})
    deciding.approve(play, ben, stale)
    deciding.ends(play, stale, words.DRIFTED, READ)
    play.expect_calls(stale)
    facts.take_promised("after the approval")
    play.stage.facts(facts, "changed by hand", "after the approval")

    play.stage.scene("Ana asks again, from what is so now")
    asking.form(play, ana, COMMAND)
    asking.choose_again(play, ana, *CHOICES)
    fresh = _file(play, "The project moved from Sales to Support; Finance stays.")
    deciding.approve(play, chloe, fresh)
    deciding.ends(play, fresh, words.DONE, READ)
    wanted = [ENGINEERING, FINANCE, HQ, SUPPORT]
    play.expect_calls(fresh, {"channel_id": CHANNEL, "target_team_ids": ",".join(sorted(wanted))})
    facts.take_promised("after", {FACT: "Meridian HQ, Engineering, Support, Finance"})
    play.stage.facts(facts, "changed by hand", "after")


def _file(play: Play, reason: str) -> Filed:
    asking.preview(play, play.cast.ana, reason, "OPS-21")
    return asking.file(play, play.cast.ana)


def _workspaces(state: JSON) -> str:
    teams = state["channels"][CHANNEL]["team_ids"]
    return ", ".join(found["name"] for team, found in state["workspaces"].items() if team in teams)
