"""Whether Slack still takes our tokens, asked every few minutes: a revoked one is seen in time."""

import logging
import time

from app.metrics import TOKEN_CHECKED, TOKEN_OK
from app.slack.credentials import Credentials
from app.slack.gateway import Gateway
from app.slack.methods import Token

log = logging.getLogger(__name__)

EVERY_SECONDS = 300.0


class TokenHealth:
    """Asks auth.test with each token of each organization."""

    def __init__(self, credentials: Credentials, gateway: Gateway) -> None:
        self._credentials, self._gateway = credentials, gateway

    def run_once(self) -> int:
        """Check every token; answers how many Slack refused. Without an answer nothing is concluded."""
        refused = 0
        for enterprise_id in self._credentials.enterprise_ids():
            refused += sum(self._refused(enterprise_id, token) for token in Token)
            TOKEN_CHECKED.labels(enterprise_id).set(time.time())
        return refused

    def _refused(self, enterprise_id: str, token: Token) -> bool:
        answer = self._gateway.call(enterprise_id, "auth.test", {}, token)
        if not answer.ok and answer.error.error_class.passes:
            return False
        TOKEN_OK.labels(enterprise_id, token.value).set(float(answer.ok))
        if not answer.ok:
            error = answer.error
            told = f"{error.sentence} {error.remedy}"
            log.error("Slack refuses the %s token of %s: %s. %s", token, enterprise_id, error.code, told)
        return not answer.ok
