"""Migrations of the database's schema (Alembic), for SQLite and PostgreSQL."""
