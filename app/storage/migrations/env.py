"""Alembic's entry: runs the migrations on the connection that `app.storage.migrate` opened."""

from alembic import context

from app.storage.migrate import VERSION_TABLE
from app.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=lambda name, kind, _: kind != "table" or str(name).startswith("drawbridge_"),
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
