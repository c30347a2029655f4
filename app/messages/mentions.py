"""Whom a message calls: user groups and people in the form Slack notifies. A role cannot be called."""

from collections.abc import Iterable

from app.config import Principal

_FORMS = {"usergroup": "<!subteam^{}>", "user": "<@{}>"}


def mentions(principals: Iterable[Principal]) -> tuple[str, ...]:
    """Each principal that can be mentioned, once."""
    return tuple(
        dict.fromkeys(_FORMS[found.kind].format(found.name) for found in principals if found.kind in _FORMS)
    )
