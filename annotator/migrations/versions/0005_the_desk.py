"""Make room for the desk: policies, plans, adjudication, threads, gold, repeats, notices, second factors.

Long because a migration writes out every column as it was at that time.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

# Written out, since SQLite adds a column with its constraints in one statement or not at all.
COLUMNS = {
    "project": {
        "handout": "TEXT DEFAULT 'everyone' NOT NULL CONSTRAINT ck_project_handout "
        "CHECK (handout IN ('everyone', 'planned', 'next'))",
        "handout_order": "TEXT DEFAULT 'reading' NOT NULL CONSTRAINT ck_project_handout_order "
        "CHECK (handout_order IN ('reading', 'uncertain'))",
        "return_after_days": "INTEGER CONSTRAINT ck_project_return_after_days "
        "CHECK (return_after_days BETWEEN 1 AND 365)",
        "repeat_percent": "INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_project_repeat_percent "
        "CHECK (repeat_percent BETWEEN 0 AND 100)",
        "repeat_after_days": "INTEGER DEFAULT 21 NOT NULL CONSTRAINT ck_project_repeat_after_days "
        "CHECK (repeat_after_days BETWEEN 1 AND 365)",
        "requires_qualification": "BOOLEAN DEFAULT {false} NOT NULL",
        "pass_marks": "{json} DEFAULT '{{}}' NOT NULL",
        "settings_revision": "INTEGER DEFAULT 0 NOT NULL",
    },
    "membership": {
        "quota": "INTEGER CONSTRAINT ck_membership_quota CHECK (quota BETWEEN 1 AND 1000000)",
        "qualified_at": "{time}",
    },
    "article": {
        "purpose": "TEXT DEFAULT 'work' NOT NULL CONSTRAINT ck_article_purpose "
        "CHECK (purpose IN ('work', 'training', 'qualification'))",
        "wanted": "INTEGER CONSTRAINT ck_article_wanted CHECK (wanted BETWEEN 1 AND 100)",
    },
    "person": {
        "look_key": "TEXT DEFAULT '' NOT NULL",
        "totp_secret": "TEXT",
        "totp_since": "{time}",
        "totp_step": "{id}",
    },
    "one_time_link": {
        "created_by_id": "{id} CONSTRAINT fk_one_time_link_created_by_id_person REFERENCES person (id)",
    },
    "codebook_version": {
        "revision": "INTEGER DEFAULT 0 NOT NULL",
        "meanings": "{json} DEFAULT '[]' NOT NULL",
        "change_note": "TEXT DEFAULT '' NOT NULL",
        "published_by_id": "{id} CONSTRAINT fk_codebook_version_published_by_id_person REFERENCES person (id)",
    },
    "assignment": {
        "plan_id": "{id} CONSTRAINT fk_assignment_plan_id_assignment_plan REFERENCES assignment_plan (id)",
        "origin": "TEXT DEFAULT 'hand' NOT NULL CONSTRAINT ck_assignment_origin "
        "CHECK (origin IN ('plan', 'hand', 'next'))",
        "position": "INTEGER DEFAULT 0 NOT NULL",
        "assigned_by_id": "{id} CONSTRAINT fk_assignment_assigned_by_id_person REFERENCES person (id)",
        "release_reason": "TEXT CONSTRAINT ck_assignment_release_reason "
        "CHECK (release_reason IN ('released', 'reassigned', 'returned'))",
    },
}
CAUSES = (
    "'text-ambiguous', 'guideline-silent', 'guideline-contradictory', 'slip', 'legitimate-difference', 'segmentation'"
)
TAKEN = {
    "adjudication": (
        "id = NEW.id",
        "claim_id = NEW.claim_id AND revision = NEW.revision",
        "adjudicator_id = NEW.adjudicator_id AND client_key = NEW.client_key",
    ),
    "thread_entry": ("id = NEW.id",),
    "requeued_verdict": ("id = NEW.id", "verdict_id = NEW.verdict_id AND version_id = NEW.version_id"),
}
"""The unique keys of what is only ever added: by each of them SQLite's INSERT OR REPLACE would delete a row."""


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    """Add the columns and the tables, and guard what is history."""
    _make_plans()
    types = (
        {"id": "BIGINT", "json": "JSONB", "time": "TIMESTAMP WITH TIME ZONE", "false": "false"}
        if _is_postgresql()
        else {"id": "INTEGER", "json": "JSON", "time": "DATETIME", "false": "0"}
    )
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition.format(**types)}")
    op.create_index(op.f("ix_person_look_key"), "person", ["look_key"])
    op.create_index(op.f("ix_assignment_plan_id"), "assignment", ["plan_id"])
    op.create_index(op.f("ix_event_project_id_id"), "event", ["project_id", "id"])
    op.drop_index(op.f("ix_event_project_id"), "event")  # the one above serves for it
    op.drop_table("adjudication")  # nothing wrote it before
    _make_adjudication()
    _make_people()
    _make_notices()
    _make_gold()
    _make_requeues()
    for table, keys in TAKEN.items():
        _guard(table, keys)


def _make_plans() -> None:
    op.create_table(
        "assignment_plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_assignment_plan_made_by_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assignment_plan_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_plan")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assignment_plan_project_id"), "assignment_plan", ["project_id"])


