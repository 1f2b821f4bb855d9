"""Make the tables.

Long because a migration writes out every column as it was at that time.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name_key", name=op.f("uq_person_name_key")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_person_pseudonym")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "project",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("suggestions", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("archived_at", TIME, nullable=True),
        sa.CheckConstraint("suggestions IN ('never', 'after', 'before')", name=op.f("ck_project_suggestions")),
        sa.CheckConstraint(
            "visibility IN ('never', 'after-mine', 'after-adjudication')", name=op.f("ck_project_visibility")
        ),
        sa.CheckConstraint("overlap BETWEEN 1 AND 100", name=op.f("ck_project_overlap")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("slug", name=op.f("uq_project_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_in_attempt_address_at"), "sign_in_attempt", ["address", "at"], unique=False)
    op.create_index(op.f("ix_sign_in_attempt_name_key_at"), "sign_in_attempt", ["name_key", "at"], unique=False)

    op.create_table(
        "article",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.Column("original_sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("extraction", sa.Text(), nullable=False),
        sa.Column("added_by_id", ID, nullable=True),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.CheckConstraint("direction IN ('ltr', 'rtl')", name=op.f("ck_article_direction")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_article_added_by_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_article_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("project_id", "text_sha256", name=op.f("uq_article_project_id_text_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_project_id"), "article", ["project_id"], unique=False)

    op.create_table(
        "codebook_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_codebook_version_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_codebook_version_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_version")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_codebook_version_project_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_event_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_project_id"), "event", ["project_id"], unique=False)
    op.create_index(op.f("ix_event_subject_subject_id"), "event", ["subject", "subject_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("work_order", JSON, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("taken_at", TIME, nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("seen_at", TIME, nullable=True),
        sa.Column("finished_at", TIME, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_job_created_by_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_job_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_state_id"), "job", ["state", "id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "role IN ('manager', 'adjudicator', 'reviewer', 'observer')", name=op.f("ck_membership_role")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_membership_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "person_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_one_time_link_person_id"), "one_time_link", ["person_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_in_session_person_id"), "sign_in_session", ["person_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("assigned_at", TIME, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("released_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_assignment_article_id_article")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("article_id", "person_id", name=op.f("uq_assignment_article_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assignment_person_id"), "assignment", ["person_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("start_offset", sa.Integer(), nullable=False),
        sa.Column("end_offset", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_repeat", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("retired_at", TIME, nullable=True),
        sa.CheckConstraint("kind IN ('headline', 'body')", name=op.f("ck_claim_kind")),
        sa.CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name=op.f("ck_claim_span")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_claim_article_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_claim_living_start",
        "claim",
        ["article_id", "start_offset"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )

    op.create_table(
        "adjudication",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("adjudicator_id", ID, nullable=False),
        sa.Column("codebook_version_id", ID, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["adjudicator_id"], ["person.id"], name=op.f("fk_adjudication_adjudicator_id_person")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_adjudication_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_version.id"],
            name=op.f("fk_adjudication_codebook_version_id_codebook_version"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_adjudication_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudication")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_adjudication_claim_id"), "adjudication", ["claim_id"], unique=False)
    op.create_index(op.f("ix_adjudication_project_id"), "adjudication", ["project_id"], unique=False)

    op.create_table(
        "claim_lineage",
        sa.Column("parent_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["claim.id"], name=op.f("fk_claim_lineage_child_id_claim")),
        sa.ForeignKeyConstraint(["parent_id"], ["claim.id"], name=op.f("fk_claim_lineage_parent_id_claim")),
        sa.PrimaryKeyConstraint("parent_id", "child_id", name=op.f("pk_claim_lineage")),
    )
    op.create_index(op.f("ix_claim_lineage_child_id"), "claim_lineage", ["child_id"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("probabilities", JSON, nullable=False),
        sa.Column("cues", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_suggestion_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("claim_id", "model_version", name=op.f("uq_suggestion_claim_id_model_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "verdict",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("codebook_version_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("undoes_id", ID, nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("is_flagged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("also_attributed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("evidence_url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("exposure", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("client_digest", sa.Text(), nullable=False),
        sa.Column("given_at", TIME, nullable=False),
        sa.CheckConstraint("exposure IN ('none', 'cues', 'label')", name=op.f("ck_verdict_exposure")),
        sa.CheckConstraint("confidence IS NULL OR confidence BETWEEN 1 AND 3", name=op.f("ck_verdict_confidence")),
        sa.CheckConstraint("kind IS NULL OR label IS NOT NULL", name=op.f("ck_verdict_kind_needs_label")),
        sa.CheckConstraint("label IS NULL OR skip_reason IS NULL", name=op.f("ck_verdict_label_or_skip")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_verdict_article_id_article")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_verdict_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_version.id"],
            name=op.f("fk_verdict_codebook_version_id_codebook_version"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_verdict_project_id_project")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_verdict_reviewer_id_person")),
        sa.ForeignKeyConstraint(["undoes_id"], ["verdict.id"], name=op.f("fk_verdict_undoes_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint(
            "claim_id", "reviewer_id", "revision", name=op.f("uq_verdict_claim_id_reviewer_id_revision")
        ),
        sa.UniqueConstraint("reviewer_id", "client_key", name=op.f("uq_verdict_reviewer_id_client_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_verdict_project_id"), "verdict", ["project_id"], unique=False)
    op.create_index(
        op.f("ix_verdict_reviewer_id_article_id_id"), "verdict", ["reviewer_id", "article_id", "id"], unique=False
    )

    op.create_table(
        "standing_verdict",
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("verdict_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("codebook_version_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.Column("given_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_standing_verdict_article_id_article")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_standing_verdict_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_version.id"],
            name=op.f("fk_standing_verdict_codebook_version_id_codebook_version"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_standing_verdict_project_id_project")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_standing_verdict_reviewer_id_person")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_standing_verdict_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("claim_id", "reviewer_id", name=op.f("pk_standing_verdict")),
        sa.UniqueConstraint("verdict_id", name=op.f("uq_standing_verdict_verdict_id")),
    )
    op.create_index(
        op.f("ix_standing_verdict_project_id_article_id_claim_id_label"),
        "standing_verdict",
        ["project_id", "article_id", "claim_id", "label"],
        unique=False,
    )
    op.create_index(
        op.f("ix_standing_verdict_reviewer_id_project_id"),
        "standing_verdict",
        ["reviewer_id", "project_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them, with all that is in them."""
    op.drop_table("standing_verdict")
    op.drop_table("verdict")
    op.drop_table("suggestion")
    op.drop_table("claim_lineage")
    op.drop_table("adjudication")
    op.drop_table("claim")
    op.drop_table("assignment")
    op.drop_table("sign_in_session")
    op.drop_table("one_time_link")
    op.drop_table("membership")
    op.drop_table("job")
    op.drop_table("event")
    op.drop_table("codebook_version")
    op.drop_table("article")
    op.drop_table("sign_in_attempt")
    op.drop_table("project")
    op.drop_table("person")
