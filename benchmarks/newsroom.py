"""A project with the sample's articles and reviewers who can sign in, made beside the served database."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from annotator import paths
from annotator.app import create_app
from annotator.services import migrations
from annotator.settings import Settings
from annotator.storage.articles import LIVING, Claim
from annotator.storage.database import db
from benchmarks.clients import Client, Target
from tests.desk import Desk, Somebody


@dataclass(frozen=True)
class Newsroom:
    """Whom and what a trial works with: every reviewer can give a verdict on every target."""

    reviewers: list[Somebody]
    targets: list[Target]

    @contextlib.contextmanager
    def signed_in(self, port: int) -> Iterator[list[Client]]:
        """Sign every reviewer in, each in a client of their own; the connections are closed at the end."""
        clients = [Client(port) for _ in self.reviewers]
        try:
            for client, reviewer in zip(clients, self.reviewers, strict=True):
                client.sign_in(reviewer.name, reviewer.password)
            yield clients
        finally:
            for client in clients:
                client.close()


def furnish(database_url: str, reviewers: int = 8) -> Newsroom:
    """Fill the database at `database_url`, which need not have a schema yet."""
    app = create_app(Settings(database_url=database_url, secret_key="of-this-process-only-0123456789-abcdef"))
    with app.app_context():
        migrations.upgrade(paths.migrations())
    desk = Desk(app)
    project = desk.project("trial")
    ours: set[int] = set()
    for path in sorted((paths.seeds() / "sample" / "articles").glob("*.txt")):
        article = desk.article(project, path.read_text(encoding="utf-8"), title=path.stem)
        ours.update(desk.claims(article))
    people = [desk.member(project, name=f"trial-{number}") for number in range(1, reviewers + 1)]
    with desk.inside(writes=False) as session:
        claims = session.execute(select(Claim.id, Claim.start).where(LIVING).order_by(Claim.id))
        targets = [Target(claim.id, claim.start) for claim in claims if claim.id in ours]
    with app.app_context():
        db.engine.dispose()
    return Newsroom(people, targets)
