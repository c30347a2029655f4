"""``python -m localslack.demo``: local Slack in the browser, the real app in front of it, until Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence

from localslack.tour.failures import Interrupted, NotStarted
from localslack.tour.house import House
from localslack.tour.interrupting import interruptible

PORT = 4390
SCALE = 10
"""How many times faster than Slack both clocks run: what Slack does in the background takes seconds."""

_WELCOME = """\
Drawbridge against local Slack. This is not Slack: nothing here leaves this machine.

    {address}

Three things to try:

  1. You are Ana, an org admin. In #lobby type  /disconnect-org acme  fill in the form (ticket SEC-1), look at
     the preview, and file the request.
  2. Become Ben in the switcher, and approve it in #admin-approvals; then Chloe, because two have to.
     Open the panel and watch the calls, and Acme's state. As Ana you cannot: the requester never counts.
  3. In the panel let the next call of usergroups.disable lose its answer, then disable a group with
     /disable-usergroup  and see that Drawbridge reads before it repeats anything.

Ctrl-C stops both, and removes everything.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 when somebody ended it, 1 when something failed."""
    options = _options(arguments)
    interruptible()
    ports = (PORT, 0) if options.port is None else (options.port,)
    house = House("demo", ports, scale=SCALE, socket_mode=options.socket)
    try:
        house.start()
        print(_WELCOME.format(address=house.slack.base_url), flush=True)
        house.wait()
        print("The app has ended by itself. Its last words:", *house.last_words(), sep="\n", file=sys.stderr)
    except NotStarted as failed:
        print(failed, *house.last_words(), sep="\n", file=sys.stderr)
    except Interrupted:
        print("\nStopped. Nothing is left behind.", flush=True)
        return 0
    finally:
        house.close()
    return 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m localslack.demo",
        description="Drawbridge against an emulator of Slack, in the browser. This is not Slack.",
    )
    parser.add_argument("--port", type=int, help=f"where the page is (default: {PORT}, or any free one)")
    parser.add_argument("--socket", action="store_true", help="Socket Mode instead of signed HTTP")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
