"""Alembic's entry: runs the migrations on the connection that `storage.migrate` hands over, in its transaction."""

from alembic import context

from dougong.storage.schema import system

context.configure(connection=context.config.attributes["connection"], target_metadata=system)
context.run_migrations()
