"""Notices in the admin channel about tokens and workspaces: what changed, what goes on, what to do."""

from collections.abc import Sequence

from app.messages.text import Block, escape, message, moment, person
from app.model.clock import Millis


def refused(user_id: str, code: str, sentence: str, others: Sequence[str]) -> Block:
    """Slack no longer takes an admin's token. others: admins whose tokens still work."""
    told = f"⚠️ Slack refuses the token of {person(user_id)}, with which Drawbridge acts ({escape(code)})."
    if others:
        names = ", ".join(person(other) for other in others)
        rest = f"Drawbridge goes on with the token of {names}. Nothing has to be filed again."
    else:
        rest = (
            "No other admin's token is left: requests that need one fail until an org admin or owner "
            "installs Drawbridge again at its /slack/install page."
        )
    return message(f"{told} {escape(sentence)} {rest}")


def given_refused(user_id: str, code: str, sentence: str) -> Block:
    """Slack no longer takes the admin's token that was given, or it cannot do the work any more."""
    return message(
        f"⚠️ Drawbridge cannot act with the token of {person(user_id)} any more ({escape(code)}). "
        f"{escape(sentence)} Requests fail until an org admin or owner installs the app again from its "
        "page of settings, and the new token is put into SLACK_USER_TOKEN."
    )


def works(user_id: str) -> Block:
    """Slack takes an admin's token again."""
    return message(f"✅ Slack takes the token of {person(user_id)} again.")


def not_renewed(user_id: str, expires_at: Millis) -> Block:
    """A token that runs out could not be renewed, and never will be."""
    return message(
        f"⚠️ The token of {person(user_id)} could not be renewed: Slack says that its refresh token was used "
        f"before. It works until {moment(expires_at)}. Before then an org admin or owner installs Drawbridge "
        "again at its /slack/install page."
    )


def workspaces_changed(added: Sequence[str], removed: Sequence[str], lost_groups: Sequence[str]) -> Block:
    """Drawbridge was added to workspaces or removed from them. lost_groups: of the policy, no longer seen."""
    told = []
    if added:
        told.append(f"🏢 Drawbridge was added to {escape(', '.join(added))}.")
    if removed:
        told.append(
            f"🏢 Drawbridge was removed from {escape(', '.join(removed))}: its commands are gone there."
        )
    if lost_groups:
        told.append(
            f"⚠️ User groups of the policy live there: {escape(', '.join(lost_groups))}. Nobody counts as "
            "their member until an org admin adds Drawbridge to that workspace again."
        )
    return message(" ".join(told))
