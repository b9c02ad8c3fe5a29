"""Where Alembic starts: it runs the migrations on the connection it was handed."""

from alembic import context

from drip.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
