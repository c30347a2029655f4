"""Rate tiers: so many calls per method and minute, small bursts tolerated, then HTTP 429.

Source: docs.slack.dev/apis/web-api/rate-limits. The minute is divided by the time scale; Retry-After is not.
"""

import math
from typing import TYPE_CHECKING, Any

from localslack.web_api.call import RateLimited
from localslack.web_api.catalog import Method

if TYPE_CHECKING:
    from localslack.world import World


def check_rate(world: "World", method: Method, raw: dict[str, Any]) -> None:
    """Count this call; raise RateLimited when the window of the method (or of the channel) is full."""
    settings = world.settings
    per_minute = settings.rate_per_minute.get(method.name, method.per_minute)
    if not settings.rate_limits or per_minute is None:
        return
    windows = [((world.org.id, method.name), per_minute + settings.rate_burst, 60.0)]
    if method.per_channel and raw.get("channel"):
        calls, seconds = method.per_channel
        windows.append(((method.name, str(raw["channel"])), calls + settings.rate_burst, seconds))
    now = world.clock()
    waits = [_wait(world, key, most, seconds / settings.time_scale, now) for key, most, seconds in windows]
    if max(waits) > 0:
        raise RateLimited(max(1, math.ceil(max(waits))))
    for key, _, _ in windows:
        world.rate_log.setdefault(key, []).append(now)


def _wait(world: "World", key: tuple[str, ...], most: int, window: float, now: float) -> float:
    recent = [at for at in world.rate_log.get(key, []) if at > now - window]
    world.rate_log[key] = recent
    return recent[-most] + window - now if len(recent) >= most else 0.0
