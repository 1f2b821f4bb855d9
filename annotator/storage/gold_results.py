"""How people did on the claims whose right answer is known: counted from their first verdicts, by GROUP BY.

A later verdict changes nothing here: whoever has seen the reasons knows the answer.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from annotator.domain.gold import Drift, Score
from annotator.storage.articles import Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.gold import ASKED_FOR, GoldAnswer, answers
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import StandingVerdict, Verdict

LATELY = timedelta(days=30)
"""What counts as lately, where somebody's recent answers are set beside the earlier ones."""
MOST_SHOWN = 200
"""Wrong answers that a page of results explains, the newest ones."""
# Keys of labels are letters, digits and hyphens: a quoted key in the JSON of the list is that key and no other.
IS_RIGHT: ColumnElement[bool] = or_(
    Verdict.label == GoldAnswer.label,
    and_(Verdict.skip_reason.is_not(None), GoldAnswer.skip_reason.is_not(None)),
    cast(GoldAnswer.accepted, Text).like(literal('%"') + Verdict.label + literal('"%')),
)
"""Whether a verdict is right, in SQL: domain/gold.Answer.is_met_by says the same of one answer."""
_RIGHT = func.sum(case((IS_RIGHT, 1), else_=0))


def firsts(*columns: Any) -> Select[Any]:
    """Select the first verdicts that people gave on claims whose right answer is known."""
    return answers(*columns).join(Verdict, and_(Verdict.claim_id == GoldAnswer.claim_id, Verdict.is_first))


def accuracy(project_id: int) -> Sequence[AnyRow]:
    """Return how reviewers did on the gold that is hidden among the work, by reviewer and label that was asked for.

    The columns are reviewer_id, display_name, label, asked, right, lately_asked and lately_right.
    """
    is_late = Verdict.given_at > datetime.now(UTC) - LATELY
    return db.session.execute(
        firsts(
            Verdict.reviewer_id,
            Person.display_name,
            ASKED_FOR.label("label"),
            func.count().label("asked"),
            _RIGHT.label("right"),
            func.sum(case((is_late, 1), else_=0)).label("lately_asked"),
            func.sum(case((and_(is_late, IS_RIGHT), 1), else_=0)).label("lately_right"),
        )
        .join(Person, Person.id == Verdict.reviewer_id)
        .where(GoldAnswer.project_id == project_id, Article.purpose == "work")
        .group_by(Verdict.reviewer_id, Person.display_name, ASKED_FOR)
        .order_by(Person.display_name, Verdict.reviewer_id, ASKED_FOR)
    ).all()


def drift_of(rows: Sequence[AnyRow]) -> Drift:
    """Set the recent answers of a reviewer beside the earlier ones; `rows` are theirs from `accuracy`."""
    lately = sum((Score(row.lately_right, row.lately_asked) for row in rows), Score())
    whole = sum((Score(row.right, row.asked) for row in rows), Score())
    return Drift(Score(whole.right - lately.right, whole.asked - lately.asked), lately)


def qualification_scores(project_id: int, person_id: int | None = None) -> dict[int, dict[str, Score]]:
    """Return scores on the qualification set by person and label; of everybody, or of one person."""
    query = (
        firsts(Verdict.reviewer_id, ASKED_FOR.label("label"), func.count().label("asked"), _RIGHT.label("right"))
        .where(GoldAnswer.project_id == project_id, Article.purpose == "qualification")
        .group_by(Verdict.reviewer_id, ASKED_FOR)
        .order_by(ASKED_FOR)
    )
    scores: dict[int, dict[str, Score]] = {}
    for row in db.session.execute(query if person_id is None else query.where(Verdict.reviewer_id == person_id)):
        scores.setdefault(row.reviewer_id, {})[row.label] = Score(row.right, row.asked)
    return scores


