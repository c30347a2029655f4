"""One performance from the first curtain to the last: whatever happens on stage, nothing is left behind."""

import subprocess
from collections.abc import Sequence

import httpx

from localslack.people import CannotDo, NotSeen
from localslack.tour import frame
from localslack.tour.failures import Interrupted, TourEnded
from localslack.tour.house import House
from localslack.tour.play import Play
from localslack.tour.reading import BlockReader
from localslack.tour.stage import Stage
from localslack.tour.stories import STORIES

_FAILURES = (TourEnded, CannotDo, NotSeen, ValueError, httpx.HTTPError, subprocess.SubprocessError, OSError)
"""What a tour can meet: unkept promises, people who cannot act, an app or emulator that does not answer."""


def perform(stage: Stage, numbers: Sequence[int], fault: str | None = None) -> int:
    """Play those stories; answers the exit code. fault: a Web API method that local Slack refuses."""
    house, code = House(), 0
    try:
        frame.opening(stage)
        house.start()
        _tell(stage, house, numbers, fault)
    except Interrupted as interrupted:
        code = interrupted.code
    except _FAILURES as failure:
        stage.failed(str(failure) or type(failure).__name__, house.last_words())
        code = 1
    finally:
        house.close()
    if code > 1:
        stage.stopped()
    return code


def _tell(stage: Stage, house: House, numbers: Sequence[int], fault: str | None) -> None:
    stage.reads_with(BlockReader(house.slack.world.org))
    play = Play(stage, house.slack.client)
    frame.who_is_who(play)
    if fault is not None:
        play.client.fault(fault, "error", error="restricted_action")
        stage.behind(f"local Slack is told to refuse every {fault}.")
    for number in numbers:
        story = STORIES[number]
        stage.story(f"{number} · {story.command}", story.title)
        story.tell(play)
    frame.closing(play, house)
