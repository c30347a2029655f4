"""What comes before and after the stories."""

import json
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from localslack.tour import words
from localslack.tour.cast import ADMIN_CHANNEL
from localslack.tour.failures import promise
from localslack.tour.house import House
from localslack.tour.play import Play
from localslack.tour.stage import Stage

JSON = dict[str, Any]


def opening(stage: Stage) -> None:
    """What is about to happen. Shown while the app is not running yet."""
    stage.title("Drawbridge", "a second person approves before it is irreversible")
    stage.tell(
        "Some Slack admin changes hit thousands of people in one click, and some can never be taken back. "
        "With Drawbridge one person asks, another one approves, the app does it through Slack's Web API, "
        "reads back whether it is really so, and keeps the evidence."
    )
    stage.tell(
        "This tour starts the real app, with a database in a temporary folder, and lets people use it. In "
        "place of Slack there is local Slack, an emulator on this machine. It is not Slack, and nothing "
        "leaves this machine. All messages below are shown as local Slack stored them for their readers. "
        "It takes about half a minute; Ctrl-C ends it."
    )


def who_is_who(play: Play) -> None:
    """The people, once they exist."""
    play.stage.rows((Text(actor.name, f"bold {actor.style}"), Text(actor.part)) for actor in play.cast)


def closing(play: Play, house: House) -> None:
    """The evidence, the counts, and what to try next. Raises Unfulfilled when anything is wrong."""
    stage = play.stage
    stage.story("What is left: the evidence")
    seen = _cards(play)
    promise(
        seen == len(play.counts.requests),
        f"#admin-approvals should hold {len(play.counts.requests)} cards, but holds {seen}.",
    )
    promise(house.stop_app() == 0, "The app should end with exit code 0 when it is asked to stop.")
    _verify(stage, house)
    _show(stage, house, play.counts.requests[0])
    _count(play, house)
    _next(stage)


def _cards(play: Play) -> int:
    messages = play.cast.ben.person.messages(ADMIN_CHANNEL)
    return sum(bool(message.buttons) and not message.is_ephemeral for message in messages)


def _verify(stage: Stage, house: House) -> None:
    stage.shell("python -m app audit verify")
    done = house.cli("audit", "verify")
    stage.output(done.stdout or done.stderr)
    promise(done.returncode == 0, "`audit verify` should find every chain unbroken.")


def _show(stage: Stage, house: House, request: str) -> None:
    stage.shell(f"python -m app requests show {request}")
    done = house.cli("requests", "show", request)
    promise(done.returncode == 0, f"`requests show {request}` should print the evidence: {done.stderr}")
    found = json.loads(done.stdout)
    stage.rows((Text(name, "dim"), Text(told)) for name, told in _excerpt(found))
    promise(found["chain"]["intact"], "The evidence should say that its chain is intact.")


def _excerpt(found: JSON) -> Iterator[tuple[str, str]]:
    """A few facts of the evidence, by where they stand in it."""
    asked = found["request"]
    yield "request", f"{asked['id']} {asked['operation']}, {asked['ticket']}: {asked['state']}"
    yield "plan_hash", found["plan_hash"]
    for made in found["decisions"]:
        right = ", ".join(made["role_proof"]["principals"])
        yield "decisions", f"{made['person']['name']} as {right}: {made['verdict']} at {made['at']}"
    for call in filter(lambda call: call["sent"], found["calls"]):
        yield "calls", f"{call['method']} {json.dumps(call['arguments'])} sent {call['sent']}"
    for item in found["items"]:
        yield "items", f"{item['label']}: {item['outcome']}"
    chain = found["chain"]
    yield "chain", f"{len(chain['positions'])} events, intact: {json.dumps(chain['intact'])}"


def _count(play: Play, house: House) -> None:
    problems, calls = play.client.problems(), play.client.calls()
    changing = [call for call in calls if call["method"] in words.CHANGING]
    took = sum(bool(call["effect"]) for call in changing)
    trouble = house.log_lines("error", "critical")
    counted = {
        "requests, each with one card in #admin-approvals": len(play.counts.requests),
        "refusals, told only to the person concerned": play.counts.refusals,
        "Web API calls in all": len(calls),
        "calls that could change something": len(changing),
        "calls that did": took,
        "problems (what Slack would have refused in anything the app sent)": len(problems),
        "errors in the app's log": len(trouble),
    }
    play.stage.rows((Text(str(number), "bold"), Text(what)) for what, number in counted.items())
    promise(not problems, f"Slack would have refused something the app sent: {'; '.join(problems)}")
    promise(not trouble, f"The app logged an error: {'; '.join(trouble)}")


def _next(stage: Stage) -> None:
    stage.scene("Three things to try next")
    stage.rows(
        (
            (Text("1"), Text('One story at your own pace: make tour ARGS="--story 4 --pace 2"')),
            (
                Text("2"),
                Text("Be Ana yourself, in the browser: make demo"),
            ),
            (
                Text("3"),
                Text("A real org: python -m app manifest prints the Slack app to create there"),
            ),
        )
    )
