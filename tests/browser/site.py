"""The running site of a browser test: a real server on a free port, and what its database holds."""

from threading import Thread
from types import TracebackType
from typing import Self

from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext
from sqlalchemy import func, select
from werkzeug.serving import make_server

from annotator.domain.sentences import sentences
from annotator.services import accounts
from annotator.storage.articles import Article
from annotator.storage.people import Person, SignInSession
from annotator.storage.verdicts import StandingVerdict, Verdict
from tests.desk import Desk, Somebody

ARTICLE = (
    "Wharf talks resume in Vellmar\n\n"
    "Talks about the closed wharf will resume on Monday, the port authority said. "
    "“We come without conditions,” said Ilse Maronde, who speaks for the dockers.\n\n"
    "Nobody has answered for the brutality of the January eviction. "
    "Two officials, who asked not to be named, said the files were lost. "
    "More than 450.000 people are thought to have left the district.\n\n"
    "Wharf talks resume in Vellmar\n\n"
    "Who gave the order?"
)
"""Eight claims: a headline that comes twice, a loaded word, anonymous sources, a figure, a question."""
CLAIMS = [sentence.text for sentence in sentences(ARTICLE)]
BRUTAL = next(number for number, text in enumerate(CLAIMS, 1) if "brutality" in text)
LABELS = ["sourced", "sourced", "attributed", "editorial", "attributed", "editorial", "sourced", "editorial"]

ARABIC = (
    "محادثات الميناء تستأنف في فلمار\n\n"
    "قالت هيئة الميناء إن المحادثات ستستأنف يوم الاثنين. لم يجب أحد عن وحشية الإخلاء في يناير.\n\n"
    "من أصدر الأمر؟"
)


class Site:
    """Serves the application of `desk` in threads of this process; `with` starts it and ends it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._server = make_server("127.0.0.1", 0, desk.app, threaded=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def sign_in(self, context: BrowserContext, person: Somebody) -> None:
        """Give a browser a new session of `person`, without the sign-in form."""
        with self.desk.inside() as session:
            token = accounts.open_session(session.get_one(Person, person.id), "tests")
        signer = SecureCookieSessionInterface().get_signing_serializer(self.desk.app)
        assert signer
        context.add_cookies(
            [
                {
                    "name": self.desk.app.config["SESSION_COOKIE_NAME"],
                    "value": str(signer.dumps({"sid": token})),
                    "url": self.address,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    def end_sessions(self, person: Somebody) -> None:
        """End every session of `person`, as if each had been signed out elsewhere."""
        with self.desk.inside() as session:
            for row in session.scalars(select(SignInSession.id).where(SignInSession.person_id == person.id)).all():
                accounts.close_session(row, person.id)

    def claim_page(self, article_id: int, number: int = 1) -> str:
        """Return the address of a claim's page."""
        return f"{self.address}/articles/{article_id}/claims/{number}"

    def verdicts(self, claim_id: int) -> list[Verdict]:
        """Return every verdict on a claim, the oldest first."""
        with self.desk.inside(writes=False) as session:
            rows = list(session.scalars(select(Verdict).where(Verdict.claim_id == claim_id).order_by(Verdict.id)))
            session.expunge_all()
        return rows

    def standing(self, article_id: int) -> list[str | None]:
        """Return the label (or else the skip reason) that stands for each decided claim, in reading order."""
        claims = self.desk.claims(article_id)
        with self.desk.inside(writes=False) as session:
            rows = session.scalars(select(StandingVerdict).where(StandingVerdict.article_id == article_id))
            found = {row.claim_id: row.label or row.skip_reason for row in rows}
        return [found[claim] for claim in claims if claim in found]

    def count(self) -> int:
        """Return how many verdicts the database holds."""
        with self.desk.inside(writes=False) as session:
            return session.scalar(select(func.count()).select_from(Verdict)) or 0

    def newest_article(self) -> Article:
        """Return the article that was added last."""
        with self.desk.inside(writes=False) as session:
            article = session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()
            session.expunge_all()
        return article
