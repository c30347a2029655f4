"""Who plays, and where."""

from collections.abc import Iterator
from dataclasses import dataclass

from localslack.people import LocalSlackClient, Person

ADMIN_CHANNEL = "C0ADMIN0001"
LOBBY = "C0LOBBY0001"
PLACES = {ADMIN_CHANNEL: "#admin-approvals", LOBBY: "#lobby"}


@dataclass(frozen=True)
class Actor:
    """A person of the org on stage. part: what the audience should know about them."""

    name: str
    style: str
    part: str
    person: Person


class Cast:
    """Everybody who plays."""

    def __init__(self, client: LocalSlackClient) -> None:
        def actor(name: str, user_id: str, style: str, part: str) -> Actor:
            return Actor(name, style, part, client.person(user_id))

        self.ana = actor("Ana", "W0ANA00001", "cyan", "org admin: asks for changes")
        self.ben = actor("Ben", "W0BEN00001", "green", "security team: approves or denies")
        self.chloe = actor("Chloe", "W0CHLOE001", "magenta", "security team: approves or denies")
        self.dino = actor("Dino", "W0DINO0001", "blue", "colleague from Sales: a bystander")

    def __iter__(self) -> Iterator[Actor]:
        return iter((self.ana, self.ben, self.chloe, self.dino))
