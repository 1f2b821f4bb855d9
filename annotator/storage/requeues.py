"""Verdicts that a new version of the codebook asks about again. Rows are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotator.domain.codebook_changes import Target
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import AnyRow, Id, Json, connection, db, refuse_changes
from annotator.storage.people import Person
from annotator.storage.verdicts import StandingVerdict, Verdict

STALE_A_PAGE = 50
"""Verdicts that a page shows before they are asked about."""


class RequeuedVerdict(db.Model):  # type: ignore[name-defined,misc]
    """A verdict that stood when a version changed the meaning of what it says; `meanings` are the parts that changed.

    Its reviewer is asked until another verdict stands on the claim; the same one given again confirms it.
    """

    __tablename__ = "requeued_verdict"
    __table_args__ = (
        UniqueConstraint("verdict_id", "version_id"),
        Index(None, "claim_id", "reviewer_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("codebook_version.id"), index=True)
    meanings: Mapped[list[Any]]
    requeued_at: Mapped[datetime]


refuse_changes(RequeuedVerdict)


class StaleCount(NamedTuple):
    """How many standing verdicts of a reviewer say one thing."""

    label: str | None
    kind: str | None
    skip_reason: str | None
    reviewer_id: int
    reviewer: str
    verdicts: int

    def is_reached(self, target: Target) -> bool:
        """Tell whether a change of meaning reaches these verdicts."""
        if target.everything or (target.any_skip and self.skip_reason):
            return True
        if target.skip:
            return self.skip_reason == target.skip
        return bool(target.label) and self.label == target.label and target.kind in {"", self.kind}


def _reached(target: Target) -> ColumnElement[bool]:
    """Ask the same of a standing verdict in the database."""
    if target.everything:
        return DECIDED
    if target.any_skip:
        return StandingVerdict.skip_reason.is_not(None)
    if target.skip:
        return StandingVerdict.skip_reason == target.skip
    same = StandingVerdict.label == target.label
    return and_(same, StandingVerdict.kind == target.kind) if target.kind else same


def _standing(project_id: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(StandingVerdict)
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .join(Article, and_(Article.id == Claim.article_id, IN_STUDY))
        .where(Article.project_id == project_id, DECIDED)
    )


def standing_counts(project_id: int) -> list[StaleCount]:
    """Count a project's standing verdicts by what they say and by reviewer."""
    said = (StandingVerdict.label, StandingVerdict.kind, StandingVerdict.skip_reason, StandingVerdict.reviewer_id)
    rows = db.session.execute(
        _standing(project_id, *said, Person.display_name, func.count())
        .join(Person, Person.id == StandingVerdict.reviewer_id)
        .group_by(*said, Person.display_name)
        .order_by(Person.display_name, StandingVerdict.reviewer_id)
    )
    return [StaleCount(*row) for row in rows]


def stale_verdicts(project_id: int, target: Target, after: int = 0) -> Sequence[AnyRow]:
    """Return the standing verdicts that a change of meaning reaches, oldest first: one more than a page holds."""
    query = _standing(
        project_id,
        StandingVerdict.verdict_id,
        StandingVerdict.label,
        StandingVerdict.kind,
        StandingVerdict.skip_reason,
        StandingVerdict.given_at,
        Claim.quote,
        Claim.id.label("claim_id"),
        Article.id.label("article_id"),
        Article.title,
        Article.language,
        Article.direction,
        Person.display_name.label("reviewer"),
    ).join(Person, Person.id == StandingVerdict.reviewer_id)
    reached = query.where(_reached(target), StandingVerdict.verdict_id > after)
    return db.session.execute(reached.order_by(StandingVerdict.verdict_id).limit(STALE_A_PAGE + 1)).all()


def requeue(project_id: int, version_id: int, targets: Sequence[Target], now: datetime) -> int:
    """Ask about the standing verdicts that changes of meaning reach, in one statement; return how many there are."""
    if not targets:
        return 0
    source = _standing(
        project_id,
        StandingVerdict.claim_id,
        StandingVerdict.reviewer_id,
        StandingVerdict.verdict_id,
        literal(version_id),
        _meanings(targets),
        literal(now, RequeuedVerdict.requeued_at.type),
    ).where(or_(*map(_reached, targets)))
    names = ["claim_id", "reviewer_id", "verdict_id", "version_id", "meanings", "requeued_at"]
    connection().execute(insert(RequeuedVerdict.__table__).from_select(names, source))
    return sum(counts_of_version(version_id).values())


def _meanings(targets: Sequence[Target]) -> ColumnElement[Any]:
    """Return the parts that reach a verdict, as one expression: the finest combination that fits comes first."""
    whole = [target.part for target in targets if target.everything]
    skips = [target.part for target in targets if target.any_skip]
    choices = list[tuple[ColumnElement[bool], list[str]]]()
    for target in sorted(targets, key=lambda one: not one.kind):
        if target.kind or target.label:
            parts = [one.part for one in targets if one.label == target.label and one.kind in {"", target.kind}]
            choices.append((_reached(target), [*parts, *whole]))
        elif target.skip:
            choices.append((_reached(target), [target.part, *skips, *whole]))
    if skips:
        choices.append((StandingVerdict.skip_reason.is_not(None), [*skips, *whole]))
    if not choices:
        return literal(whole, Json)
    return case(*((where, literal(parts, Json)) for where, parts in choices), else_=literal(whole, Json))


