"""Make room for where articles come from, for imports that outlive a request, and for edits of the segmentation."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

OLD_FIXED = ("id", "text", "text_sha256", "original", "original_sha256", "project_id")
PROVENANCE = (
    "media_type", "charset", "charset_reason", "extraction", "extraction_version", "file_name", "fetched_at",
    "final_url",
)  # fmt: skip
"""What is known of an article's origin is evidence like its text: from now on it never changes either."""
APPEND_ONLY = ("segmentation_edit", "carried_verdict", "article_check")
TAKEN = {"segmentation_edit": "id = NEW.id OR article_id = NEW.article_id AND revision = NEW.revision"}


def _article_columns() -> tuple["sa.Column[Any]", ...]:
    return (
        sa.Column("charset", sa.Text(), server_default="", nullable=False),
        sa.Column("charset_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("extraction_version", sa.Text(), server_default="", nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.Column("final_url", sa.Text(), server_default="", nullable=False),
        sa.Column("sources", JSON, server_default="{}", nullable=False),
        sa.Column("segmentation_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("segmentation_unlocked", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def upgrade() -> None:
    """Add the columns and the tables, and guard what is history."""
    for column in _article_columns():
        op.add_column("article", column)
    op.add_column("claim", sa.Column("aside", sa.Text(), nullable=True))
    op.add_column("verdict", sa.Column("carried_from", JSON, server_default="[]", nullable=False))
    op.add_column("project", sa.Column("allows_fetching", sa.Boolean(), server_default=sa.false(), nullable=False))
    _make_jobs()
    _make_fetching()
    _make_segmentation()
    _guard_article((*OLD_FIXED, *PROVENANCE))
    for table in APPEND_ONLY:
        _guard(table)


def _make_jobs() -> None:
    op.create_table(
        "job_item",
        sa.Column("id", ID, nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("done_at", TIME, nullable=False),
        sa.CheckConstraint("result IN ('added', 'duplicate', 'refused')", name=op.f("ck_job_item_result")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_job_item_article_id_article")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_item_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_item")),
        sa.UniqueConstraint("job_id", "position", name=op.f("uq_job_item_job_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_project_id_id"), "job", ["project_id", "id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("job_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_upload_job_id_job")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_upload_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_upload_job_id"), "upload", ["job_id"], unique=False)


def _make_fetching() -> None:
    op.create_table(
        "fetch_attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fetch_attempt_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_fetch_attempt_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_fetch_attempt_project_id_at"), "fetch_attempt", ["project_id", "at"], unique=False)
    op.create_index(op.f("ix_fetch_attempt_person_id_at"), "fetch_attempt", ["person_id", "at"], unique=False)
    op.create_table(
        "article_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("checked_by_id", ID, nullable=True),
        sa.Column("checked_at", TIME, nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("touched", JSON, nullable=False),
        sa.Column("added", JSON, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_check_article_id_article")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_article_check_checked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_check")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_check_article_id"), "article_check", ["article_id"], unique=False)


def _make_segmentation() -> None:
    op.create_table(
        "segmentation_edit",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("undoes_id", ID, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.CheckConstraint(
            "action IN ('split', 'merge', 'move', 'not-a-claim', 'claim', 'undo')",
            name=op.f("ck_segmentation_edit_action"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_segmentation_edit_article_id_article")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_segmentation_edit_person_id_person")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["segmentation_edit.id"], name=op.f("fk_segmentation_edit_undoes_id_segmentation_edit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segmentation_edit")),
        sa.UniqueConstraint("article_id", "revision", name=op.f("uq_segmentation_edit_article_id_revision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "carried_verdict",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("edit_id", ID, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("verdict_ids", JSON, nullable=False),
        sa.Column("standing_id", ID, nullable=True),
        sa.CheckConstraint("outcome IN ('carried', 'confirm', 'conflict')", name=op.f("ck_carried_verdict_outcome")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_carried_verdict_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["edit_id"], ["segmentation_edit.id"], name=op.f("fk_carried_verdict_edit_id_segmentation_edit")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_carried_verdict_reviewer_id_person")),
        sa.ForeignKeyConstraint(["standing_id"], ["verdict.id"], name=op.f("fk_carried_verdict_standing_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_verdict")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_carried_verdict_claim_id_reviewer_id"), "carried_verdict", ["claim_id", "reviewer_id"], unique=False
    )
    op.create_index(op.f("ix_carried_verdict_edit_id"), "carried_verdict", ["edit_id"], unique=False)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guard_article(columns: tuple[str, ...]) -> None:
    """Let `article` refuse changes of `columns`, in place of those that it refused before."""
    op.execute("DROP TRIGGER article_refuses_update" + (" ON article" if _is_postgresql() else ""))
    _guard_updates("article", f" OF {', '.join(columns)}")


def _guard_updates(table: str, columns: str = "") -> None:
    _refuse(table, "update", f"UPDATE{columns}")


def _refuse(table: str, name: str, when: str) -> None:
    if _is_postgresql():
        level = "STATEMENT" if name == "truncate" else "ROW"
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is history: add a new row instead'); END"
    )


def _guard(table: str) -> None:
    _guard_updates(table)
    _refuse(table, "delete", "DELETE")
    if _is_postgresql():
        _refuse(table, "truncate", "TRUNCATE")
        return
    same = TAKEN.get(table, "id = NEW.id")
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is history: this row is there already'); END"
    )


def downgrade() -> None:
    """Drop them again, with all that is in them."""
    _guard_article(OLD_FIXED)
    for table in ("carried_verdict", "segmentation_edit", "article_check", "fetch_attempt", "upload", "job_item"):
        op.drop_table(table)
    op.drop_index(op.f("ix_job_project_id_id"), "job")
    op.drop_column("project", "allows_fetching")
    op.drop_column("verdict", "carried_from")
    op.drop_column("claim", "aside")
    for column in reversed(_article_columns()):
        op.drop_column("article", str(column.name))
