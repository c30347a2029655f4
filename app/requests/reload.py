"""The policy file while Drawbridge runs: a change is noticed, checked as at start, and adopted when right."""

import logging
from collections.abc import Callable
from pathlib import Path

from app.config import ConfigError, PolicyBook, read_policy
from app.operations import TERMS
from app.requests.policies import Policies
from app.requests.policy_changes import PolicyChanges
from app.slack.directory import Live
from app.slack.gateway import ReadFailed

log = logging.getLogger(__name__)

_PATIENCE = 30  # looks between two tries of a file that could not be put in force


class Reload:
    """Looks at the file every few seconds. Until a change is adopted the former policy stays in force.

    A file that changed since the last look is left alone until the next one: it may be half written.
    """

    seconds = 2.0

    def __init__(
        self, path: Path, policies: Policies, changes: PolicyChanges, live: Callable[[str], Live]
    ) -> None:
        self._path, self._policies, self._changes, self._live = path, policies, changes, live
        self._seen = self._state()
        self._settled = True
        self._asked = False
        self._waits = 0

    def ask(self) -> None:
        """Read the file at the next look, whether it seems changed or not."""
        self._asked = True

    def run_once(self) -> int:
        """Look at the file; answers in how many organizations a new policy was put in force."""
        state = self._state()
        asked, self._asked = self._asked, False
        if state != self._seen and not asked:
            self._seen, self._settled, self._waits = state, False, 0
            return 0
        self._seen = state
        self._waits = max(0, self._waits - 1)
        if not asked and (self._settled or self._waits):
            return 0
        return self._read()

    def _read(self) -> int:
        try:
            book = read_policy(self._path, TERMS)
        except ConfigError as error:
            self._settled = True  # only another change of the file can help
            self._refuse(self._policies.served(), error)
            return 0
        adopted = [self._adopt(enterprise_id, book) for enterprise_id in self._policies.served()]
        self._policies.use(book)
        self._settled = False not in adopted
        self._waits = 0 if self._settled else _PATIENCE
        return adopted.count(True)

    def _adopt(self, enterprise_id: str, book: PolicyBook) -> bool | None:
        """Put the book's policy in force there; None when it is already.

        False when it is not right, or could not be checked yet.
        """
        if self._policies.of(enterprise_id).digest == book.digest:
            self._changes.adopted(enterprise_id, self._policies.of(enterprise_id))
            return None
        try:
            policy = self._policies.checked(self._live(enterprise_id), book)
        except ConfigError as error:
            self._refuse((enterprise_id,), error)
            return False
        except ReadFailed as failed:
            log.warning("the changed policy of %s could not be checked yet: %s", enterprise_id, failed)
            return False
        self._policies.adopt(enterprise_id, policy)
        if self._changes.adopted(enterprise_id, policy):
            log.warning("the policy of %s was changed; digest %s is in force", enterprise_id, policy.digest)
        return True

    def _refuse(self, enterprise_ids: tuple[str, ...], error: ConfigError) -> None:
        log.error("the changed policy file is not used, the former policy stays in force: %s", error)
        for enterprise_id in enterprise_ids:
            self._changes.refused(enterprise_id, self._policies.of(enterprise_id), error.problems)

    def _state(self) -> tuple[int, int, int]:
        """What tells a changed file: when it was written, how long it is, which file it is."""
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
