"""``python -m tests.fuzz [libFuzzer options]``: the signed endpoint under atheris, guided by coverage.

Runs until it is stopped or something is wrong; `-max_total_time=60` ends it after a minute. The bytes that
broke it are written to a file `crash-…`; give that file as an argument to play it again.
"""

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["app", "listeners"]):
    from tests.fuzz.endpoint import endpoint
    from tests.fuzz.making import made
    from tests.support.databases import sqlite_url


def main() -> None:
    """Fuzz the endpoint on a new, empty database."""
    logging.disable(logging.INFO)
    with (
        TemporaryDirectory(prefix="drawbridge-fuzz-") as folder,
        endpoint(Path(folder), sqlite_url(Path(folder))) as app,
    ):

        def once(data: bytes) -> None:
            status, body = app.post(made(data))
            if not (200 <= status < 300 or 400 <= status < 500) or "Traceback" in body:
                raise AssertionError(f"{status}: {body}")
            if app.failures.found:
                raise AssertionError(app.failures.found[0])

        atheris.Setup(sys.argv, once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
