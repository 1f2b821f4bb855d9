"""Keep tallies of labels by triggers, and make room for frozen reports.

Each save counts its claim anew, and from what that changes the counts of its article and project move. PostgreSQL's
writers of one part of the articles wait for one another before they read, so that two reviewers on one claim see each
other's label; and since a transaction needs one such lock and no other of these, they cannot block one another.
Long because a migration writes out every column, and the triggers for both databases.
"""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
LOCK = 20_006
"""The class of PostgreSQL's advisory locks for tallies; the key in it is the part."""
PARTS = 200

COUNTS = (
    "claim.retired_at IS NULL AND claim.aside IS NULL AND article.withdrawn_at IS NULL AND article.purpose = 'work'"
)
LABELS = "standing_verdict.claim_id = claim.id AND standing_verdict.label IS NOT NULL"
SQLITE = {
    "signature": "SELECT group_concat(vote, ',') FROM (SELECT reviewer_id || '=' || label AS vote "
    f"FROM standing_verdict WHERE {LABELS} ORDER BY reviewer_id)",
    "pattern": "SELECT group_concat(votes, ',') FROM (SELECT label || '=' || count(*) AS votes "
    f"FROM standing_verdict WHERE {LABELS} GROUP BY label ORDER BY label)",
    "day": "CAST(strftime('%s', max(given_at)) AS INTEGER) / 86400",
}
POSTGRESQL = {
    "signature": "SELECT string_agg(reviewer_id || '=' || label, ',' ORDER BY reviewer_id) "
    f"FROM standing_verdict WHERE {LABELS}",
    "pattern": "SELECT string_agg(label || '=' || votes, ',' ORDER BY label COLLATE \"C\") FROM "
    f"(SELECT label, count(*) AS votes FROM standing_verdict WHERE {LABELS} GROUP BY label) AS by_label",
    "day": "(max(given_at) AT TIME ZONE 'UTC')::date - DATE '1970-01-01'",
}


INDEXES = (
    ("ix_claim_living_kind", "claim", ["article_id", "kind"], "retired_at IS NULL AND aside IS NULL"),
    ("ix_standing_verdict_skipped", "standing_verdict", ["project_id"], "skip_reason IS NOT NULL"),
    ("ix_event_renamed", "event", ["id"], "what = 'person renamed'"),
)
"""For the numbers of living claims, headlines and skips."""


class Trigger(NamedTuple):
    """A trigger as both databases can have it; `claim` is the row's claim or article that is counted anew."""

    name: str
    event: str
    when: str
    statements: tuple[str, ...]
    article: str = ""


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def recount(which: str) -> str:
    """Return the statement that counts claims anew and writes what differs."""
    words = POSTGRESQL if _is_postgresql() else SQLITE
    week = (
        f"SELECT day - (day + 3) % 7 FROM (SELECT {words['day']} AS day FROM standing_verdict WHERE {LABELS}) AS days"
    )
    labels = f"SELECT count(*) FROM standing_verdict WHERE {LABELS}"
    return (
        "INSERT INTO claim_tally (claim_id, project_id, article_id, week, labels, signature, pattern) "
        "SELECT claim.id, article.project_id, article.id, "
        f"CASE WHEN {COUNTS} THEN coalesce(({week}), 0) ELSE 0 END, "
        f"CASE WHEN {COUNTS} THEN ({labels}) ELSE 0 END, "
        f"CASE WHEN {COUNTS} THEN coalesce(({words['signature']}), '') ELSE '' END, "
        f"CASE WHEN {COUNTS} THEN coalesce(({words['pattern']}), '') ELSE '' END "
        "FROM claim JOIN article ON article.id = claim.article_id "
        f"WHERE {which} AND (EXISTS (SELECT 1 FROM standing_verdict WHERE {LABELS}) "
        "OR EXISTS (SELECT 1 FROM claim_tally AS kept WHERE kept.claim_id = claim.id)) "
        "ON CONFLICT (claim_id) DO UPDATE SET week = excluded.week, labels = excluded.labels, "
        "signature = excluded.signature, pattern = excluded.pattern "
        "WHERE claim_tally.signature <> excluded.signature OR claim_tally.week <> excluded.week"
    )