_WAITS = and_(
    StandingVerdict.claim_id == RequeuedVerdict.claim_id,
    StandingVerdict.reviewer_id == RequeuedVerdict.reviewer_id,
    StandingVerdict.verdict_id == RequeuedVerdict.verdict_id,
)
"""A question that waits for an answer: the verdict that it is about is the one that stands."""
_ASKED_OF = (
    select(
        RequeuedVerdict.claim_id,
        RequeuedVerdict.verdict_id,
        RequeuedVerdict.meanings,
        RequeuedVerdict.version_id,
        CodebookVersion.number,
        CodebookVersion.change_note,
    )
    .join(StandingVerdict, _WAITS)
    .join(Claim, Claim.id == RequeuedVerdict.claim_id)
    .join(CodebookVersion, CodebookVersion.id == RequeuedVerdict.version_id)
    .where(RequeuedVerdict.reviewer_id == bindparam("reviewer_id"), Claim.article_id == bindparam("article_id"), LIVING)
    .order_by(RequeuedVerdict.id)
)


def requeued_of(reviewer_id: int, article_id: int) -> dict[int, list[AnyRow]]:
    """Return what a reviewer is asked in an article since a meaning changed, by claim; the oldest version first."""
    found: dict[int, list[AnyRow]] = {}
    for row in connection().execute(_ASKED_OF, {"reviewer_id": reviewer_id, "article_id": article_id}):
        found.setdefault(row.claim_id, []).append(row)
    return found


def requeued_claims(reviewer_id: int) -> Select[int, int, int]:
    """Select article and claim of all that a reviewer is asked since a meaning changed: a verdict stands on each."""
    return (
        select(Claim.article_id, RequeuedVerdict.claim_id, literal(1).label("stands"))
        .join(StandingVerdict, _WAITS)
        .join(Claim, Claim.id == RequeuedVerdict.claim_id)
        .where(RequeuedVerdict.reviewer_id == reviewer_id, LIVING)
    )


def was_requeued(claim_id: int, reviewer_id: int, revision: int) -> Verdict | None:
    """Return a verdict by its revision on a claim, if its reviewer was ever asked about it again there."""
    asked = (RequeuedVerdict.claim_id == claim_id, RequeuedVerdict.reviewer_id == reviewer_id)
    return db.session.scalar(
        select(Verdict)
        .join(RequeuedVerdict, RequeuedVerdict.verdict_id == Verdict.id)
        .where(*asked, Verdict.claim_id == claim_id, Verdict.revision == literal(revision, Id))
        .limit(1)
    )


def carry_over(verdict_ids: Sequence[int], claim_id: int, reviewer_id: int, to_id: int, now: datetime) -> None:
    """Ask about a verdict what was asked about those that an edit of the segmentation carried over into it."""
    asked = RequeuedVerdict.verdict_id.in_(list(verdict_ids))
    one_a_version = select(func.min(RequeuedVerdict.id)).where(asked).group_by(RequeuedVerdict.version_id)
    source = select(
        literal(claim_id),
        literal(reviewer_id),
        literal(to_id),
        RequeuedVerdict.version_id,
        RequeuedVerdict.meanings,
        literal(now, RequeuedVerdict.requeued_at.type),
    ).where(RequeuedVerdict.id.in_(one_a_version))
    names = ["claim_id", "reviewer_id", "verdict_id", "version_id", "meanings", "requeued_at"]
    connection().execute(insert(RequeuedVerdict.__table__).from_select(names, source))


def counts_of_version(version_id: int) -> dict[int, int]:
    """Count the verdicts that a version asks about again, by reviewer."""
    rows = db.session.execute(
        select(RequeuedVerdict.reviewer_id, func.count())
        .where(RequeuedVerdict.version_id == version_id)
        .group_by(RequeuedVerdict.reviewer_id)
    )
    return {row[0]: row[1] for row in rows}


def left_by_version(project_id: int) -> dict[int, tuple[int, int]]:
    """Count for each version of a project the verdicts that it asked about, and those that are not answered yet."""
    rows = db.session.execute(
        select(RequeuedVerdict.version_id, func.count(), func.count(StandingVerdict.verdict_id))
        .join(CodebookVersion, CodebookVersion.id == RequeuedVerdict.version_id)
        .join(Claim, Claim.id == RequeuedVerdict.claim_id)
        .outerjoin(StandingVerdict, and_(_WAITS, LIVING))
        .where(CodebookVersion.project_id == project_id)
        .group_by(RequeuedVerdict.version_id)
    )
    return {version_id: (total, left) for version_id, total, left in rows}