def qualification_progress(person_id: int) -> dict[int, tuple[int, int]]:
    """Return how many claims of the qualification a person has answered, and of how many, by project of theirs."""
    given = and_(Verdict.claim_id == GoldAnswer.claim_id, Verdict.is_first, Verdict.reviewer_id == person_id)
    query = (
        answers(GoldAnswer.project_id, func.count(Verdict.id), func.count())
        .join(Membership, and_(Membership.project_id == GoldAnswer.project_id, Membership.person_id == person_id))
        .outerjoin(Verdict, given)
        .where(Article.purpose == "qualification")
        .group_by(GoldAnswer.project_id)
    )
    return {project: (given, asked) for project, given, asked in db.session.execute(query)}


def members_with_marks(project_id: int) -> Sequence[AnyRow]:
    """Return those who label in a project and may still sign in, with when they qualified."""
    return db.session.execute(
        select(Person.id, Person.display_name, Membership.role, Membership.qualified_at)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.project_id == project_id, Membership.role != "observer", Person.is_active)
        .order_by(Person.display_name, Person.id)
    ).all()


def _is_revealed(person_id: int, qualified_in: Collection[int]) -> ColumnElement[bool]:
    """Tell what a person may learn: training at once, the qualification when it is complete, hidden gold at the end.

    At the end of its article, that is: else they would know where to be careful.
    """
    other = aliased(Claim)
    decided = (
        select(StandingVerdict.claim_id)
        .where(
            StandingVerdict.claim_id == other.id,
            StandingVerdict.reviewer_id == person_id,
            StandingVerdict.label.is_not(None) | StandingVerdict.skip_reason.is_not(None),
        )
        .correlate(other)
        .exists()
    )
    left = (
        select(other.id)
        .where(other.article_id == Article.id, other.retired_at.is_(None), other.aside.is_(None), ~decided)
        .correlate(Article)
        .exists()
    )
    return or_(
        Article.purpose == "training",
        and_(Article.purpose == "qualification", GoldAnswer.project_id.in_(qualified_in)),
        and_(Article.purpose == "work", ~left),
    )


def _mine(query: Select[Any], person_id: int, qualified_in: Collection[int]) -> Select[Any]:
    membership = and_(Membership.project_id == GoldAnswer.project_id, Membership.person_id == person_id)
    return query.join(Membership, membership).where(
        Verdict.reviewer_id == person_id, _is_revealed(person_id, qualified_in)
    )


def scores_shown(person_id: int, qualified_in: Collection[int]) -> Mapping[int, dict[str, dict[str, Score]]]:
    """Return a person's scores by project, purpose and label, as far as they may know them."""
    columns = (GoldAnswer.project_id, Article.purpose, ASKED_FOR.label("label"))
    query = _mine(firsts(*columns, func.count().label("asked"), _RIGHT.label("right")), person_id, qualified_in)
    found: dict[int, dict[str, dict[str, Score]]] = {}
    for row in db.session.execute(query.group_by(GoldAnswer.project_id, Article.purpose, ASKED_FOR)):
        purposes = found.setdefault(row.project_id, {})
        purposes.setdefault(row.purpose, {})[row.label] = Score(row.right, row.asked)
    return found


def mistakes_shown(person_id: int, qualified_in: Collection[int]) -> Sequence[AnyRow]:
    """Return a person's wrong first answers with the right ones, the newest first, as far as they may know them."""
    columns = (
        GoldAnswer,
        Article.id.label("article_id"),
        Article.title,
        Article.purpose,
        Article.language,
        Article.direction,
        Claim.quote,
        Verdict.label,
        Verdict.kind,
        Verdict.skip_reason,
    )
    query = _mine(firsts(*columns), person_id, qualified_in).where(~func.coalesce(IS_RIGHT, False))
    return db.session.execute(query.order_by(Verdict.id.desc()).limit(MOST_SHOWN)).all()


def projects_of(person_id: int) -> Sequence[AnyRow]:
    """Return the projects that a person has a role in, with their pass marks and when the person qualified there."""
    return db.session.execute(
        select(
            Project.id,
            Project.slug,
            Project.name,
            Project.pass_marks,
            Project.requires_qualification,
            Membership.qualified_at,
        )
        .join(Membership, and_(Membership.project_id == Project.id, Membership.person_id == person_id))
        .where(Project.archived_at.is_(None))
        .order_by(Project.name, Project.id)
    ).all()
