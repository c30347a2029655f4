"""What is known of the people on the policy."""

from collections.abc import Iterable, Mapping

from app.model.canonical import Json
from app.slack.directory import Account, Live

ASKED_SINGLY = 50
"""Up to so many people are asked for one by one (users.info); more are found in the org's list."""


def roles(
    live: Live, user_ids: Iterable[str], among: int, known: Mapping[str, Account] | None = None
) -> dict[str, str]:
    """Org role of each person: owner, admin, guest, member, or `gone` when deactivated or unknown.

    among: how many people the plan has; plan and recheck must ask Slack the same way. known: the accounts
    of those people, when the list was read already.
    """
    wanted = list(user_ids)
    if among > ASKED_SINGLY:
        found = live.accounts_of(wanted) if known is None else known
        return {user: found[user].role if user in found else "gone" for user in wanted}
    people = {user: live.person(user) for user in wanted}
    return {
        user: "gone" if person is None or person.deleted else person.role for user, person in people.items()
    }


def facts_of(on_policy: bool, role: str) -> dict[str, Json]:
    """Decision facts of one person."""
    return {"on_policy": on_policy, "role": role}
