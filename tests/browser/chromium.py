"""The machine's own Chromium: where it is, and how it is started."""

import os
import shutil

REQUIRED = os.environ.get("DRAWBRIDGE_BROWSER") == "required"
"""Whether a missing browser is a failure, as in CI, instead of a reason to skip."""

MISSING = "no Chromium found: install the package chromium, or say where it is in CHROMIUM"

FLAGS = (
    "--no-sandbox",  # containers and root have none to offer; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str | None:
    """The browser's program, None when there is none."""
    named = os.environ.get("CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next(filter(None, map(shutil.which, names)), None)
