"""The qualification: who has passed it, by their answers or by a manager's word."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select

from annotator.domain.codebook import Codebook
from annotator.domain.gold import OVERALL, Score, is_passed
from annotator.domain.roles import Role
from annotator.services.notices import notify
from annotator.storage import events
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.storage.gold import GoldAnswer, answers
from annotator.storage.gold_results import qualification_scores
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import Verdict


class NotMarks(ValueError):
    """The pass marks can't be stored; the message says why."""


class Stale(ValueError):
    """Somebody changed the project's settings since they were shown."""


class NoMember(LookupError):
    """The person has no role in the project."""


class NothingToDo(ValueError):
    """The person is qualified already, or is not; somebody else was faster."""


def settle_qualification(project_id: int, person_id: int, verdict_id: int) -> bool | None:
    """Say whether a person has passed, if this verdict is the last first answer of the set; None while it is not.

    In the transaction that stores the verdict: the person and, if they failed, the managers are told. The row of the
    membership is locked first, so that of two answers that come at the same moment the second one sees both.
    """
    membership = db.session.get(Membership, (project_id, person_id), with_for_update=True, populate_existing=True)
    if membership is None or membership.qualified_at is not None:
        return None
    is_first = db.session.scalar(select(Verdict.is_first).where(Verdict.id == verdict_id))
    by_label = qualification_scores(project_id, person_id).get(person_id, {})
    total = sum(by_label.values(), Score())
    if not is_first or not total.asked or total.asked < _size(project_id):
        return None
    project = db.session.get_one(Project, project_id)
    passed = is_passed(by_label, project.pass_marks)
    if passed:
        membership.qualified_at = datetime.now(UTC)
    _tell(project, person_id, total, passed=passed)
    return passed


def _size(project_id: int) -> int:
    """Return how many claims the qualification asks."""
    size = answers(func.count()).where(GoldAnswer.project_id == project_id, Article.purpose == "qualification")
    return db.session.scalar(size) or 0


def _tell(project: Project, person_id: int, total: Score, *, passed: bool) -> None:
    what = "qualification passed" if passed else "qualification not passed"
    facts = {"project": project.name, "slug": project.slug, "right": total.right, "asked": total.asked}
    events.record(
        what, "person", person_id, person_id=person_id, project_id=project.id,
        detail={"right": total.right, "asked": total.asked},
    )  # fmt: skip
    notify([person_id], what, project_id=project.id, facts=facts)
    if not passed:
        name = db.session.get_one(Person, person_id).display_name
        told = facts | {"person": name}
        notify(_managers(project.id, person_id), "qualification failed", project_id=project.id, facts=told)


def _managers(project_id: int, person_id: int) -> list[int]:
    query = select(Membership.person_id).where(
        Membership.project_id == project_id, Membership.role == Role.MANAGER.value, Membership.person_id != person_id
    )
    return list(db.session.scalars(query))


def set_marks(  # noqa: PLR0913 (what is stored, by whom, and what they saw)
    project: Project, marks: Mapping[str, float], codebook: Codebook, person_id: int, *, required: bool, seen: int
) -> bool:
    """Say what the qualification asks for, and whether nobody labels without it; answers whether that changed anything.

    Raises NotMarks, or Stale if the project's settings are not at the revision `seen` any more.
    """
    if any(not 0 < mark <= 1 for mark in marks.values()):
        raise NotMarks("a pass mark is a share from 1 to 100 percent")
    if any(key != OVERALL and codebook.label(key) is None for key in marks):
        raise NotMarks("the codebook in force has no such label")
    db.session.refresh(project, with_for_update=True)
    if project.settings_revision != seen:
        raise Stale
    before = {"pass_marks": project.pass_marks, "required": project.requires_qualification}
    after = {"pass_marks": dict(marks), "required": required}
    if before == after:
        return False
    project.pass_marks, project.requires_qualification = dict(marks), required
    project.settings_revision += 1
    events.record(
        "qualification marks set", "project", project.id, person_id=person_id, project_id=project.id,
        detail={"before": before, "after": after},
    )  # fmt: skip
    return True


def qualify(project_id: int, person_id: int, by_id: int, reason: str, *, qualified: bool) -> None:
    """Let a person label without the qualification, or no longer; raises NoMember or NothingToDo.

    This is the second try, too: the same claims say nothing of somebody who has read the reasons.
    """
    membership = db.session.get(Membership, (project_id, person_id), with_for_update=True, populate_existing=True)
    if membership is None:
        raise NoMember
    if (membership.qualified_at is not None) == qualified:
        raise NothingToDo("Somebody was faster: it stands like that already.")
    membership.qualified_at = datetime.now(UTC) if qualified else None
    what = "qualified by hand" if qualified else "qualification withdrawn"
    events.record(what, "person", person_id, person_id=by_id, project_id=project_id, detail={"reason": reason})
    project = db.session.get_one(Project, project_id)
    notify([person_id], what, project_id=project_id, facts={"project": project.name, "slug": project.slug})
