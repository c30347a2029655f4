"""What a process counts for Prometheus. Each name is explained in docs/operating.md.

Counters live in the process, as Prometheus wants them; whatever the database knows is read from it at a
scrape (see `app.gauges`). Labels take few values: methods, codes, states; never a person or a request.
"""

import platform

from prometheus_client import Counter, Gauge, Histogram, Info

from app import __version__

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # seconds; Slack waits three
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

BUILD = Info("drawbridge_build", "Version of Drawbridge and of Python.")
BUILD.info({"version": __version__, "python": platform.python_version()})

TRANSITIONS = Counter("drawbridge_request_transitions_total", "Requests that came into a state.", ["state"])
ITEMS = Counter("drawbridge_items_total", "Items that came to an outcome.", ["operation", "outcome"])

SLACK_CALLS = Counter(
    "drawbridge_slack_calls_total", "Requests to Slack's Web API by their answer.", ["method", "code"]
)
SLACK_SECONDS = Histogram(
    "drawbridge_slack_call_seconds", "How long Slack took to answer.", ["method"], buckets=_SLOW
)
RATE_LIMITED = Counter("drawbridge_slack_rate_limited_total", "Answers of Slack's with HTTP 429.", ["method"])

ACK_SECONDS = Histogram(
    "drawbridge_ack_seconds", "From Slack's request to our acknowledgement.", ["kind"], buckets=_QUICK
)
TURNED_AWAY = Counter(
    "drawbridge_turned_away_total", 'Requests of Slack\'s answered with "busy, try again".', ["kind"]
)
FOLLOWUPS = Gauge(
    "drawbridge_followups", "Work that follows an acknowledgement, under way and waiting.", ["state"]
)

TAKEOVERS = Counter("drawbridge_takeovers_total", "Stopped processes whose work this one took over.")
LOOP_FAILURES = Gauge("drawbridge_loop_failures", "Failures in a row of a background loop.", ["loop"])