def _make_adjudication() -> None:
    op.create_table(
        "adjudication",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("adjudicator_id", ID, nullable=False),
        sa.Column("codebook_version_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("also_attributed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), server_default="", nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("client_digest", sa.Text(), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.CheckConstraint("action IN ('decide', 'accept', 'reopen')", name=op.f("ck_adjudication_action")),
        sa.CheckConstraint("label IS NULL OR skip_reason IS NULL", name=op.f("ck_adjudication_label_or_skip")),
        sa.CheckConstraint(
            "(action = 'reopen') = (label IS NULL AND skip_reason IS NULL)", name=op.f("ck_adjudication_decision")
        ),
        sa.CheckConstraint("kind IS NULL OR label IS NOT NULL", name=op.f("ck_adjudication_kind_needs_label")),
        sa.CheckConstraint(f"cause IN ({CAUSES})", name=op.f("ck_adjudication_cause")),
        sa.ForeignKeyConstraint(["adjudicator_id"], ["person.id"], name=op.f("fk_adjudication_adjudicator_id_person")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_adjudication_article_id_article")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_adjudication_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_version.id"],
            name=op.f("fk_adjudication_codebook_version_id_codebook_version"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_adjudication_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudication")),
        sa.UniqueConstraint("claim_id", "revision", name=op.f("uq_adjudication_claim_id_revision")),
        sa.UniqueConstraint("adjudicator_id", "client_key", name=op.f("uq_adjudication_adjudicator_id_client_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_adjudication_article_id"), "adjudication", ["article_id"])
    op.create_index(op.f("ix_adjudication_project_id"), "adjudication", ["project_id"])
    op.create_table(
        "thread_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("with_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_thread_entry_claim_id_claim")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thread_entry_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_thread_entry_project_id_project")),
        sa.ForeignKeyConstraint(["with_id"], ["person.id"], name=op.f("fk_thread_entry_with_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_thread_entry_claim_id_id"), "thread_entry", ["claim_id", "id"])
    op.create_index(op.f("ix_thread_entry_project_id"), "thread_entry", ["project_id"])


def _make_people() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])
    op.create_table(
        "identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("shown_as", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"])
    op.create_table(
        "spent_state",
        sa.Column("id", ID, nullable=False),
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_state")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_spent_state_state_hash")),
        sqlite_autoincrement=True,
    )


def _make_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_notice_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notice_person_id_read_at"), "notice", ["person_id", "read_at"])


def _make_gold() -> None:
    op.create_table(
        "gold_answer",
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("accepted", JSON, nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("set_by_id", ID, nullable=True),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.CheckConstraint("(label IS NULL) <> (skip_reason IS NULL)", name=op.f("ck_gold_answer_label_or_skip")),
        sa.CheckConstraint("kind IS NULL OR label IS NOT NULL", name=op.f("ck_gold_answer_kind_needs_label")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_gold_answer_claim_id_claim")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_gold_answer_project_id_project")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_gold_answer_set_by_id_person")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_gold_answer")),
    )
    op.create_index(op.f("ix_gold_answer_project_id"), "gold_answer", ["project_id"])


def _make_requeues() -> None:
    op.create_table(
        "repeat",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("verdict_id", ID, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.CheckConstraint("label IS NULL OR skip_reason IS NULL", name=op.f("ck_repeat_label_or_skip")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_repeat_claim_id_claim")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_repeat_project_id_project")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_repeat_reviewer_id_person")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_repeat_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat")),
        sa.UniqueConstraint("verdict_id", name=op.f("uq_repeat_verdict_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_repeat_project_id"), "repeat", ["project_id"])
    op.create_index(op.f("ix_repeat_reviewer_id_due_at"), "repeat", ["reviewer_id", "due_at"])
    op.create_index(op.f("ix_repeat_claim_id_reviewer_id"), "repeat", ["claim_id", "reviewer_id"])
    op.create_table(
        "requeued_verdict",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("verdict_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("meanings", JSON, nullable=False),
        sa.Column("requeued_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_requeued_verdict_claim_id_claim")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_requeued_verdict_reviewer_id_person")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_requeued_verdict_verdict_id_verdict")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["codebook_version.id"], name=op.f("fk_requeued_verdict_version_id_codebook_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requeued_verdict")),
        sa.UniqueConstraint("verdict_id", "version_id", name=op.f("uq_requeued_verdict_verdict_id_version_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_requeued_verdict_claim_id_reviewer_id"), "requeued_verdict", ["claim_id", "reviewer_id"])
    op.create_index(op.f("ix_requeued_verdict_version_id"), "requeued_verdict", ["version_id"])


def _guard(table: str, keys: tuple[str, ...]) -> None:
    """Let a table refuse every change but new rows."""
    if _is_postgresql():
        for name, when in (("update", "UPDATE"), ("delete", "DELETE"), ("truncate", "TRUNCATE")):
            level = "STATEMENT" if name == "truncate" else "ROW"
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
        return
    for name, when in (("update", "UPDATE"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is history: add a new row instead'); END"
        )
    taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {same})" for same in keys)
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is history: this row is there already'); END"
    )


def downgrade() -> None:
    """Drop them again, with all that is in them."""
    for table in (
        "requeued_verdict",
        "repeat",
        "gold_answer",
        "notice",
        "spent_state",
        "identity",
        "recovery_code",
        "thread_entry",
    ):
        op.drop_table(table)
    op.drop_table("adjudication")
    _make_old_adjudication()
    op.create_index(op.f("ix_event_project_id"), "event", ["project_id"])
    op.drop_index(op.f("ix_event_project_id_id"), "event")
    op.drop_index(op.f("ix_assignment_plan_id"), "assignment")
    op.drop_index(op.f("ix_person_look_key"), "person")
    for table, columns in reversed(COLUMNS.items()):
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("assignment_plan")


def _make_old_adjudication() -> None:
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
    op.create_index(op.f("ix_adjudication_claim_id"), "adjudication", ["claim_id"])
    op.create_index(op.f("ix_adjudication_project_id"), "adjudication", ["project_id"])
    _guard("adjudication", ("id = NEW.id",))
