"""A project that may fetch, for tests: somebody asks, and the operator looks at what came of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.services import fetching, projects
from annotator.services.fetching import Fetched
from annotator.storage.jobs import FetchAttempt
from annotator.storage.projects import Project
from tests.desk import Desk


@dataclass(frozen=True)
class Newsroom:
    """A project whose manager asks for pages."""

    desk: Desk
    project_id: int
    person_id: int | None

    def fetch(self, url: str, **options: Any) -> Fetched:
        """Fetch as a view does it: in a transaction that an error rolls back."""
        with self.desk.inside():
            return fetching.fetch(self.project_id, self.person_id, url, **options)

    def outcomes(self) -> list[str]:
        """Return what operators are told, in order."""
        with self.desk.inside(writes=False) as session:
            return list(session.scalars(select(FetchAttempt.outcome).order_by(FetchAttempt.id)))


def open_newsroom(desk: Desk, slug: str = "news") -> Newsroom:
    """Make a project that may fetch, beside one that may not."""
    desk.project(f"{slug}-beside")
    project_id = desk.project(slug)
    manager = desk.member(project_id, Role.MANAGER)
    with desk.inside() as session:
        projects.allow_fetching(session.get_one(Project, project_id), manager.id, allowed=True)
    return Newsroom(desk, project_id, manager.id)