def triggers() -> tuple[Trigger, ...]:
    """List them all."""
    lives = "({0}.retired_at IS NULL AND {0}.aside IS NULL)"
    studied = "({0}.withdrawn_at IS NULL AND {0}.purpose = 'work')"
    add = tuple(
        f"INSERT INTO {table} (project_id, {key}, pattern, labels, claims) "
        f"SELECT NEW.project_id, {value}, NEW.pattern, NEW.labels, 1 WHERE NEW.labels > 0 "
        f"ON CONFLICT (project_id, {key}, pattern) DO UPDATE SET claims = {table}.claims + 1"
        for table, key, value in _COUNTED
    )
    take = tuple(
        f"UPDATE {table} SET claims = claims - 1 WHERE project_id = OLD.project_id "
        f"AND {key} = {value.replace('NEW', 'OLD')} AND pattern = OLD.pattern"
        for table, key, value in _COUNTED
    )
    alone = (
        "NOT EXISTS (SELECT 1 FROM article_tally AS beside WHERE beside.project_id = NEW.project_id "
        "AND beside.article_id = NEW.article_id AND beside.pattern <> NEW.pattern "
        "AND beside.labels > 1 AND beside.claims > 0)"
    )
    appears = (
        "INSERT INTO part_tally (project_id, part, articles) "
        f"SELECT NEW.project_id, NEW.article_id % {PARTS}, 1 WHERE {alone} "
        "ON CONFLICT (project_id, part) DO UPDATE SET articles = part_tally.articles + 1"
    )
    vanishes = (
        "UPDATE part_tally SET articles = articles - 1 "
        f"WHERE project_id = NEW.project_id AND part = NEW.article_id % {PARTS} AND {alone}"
    )
    new, old = recount("claim.id = NEW.claim_id"), recount("claim.id = OLD.claim_id")
    return (
        Trigger("verdict_stands", "INSERT ON standing_verdict", "NEW.label IS NOT NULL", (new,), "NEW.article_id"),
        Trigger(
            "verdict_moves",
            "UPDATE OF label, given_at ON standing_verdict",
            "OLD.label IS NOT NULL OR NEW.label IS NOT NULL",
            (new,),
            "NEW.article_id",
        ),
        Trigger("verdict_goes", "DELETE ON standing_verdict", "OLD.label IS NOT NULL", (old,), "OLD.article_id"),
        Trigger(
            "claim_lives",
            "UPDATE OF retired_at, aside ON claim",
            f"{lives.format('OLD')} <> {lives.format('NEW')}",
            (recount("claim.id = NEW.id"),),
            "NEW.article_id",
        ),
        Trigger(
            "article_studied",
            "UPDATE OF withdrawn_at, purpose ON article",
            f"{studied.format('OLD')} <> {studied.format('NEW')}",
            (recount("claim.article_id = NEW.id"),),
            "NEW.id",
        ),
        Trigger("claim_counted", "INSERT ON claim_tally", "NEW.labels > 0", add),
        Trigger("claim_moves", "UPDATE OF pattern ON claim_tally", "OLD.pattern <> NEW.pattern", (*take, *add)),
        Trigger("pattern_new", "INSERT ON article_tally", "NEW.labels > 1 AND NEW.claims > 0", (appears,)),
        Trigger(
            "pattern_appears",
            "UPDATE OF claims ON article_tally",
            "NEW.labels > 1 AND OLD.claims = 0 AND NEW.claims > 0",
            (appears,),
        ),
        Trigger(
            "pattern_vanishes",
            "UPDATE OF claims ON article_tally",
            "NEW.labels > 1 AND OLD.claims > 0 AND NEW.claims = 0",
            (vanishes,),
        ),
    )


RARE = {
    "ix_verdict_marked": ("verdict", ["project_id", "id"], "marks <> '[]'"),
    "ix_verdict_exposed": ("verdict", ["project_id"], "exposure <> 'none'"),
    "ix_standing_verdict_changed": ("standing_verdict", ["project_id", "article_id"], "revision > 1"),
}
"""Indexes of rows that are rare, so that a report finds them, or that there are none, at any size."""
_COUNTED = (
    ("article_tally", "article_id", "NEW.article_id"),
    ("project_tally", "part", f"NEW.article_id % {PARTS}"),
)


