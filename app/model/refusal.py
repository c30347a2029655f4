"""A refusal is a value: a code machines count, and a sentence the person reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why something was not done, and what to do instead.

    code: stable, lower case, for the audit log and metrics (`self_approval`).
    sentence: for the person it concerns, one or two full sentences.
    """

    code: str
    sentence: str


UNKNOWN_REQUEST = Refusal("unknown_request", "There is no such request in this organization.")
DRAFT_GONE = Refusal("draft_gone", "This form is more than an hour old and was dropped. Start it again.")
