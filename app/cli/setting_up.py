"""What several commands need before they can do their work."""

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from app.config import ConfigError, Settings, read_settings
from app.logs import set_up
from app.storage import Database
from app.storage.migrate import pending

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database they name, as it stands. Needs no tokens, and changes nothing.

    Raises ConfigError when the database holds no schema of this version.
    """
    settings = read_settings(credentials=False)
    set_up("WARNING")
    with closing(Database(settings.database_url)) as database:
        if pending(database):
            problem = f"DATABASE_URL: {database.described()} has no schema of this version; `serve` makes it"
            raise ConfigError([problem])
        yield settings, database
