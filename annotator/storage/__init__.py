"""Storage: the models and the queries on them, for SQLite and PostgreSQL."""
