"""The tallies that the database keeps: prove them equal to a recount, and write them anew."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, except_, func, insert, select, text, true
from sqlalchemy.dialects import postgresql, sqlite

from annotator.storage.database import db
from annotator.storage.kept_tallies import ArticleTally, ClaimTally, PartTally, ProjectTally, recounted

KEPT: dict[type[Any], ColumnElement[bool]] = {
    ClaimTally: ClaimTally.labels > 0,
    ArticleTally: ArticleTally.claims > 0,
    ProjectTally: ProjectTally.claims > 0,
    PartTally: PartTally.articles > 0,
}
"""The tables with the rows of them that count, in the order in which one follows from the other."""
LOCK, PARTS = 20_006, 200


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of one table that are kept and should not be, or should be and are not; `example` is one of them."""

    table: str
    wrong: int
    missing: int
    example: tuple[object, ...]


def differences(project_id: int | None = None) -> list[Difference]:
    """Compare what is kept with what a recount gives, for one project or all; no difference is an empty list."""
    found = []
    for model in KEPT:
        kept, counted = _kept(model, project_id), recounted(model, project_id)
        wrong, missing = except_(kept, counted).subquery(), except_(counted, kept).subquery()
        numbers = [db.session.scalar(select(func.count()).select_from(rows)) or 0 for rows in (wrong, missing)]
        if any(numbers):
            example = db.session.execute(select(wrong if numbers[0] else missing).limit(1)).one()
            found.append(Difference(model.__tablename__, numbers[0], numbers[1], tuple(example)))
    return found


def rebuild(project_id: int | None = None) -> None:
    """Count the tallies of one project, or of all, anew; writers wait meanwhile."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        for part in range(PARTS):  # in order: whoever holds one of these holds no other
            db.session.execute(text("SELECT pg_advisory_xact_lock(:lock, :part)"), {"lock": LOCK, "part": part})
    _recount_claims(project_id)
    for model in list(KEPT)[1:]:
        db.session.execute(delete(model).where(_of(model, project_id)))
    for model in list(KEPT)[1:]:
        if model is PartTally:  # a trigger has counted while the articles were written
            db.session.execute(delete(model).where(_of(model, project_id)))
        columns = [column.name for column in model.__table__.columns]
        db.session.execute(insert(model).from_select(columns, recounted(model, project_id)))


def _recount_claims(project_id: int | None) -> None:
    """Write only the claims that differ; what their triggers count is counted anew afterwards."""
    columns = [column.name for column in ClaimTally.__table__.columns]
    counted = recounted(ClaimTally, project_id).subquery()
    statement = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(ClaimTally)
    new = statement.excluded
    changed = {name: new[name] for name in columns if name != "claim_id"}
    differs = (ClaimTally.signature != new.signature) | (ClaimTally.week != new.week)
    differs |= (ClaimTally.pattern != new.pattern) | (ClaimTally.labels != new.labels)
    db.session.execute(
        statement.from_select(columns, select(counted).where(true())).on_conflict_do_update(
            index_elements=["claim_id"], set_=changed, where=differs
        )
    )
    stands = select(counted.c.claim_id).where(counted.c.claim_id == ClaimTally.claim_id).exists()
    db.session.execute(delete(ClaimTally).where(_of(ClaimTally, project_id), ~stands))


def _kept(model: type[Any], project_id: int | None) -> Select[Any]:
    return select(*model.__table__.columns).where(KEPT[model], _of(model, project_id))


def _of(model: type[Any], project_id: int | None) -> ColumnElement[bool]:
    here: ColumnElement[bool] = model.project_id == project_id
    return true() if project_id is None else here
