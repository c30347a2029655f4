"""From bytes to a request: one of Slack's payloads with a few of its values replaced, deterministic.

A fuzzer that changes the bytes changes the request; the same bytes always give the same one.
"""

import copy
import json
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.messages import cards, screens
from app.messages.forms import CHOOSE, FORM
from app.messages.plans import BACK, FILE
from app.operations import OPERATIONS
from tests.support import wire

T = TypeVar("T")
JSON = dict[str, Any]
PEOPLE = ("W0ANA00001", "W0BEN00001", "W0GUEST001", "W0NOWHERE1", "")
RUBBISH: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    " ",
    "\x00",
    "\ud83d",
    "\u202egnp.exe",
    "<!channel> *bold* <https://evil.example|click>",
    "=HYPERLINK(1)",
    "'; DROP TABLE drawbridge_requests; --",
    "x" * 3001,
    "T0ACME0001",
    "R0NOTHERE1",
    [],
    [None],
    ["a"] * 200,
    {},
    {"type": "plain_text", "text": "x"},
    {"value": "T0ACME0001", "text": {"type": "plain_text", "text": "Acme"}},
)


@dataclass(frozen=True)
class Made:
    """A body and its content type, to be signed."""

    body: bytes
    kind: str


class Choices:
    """Takes decisions out of bytes; zero for ever once they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def below(self, most: int) -> int:
        """A number from 0 to most - 1."""
        taken = self._data[self._at : self._at + 2]
        self._at += 2
        return int.from_bytes(taken, "big") % most if most else 0

    def one(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.below(len(options))]

    def rest(self, most: int) -> bytes:
        """Raw bytes, as they come."""
        taken = self._data[self._at : self._at + most]
        self._at += most
        return taken


def made(data: bytes) -> Made:
    """The request those bytes stand for."""
    choices = Choices(data)
    build = choices.one(_KINDS)
    return build(choices)


def _command(choices: Choices) -> Made:
    names = (*(f"/{key}" for key in OPERATIONS), "/drawbridge", "/unknown", "")
    body = wire.command(choices.one(PEOPLE), choices.one(names), choices.rest(400).decode("utf-8", "replace"))
    fields = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
    for _ in range(choices.below(4)):
        fields[choices.one(tuple(fields))] = str(choices.one(RUBBISH))
    return Made(urllib.parse.urlencode(fields, errors="surrogatepass").encode(), wire.FORM)


def _interaction(choices: Choices) -> Made:
    payload = choices.one((_click, _submission, _closed, _suggestion))(choices)
    _spoil(payload, choices)
    return Made(urllib.parse.urlencode({"payload": json.dumps(payload)}).encode(), wire.FORM)


def _event(choices: Choices) -> Made:
    kinds = (
        "app_home_opened",
        "channel_unshared",
        "subteam_updated",
        "app_uninstalled",
        "tokens_revoked",
        "x",
    )
    event = {"type": choices.one(kinds), "user": choices.one(PEOPLE), "tab": "home", "channel": "C0LOBBY0001"}
    payload = wire.event(event)
    _spoil(payload, choices)
    return Made(json.dumps(payload).encode(), "application/json")


def _rubbish(choices: Choices) -> Made:
    kind = choices.one((wire.FORM, "application/json", "text/plain", ""))
    return Made(choices.one((b"", b"payload=", b"{", b"[")) + choices.rest(2000), kind)


_KINDS: tuple[Callable[[Choices], Made], ...] = (_command, _interaction, _interaction, _event, _rubbish)


def _click(choices: Choices) -> JSON:
    names = (cards.APPROVE, cards.DENY, cards.CANCEL, cards.DETAILS, cards.UNDO, CHOOSE, BACK, screens.RESUME)
    opening = tuple(f"open:{key}" for key in OPERATIONS)
    name = choices.one((*names, *opening, "turn:1", "unknown"))
    value = choices.one(("R0NOTHERE1", "D0NOTHERE1", "", *OPERATIONS))
    return wire.click(choices.one(PEOPLE), name, value)


def _submission(choices: Choices) -> JSON:
    callbacks = (*(f"{FORM}:{key}" for key in OPERATIONS), FILE, screens.APPROVE, screens.DENY, "unknown")
    names = ("reason", "ticket", "pasted", "typed", "orgs", "channel", "leaving")
    values = {
        choices.one(names): {"type": {"type": "plain_text_input", "value": choices.one(RUBBISH)}}
        for _ in range(choices.below(5))
    }
    return wire.submission(choices.one(PEOPLE), choices.one(callbacks), "D0NOTHERE1", values)


def _closed(choices: Choices) -> JSON:
    return _submission(choices) | {"type": "view_closed", "is_cleared": bool(choices.below(2))}


def _suggestion(choices: Choices) -> JSON:
    return wire.suggestion(choices.one(PEOPLE), "D0NOTHERE1", choices.one(("orgs", "channel", "x")), "acme")


def _spoil(payload: JSON, choices: Choices) -> None:
    """Replace or remove up to five values, at any depth; who sends it and what it is may be among them."""
    for _ in range(choices.below(6)):
        holder, key = choices.one(tuple(places(payload)))
        if choices.below(4) == 0 and isinstance(holder, dict):
            del holder[key]
            if not payload:
                return
        else:
            holder[key] = copy.deepcopy(choices.one(RUBBISH))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in the payload that holds something: its holder and its key there."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in tuple(entries):
        yield value, key
        yield from places(inner)
