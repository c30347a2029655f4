"""Act as people of the local Slack org, over HTTP: the driver of the tests and of the tour.

    slack = LocalSlackClient("http://127.0.0.1:4390")
    ana = slack.person("W0ANA00001")
    ana.command("/disconnect-org", "acme.com", channel="C0ADMIN0001")
    ana.wait_modal(title="Disconnect organization")
    ana.choose("External organization", "Acme Corp")
    ana.fill("Reason", "Contract ended")
    ana.submit()
    card = ana.wait_message("C0ADMIN0001", containing="Acme Corp")
    ben.click(card, "Approve", confirm=True)

Waiting never sleeps blindly: the emulator answers as soon as something changed. What times out raises
``NotSeen`` with a picture of what the person does see; what a person cannot do raises ``CannotDo``.
"""

import base64
import time
from collections.abc import Callable
from typing import Any

import httpx

from localslack.seen import Home, Message, Modal, Option, Result

JSON = dict[str, Any]


class CannotDo(Exception):
    """The person cannot do this: no such button, field, command, channel, or no open modal."""


class NotSeen(AssertionError):
    """The awaited modal or message did not appear in time; the text shows what is seen instead."""


class LocalSlackClient:
    """Talks to one emulator: people, control endpoints, call log."""

    def __init__(self, base_url: str, *, timeout: float = 30.0) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Close the keep-alive connections."""
        self._http.close()

    def person(self, user_id: str) -> "Person":
        """A person of the org (or an outsider) by user id."""
        return Person(self, user_id)

    def post(self, path: str, **body: Any) -> JSON:
        """POST to a control endpoint, e.g. ``post("set", kind="channel", id=…, name=…)``."""
        return self._answer(self._http.post(f"/_control/{path}", json=body))

    def get(self, path: str, **query: Any) -> JSON:
        """GET a control endpoint, e.g. ``get("state")``."""
        return self._answer(self._http.get(f"/_control/{path}", params=query))

    def state(self) -> JSON:
        """The whole org as JSON: for comparing before and after."""
        return self.get("state")

    def calls(self, method: str | None = None, *, after: int = 0) -> list[JSON]:
        """Web API calls the app made, oldest first; only those of ``method``, numbered over ``after``."""
        calls: list[JSON] = self.get("calls", after=after, **({"method": method} if method else {}))["calls"]
        return calls

    def deliveries(self, kind: str | None = None, *, after: int = 0) -> list[JSON]:
        """Requests and envelopes sent to the app, oldest first."""
        sent: list[JSON] = self.get("deliveries", after=after, **({"kind": kind} if kind else {}))[
            "deliveries"
        ]
        return sent

    def problems(self) -> list[str]:
        """Everything the app sent or answered that Slack would refuse: empty in a clean run."""
        problems: list[str] = self.get("problems")["problems"]
        return problems

    def settings(self, **changes: Any) -> JSON:
        """Change world settings; returns all of them. ``settings()`` only reads."""
        return self.post("settings", **changes)

    def create(self, kind: str, **attributes: Any) -> str:
        """Create an ``external_org``, ``channel``, ``usergroup``, ``user``, ``workspace`` or
        ``policy_member``.
        """
        created: str = self.post("create", kind=kind, **attributes)["id"]
        return created

    def set(self, kind: str, id: str, **attributes: Any) -> JSON:
        """Change attributes of an object behind the app's back, e.g. to make a drift."""
        return self.post("set", kind=kind, id=id, attributes=attributes)

    def fault(self, method: str, kind: str, **rest: Any) -> str:
        """Add a fault, e.g. ``fault("usergroups.disable", "lost", times=1)``; its id."""
        fault_id: str = self.post("faults", method=method, kind=kind, **rest)["id"]
        return fault_id

    def clear_faults(self, fault_id: str | None = None) -> None:
        """Remove one fault, or all."""
        self._answer(self._http.delete(f"/_control/faults/{fault_id}" if fault_id else "/_control/faults"))

    def download(self, path: str, **query: Any) -> bytes:
        """GET a control endpoint that answers bytes."""
        response = self._http.get(f"/_control/{path}", params=query)
        if response.is_error:
            self._answer(response)
        return response.content

    def reset(self, seed: str | None = None) -> None:
        """Back to the seed: state, logs, faults and settings."""
        self.post("reset", **({"seed": seed} if seed else {}))

    def wait(self, ready: Callable[[], Any], timeout: float = 10.0) -> Any:
        """The first truthy ``ready()``, asked again whenever the world changed; None after ``timeout``."""
        deadline = time.monotonic() + timeout
        while True:
            version = self.get("see/version")["version"]
            value = ready()
            left = deadline - time.monotonic()
            if value or left <= 0:
                return value or None
            self.get("see/changes", after=version, timeout=min(left, 5.0))

    def _answer(self, response: httpx.Response) -> JSON:
        body: JSON = response.json()
        if response.status_code == httpx.codes.CONFLICT:
            raise CannotDo(body["error"])
        if response.is_error:
            raise ValueError(f"{response.status_code}: {body.get('error', body)}")
        return body


