"""Where Slack's requests come in, by HTTP or over a socket, and are acknowledged in that very thread."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from app.followups import FollowUps
from app.metrics import ACK_SECONDS

_KINDS = frozenset(
    {"command", "block_actions", "block_suggestion", "view_submission", "view_closed", "event_callback"}
)


class Front:
    """Where Slack's requests come in, by HTTP or over a socket."""

    def __init__(self, app: App, followups: FollowUps) -> None:
        self.app, self._followups = app, followups

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        """Bolt's answer, and how long it took."""
        began = time.perf_counter()
        with self._followups.inbound():
            answer = self.app.dispatch(request)
        ACK_SECONDS.labels(_kind(request.body)).observe(time.perf_counter() - began)
        return answer


def _kind(body: Mapping[str, Any]) -> str:
    """What Slack sent, in few words: commands have no type, and anybody may send any other."""
    kind = str(body.get("type") or ("command" if "command" in body else "other"))
    return kind if kind in _KINDS else "other"


class InPlace(Executor):
    """Runs listeners in the thread the request came in: they acknowledge, and hand over what takes time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run it now; the future is done. What it raises is Bolt's to handle, inside `fn`."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future
