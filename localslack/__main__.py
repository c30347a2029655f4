"""``python -m localslack``: serve until interrupted, after printing what the app needs to know."""

import argparse
import sys
import time

from localslack.org.seeds import SEEDS
from localslack.server import LocalSlack


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m localslack", description="An emulator. This is not Slack."
    )
    parser.add_argument("--port", type=int, default=4390)
    parser.add_argument("--app-url", default="http://127.0.0.1:3000", help="where the app listens")
    parser.add_argument("--manifest", help="manifest file: commands, scopes, events, redirect URLs")
    parser.add_argument("--time-scale", type=float, default=1.0, help="how many times faster than Slack")
    parser.add_argument("--seed", choices=SEEDS, default="demo")
    options = parser.parse_args()
    slack = LocalSlack(
        port=options.port,
        app_url=options.app_url,
        manifest=options.manifest,
        time_scale=options.time_scale,
        seed=options.seed,
    )
    with slack:
        sys.stdout.write(f"Local Slack (not Slack) at {slack.base_url}\n\n")
        for name, value in slack.env(socket_mode=True).items():
            comment = "# Socket Mode: " if name == "SLACK_APP_TOKEN" else ""
            sys.stdout.write(f"{comment}{name}={value}\n")
        sys.stdout.write(f"SLACK_TIME_SCALE={options.time_scale:g}\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