class Person:
    """One person in front of the Slack client: sees and does what that person can see and do."""

    def __init__(self, slack: LocalSlackClient, user_id: str) -> None:
        self.slack = slack
        self.id = user_id

    def __repr__(self) -> str:
        return f"Person({self.id})"

    def command(self, command: str, text: str = "", *, channel: str) -> Result:
        """Type a slash command into a channel's composer."""
        return self._act("command", command=command, text=text, channel=channel)

    def say(self, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Post a plain message."""
        body = {"user": self.id, "channel": channel, "text": text, "thread_ts": thread_ts}
        return Message(self.slack.post("act/say", **body)["message"])

    def shortcut(self, callback_id: str) -> Result:
        """Run a global shortcut."""
        return self._act("shortcut", callback_id=callback_id)

    def modal(self) -> Modal | None:
        """The view on top of this person's modal stack."""
        seen = self.slack.get("see/modal", user=self.id)["modal"]
        return Modal(seen) if seen else None

    def wait_modal(
        self,
        predicate: Callable[[Modal], Any] | None = None,
        *,
        title: str | None = None,
        timeout: float = 10.0,
    ) -> Modal:
        """Wait until the top view has this title (or contains it) and satisfies ``predicate``."""

        def ready() -> Modal | None:
            modal = self.modal()
            fits = modal and (title is None or title in modal.title) and (not predicate or predicate(modal))
            return modal if fits else None

        if (modal := self.slack.wait(ready, timeout)) is None:
            wanted = f" titled {title!r}" if title else ""
            raise NotSeen(f"no modal{wanted} for {self.id} within {timeout} s; on screen: {self._screen()}")
        found: Modal = modal
        return found

    def wait_no_modal(self, timeout: float = 10.0) -> None:
        """Wait until no modal is open."""
        if self.slack.wait(lambda: self.modal() is None, timeout) is None:
            raise NotSeen(f"a modal is still open for {self.id}: {self._screen()}")

    def options(self, field: str, query: str = "", *, message: Message | None = None) -> list[Option]:
        """Type ``query`` into a select and return what it offers."""
        body = {"user": self.id, "field": field, "query": query, **_place(message)}
        return [Option(**option) for option in self.slack.post("act/options", **body)["options"]]

    def choose(
        self, field: str, *labels: str, query: str | None = None, message: Message | None = None
    ) -> Result:
        """Choose by visible text in a select, radio group, checkboxes, overflow menu or date picker."""
        return self._act("choose", field=field, labels=labels, query=query, **_place(message))

    def fill(self, field: str, value: str, *, enter: bool = False) -> Result:
        """Type into a text field of the open modal; ``enter`` presses Enter afterwards."""
        return self._act("fill", field=field, value=value, enter=enter)

    def attach(self, field: str, name: str, content: bytes) -> Result:
        """Put a file into a file input of the open modal."""
        return self._act("attach", field=field, name=name, content=base64.b64encode(content).decode())

    def check(self, label: str) -> Result:
        """Tick the checkbox whose text is ``label``."""
        return self._act("check", label=label, checked=True)

    def uncheck(self, label: str) -> Result:
        """Untick the checkbox whose text is ``label``."""
        return self._act("check", label=label, checked=False)

    def clear(self, field: str) -> Result:
        """Empty a field of the open modal."""
        return self._act("clear", field=field)

    def submit(self) -> Result:
        """Press the modal's submit button."""
        return self._act("submit")

    def press(self, label: str, *, confirm: bool | None = None) -> Result:
        """Press a button inside the open modal, or on App Home when no modal is open."""
        return self._act("press", label=label, confirm=confirm)

    def close(self, *, everything: bool = False) -> Result:
        """Press the close button (back to the view below); ``everything`` uses the x of the whole stack."""
        return self._act("close", everything=everything)

    def click(self, message: Message, label: str, *, confirm: bool | None = None) -> Result:
        """Press a button of a message. A button with a confirm dialog needs ``confirm`` True or False."""
        return self._act("click", label=label, confirm=confirm, **_place(message))

    def open_home(self) -> Home | None:
        """Open the app's Home tab; what is shown there now."""
        self._act("open_home")
        return self.home()

    def home(self) -> Home | None:
        """The published Home tab of this person."""
        seen = self.slack.get("see/home", user=self.id)["home"]
        return Home(seen) if seen else None

    def channels(self) -> list[JSON]:
        """The sidebar: channels and DMs this person is in."""
        channels: list[JSON] = self.slack.get("see/channels", user=self.id)["channels"]
        return channels

    def messages(self, channel: str) -> list[Message]:
        """What this person sees in a channel, oldest first, own ephemeral messages included; no thread
        replies.
        """
        return self._messages("see/messages", channel=channel)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A thread: the parent and its replies."""
        return self._messages("see/thread", channel=channel, ts=ts)

    def dms(self) -> list[Message]:
        """The direct messages between this person and the app, thread replies included."""
        return self._messages("see/dms")

    def ephemerals(self, channel: str) -> list[Message]:
        """Only the messages nobody else sees."""
        return [message for message in self.messages(channel) if message.is_ephemeral]

    def wait_message(
        self,
        channel: str,
        containing: str = "",
        *,
        where: Callable[[Message], Any] | None = None,
        timeout: float = 10.0,
    ) -> Message:
        """Wait for a message; the newest match. ``channel`` may be ``"dm"`` for the DM with the app."""
        return self._wait_message(lambda: self._all(channel), containing, where, timeout)

    def wait_reply(self, parent: Message, containing: str = "", *, timeout: float = 10.0) -> Message:
        """Wait for a reply in the thread of ``parent``; the newest match."""
        return self._wait_message(
            lambda: self.thread(parent.channel, parent.ts)[1:], containing, None, timeout
        )

    def refresh(self, message: Message) -> Message:
        """The same message as it looks now."""
        for seen in self.thread(message.channel, message.thread_ts or message.ts):
            if seen.ts == message.ts:
                return seen
        raise NotSeen(f"message {message.ts} is gone from {message.channel}")

    def file(self, file_id: str) -> bytes:
        """Download a file this person can see."""
        return self.slack.download(f"see/file/{file_id}", user=self.id)

    def _all(self, channel: str) -> list[Message]:
        return self.dms() if channel == "dm" else self.messages(channel)

    def _wait_message(
        self,
        look: Callable[[], list[Message]],
        containing: str,
        where: Callable[[Message], Any] | None,
        timeout: float,
    ) -> Message:
        def ready() -> Message | None:
            fits = [m for m in look() if containing in m.text and (where is None or where(m))]
            return fits[-1] if fits else None

        if (message := self.slack.wait(ready, timeout)) is None:
            seen = "\n---\n".join(m.text for m in look()[-5:]) or "nothing"
            raise NotSeen(f"{self.id} sees no message with {containing!r} within {timeout} s; sees:\n{seen}")
        found: Message = message
        return found

    def _messages(self, path: str, **query: Any) -> list[Message]:
        return [Message(seen) for seen in self.slack.get(path, user=self.id, **query)["messages"]]

    def _act(self, act: str, **body: Any) -> Result:
        return Result(self.slack.post(f"act/{act}", user=self.id, **body))

    def _screen(self) -> str:
        modal = self.modal()
        return f"[{modal.title}]\n{modal.text}" if modal else "no modal"


def _place(message: Message | None) -> JSON:
    if message is None:
        return {}
    return {"message": {"channel": message.channel, "ts": message.ts, "is_ephemeral": message.is_ephemeral}}
