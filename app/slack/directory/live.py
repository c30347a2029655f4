"""Live reads, each to the end of its pages. Previews, rechecks, decisions and proofs use nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

from app.model.person import Person
from app.slack.answers import Answer
from app.slack.directory.rows import Account, Channel, ExternalOrg, Room, UserGroup, Workspace, person
from app.slack.gateway import Gateway, ReadFailed
from app.slack.pace import Lane

Page: TypeAlias = Mapping[str, Any]
"""One page of a list as Slack sent it."""

POLICY = {"policy_name": "email_password", "entity_type": "USER"}
"""The one authentication policy and entity type the method takes."""

SEARCH_PAGE = 20
"""Channels on a page of admin.conversations.search: it gives no more."""
_UNSEEN = frozenset(
    {
        "channel_not_found",
        "team_access_not_granted",
        "not_allowed",
        "missing_scope",
        "channel_is_limited_access",
    }
)
_NOBODY = frozenset({"user_not_found", "user_not_visible"})


class Live:
    """Reads of one organization, in one lane. Every method raises ReadFailed when Slack could not answer."""

    def __init__(self, gateway: Gateway, enterprise_id: str, lane: Lane) -> None:
        self._gateway, self.enterprise_id, self._lane = gateway, enterprise_id, lane

    def external_orgs(self) -> list[ExternalOrg]:
        """Every external organization there is a connection record of (team.externalTeams.list)."""
        rows = self._rows("organizations", "team.externalTeams.list", limit=100)
        return [ExternalOrg.read(row) for row in rows]

    def channels_shared_with(self, org_id: str, most_pages: int) -> tuple[list[Channel], int]:
        """Channels shared with one external organization that our token sees: (the first ones, how many).

        Slack answers an error for an organization without any connection; that means none.
        """
        try:
            pages = list(islice(self._search(connected_team_ids=org_id), most_pages))
        except ReadFailed as failed:
            if failed.answer.code == "external_team_not_connected_to_this_org":
                return [], 0
            raise
        rows = [Channel.read(row, "search") for page in pages for row in page.get("conversations") or ()]
        total = pages[0].get("total_count") if pages else 0
        return rows, max(int(total or 0), len(rows))

    def is_connected(self, org_id: str) -> bool:
        """Whether Slack still knows any connection with that organization, by a second way to ask."""
        try:
            next(self._search(connected_team_ids=org_id), None)
        except ReadFailed as failed:
            if failed.answer.code == "external_team_not_connected_to_this_org":
                return False
            raise
        return True

    def channels(self, *kinds: str) -> Iterator[Channel]:
        """Every channel of those kinds (search_channel_types; none given: all) that our token sees."""
        for page in self._search(search_channel_types=",".join(kinds) or None, sort="name", sort_dir="asc"):
            for row in page.get("conversations") or ():
                yield Channel.read(row, "search")

    def channel(self, channel_id: str, name: str = "") -> Channel | None:
        """One channel: searched by name and matched by id, else asked for by id; None when unseen by both."""
        found = self._channel_by_name(channel_id, name) if name else None
        if found is not None:
            return found
        told = self._channel_by_id(channel_id)
        if told is None or told.name in ("", name):
            return told
        return self._channel_by_name(channel_id, told.name) or told

    def channel_by_id(self, channel_id: str, name: str) -> Channel | None:
        """One channel: asked for by id first, which is quicker, then searched for by name."""
        return self._channel_by_id(channel_id) or self._channel_by_name(channel_id, name)

    def channel_list(self) -> Iterator[tuple[list[Channel], int]]:
        """Every channel that our token sees, page by page, each with how many there are in all.

        Nothing when the token may not search at all.
        """
        try:
            for page in self._search(sort="name", sort_dir="asc"):
                rows = [Channel.read(row, "search") for row in page.get("conversations") or ()]
                yield rows, max(int(page.get("total_count") or 0), len(rows))
        except ReadFailed as failed:
            if failed.answer.code not in _UNSEEN:
                raise

    def channels_named(self, name: str) -> list[Channel]:
        """Channels with exactly that name (several workspaces can each have one)."""
        wanted = name.lstrip("#").casefold()
        pages = islice(self._search(query=wanted, sort="relevant"), 5)
        rows = [Channel.read(row, "search") for page in pages for row in page.get("conversations") or ()]
        return [row for row in rows if row.name.casefold() == wanted]

    def channel_workspaces(self, channel_id: str) -> frozenset[str] | None:
        """Our workspaces that have the channel, all pages; None for channel_not_found.

        `admin.conversations.getTeams` says that of a channel in one workspace only, too.
        """
        try:
            rows = self._rows("team_ids", "admin.conversations.getTeams", channel_id=channel_id, limit=1000)
            return frozenset(rows)
        except ReadFailed as failed:
            if failed.answer.code == "channel_not_found":
                return None
            raise

    def workspaces(self) -> list[Workspace]:
        """Every workspace of the org, with whether Drawbridge was added to it."""
        added = {row["id"] for page in self._pages("auth.teams.list", limit=1000) for row in page["teams"]}
        pages = self._pages("admin.teams.list", limit=1000)
        return [
            Workspace(row["id"], row.get("name") or "", row["id"] in added)
            for page in pages
            for row in page.get("teams") or ()
        ]

    def usergroups(self, team_id: str) -> list[UserGroup]:
        """Every user group of a workspace, disabled ones included, with members."""
        data = self._gateway.read(
            self.enterprise_id,
            "usergroups.list",
            {"team_id": team_id, "include_disabled": True, "include_users": True, "include_count": True},
            self._lane,
        )
        return [UserGroup.read({"team_id": team_id, **row}) for row in data.get("usergroups") or ()]

    def usergroup_members(self, team_id: str, group_id: str) -> frozenset[str]:
        """Members of an enabled user group; empty when it is gone or disabled."""
        try:
            data = self._gateway.read(
                self.enterprise_id,
                "usergroups.users.list",
                {"team_id": team_id, "usergroup": group_id},
                self._lane,
            )
        except ReadFailed as failed:
            if failed.answer.code == "no_such_subteam":
                return frozenset()
            raise
        return frozenset(data.get("users") or ())

    def policy_members(self) -> dict[str, int]:
        """Users on the e-mail/password policy: id → since when (Unix seconds)."""
        rows = self._rows("entities", "admin.auth.policy.getEntities", limit=1000, **POLICY)
        return {row["entity_id"]: int(row.get("date_added") or 0) for row in rows}

    def accounts(self, **filters: bool) -> Iterator[Account]:
        """Active accounts of the org; filters are those of admin.users.list (include_owners …)."""
        for page in self._pages("admin.users.list", limit=200, **filters):
            for row in page.get("users") or ():
                yield Account.read(row)

    def accounts_of(
        self, ids_or_emails: Iterable[str], progress: Callable[[int, int], None] | None = None
    ) -> dict[str, Account]:
        """The accounts with those ids or addresses, by id; pages are read only until all are found.

        progress: told at each account how many of how many were found.
        """
        wanted = {text.casefold() for text in ids_or_emails}
        found: dict[str, Account] = {}
        accounts, every = self.accounts(), len(wanted)
        while wanted and (account := next(accounts, None)) is not None:
            if progress is not None:
                progress(every - len(wanted), every)
            names = {account.id.casefold(), account.email.casefold()}
            if wanted & names:
                found[account.id] = account
                wanted -= names
        return found

    def person(self, user_id: str) -> Person | None:
        """One person (users.info), or None when Slack knows nobody by that id."""
        try:
            data = self._gateway.read(self.enterprise_id, "users.info", {"user": user_id}, self._lane)
        except ReadFailed as failed:
            if failed.answer.code in _NOBODY:
                return None
            raise
        return person(data["user"])

    def room(self, channel_id: str) -> Room | None:
        """The channel as the bot sees it, with everybody in it; None when the bot does not see it."""
        try:
            asked = {"channel": channel_id}
            found = self._gateway.read(self.enterprise_id, "conversations.info", asked, self._lane)
            members = self._rows("members", "conversations.members", channel=channel_id, limit=200)
            return Room.read(found["channel"], members)
        except ReadFailed as failed:
            if failed.answer.code in _UNSEEN:
                return None
            raise

    def _channel_by_name(self, channel_id: str, name: str) -> Channel | None:
        try:
            return next((row for row in self.channels_named(name) if row.id == channel_id), None)
        except ReadFailed as failed:
            if failed.answer.code in _UNSEEN:
                return None
            raise

    def _channel_by_id(self, channel_id: str) -> Channel | None:
        arguments = {"channel": channel_id, "include_num_members": True}
        try:
            data = self._gateway.read(self.enterprise_id, "conversations.info", arguments, self._lane)
        except ReadFailed as failed:
            if failed.answer.code in _UNSEEN:
                return None
            raise
        return Channel.read(data["channel"], "info")

    def _search(self, **arguments: str | None) -> Iterator[Page]:
        return self._gateway.pages(
            self.enterprise_id,
            "admin.conversations.search",
            {"limit": SEARCH_PAGE, **arguments},
            self._lane,
            top_level_cursor=True,
        )

    def _rows(self, key: str, method: str, **arguments: str | int | bool) -> Iterator[Any]:
        """Rows of a list whose absence proves something: a page without the list is an unreadable answer."""
        for page in self._pages(method, **arguments):
            if not isinstance(page.get(key), list):
                raise ReadFailed(Answer(method, "answer_lost"))
            yield from page[key]

    def _pages(self, method: str, **arguments: str | int | bool) -> Iterator[Page]:
        return self._gateway.pages(self.enterprise_id, method, arguments, self._lane)
