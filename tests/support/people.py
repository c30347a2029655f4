"""What people do in tests, in their words: ask for something, look at the preview, file, approve, deny."""

import re
from collections.abc import Callable
from typing import Any

from localslack.people import LocalSlackClient, NotSeen, Person
from localslack.seen import Message, Modal
from localslack.server import LocalSlack
from tests.support.running import RunningApp

ADMIN = "C0ADMIN0001"
LOBBY = "C0LOBBY0001"
REASON = "The contract ended on 30 September; agreed with legal."
WORKSPACES = {
    "Meridian HQ": "T0HQ000001",
    "Engineering": "T0ENG00001",
    "Sales": "T0SALES001",
    "Support": "T0SUPPORT1",
    "Labs": "T0LABS0001",
}
EXPORTED = "What we need from them has been exported, or nothing is needed"


class House:
    """Local Slack with an app, and the people in it."""

    def __init__(self, slack: LocalSlack, app: RunningApp) -> None:
        self.slack, self.app = slack, app
        self.apps = [app]
        self.client: LocalSlackClient = slack.client
        self.ana = self.client.person("W0ANA00001")  # org admin: asks
        self.ben = self.client.person("W0BEN00001")  # security: approves
        self.chloe = self.client.person("W0CHLOE001")  # security: approves
        self.dino = self.client.person("W0DINO0001")  # plain member
        self.gia = self.client.person("W0GUEST001")  # guest
        self.olga = self.client.person("W0OLGA0001")  # primary owner
        self.oscar = self.client.person("U0OUTSIDE1")  # of another organization

    def end(self) -> None:
        """Stop every process, then local Slack."""
        for app in self.apps:
            if app.process is not None:
                app.kill()
        self.slack.stop()

    def open(self, command: str, text: str = "", person: Person | None = None) -> Modal:
        """Type a command and wait for its form."""
        who = person or self.ana
        who.command(command, text, channel=LOBBY)
        return who.wait_modal(lambda modal: "Ticket" in modal.text)

    def describe(self, person: Person | None = None, ticket: str = "SEC-12") -> Any:
        """Fill in reason and ticket and ask for the preview."""
        who = person or self.ana
        who.fill("Reason", REASON)
        who.fill("Ticket", ticket)
        return who.submit()

    def preview(self, person: Person | None = None) -> str:
        """The preview, as read by the requester."""
        who = person or self.ana
        return who.wait_modal(title="Check before filing", timeout=30).text

    def file(self, person: Person | None = None) -> str:
        """File what is previewed; answers the request's id."""
        who = person or self.ana
        preview = who.modal()
        assert preview is not None and "Nothing can be requested" not in preview.text, preview
        who.submit()
        filed = who.wait_modal(lambda modal: "Filed as" in modal.text)
        found = re.search(r"Filed as (R[0-9A-Z]+)", filed.text)
        assert found is not None, filed.text
        who.close(everything=True)
        return found[1]

    def card(self, request_id: str, containing: str = "", timeout: float = 30.0) -> Message:
        """The request's newest card, once it says that."""
        try:
            return self.ben.wait_message(
                ADMIN,
                where=lambda message: f"Request {request_id}" in message.text and containing in message.text,
                timeout=timeout,
            )
        except NotSeen as error:
            known = self.app.cli("requests", "show", request_id)
            error.add_note(f"What the app knows of it: {known.stdout or known.stderr}")
            error.add_note("What it logged last:\n" + "\n".join(self.app.logged().splitlines()[-20:]))
            raise

    def approve(self, request_id: str, person: Person | None = None, typed: str | None = None) -> None:
        """Approve from the card; an irreversible request is typed out, as asked unless `typed` is given."""
        who = person or self.ben
        card = self.card(request_id)
        label = next(label for label in card.buttons if label.startswith("Approve"))
        if label == "Approve":
            who.click(card, label, confirm=True)
            return
        who.click(card, label)
        modal = who.wait_modal(lambda found: "To approve" in found.text)
        found = re.search(r"(To approve, type: (.*)):", modal.text)
        assert found is not None, modal.text
        who.fill(found[1], typed or found[2])
        who.submit()
        who.wait_modal(lambda modal: "recorded" in modal.text)
        who.close(everything=True)

    def deny(self, request_id: str, reason: str, person: Person | None = None) -> None:
        """Deny from the card."""
        who = person or self.ben
        who.click(self.card(request_id), "Deny")
        who.wait_modal(lambda modal: "Why not?" in modal.text)
        who.fill("Why not?", reason)
        who.submit()
        who.wait_modal(lambda modal: "recorded" in modal.text)
        who.close(everything=True)

    def refusal(self, person: Person, containing: str) -> str:
        """The refusal only that person sees, in a modal or as an ephemeral message."""

        def told() -> str | None:
            modal = person.modal()
            texts = [modal.text] if modal else []
            for channel in {found["id"] for found in person.channels()} & {ADMIN, LOBBY}:
                texts += [message.text for message in person.ephemerals(channel)]
            return next((text for text in texts if containing in text), None)

        found = self.client.wait(told, 10)
        assert found is not None, f"{person} was not told {containing!r}"
        return str(found)

    def offered(self, field: str, query: str, value: str, timeout: float = 20.0) -> str:
        """The label under which a select offers that value, once the directory knows it."""

        def label() -> str | None:
            options = self.ana.options(field, query)
            known = (option for option in options if not option.label.startswith("Look up"))
            return next((option.label for option in known if option.value == value != option.label), None)

        found = self.client.wait(label, timeout)
        assert found is not None, f"{field} does not offer {value} for {query!r}"
        return str(found)

    def choose_workspace(self, field: str, *names: str) -> str:
        """Choose workspaces by name; answers the last label."""
        labels = [self.offered(field, name, WORKSPACES[name]) for name in names]
        self.ana.choose(field, *labels)
        return labels[-1]

    def calls(
        self, method: str, where: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> list[dict[str, Any]]:
        """The calls of that method the app has made."""
        return [call for call in self.client.calls(method) if where(call)]

    # One routine per operation: from the command to the filed request.

    def ask_disconnect_org(self, *orgs: str, person: Person | None = None) -> str:
        """File a disconnect of those organizations (ids); answers the request's id."""
        who = person or self.ana
        self.open("/disconnect-org", person=who)
        who.fill("Or paste a list", "\n".join(orgs))
        who.check(EXPORTED)
        self.describe(who)
        self.preview(who)
        return self.file(who)

    def ask_disconnect_channel(self, *pairs: tuple[str, str]) -> str:
        """File taking teams out of channels; pairs of channel and leaving id."""
        self.open("/disconnect-channel")
        self.ana.fill("Or paste a list", "\n".join(" ".join(pair) for pair in pairs))
        self.describe()
        self.preview()
        return self.file()

    def ask_disable_usergroup(self, *groups: str, workspace: str = "Engineering") -> str:
        """File disabling those groups (ids) of one workspace."""
        self.open("/disable-usergroup")
        self.choose_workspace("Workspace", workspace)
        self.ana.wait_modal(lambda modal: "User groups" in modal.text)
        self.ana.fill("Or paste a list", "\n".join(groups))
        self.describe()
        self.preview()
        return self.file()

    def ask_set_workspaces(
        self, *channels: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()
    ) -> str:
        """File adding and removing workspaces (names) for those channels (ids)."""
        self.open("/set-channel-workspaces")
        self.ana.fill("Or paste a list of channels", "\n".join(channels))
        for field, names in (("Workspaces to add", add), ("Workspaces to remove", remove)):
            if names:
                self.choose_workspace(field, *names)
        self.describe()
        self.preview()
        return self.file()

    def ask_remove_users(self, *users: str) -> str:
        """File taking those people (ids or addresses) off the policy."""
        self.open("/remove-policy-users")
        self.ana.fill("Or paste a list", "\n".join(users))
        self.describe()
        self.preview()
        return self.file()
