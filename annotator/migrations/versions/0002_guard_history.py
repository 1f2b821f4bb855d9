"""Guard history: the database itself refuses to change or delete what is only ever appended."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("verdict", "adjudication", "event")
FIXED = {
    "article": ("id", "text", "text_sha256", "original", "original_sha256", "project_id"),
    "claim": ("id", "start_offset", "end_offset", "quote", "article_id"),
}
"""Columns that never change, since offsets and hashes rest on them; their rows are not deleted either."""
TAKEN = {
    "verdict": (
        "id = NEW.id",
        "reviewer_id = NEW.reviewer_id AND client_key = NEW.client_key",
        "claim_id = NEW.claim_id AND reviewer_id = NEW.reviewer_id AND revision = NEW.revision",
    ),
    "adjudication": ("id = NEW.id",),
    "event": ("id = NEW.id",),
    "article": ("id = NEW.id", "project_id = NEW.project_id AND text_sha256 = NEW.text_sha256"),
    "claim": (
        "id = NEW.id",
        "article_id = NEW.article_id AND start_offset = NEW.start_offset AND retired_at IS NULL",
    ),
}
"""The unique keys (a new claim is never a retired one). By each of them SQLite's INSERT OR REPLACE would delete the row
that is there, without a word to the triggers for DELETE unless the program asks for it."""


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is history: add a new row instead', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table in (*APPEND_ONLY, *FIXED):
        _guard(table)


def _guard(table: str) -> None:
    columns = f" OF {', '.join(FIXED[table])}" if table in FIXED else ""
    if op.get_bind().dialect.name == "postgresql":
        for name, when in (("update", f"UPDATE{columns}"), ("delete", "DELETE"), ("truncate", "TRUNCATE")):
            level = "STATEMENT" if name == "truncate" else "ROW"
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
        return
    for name, when in (("update", f"UPDATE{columns}"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is history: add a new row instead'); END"
        )
    taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {same})" for same in TAKEN[table])
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is history: this row is there already'); END"
    )


def downgrade() -> None:
    """Drop the triggers; the rows stay."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in (*APPEND_ONLY, *FIXED):
        for name in ("update", "delete", "truncate" if postgresql else "replace"):
            op.execute(f"DROP TRIGGER {table}_refuses_{name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")
