"""Live reads remembered while one page is drawn. For showing only: nothing is decided by them."""

from app.model.person import Person
from app.slack.directory.live import Live
from app.slack.gateway import Gateway
from app.slack.pace import Lane


class Glance(Live):
    """Asks Slack about each person and each user group once."""

    def __init__(self, gateway: Gateway, enterprise_id: str) -> None:
        super().__init__(gateway, enterprise_id, Lane.INTERACTIVE)
        self._people: dict[str, Person | None] = {}
        self._members: dict[tuple[str, str], frozenset[str]] = {}

    def person(self, user_id: str) -> Person | None:
        """As read the first time."""
        if user_id not in self._people:
            self._people[user_id] = super().person(user_id)
        return self._people[user_id]

    def usergroup_members(self, team_id: str, group_id: str) -> frozenset[str]:
        """As read the first time."""
        key = (team_id, group_id)
        if key not in self._members:
            self._members[key] = super().usergroup_members(team_id, group_id)
        return self._members[key]
