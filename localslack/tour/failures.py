"""How a tour can end early.

TourEnded
├── Unfulfilled    something did not happen as the story promises
├── NotStarted     the app did not come up
└── Interrupted    somebody stopped the tour
"""


class TourEnded(Exception):
    """The tour cannot go on; the text says why, in one sentence."""


class Unfulfilled(TourEnded):
    """A story promised something that is not so."""


class NotStarted(TourEnded):
    """The app did not become ready."""


class Interrupted(TourEnded):
    """A signal asked the tour to end. code: what the process exits with, 128 and the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__("The tour was interrupted.")
        self.code = 128 + number


def promise(kept: object, sentence: str) -> None:
    """Raise Unfulfilled with that sentence unless the promise was kept."""
    if not kept:
        raise Unfulfilled(sentence)
