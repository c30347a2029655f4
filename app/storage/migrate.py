"""Brings the schema up to date. Safe to call from every replica at every start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.storage.engine import Database

VERSION_TABLE = "drawbridge_schema"
_LOCK = 0x0D3A_3B21  # any constant of ours: replicas that start together migrate one after the other


def migrate(database: Database) -> None:
    """Create or upgrade our tables, their triggers and indexes to the newest version."""
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(configuration(connection), "head")


def pending(database: Database) -> bool:
    """Whether the schema is missing or behind this version. Changes nothing."""
    with database.read() as connection:
        script = ScriptDirectory.from_config(configuration(connection))
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision() != script.get_current_head()


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
