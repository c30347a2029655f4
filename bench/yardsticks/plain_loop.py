"""``python -m bench.yardsticks.plain_loop TEAM < ids``: disable user groups in a loop, as a script would.

One call after the other with the official client and its own retry handlers; an error is printed, and the
loop goes on. Settings by environment: SLACK_API_URL, SLACK_USER_TOKEN.
"""

import os
import sys

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web import WebClient


def main() -> None:
    """Disable every group named on the standard input, one id per line."""
    client = WebClient(
        token=os.environ["SLACK_USER_TOKEN"],
        base_url=os.environ["SLACK_API_URL"],
        retry_handlers=[
            ConnectionErrorRetryHandler(),
            RateLimitErrorRetryHandler(),
            ServerErrorRetryHandler(),
        ],
    )
    for group in sys.stdin.read().split():
        try:
            client.usergroups_disable(usergroup=group, team_id=sys.argv[1])
        except SlackApiError as error:
            sys.stdout.write(f"{group}: {error.response['error']}\n")


if __name__ == "__main__":
    main()
