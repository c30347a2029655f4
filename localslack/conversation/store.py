"""What has been said and what is on people's screens: plain state, changed by the modules beside this one."""

from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


@dataclass
class Message:
    """One message. ``by_app`` marks the app's own; ``ephemeral_to`` the only person who sees it;
    ``mentioned`` are those it notified when it was posted, whatever has become of it since.
    """

    ts: str
    channel: str
    user: str
    team_id: str
    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    attachments: list[JSON] = field(default_factory=list)
    metadata: JSON = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    by_app: bool = False
    username: str = ""
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    unfurl: dict[str, bool] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()


@dataclass
class View:
    """A modal or Home tab of one person. ``values`` is ``state.values``; ``loaded`` keeps options seen so
    far.
    """

    id: str
    user: str
    team_id: str
    content: JSON
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, dict[str, JSON]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    loaded: dict[tuple[str, str], list[JSON]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """``modal`` or ``home``."""
        return str(self.content["type"])

    @property
    def external_id(self) -> str:
        """The app's own id, empty when none."""
        return str(self.content.get("external_id") or "")


@dataclass
class Trigger:
    """A trigger_id: one use, three seconds (docs.slack.dev/surfaces/modals)."""

    user: str
    team_id: str
    issued_at: float
    view: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """A response_url: five uses within thirty minutes (docs.slack.dev/interactivity/handling-user-
    interaction).
    """

    user: str
    channel: str
    issued_at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass
class File:
    """An uploaded file; it belongs to nobody's channel until ``files.completeUploadExternal``."""

    id: str
    name: str
    length: int
    user: str
    title: str = ""
    alt_text: str = ""
    snippet_type: str = ""
    content: bytes | None = None
    completed: bool = False
    created: int = 0


@dataclass
class Conversations:
    """Messages by channel, views and modal stacks by person, and the short-lived handles.

    ``read_up_to`` holds the ts a person has read up to, by person and channel; of a thread by person, channel
    and the parent's ts.
    """

    messages: dict[str, list[Message]] = field(default_factory=dict)
    message_values: dict[tuple[str, str, str], dict[str, dict[str, JSON]]] = field(default_factory=dict)
    message_loaded: dict[tuple[str, str, str], dict[tuple[str, str], list[JSON]]] = field(
        default_factory=dict
    )
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    upload_slots: dict[str, str] = field(default_factory=dict)
    read_up_to: dict[tuple[str, ...], str] = field(default_factory=dict)
