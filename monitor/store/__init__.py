"""The store: the only place that knows SQLAlchemy. One code for SQLite and PostgreSQL."""
