"""A whole house: local Slack and the real app in front of it, from start to a clean end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from localslack.server import LocalSlack
from tests.support.people import House
from tests.support.running import ROOT, SCALE, RunningApp


@contextmanager
def running_house(
    database_url: str, folder: Path, *, environment: dict[str, Any] | None = None, **settings: Any
) -> Iterator[House]:
    """The house, while the block runs; then the app has to end well, without a stack trace in its log.

    environment: of the app, where it differs; settings: of local Slack's world.
    """
    slack = LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE)
    for name, value in settings.items():
        setattr(slack.world.settings, name, value)
    with slack:
        app = RunningApp(slack, database_url, folder, **environment or {})
        slack.app_url = app.url
        app.start()
        try:
            yield House(slack, app)
        finally:
            code = app.stop()
        assert code == 0
        assert app.tracebacks() == []
