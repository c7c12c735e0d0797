"""How migrations are run: by `monitor db upgrade`, which brings its connection, or by the alembic command."""

import os

from alembic import context
from monitor.store.engine import create_engine
from monitor.store.migrate import OPTIONS, migrating, render_item
from monitor.store.tables import metadata


def run(connection):
    context.configure(connection=connection, target_metadata=metadata, render_item=render_item, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("SQL scripts are not supported: run the migrations on a database")
elif (brought := context.config.attributes.get("connection")) is not None:
    run(brought)
else:
    url = os.environ.get("MONITOR_DATABASE_URL") or context.config.get_main_option("sqlalchemy.url")
    with migrating(create_engine(url)) as own:
        run(own)
