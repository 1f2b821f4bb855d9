"""The lock on an article's claims: they stay as they are while several reviewers code them, blind to each other."""

from sqlalchemy import func, select

from annotator.domain.roles import Permission, Role, allows
from annotator.storage import events
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.segmentation import answers_by_claim, article_of_edit, last_edit


class NoSuchArticle(LookupError):
    """There is no such article, or it was withdrawn."""


class Locked(ValueError):
    """Blind coding by several reviewers is under way: the claims stay as they are until it is complete."""


def is_locked(article: Article) -> bool:
    """Tell whether coding by several reviewers is under way and no manager has unlocked the article."""
    if not _is_coded_by_several(article):
        return False
    answers = answers_by_claim(article.id).values()
    return any(answers) and min(answers) < _needed(article)


def is_kept_from_reviewers(article: Article) -> bool:
    """Tell whether reviewers must leave the claims alone: always where several code them, if no manager unlocked them.

    To whoever may not see others' verdicts, a lock that closes with the first and opens with the last would tell. What
    they train on or are asked to qualify with is never theirs: a claim that they cut would ask nothing any more.
    """
    return article.purpose != "work" or _is_coded_by_several(article)


def _is_coded_by_several(article: Article) -> bool:
    return not article.segmentation_unlocked and _needed(article) >= 2  # noqa: PLR2004 (one is no double coding)


def check_reviewer(article_id: int, person_id: int, *, is_undo: bool) -> None:
    """Refuse an edit by a reviewer of claims that are kept from them, but for taking back their own; raises Locked."""
    article, last = article_of_edit(article_id, locked=False), last_edit(article_id) if is_undo else None
    if article and is_kept_from_reviewers(article) and not (last and last.person_id == person_id):
        raise Locked


def _needed(article: Article) -> int:
    return min(db.session.get_one(Project, article.project_id).overlap, _taggers(article.project_id))


def _taggers(project_id: int) -> int:
    roles = [role for role in Role if allows(role, Permission.TAG)]
    active = select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
    return (
        db.session.scalar(
            active.where(Membership.project_id == project_id, Membership.role.in_(roles), Person.is_active)
        )
        or 0
    )


def set_lock(article_id: int, *, unlocked: bool, person_id: int) -> None:
    """Open an article to edits while it is being coded, or close it again."""
    article = article_of_edit(article_id, locked=True)
    if article is None:
        raise NoSuchArticle
    if article.segmentation_unlocked == unlocked:
        return
    article.segmentation_unlocked = unlocked
    what = "segmentation unlocked" if unlocked else "segmentation locked"
    events.record(what, "article", article_id, person_id=person_id, project_id=article.project_id)
