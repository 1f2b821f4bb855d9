"""A server killed while the desk publishes, accepts or plans: the act is there as a whole, or not at all."""

import contextlib
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from annotator import paths
from annotator.app import create_app
from annotator.domain.roles import Role
from annotator.services import migrations
from annotator.settings import Settings
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article
from annotator.storage.assignments import Assignment, AssignmentPlan
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import db
from annotator.storage.events import Event
from annotator.storage.requeues import RequeuedVerdict
from benchmarks.clients import Client
from benchmarks.server import Server
from tests.desk import Desk, Somebody
from tests.services.test_codebooks import drafted, reworded

CLAIMS, ARTICLES = 100, 12
MOMENTS = (0.3, 0.7)
"""Parts of the time that the act takes undisturbed, after which the server is killed."""
_FIELDS = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')

Counts = dict[str, int]


class Office:
    """As many projects as there are moments, and one to time the act in: each has claims on which two agree."""

    def __init__(self, database_url: str) -> None:
        app = create_app(Settings(database_url=database_url, secret_key="of-this-process-only-0123456789-abcdef"))
        with app.app_context():
            migrations.upgrade(paths.migrations())
        self.desk = Desk(app)
        self.manager = self.desk.person("the manager")
        readers = [self.desk.person(f"reader-{number}") for number in (1, 2)]
        self.projects = [self._project(f"p{number}", readers) for number in range(len(MOMENTS) + 1)]

    def _project(self, slug: str, readers: list[Somebody]) -> int:
        project = self.desk.project(slug, overlap=2)
        self.desk.join(project, self.manager, Role.MANAGER)
        each = CLAIMS // ARTICLES + 1
        claims: list[int] = []
        for number in range(ARTICLES):
            text = "\n\n".join(f"Sentence {part} of article {number} in {slug}." for part in range(each))
            claims += self.desk.claims(self.desk.article(project, text))
        for reader in readers:
            self.desk.join(project, reader)
            for claim in claims[:CLAIMS]:
                self.desk.verdict(reader, claim, "editorial")
        drafted(self.desk, project, reworded)
        return project

    def counts(self, place: int) -> Counts:
        """Count what the three acts leave behind."""
        project = self.projects[place]
        of_project = {
            "accepted": select(func.count(Adjudication.id)).where(Adjudication.project_id == project),
            "versions": select(func.count(CodebookVersion.id)).where(
                CodebookVersion.project_id == project, CodebookVersion.published_at.is_not(None)
            ),
            "asked": select(func.count(RequeuedVerdict.id))
            .join(CodebookVersion, CodebookVersion.id == RequeuedVerdict.version_id)
            .where(CodebookVersion.project_id == project),
            "plans": select(func.count(AssignmentPlan.id)).where(AssignmentPlan.project_id == project),
            "given": select(func.count(Assignment.id)).join(Article).where(Article.project_id == project),
            "events": select(func.count(Event.id)).where(
                Event.project_id == project, Event.what.in_(["claims accepted", "codebook published", "plan made"])
            ),
        }
        with self.desk.inside(writes=False) as session:
            found = {name: session.scalar(query) or 0 for name, query in of_project.items()}
        with self.desk.app.app_context():
            db.engine.dispose()
        return found


def hidden(client: Client, path: str) -> dict[str, str]:
    status, body, _ = client.ask("GET", path)
    assert status == 200
    return dict(_FIELDS.findall(body.decode()))


def accepting(client: Client, slug: str, _manager: int) -> tuple[str, dict[str, str]]:
    address = f"/projects/{slug}/adjudication/accept"
    return address, hidden(client, address)


def publishing(client: Client, slug: str, _manager: int) -> tuple[str, dict[str, str]]:
    address = f"/projects/{slug}/codebook/publish"
    _, body, _ = client.ask("GET", address)
    fields = set(re.findall(r'type="radio" name="(meaning\.[^"]*)"', body.decode()))
    return address, hidden(client, address) | {"note": "Because."} | dict.fromkeys(fields, "meaning")


def planning(client: Client, slug: str, manager: int) -> tuple[str, dict[str, str]]:
    asked = {"kind": "every", "readers": "1", "people": str(manager), "order": "added", "scope": "new", "seed": "7"}
    address = f"/projects/{slug}/assignment/plan"
    return address, asked | {"seen": hidden(client, f"{address}?{urlencode(asked)}")["seen"]}


Act = Callable[[Client, str, int], tuple[str, dict[str, str]]]
ACTS: list[tuple[Act, Counts]] = [
    (accepting, {"accepted": CLAIMS}),
    (publishing, {"versions": 1, "asked": 2 * CLAIMS}),
    (planning, {"plans": 1, "given": ARTICLES}),
]


def test_an_act_of_the_desk_that_is_cut_short_is_whole_or_nothing(database_url: str, tmp_path: Path) -> None:
    office = Office(database_url)
    with Server(tmp_path, database_url) as server, contextlib.closing(Client(server.port)) as client:
        client.sign_in(office.manager.name, office.manager.password)
        for prepare, adds in ACTS:
            whole = adds | {"events": 1}

            def prepared(place: int, prepare: Act = prepare) -> tuple[Callable[[], None], list[int]]:
                path, form = prepare(client, f"p{place}", office.manager.id)
                answers: list[int] = []
                return lambda: answers.append(client.ask("POST", path, form | {"csrf_token": client.token})[0]), answers

            run, answers = prepared(0)
            before, begun = office.counts(0), time.monotonic()
            run()
            seconds = time.monotonic() - begun
            assert (answers, grown(before, office.counts(0))) == ([303], whole)
            for place, moment in enumerate(MOMENTS, 1):
                before, (run, answers) = office.counts(place), prepared(place)
                request = threading.Thread(target=run)
                request.start()
                time.sleep(seconds * moment)
                server.kill()
                request.join()
                client.close()
                server.start()
                added = grown(before, office.counts(place))
                assert added == whole if answers == [303] else added in ({}, whole)


def grown(before: Counts, after: Counts) -> Counts:
    """Return what came on top."""
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}
