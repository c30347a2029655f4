"""Reads each list anew when it is due. What each kind holds, and how it is read, stands here."""

import logging
from collections.abc import Callable, Iterator, Mapping

from app.slack.directory.live import Live
from app.slack.directory.snapshot import Entry, Snapshots
from app.slack.gateway import Gateway, ReadFailed
from app.slack.pace import Lane

log = logging.getLogger(__name__)

_OLD_MS = 15 * 60_000  # read again when this old
_WANTED_MS = 60_000  # or, while somebody uses it, when this old
_RETRY_MS = 30_000


def external_orgs(live: Live) -> Iterator[Entry]:
    """External organizations by name, domain and id."""
    for org in live.external_orgs():
        yield Entry(org.id, org.name, org.domain)


def channels(live: Live) -> Iterator[Entry]:
    """Every channel that is not archived and that our token sees."""
    for channel in live.channels("exclude_archived"):
        yield Entry(channel.id, channel.name, "private" if channel.private else "")


def workspaces(live: Live) -> Iterator[Entry]:
    """Workspaces of the org; those without Drawbridge say so."""
    for workspace in live.workspaces():
        yield Entry(workspace.id, workspace.name, "" if workspace.app_added else "Drawbridge-not-added")


def policy_users(live: Live) -> Iterator[Entry]:
    """People on the e-mail/password policy, by name, address and id."""
    members = live.policy_members()
    found = live.accounts_of(members)
    for user_id in members:
        account = found.get(user_id)
        yield Entry(user_id, account.name if account else user_id, account.email if account else "")


def shared_channels(live: Live) -> Iterator[Entry]:
    """Channels shared with an external organization."""
    for channel in live.channels("external_shared", "external_shared_private"):
        yield Entry(channel.id, channel.name, "private" if channel.private else "")


KINDS: Mapping[str, Callable[[Live], Iterator[Entry]]] = {
    "external_orgs": external_orgs,
    "shared_channels": shared_channels,
    "channels": channels,
    "workspaces": workspaces,
    "policy_users": policy_users,
}


class Refresher:
    """Brings every due list of every organization up to date, one read after the other."""

    def __init__(self, gateway: Gateway, snapshots: Snapshots, time_scale: float) -> None:
        self._gateway, self._snapshots, self._scale = gateway, snapshots, time_scale

    def run_once(self) -> int:
        """Read what is due; answers how many lists were read."""
        done = 0
        for enterprise_id in self._gateway.credentials.enterprise_ids():
            done += sum(self._refresh(enterprise_id, kind) for kind in KINDS)
        return done

    def _refresh(self, enterprise_id: str, kind: str) -> bool:
        if not self._snapshots.lease(enterprise_id, kind, self._scaled(_OLD_MS), self._scaled(_WANTED_MS)):
            return False
        try:
            found = list(KINDS[kind](Live(self._gateway, enterprise_id, Lane.BACKGROUND)))
        except ReadFailed as failed:
            error = failed.answer.error
            log.warning("directory %s of %s not read: %s", kind, enterprise_id, error.code)
            problem = f"{error.code}: {error.sentence}"
            self._snapshots.failed(enterprise_id, kind, problem, self._scaled(_RETRY_MS))
            return False
        if kind == "shared_channels":
            self._snapshots.note_external(enterprise_id, [entry.key for entry in found])
        self._snapshots.store(enterprise_id, kind, found)
        log.info("directory %s of %s read: %d entries", kind, enterprise_id, len(found))
        return True

    def _scaled(self, milliseconds: int) -> int:
        return max(1000, round(milliseconds / self._scale))
