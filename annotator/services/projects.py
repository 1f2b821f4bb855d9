"""Projects: make one, find one, say who takes part."""

import re
import unicodedata
from datetime import UTC, datetime

from sqlalchemy import select

from annotator.domain.codebook import Codebook
from annotator.domain.roles import Role
from annotator.domain.text import UnstorableText, clean_line
from annotator.storage import events
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class NotAccepted(ValueError):
    """The project cannot be made as asked; the message says why."""


class NoSuchProject(LookupError):
    """There is no project of this name."""


def create_project(  # noqa: PLR0913 (a project is just these facts)
    name: str, codebook: Codebook, *, slug: str = "", description: str = "", language: str = "en", overlap: int = 2
) -> Project:
    """Make a project with version 1 of `codebook`; raises NotAccepted."""
    name = _line(name, 200, "name")
    slug = slug or slug_of(name)
    if not SLUG.fullmatch(slug):
        raise NotAccepted(f"{slug!r} can't stand in an address; use up to 60 of a–z, 0–9 and hyphens")
    if db.session.scalar(select(Project.id).where(Project.slug == slug)):
        raise NotAccepted(f"there is a project {slug!r} already")
    if not name or not 1 <= overlap <= 100:  # noqa: PLR2004
        raise NotAccepted("a project needs a name, and 1 to 100 verdicts a claim")
    now = datetime.now(UTC)
    project = Project(
        slug=slug,
        name=name,
        description=_line(description, 2000, "description"),
        language=_line(language, 35, "language"),
        overlap=overlap,
        visibility="never",
        suggestions="after",
        created_at=now,
    )
    db.session.add(project)
    db.session.flush()
    db.session.add(
        CodebookVersion(
            project_id=project.id,
            number=1,
            content=codebook.to_dict(),
            digest=codebook.digest(),
            created_at=now,
            published_at=now,
        )
    )
    events.record("project created", "project", project.id, project_id=project.id, detail={"slug": slug})
    return project


def _line(value: str, limit: int, what: str) -> str:
    try:
        return clean_line(value, limit, what)
    except UnstorableText as error:
        raise NotAccepted(str(error)) from error


def slug_of(name: str) -> str:
    """Return a short form of `name` for addresses."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "project"


def find_project(slug: str) -> Project:
    """Return the project called `slug`; raises NoSuchProject."""
    possible = SLUG.fullmatch(slug) is not None
    project: Project | None = db.session.scalar(select(Project).where(Project.slug == slug)) if possible else None
    if project is None:
        known = ", ".join(db.session.scalars(select(Project.slug).order_by(Project.slug).limit(20))) or "none yet"
        raise NoSuchProject(f"there is no project {slug!r} (there is: {known})")
    return project


def set_role(project: Project, person: Person, role: Role) -> None:
    """Give `person` a role in `project`, in place of the one they had."""
    membership = db.session.get(Membership, (project.id, person.id))
    if membership is None:
        membership = Membership(project_id=project.id, person_id=person.id, created_at=datetime.now(UTC))
        db.session.add(membership)
    membership.role = role.value
    events.record("role set", "person", person.id, project_id=project.id, detail={"role": role.value})


def allow_fetching(project: Project, person_id: int, *, allowed: bool) -> None:
    """Let articles of `project` be fetched from web addresses, or no longer."""
    if project.allows_fetching == allowed:
        return
    project.allows_fetching = allowed
    what = "fetching allowed" if allowed else "fetching forbidden"
    events.record(what, "project", project.id, person_id=person_id, project_id=project.id)


def codebook_in_force(project_id: int) -> CodebookVersion:
    """Return the newest published version of a project's codebook."""
    return db.session.scalars(
        select(CodebookVersion)
        .where(CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_not(None))
        .order_by(CodebookVersion.number.desc())
    ).first() or _no_codebook(project_id)


def _no_codebook(project_id: int) -> CodebookVersion:
    raise NoSuchProject(f"project {project_id} has no published codebook")
