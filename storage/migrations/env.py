"""Alembic's entry: migrations run on the connection that `Database.migrate` hands over."""

from alembic import context

from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_server_default=True,
)

with context.begin_transaction():
    context.run_migrations()
