"""Make room for what a verdict can carry besides its label: the attribution, a rewrite, the answers that led to it."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Written out, since SQLite adds a column with its constraints in one statement or not at all.
COLUMNS = {
    "source_kind": "TEXT CONSTRAINT ck_verdict_source_kind "
    "CHECK (source_kind IN ('person', 'organisation', 'document', 'anonymous', 'vague'))",
    "speech": "TEXT CONSTRAINT ck_verdict_speech CHECK (speech IN ('direct', 'indirect', 'mixed', 'scare'))",
    "depth": "INTEGER CONSTRAINT ck_verdict_depth CHECK (depth BETWEEN 1 AND 5)",
    "continues_id": "{id} CONSTRAINT fk_verdict_continues_id_claim REFERENCES claim (id)",
    "rewrite": "TEXT DEFAULT '' NOT NULL",
    "path": "{json} DEFAULT '[]' NOT NULL",
}


def upgrade() -> None:
    """Add the columns; what is there already said none of it. An index serves the list of one's own verdicts."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    types = {"id": "BIGINT", "json": "JSONB"} if on_postgresql else {"id": "INTEGER", "json": "JSON"}
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE verdict ADD COLUMN {name} {definition.format(**types)}")
    op.create_index(
        op.f("ix_standing_verdict_reviewer_id_verdict_id"), "standing_verdict", ["reviewer_id", "verdict_id"]
    )


def downgrade() -> None:
    """Drop them again, with all that is in them."""
    op.drop_index(op.f("ix_standing_verdict_reviewer_id_verdict_id"), "standing_verdict")
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE verdict DROP COLUMN {name}")
