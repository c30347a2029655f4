"""One interaction: who acts, where, and how to show them something."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.screens import loading_view, refusal_view, trouble_view
from app.messages.text import Block, View, escape, message
from app.model.canonical import Json
from app.model.clock import new_id
from app.model.refusal import UNKNOWN_REQUEST, Refusal
from app.model.request import Record
from app.requests.authority import Entitled, may_request
from app.requests.drafts import Draft
from app.requests.verdicts import Click
from app.services import Services
from app.slack.answers import Answer
from app.slack.directory import Live
from app.slack.gateway import ReadFailed

log = logging.getLogger(__name__)

_UPDATE_TRIES = 8


@dataclass
class Shown:
    """What the person of one interaction has before them, however far it got when something fails."""

    view: Mapping[str, str] | None = None
    title: str = "Drawbridge"
    draft_id: str | None = None


@dataclass(frozen=True)
class Scene:
    """The acting person and the means to answer. view: the open view, by id or external_id.

    shown: the same for every scene of one interaction, so that a failure is told where the person looks.
    """

    services: Services
    enterprise_id: str
    user_id: str
    trigger_id: str
    response_url: str
    shown: Shown
    title: str = "Drawbridge"
    view: Mapping[str, str] | None = None
    at_home: bool = False

    @classmethod
    def of(cls, context: BoltContext, body: Mapping[str, Any], title: str = "Drawbridge") -> "Scene":
        """The scene of a request that Bolt has verified. Raises KeyError for one without org and person."""
        view = body.get("view")
        view = view if isinstance(view, Mapping) else {}
        at_home = view.get("type") == "home"
        here = {"view_id": view["id"]} if view.get("id") and not at_home else None
        shown = context.setdefault("shown", Shown(here, title))
        return cls(
            context["services"],
            str(context["enterprise_id"]),
            str(context["user_id"]),
            str(body.get("trigger_id") or ""),
            str(body.get("response_url") or ""),
            shown,
            title,
            here,
            at_home,
        )

    def as_left(self) -> "Scene":
        """The scene as the person sees it now: the view that was opened last, and its title."""
        return self._with(view=self.shown.view, title=self.shown.title)

    @property
    def live(self) -> Live:
        """Reads for this waiting person."""
        return self.services.planner.live(self.enterprise_id)

    def titled(self, title: str) -> "Scene":
        """The same scene under another title."""
        return self._with(title=title)

    def click(self, request_id: str, card_ts: str = "", action_ts: str = "") -> Click:
        """This person's press of a button on that request."""
        return Click(self.enterprise_id, request_id, self.user_id, card_ts, action_ts)

    def draft(self, draft_id: str) -> Draft | None:
        """This person's own draft; None when there is none, or none any more."""
        draft = self.services.drafts.find(self.enterprise_id, self.user_id, draft_id)
        self.shown.draft_id = draft.id if draft is not None else None
        return draft

    def requester(self, operation: str) -> Entitled | None:
        """This person, if they may request that now, read live; None when not: it was said and written down.

        Raises ReadFailed.
        """
        services = self.services
        rules = services.policies.of(self.enterprise_id)[operation]
        may = may_request(self.user_id, rules, self.live, services.clock)
        if isinstance(may, Refusal):
            services.filing.refused(self.enterprise_id, self.user_id, operation, may)
            self.refuse(may)
            return None
        return may

    def begin(self, operation: str, entries: Mapping[str, Json], undo_of: str | None = None) -> Draft:
        """A new draft of this person's."""
        draft = self.services.drafts.begin(self.enterprise_id, self.user_id, operation, entries, undo_of)
        self.shown.draft_id = draft.id
        return draft

    def record(self, request_id: str) -> Record | None:
        """That request; None when there is none, which was said."""
        record = self.services.deciding.record(self.enterprise_id, request_id)
        if record is None:
            self.refuse(UNKNOWN_REQUEST)
        return record

    def open(self, view: View | None = None) -> "Scene | None":
        """Open a modal at once (the loading view unless given); None when Slack would not, which was said."""
        answer = self._opened(view or loading_view(self.title))
        if answer.ok:
            return self._in({"view_id": answer.data["view"]["id"]})
        self.tell(message(f"{answer.error.sentence} {answer.error.remedy}"))
        return None

    def _opened(self, view: View) -> Answer:
        arguments = {"trigger_id": self.trigger_id, "view": view}
        answer = self.services.gateway.call(self.enterprise_id, "views.open", arguments)
        if not answer.ok:
            log.warning("a modal was not opened: %s", answer.code)
        return answer

    def loading(self, ack: Ack) -> "Scene":
        """Answer a submission with a loading view of its own external_id.

        Only once Slack has put that view in place does an update by its external_id find it: the answer can
        never overwrite what comes after it.
        """
        external_id = new_id("V", 16)
        ack(
            response_action="update",
            view=loading_view(self.title) | {"external_id": external_id},
        )
        return self._in({"external_id": external_id})

    def show(self, view: View) -> bool:
        """Replace the open view; False when the person has closed it."""
        return self.view is not None and self.update(view).ok

    def update(self, view: View) -> Answer:
        """Slack's answer to replacing the open view; `not_found` when there is none."""
        if self.view is None:
            return Answer("views.update", "not_found")
        arguments = {"view": view, **self.view}
        if "external_id" in self.view:
            arguments["view"] = view | {"external_id": self.view["external_id"]}
        for attempt in range(_UPDATE_TRIES):
            answer = self.services.gateway.call(self.enterprise_id, "views.update", arguments)
            if answer.code != "not_found" or "external_id" not in self.view:
                break
            time.sleep(0.02 * 2**attempt)
        if not answer.ok:
            log.info("a modal was not updated: %s", answer.code)
        return answer

    def refuse(self, refusal: Refusal) -> None:
        """Tell the person why not: in the open view, else so that only they see it.

        An unfinished form can be gone back to.
        """
        if not self._put(refusal_view(self.title, refusal, self.shown.draft_id)):
            self.tell(message(f"🚫 {escape(refusal.sentence)}"))

    def trouble(self, sentence: str) -> None:
        """Tell the person that something went wrong on the way; an unfinished form can be gone back to."""
        if not self._put(trouble_view(self.title, sentence, self.shown.draft_id)):
            self.tell(message(f"⚠️ {escape(sentence)}"))

    def _put(self, view: View) -> bool:
        """Show that where the person looks: in the open modal, on the Home tab in a modal of its own."""
        if self.view is None and self.at_home:
            return self._opened(view).ok
        return self.show(view)

    def tell(self, told: Block) -> None:
        """A message only this person sees: where they acted, else as a direct message."""
        gateway = self.services.gateway
        if self.response_url and gateway.respond(self.response_url, told["text"], told["blocks"]):
            return
        gateway.call(self.enterprise_id, "chat.postMessage", {"channel": self.user_id, **told})

    def _in(self, view: Mapping[str, str]) -> "Scene":
        self.shown.view, self.shown.title = view, self.title
        return self._with(view=view)

    def _with(self, **changes: Any) -> "Scene":
        return Scene(**{**{name: getattr(self, name) for name in self.__dataclass_fields__}, **changes})


def unread(failed: ReadFailed) -> str:
    """Why Slack could not be read, and what to do."""
    error = failed.answer.error
    return f"Slack could not be read ({error.code}). {error.sentence} {error.remedy}"
