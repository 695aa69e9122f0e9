from alembic import context
from sqlalchemy import create_engine, pool

url = context.config.attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)
engine = create_engine(url, poolclass=pool.NullPool, connect_args={"options": "-c lock_timeout=4000 -c statement_timeout=60000"})
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.execute("SELECT pg_advisory_xact_lock(20261124)")
        context.run_migrations()
engine.dispose()
