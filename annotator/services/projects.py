"""Projects: make one, copy one, find one, archive it and bring it back, say who takes part."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import exists, select

from annotator.domain.codebook import Codebook
from annotator.domain.roles import Role
from annotator.domain.text import UnstorableText, clean_line
from annotator.storage import events
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import db
from annotator.storage.jobs import Job
from annotator.storage.people import Person
from annotator.storage.project_list import beginnings_of
from annotator.storage.projects import Membership, Project

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST_SLUG = 60
POLICIES = (
    "overlap", "visibility", "suggestions", "allows_fetching", "handout", "handout_order", "return_after_days",
    "repeat_percent", "repeat_after_days", "requires_qualification", "pass_marks",
)  # fmt: skip
"""What a copy of a project has like the first one."""


class NotAccepted(ValueError):
    """The project cannot be made as asked; the message says why."""


class NoSuchProject(LookupError):
    """There is no project of this name."""


class Archived(ValueError):
    """The project is archived: it is read, and not changed."""


class NothingToDo(ValueError):
    """The project is archived already, or is not archived; somebody else was faster."""


class ImportUnderWay(ValueError):
    """Articles are coming in, so the project cannot be archived now."""


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What a new project still needs before its reviewers can begin."""

    slug: str
    labelling: int
    overlap: int
    articles: int
    handout: str
    assignments: int

    @property
    def has_people(self) -> bool:
        """Tell whether there are enough people for the wanted verdicts."""
        return self.labelling >= self.overlap

    @property
    def has_articles(self) -> bool:
        """Tell whether there is something to label."""
        return self.articles > 0

    @property
    def has_plan(self) -> bool:
        """Tell whether reviewers find articles in their queue, or can take one."""
        return self.handout != "planned" or self.assignments > 0

    @property
    def is_done(self) -> bool:
        """Tell whether the work can begin."""
        return self.has_people and self.has_articles and self.has_plan


def create_project(  # noqa: PLR0913 (a project is just these facts)
    name: str,
    codebook: Codebook,
    *,
    slug: str = "",
    description: str = "",
    language: str = "en",
    overlap: int = 2,
    visibility: str = "never",
    handout: str = "everyone",
    person_id: int | None = None,
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
    project = Project(
        slug=slug,
        name=name,
        description=_line(description, 2000, "description"),
        language=_line(language, 35, "language"),
        overlap=overlap,
        visibility=visibility,
        handout=handout,
        suggestions="after",
        created_at=datetime.now(UTC),
    )
    db.session.add(project)
    db.session.flush()
    db.session.add(_first_version(project, codebook, person_id))
    events.record(
        "project created", "project", project.id, person_id=person_id, project_id=project.id, detail={"slug": slug}
    )
    return project


def _first_version(project: Project, codebook: Codebook, person_id: int | None) -> CodebookVersion:
    """Return the version that is in force from the project's beginning."""
    return CodebookVersion(
        project_id=project.id,
        number=1,
        content=codebook.to_dict(),
        digest=codebook.digest(),
        created_by_id=person_id,
        published_by_id=person_id,
        created_at=project.created_at,
        published_at=project.created_at,
    )


def clone_project(
    origin: Project, name: str, person_id: int | None, *, slug: str = "", with_people: bool = False
) -> Project:
    """Make a project with the settings and the codebook of `origin`; raises NotAccepted.

    `with_people` takes along those who are active, with their roles and quotas. Articles and verdicts stay behind,
    and so does who has qualified.
    """
    project = create_project(
        name,
        codebook_in_force(origin.id).codebook,
        slug=slug or free_slug(name),
        description=origin.description,
        language=origin.language,
        person_id=person_id,
    )
    for policy in POLICIES:
        setattr(project, policy, getattr(origin, policy))
    taken = _take_people(origin, project) if with_people else 0
    detail = {"origin": origin.slug, "people": taken}
    events.record("project cloned", "project", project.id, person_id=person_id, project_id=project.id, detail=detail)
    return project


def _take_people(origin: Project, project: Project) -> int:
    now = datetime.now(UTC)
    members = db.session.execute(
        select(Membership.person_id, Membership.role, Membership.quota)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.project_id == origin.id, Person.is_active)
    ).all()
    db.session.add_all(
        Membership(project_id=project.id, person_id=row.person_id, role=row.role, quota=row.quota, created_at=now)
        for row in members
    )
    return len(members)


