"""What a reviewer may see of what others said of a claim: the project's policy stands in the query itself.

Nothing else hands a reviewer somebody else's verdict. `never` is nothing, ever; `after-mine` once the viewer's own
decision stands and waits for no confirmation; `after-adjudication` while the claim's newest adjudication settles it.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, exists, false, select
from sqlalchemy.orm import aliased

from annotator.domain.verdicts import FIELDS
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.events import Event
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.requeues import RequeuedVerdict
from annotator.storage.segmentation import WAITING, CarriedVerdict
from annotator.storage.verdicts import StandingVerdict, Verdict

SHOWN = "others shown"
"""The event that says that a reviewer saw what others said of a claim."""


def policy_of(project_id: int) -> str:
    """Return when reviewers of a project see others' verdicts: never, after-mine or after-adjudication."""
    return db.session.scalar(select(Project.visibility).where(Project.id == project_id)) or "never"


def _is_mine_given(viewer_id: int) -> ColumnElement[bool]:
    """Ask for a decision of the viewer's on the claim around it, and no question whether it still holds."""
    mine = (StandingVerdict.claim_id == Claim.id, StandingVerdict.reviewer_id == viewer_id)
    asked = exists().where(
        CarriedVerdict.claim_id == Claim.id, CarriedVerdict.reviewer_id == viewer_id, WAITING
    ).correlate(Claim, StandingVerdict)  # fmt: skip
    requeued = exists().where(RequeuedVerdict.verdict_id == StandingVerdict.verdict_id).correlate(StandingVerdict)
    return exists().where(*mine, DECIDED, ~asked, ~requeued).correlate(Claim)


def _is_settled() -> ColumnElement[bool]:
    newer = aliased(Adjudication)
    later = exists().where(newer.claim_id == Adjudication.claim_id, newer.revision > Adjudication.revision)
    newest = exists().where(Adjudication.claim_id == Claim.id, Adjudication.action != "reopen", ~later)
    return newest.correlate(Claim)


def is_open_to(viewer_id: int) -> ColumnElement[bool]:
    """Ask whether the policy lets a viewer see what others said of a claim; around it stand the claim and project."""
    policy = Project.visibility
    return case(
        (policy == "after-mine", _is_mine_given(viewer_id)),
        (policy == "after-adjudication", _is_settled()),
        else_=false(),
    )


def claim_for(claim_id: int, project_id: int, viewer_id: int) -> AnyRow | None:
    """Return a living claim, its article, the policy, and whether (`is_open`) it lets the viewer see others' verdicts.

    `revision` is that of the viewer's own verdict, None if there is none.
    """
    mine = and_(StandingVerdict.claim_id == Claim.id, StandingVerdict.reviewer_id == viewer_id)
    number = select(StandingVerdict.revision).where(mine).correlate(Claim).scalar_subquery()
    return db.session.execute(
        select(
            Claim.id, Claim.quote, Claim.start, Claim.article_id, Article.title, Article.language, Article.direction,
            Project.visibility, is_open_to(viewer_id).label("is_open"), number.label("revision"),
        )
        .join(Article, Article.id == Claim.article_id)
        .join(Project, Project.id == Article.project_id)
        .where(Claim.id == claim_id, LIVING, Project.id == project_id, Article.withdrawn_at.is_(None))
    ).one_or_none()  # fmt: skip


def visible_verdicts(claim_id: int, viewer_id: int) -> Sequence[AnyRow]:
    """Return what others' standing verdicts on a claim say, under their pseudonyms; no row unless the policy allows it.

    They come in the order of the pseudonyms, which says nothing of who was first.
    """
    return db.session.execute(
        select(Person.pseudonym, *(getattr(Verdict, name) for name in FIELDS))
        .select_from(StandingVerdict)
        .join(Verdict, Verdict.id == StandingVerdict.verdict_id)
        .join(Person, Person.id == StandingVerdict.reviewer_id)
        .join(Claim, Claim.id == StandingVerdict.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .join(Project, Project.id == Article.project_id)
        .where(
            StandingVerdict.claim_id == claim_id,
            StandingVerdict.reviewer_id != viewer_id,
            DECIDED,
            is_open_to(viewer_id),
        )
        .order_by(Person.pseudonym)
    ).all()


def shown_at_revision(claim_id: int, viewer_id: int) -> int | None:
    """Return the revision of the viewer's own verdict at which they last saw the others', None if they never did."""
    seen = (Event.subject == "claim", Event.subject_id == claim_id, Event.what == SHOWN, Event.person_id == viewer_id)
    detail = db.session.scalar(select(Event.detail).where(*seen).order_by(Event.id.desc()).limit(1))
    return int(detail["revision"]) if detail else None