def upgrade() -> None:
    """Make the tables, fill the tallies from what stands, and let triggers keep them."""
    for name, table, columns, condition in INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    _make_tallies()
    _make_frozen_reports()
    _fill()
    for trigger in triggers():
        _make(trigger)
    for name, (table, columns, condition) in RARE.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _make_tallies() -> None:
    op.create_table(
        "claim_tally",
        sa.Column("claim_id", ID, autoincrement=False, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_claim_tally_article_id_article")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_tally_claim_id_claim")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_claim_tally_project_id_project")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_tally")),
    )
    op.create_table(
        "article_tally",
        sa.Column("project_id", ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_tally_article_id_article")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_article_tally_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "article_id", "pattern", name=op.f("pk_article_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "project_tally",
        sa.Column("project_id", ID, autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_tally_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "part", "pattern", name=op.f("pk_project_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "part_tally",
        sa.Column("project_id", ID, autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_part_tally_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "part", name=op.f("pk_part_tally")),
        sqlite_with_rowid=False,
    )


def _make_frozen_reports() -> None:
    op.create_table(
        "frozen_report",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_event", ID, nullable=False),
        sa.Column("data_hash", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_frozen_report_made_by_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_frozen_report_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_report")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_frozen_report_project_id"), "frozen_report", ["project_id"])
    _guard("frozen_report")


def _guard(table: str) -> None:
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
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is history: this row is there already'); END"
    )


def _fill() -> None:
    """Count all that is there; the indexes come after, which is faster."""
    op.execute(recount(COUNTS))
    for table, key, value in _COUNTED:
        place = value.removeprefix("NEW.")
        op.execute(
            f"INSERT INTO {table} (project_id, {key}, pattern, labels, claims) "
            f"SELECT project_id, {place}, pattern, min(labels), count(*) FROM claim_tally "
            f"GROUP BY project_id, {place}, pattern"
        )
    op.execute(
        "INSERT INTO part_tally (project_id, part, articles) "
        f"SELECT project_id, article_id % {PARTS}, count(DISTINCT article_id) FROM article_tally "
        f"WHERE labels > 1 GROUP BY project_id, article_id % {PARTS}"
    )
    for columns in (
        ("project_id", "article_id", "week", "signature"),
        ("project_id", "signature", "claim_id"),
        ("project_id", "pattern", "claim_id"),
    ):
        op.create_index(op.f(f"ix_claim_tally_{'_'.join(columns)}"), "claim_tally", list(columns))
    paired = sa.text("labels > 1")
    op.create_index(
        "ix_article_tally_paired", "article_tally", ["project_id"], sqlite_where=paired, postgresql_where=paired
    )


def _make(trigger: Trigger) -> None:
    statements = ";\n".join(trigger.statements)
    if not _is_postgresql():
        op.execute(
            f"CREATE TRIGGER tally_{trigger.name} AFTER {trigger.event} WHEN {trigger.when} BEGIN {statements}; END"
        )
        return
    lock = f"PERFORM pg_advisory_xact_lock({LOCK}, ({trigger.article} % {PARTS})::int); " if trigger.article else ""
    op.execute(
        f"CREATE FUNCTION tally_{trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {lock}{statements}; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER tally_{trigger.name} AFTER {trigger.event} FOR EACH ROW WHEN ({trigger.when}) "
        f"EXECUTE FUNCTION tally_{trigger.name}()"
    )


def downgrade() -> None:
    """Drop them again, with the frozen reports."""
    for name, (table, _, _) in RARE.items():
        op.drop_index(name, table)
    for trigger in triggers():
        table = trigger.event.rsplit(" ", 1)[1]
        op.execute(f"DROP TRIGGER tally_{trigger.name}" + (f" ON {table}" if _is_postgresql() else ""))
        if _is_postgresql():
            op.execute(f"DROP FUNCTION tally_{trigger.name}()")
    for name, table, _columns, _where in INDEXES:
        op.drop_index(name, table)
    for table in ("frozen_report", "part_tally", "project_tally", "article_tally", "claim_tally"):
        op.drop_table(table)
