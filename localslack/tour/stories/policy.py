"""Story 5, /remove-policy-users: one bad id among good ones, and an outcome for each person."""

from typing import Any

from localslack.tour import asking, deciding, words
from localslack.tour.facts import Read
from localslack.tour.failures import promise
from localslack.tour.play import Play

JSON = dict[str, Any]

COMMAND = "/remove-policy-users"
PEOPLE = tuple(f"W0POLICY0{number}" for number in range(1, 5))
GONE, STUCK = PEOPLE[1], PEOPLE[3]
TYPO = "W0TYPO00001"
METHOD = "admin.auth.policy.removeEntities"
READ = "admin.auth.policy.getEntities"


def tell(play: Play) -> None:
    """Slack takes all or nothing; people want to know about each."""
    ana, ben = play.cast.ana, play.cast.ben
    play.stage.tell(
        "Four people shall sign in by SSO only. Ana's list has a typo, a colleague takes one of the four "
        "off by hand meanwhile, and Slack refuses every list that names a certain other one."
    )
    facts = play.facts({f"{_name(play, person)} ({person})": _on_policy(person) for person in PEOPLE})
    labels = list(facts.reads)
    asking.form(play, ana, COMMAND)
    asking.choose(play, ana, "People on the policy", PEOPLE[:2], "policy person")
    ana.person.fill("Or paste a list", "\n".join([_user(play, PEOPLE[2], "email"), *PEOPLE[3:], TYPO]))
    preview = asking.preview(play, ana, "Moved to SSO on Monday; agreed with the help desk.", "IAM-40")
    promise(TYPO in preview.text, f"The preview should say that {TYPO} is left out.")
    filed = asking.file(play, ana)
    deciding.refused_own(play, ana, filed)
    play.stage.behind(f"a colleague takes {_name(play, GONE)} off the policy by hand.")
    play.client.post("remove", kind="policy_member", id=GONE)
    facts.take_promised("changed by hand", {labels[1]: "not on it"})
    play.stage.behind(f"local Slack is told to refuse every list that names {_name(play, STUCK)}.")
    _refuse(play, [person for person in PEOPLE if person != GONE])
    deciding.approve(play, ben, filed)
    deciding.ends(play, filed, words.PARTLY, READ)
    play.client.clear_faults()
    removed = {id for call in play.changing(filed) if call["effect"] for id in _ids(call)}
    good = set(PEOPLE) - {GONE, STUCK}
    promise(removed == good, f"{', '.join(sorted(good))} should be removed by calls, not {removed}.")
    facts.take_promised("after", {labels[at]: "not on it" for at in (0, 2)})
    play.stage.facts(facts, "before", "after")


def _refuse(play: Play, people: list[str]) -> None:
    """A fault for each run of people with the stuck one among them, however the list is cut."""
    stuck = people.index(STUCK)
    for first in range(stuck + 1):
        for end in range(stuck + 1, len(people) + 1):
            named = {"entity_ids": ",".join(people[first:end])}
            play.client.fault(METHOD, "error", error="entity_not_found", match=named)


def _ids(call: JSON) -> list[str]:
    ids = call["args"]["entity_ids"]
    return list(ids) if isinstance(ids, list) else str(ids).split(",")


def _on_policy(person: str) -> Read:
    def read(state: JSON) -> str:
        return "on the policy" if person in state["policies"]["email_password"]["entities"] else "not on it"

    return read


def _user(play: Play, person: str, attribute: str) -> str:
    return str(play.client.state()["users"][person][attribute])


def _name(play: Play, person: str) -> str:
    return _user(play, person, "real_name")
