"""People and the proof of what they were at the moment they acted."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.model.canonical import Json


@dataclass(frozen=True)
class Person:
    """A Slack account as `users.info` describes it; org roles come from its `enterprise_user`.

    zone: the `tz` they have set, an IANA name; empty when Slack does not tell it. Source:
    docs.slack.dev/reference/objects/user-object.
    """

    id: str
    name: str
    email: str | None
    enterprise_id: str | None
    org_admin: bool = False
    org_owner: bool = False
    primary_owner: bool = False
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    stranger: bool = False
    has_2fa: bool | None = None
    teams: tuple[str, ...] = ()
    zone: str = ""

    @property
    def role(self) -> str:
        """The one word that decides: owner, admin, guest or member."""
        if self.org_owner or self.primary_owner:
            return "owner"
        if self.org_admin:
            return "admin"
        return "guest" if self.guest else "member"


@dataclass(frozen=True)
class Behalf:
    """For whom somebody acts: the delegator, with their role, and the id of the delegation."""

    id: str
    name: str
    email: str | None
    role: str
    delegation: str

    def as_json(self) -> Mapping[str, Json]:
        """Plain JSON for the proof."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class RoleProof:
    """What gave a person the right, as read live at that moment.

    principals: the policy entries that matched, such as `usergroup:T0HQ000001/S0SECURITY`.
    read_at: Unix milliseconds. behalf: whose right it is when it is not their own; then the principals are
    that person's.
    """

    principals: tuple[str, ...]
    role: str
    read_at: int
    behalf: Behalf | None = None

    def as_json(self) -> Mapping[str, Json]:
        """Plain JSON for the audit log and the decision row."""
        own: dict[str, Json] = {
            "principals": list(self.principals),
            "role": self.role,
            "read_at": self.read_at,
        }
        return own if self.behalf is None else {**own, "for": self.behalf.as_json()}
