"""What a person sees and gets back: thin, read-only wrappers around the JSON of ``/_control/see`` and
``/act``.
"""

from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Option:
    """One entry of a select: its visible text and its value."""

    label: str
    value: str
    description: str = ""
    group: str = ""


@dataclass(frozen=True)
class Seen:
    """Something made of blocks, as one person sees it."""

    raw: JSON

    @property
    def text(self) -> str:
        """All that is to be read, buttons as ``[Approve]``."""
        return str(self.raw["text"])

    @property
    def blocks(self) -> list[JSON]:
        """The blocks as sent, with Slack's defaults filled in."""
        return list(self.raw["blocks"])

    @property
    def buttons(self) -> list[str]:
        """Labels of all buttons, top to bottom."""
        return [button["label"] for button in self.raw["buttons"]]


@dataclass(frozen=True)
class Message(Seen):
    """A message; ``text`` is the blocks, or the text where there are none."""

    @property
    def ts(self) -> str:
        """The message's timestamp, its id within the channel."""
        return str(self.raw["ts"])

    @property
    def thread_ts(self) -> str | None:
        """The parent's ts when this is a thread reply or a parent with replies."""
        return self.raw.get("thread_ts")

    @property
    def channel(self) -> str:
        """Channel id."""
        return str(self.raw["channel"])

    @property
    def author(self) -> str:
        """Display name of the author."""
        return str(self.raw["author"])

    @property
    def fallback(self) -> str:
        """The plain ``text`` given beside blocks: notifications and screen readers use it."""
        return str(self.raw["fallback"])

    @property
    def is_ephemeral(self) -> bool:
        """Only this person sees it."""
        return bool(self.raw["is_ephemeral"])

    @property
    def is_edited(self) -> bool:
        """It was changed by ``chat.update`` or a response_url."""
        return bool(self.raw["is_edited"])

    @property
    def mentions(self) -> list[str]:
        """Who is notified: user ids, user group ids, ``channel``, ``here``, ``everyone``."""
        return list(self.raw["mentions"])

    @property
    def metadata(self) -> JSON:
        """Message metadata, empty when none."""
        return dict(self.raw.get("metadata") or {})

    @property
    def files(self) -> list[JSON]:
        """Files shared in the message: id, name, title, size."""
        return list(self.raw["files"])

    @property
    def reply_count(self) -> int:
        """Number of thread replies."""
        return int(self.raw["reply_count"])

    def __str__(self) -> str:
        return f"{self.author}: {self.text}"


@dataclass(frozen=True)
class Home(Seen):
    """A published Home tab."""

    @property
    def callback_id(self) -> str:
        """The view's callback_id."""
        return str(self.raw["callback_id"])


@dataclass(frozen=True)
class Modal(Home):
    """The top view of a modal stack."""

    @property
    def title(self) -> str:
        """The title bar."""
        return str(self.raw["title"])

    @property
    def id(self) -> str:
        """The view id."""
        return str(self.raw["id"])

    @property
    def submit_label(self) -> str | None:
        """Text of the submit button, None when there is none."""
        submit: str | None = self.raw["submit"]
        return submit

    @property
    def close_label(self) -> str:
        """Text of the close button."""
        return str(self.raw["close"])

    @property
    def private_metadata(self) -> str:
        """The app's own text, invisible to people."""
        return str(self.raw["private_metadata"])

    @property
    def external_id(self) -> str:
        """The app's own id of the view."""
        return str(self.raw["external_id"])

    @property
    def state(self) -> JSON:
        """``view.state.values``."""
        return dict(self.raw["state"])

    @property
    def values(self) -> dict[str, Any]:
        """What is filled in, by label: text, or the chosen labels."""
        return {field["label"]: field["value"] for field in self.raw["fields"]}

    @property
    def fields(self) -> list[str]:
        """Labels of all inputs, top to bottom."""
        return [field["label"] for field in self.raw["fields"]]

    @property
    def errors(self) -> dict[str, str]:
        """Inline errors shown, by label; the key ``""`` is the line at the top of the modal."""
        return dict(self.raw["errors"])

    @property
    def depth(self) -> int:
        """How many views the stack holds."""
        return int(self.raw["depth"])


@dataclass(frozen=True)
class Result:
    """What came of an act: how the app answered and what the person was shown."""

    raw: JSON

    @property
    def sent(self) -> bool:
        """Something was sent to the app (False: the client refused first, or no one listens)."""
        return bool(self.raw["sent"])

    @property
    def ok(self) -> bool:
        """The app answered in time, with something Slack accepts, and without inline errors."""
        return not (self.raw["error"] or self.raw["errors"] or self.raw["problems"])

    @property
    def ms(self) -> float:
        """Milliseconds until the ack."""
        return float(self.raw["ms"])

    @property
    def status(self) -> int | None:
        """HTTP status of the ack, None when there was none."""
        status: int | None = self.raw["status"]
        return status

    @property
    def ack(self) -> Any:
        """The body of the ack: JSON when it is JSON, else text."""
        return self.raw["ack"]

    @property
    def error(self) -> str:
        """What Slack told the person when the app did not answer well; empty when all is fine."""
        return str(self.raw["error"] or "")

    @property
    def errors(self) -> dict[str, str]:
        """Inline errors of a submission, by label of the input."""
        return dict(self.raw["errors"])

    @property
    def problems(self) -> list[str]:
        """What Slack would refuse in the answer."""
        return list(self.raw["problems"])

    @property
    def messages(self) -> list[Message]:
        """Messages the ack itself made appear for this person."""
        return [Message(seen) for seen in self.raw["messages"]]
