"""``python -m localslack.cluster``: replicas of the real app before local Slack, until Ctrl-C."""

import argparse
import sys
import time
from collections.abc import Sequence

from localslack.cluster.replicas import RESTART_SECONDS, SCALE, Cluster
from localslack.tour.failures import Interrupted, NotStarted
from localslack.tour.interrupting import interruptible

PORT = 4390

_WELCOME = """\
{number} replicas of Drawbridge against local Slack. This is not Slack: nothing here leaves this machine.

    {page}   local Slack, in the browser
    {balancer}   the load balancer{role}

{replicas}
    logs in {folder}

Things to try, with requests in flight (you are Ana; Ben and Chloe approve in #admin-approvals):

  1. Kill one:       kill -9 {pid}
     Its requests go on in another one within 15 seconds. After {restart:.0f} seconds it is started again.
  2. Stop one:       kill {pid}
     It stops taking requests, finishes what it has, and ends: nothing is lost on the way.
  3. Stall one:      kill -STOP {pid}     then, after 20 seconds:   kill -CONT {pid}
     What it was about to do has been done by another one meanwhile, and it does not do it again.

Both clocks run {scale} times as fast as Slack's. Ctrl-C stops everything, and removes it.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cluster; 0 when somebody ended it, 1 when it could not start."""
    options = _options(arguments)
    interruptible()
    ports = (PORT, 0) if options.port is None else (options.port,)
    cluster = Cluster(options.replicas, ports, socket_mode=options.socket)
    try:
        cluster.start()
        print(_welcome(cluster, options.socket), flush=True)
        for event in cluster.events():
            print(f"{time.strftime('%H:%M:%S')}  {event}", flush=True)
    except NotStarted as failed:
        print(failed, *cluster.last_words(), sep="\n", file=sys.stderr)
    except Interrupted:
        print("\nStopped. Nothing is left behind.", flush=True)
        return 0
    finally:
        cluster.close()
    return 1


def _welcome(cluster: Cluster, socket_mode: bool) -> str:
    lines = [f"    {replica.url}   {replica.name}, pid {replica.pid}" for replica in cluster.replicas]
    return _WELCOME.format(
        number=len(cluster.replicas),
        page=cluster.slack.base_url,
        balancer=cluster.balancer.url,
        role=" (Socket Mode: events come over the replicas' sockets)" if socket_mode else "",
        replicas="\n".join(lines) + "\n",
        folder=cluster.folder,
        pid=cluster.replicas[0].pid,
        restart=RESTART_SECONDS,
        scale=SCALE,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m localslack.cluster",
        description="Replicas of Drawbridge on one PostgreSQL, behind a load balancer, against local Slack.",
    )
    parser.add_argument("--port", type=int, help=f"where the page is (default: {PORT}, or any free one)")
    parser.add_argument("--socket", action="store_true", help="Socket Mode instead of signed HTTP")
    parser.add_argument("--replicas", type=int, default=3, help="how many (default: 3)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
