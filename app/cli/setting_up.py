"""What several commands need before they can do their work."""

import argparse
from typing import TYPE_CHECKING

from app.config import Settings, read_settings
from app.logs import set_up
from app.storage import Database
from app.storage.migrate import migrate

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


def opened() -> tuple[Settings, Database]:
    """The settings and the database they name, its schema up to date. Logs only what goes wrong."""
    settings = read_settings()
    set_up("WARNING")
    database = Database(settings.database_url)
    migrate(database)
    return settings, database
