"""Which function answers which method."""

from collections.abc import Callable

from localslack.web_api import (
    admin_auth_policy,
    admin_conversations,
    admin_search,
    chat,
    conversations,
    external_teams,
    files,
    identity,
    oauth,
    platform,
    usergroups,
    users,
    views,
)
from localslack.web_api.call import JSON, MethodCall

HANDLERS: dict[str, Callable[[MethodCall], JSON]] = {
    **admin_auth_policy.METHODS,
    **admin_conversations.METHODS,
    **admin_search.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **external_teams.METHODS,
    **files.METHODS,
    **identity.METHODS,
    **oauth.METHODS,
    **platform.METHODS,
    **usergroups.METHODS,
    **users.METHODS,
    **views.METHODS,
}
