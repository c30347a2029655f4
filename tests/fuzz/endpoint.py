"""The signed endpoint in this process: the real app on a database of its own, in front of local Slack."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.config import read_settings
from app.runtime import Runtime
from localslack.org.seeds import SIGNING_SECRET
from localslack.outbound.signing import headers
from localslack.server import LocalSlack
from localslack.tour.process import free_port
from tests.fuzz.making import Made
from tests.support.running import POLICY, ROOT, SCALE


class Failures(logging.Handler):
    """Keeps what the app logs as a failure of its own: an answer of 200 can hide one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember it with its stack trace."""
        if record.exc_info:
            self.found.append(logging.Formatter().format(record))


class Endpoint:
    """Takes requests as waitress would hand them over."""

    def __init__(self, runtime: Runtime, clock: Any) -> None:
        self._web, self._clock = runtime.web, clock
        self.failures = Failures()
        logging.getLogger().addHandler(self.failures)

    def post(self, made: Made) -> tuple[int, str]:
        """Sign it as Slack does and send it; answers status and body."""
        stamp = str(self._clock() // 1000)
        signed = headers(SIGNING_SECRET, stamp, made.body.decode("utf-8", "replace"), made.kind)
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/slack/events",
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(made.body)),
            "CONTENT_TYPE": made.kind,
            "wsgi.input": io.BytesIO(made.body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed.items()},
        }
        told: list[int] = []
        body = b"".join(self._web(environ, lambda status, _headers: told.append(int(status[:3]))))  # type: ignore[arg-type]
        return told[0], body.decode("utf-8", "replace")


@contextmanager
def endpoint(folder: Path, database_url: str) -> Iterator[Endpoint]:
    """The endpoint, ready, while the block runs. folder: for its policy file."""
    with LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE) as slack:
        policy = folder / "policy.toml"
        policy.write_text(POLICY)
        environment = {
            **slack.env(),
            "SLACK_TIME_SCALE": str(SCALE),
            "DATABASE_URL": database_url,
            "POLICY_FILE": str(policy),
            "PORT": str(free_port()),
        }
        runtime = Runtime(read_settings(environment, None))
        runtime.start()
        try:
            yield Endpoint(runtime, runtime.services.clock if runtime.services else None)
        finally:
            runtime.stop()