def archive(project: Project, person_id: int | None) -> None:
    """Keep a project as it is: from now on it is read, and not changed. Raises NothingToDo or ImportUnderWay.

    Its row is locked first, so that a verdict is stored before the archive, or refused.
    """
    _lock(project)
    if project.archived_at is not None:
        raise NothingToDo("The project is archived already.")
    if db.session.scalar(select(exists().where(Job.project_id == project.id, Job.state.in_(("waiting", "running"))))):
        raise ImportUnderWay("Articles are being imported. Wait for the import to end, or cancel it; then archive.")
    project.archived_at = datetime.now(UTC)
    events.record("project archived", "project", project.id, person_id=person_id, project_id=project.id)


def bring_back(project: Project, person_id: int | None) -> None:
    """Let work go on in an archived project, which has everything that it had. Raises NothingToDo."""
    _lock(project)
    if project.archived_at is None:
        raise NothingToDo("The project is not archived.")
    project.archived_at = None
    events.record("project brought back", "project", project.id, person_id=person_id, project_id=project.id)


def lock_open(project: Project) -> None:
    """Keep others from changing or archiving a project until the transaction ends. Raises Archived."""
    _lock(project)
    if project.archived_at is not None:
        raise Archived("This project is archived: it can be read, but not changed.")


def _lock(project: Project) -> None:
    """Read the row again and keep it until the transaction ends."""
    db.session.refresh(project, with_for_update=True)


def _line(value: str, limit: int, what: str) -> str:
    try:
        return clean_line(value, limit, what)
    except UnstorableText as error:
        raise NotAccepted(str(error)) from error


def slug_of(name: str) -> str:
    """Return a short form of `name` for addresses."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "project"


def free_slug(name: str) -> str:
    """Return a short form of `name` for addresses that no project has yet: with a number, if need be."""
    first = slug_of(name)
    taken = set(db.session.scalars(select(Project.slug).where(Project.slug.startswith(first[: LONGEST_SLUG - 8]))))
    number, slug = 1, first
    while slug in taken:
        number += 1
        slug = f"{first[: LONGEST_SLUG - 8]}-{number}"
    return slug


def find_project(slug: str) -> Project:
    """Return the project called `slug`; raises NoSuchProject."""
    possible = SLUG.fullmatch(slug) is not None
    project: Project | None = db.session.scalar(select(Project).where(Project.slug == slug)) if possible else None
    if project is None:
        known = ", ".join(db.session.scalars(select(Project.slug).order_by(Project.slug).limit(20))) or "none yet"
        raise NoSuchProject(f"there is no project {slug!r} (there is: {known})")
    return project


def set_role(project: Project, person: Person, role: Role, by_id: int | None = None) -> None:
    """Give `person` a role in `project`, in place of the one they had."""
    membership = db.session.get(Membership, (project.id, person.id))
    if membership is None:
        membership = Membership(project_id=project.id, person_id=person.id, created_at=datetime.now(UTC))
        db.session.add(membership)
    membership.role = role.value
    detail = {"role": role.value}
    events.record("role set", "person", person.id, person_id=by_id, project_id=project.id, detail=detail)


def allow_fetching(project: Project, person_id: int, *, allowed: bool) -> None:
    """Let articles of `project` be fetched from web addresses, or no longer."""
    if project.allows_fetching == allowed:
        return
    project.allows_fetching = allowed
    project.settings_revision += 1
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


def next_steps(project_id: int) -> NextSteps:
    """Return how far a project's set-up is, in one query."""
    found = beginnings_of(project_id)
    return NextSteps(found.slug, found.labelling, found.overlap, found.articles, found.handout, found.assignments)
