"""A file that goes with a message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A file to upload: its name with the ending, the title people see, and its bytes."""

    filename: str
    title: str
    content: bytes
