"""Run migrations on the application's own engine, each in one transaction, one process at a time."""

from alembic import context
from sqlalchemy import Connection, text

from annotator.storage import models
from annotator.storage.database import write_queue

LOCK = 7_146_212
"""Key of the PostgreSQL advisory lock that keeps the web nodes of one cluster from migrating at once."""
WAIT_SECONDS = 60
"""How long a node waits while another one migrates."""


def run(connection: Connection) -> None:
    """Migrate in the transaction that `connection` is in."""
    if connection.dialect.name == "postgresql":
        # A migration may take longer than a request, and so may the wait for another node's.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    context.configure(
        connection=connection,
        target_metadata=models.metadata,
        transaction_per_migration=False,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=False,
    )
    context.run_migrations()


engine = context.config.attributes["engine"]
with write_queue(engine), engine.connect().execution_options(writes=True) as opened, opened.begin():
    run(opened)
