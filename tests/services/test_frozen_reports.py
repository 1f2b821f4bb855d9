"""Frozen reports: as they were for ever, beside what happened since; on both databases."""

import json
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook
from annotator.domain.report import Report
from annotator.domain.report_filter import Filter
from annotator.services import articles, frozen_reports, people
from annotator.services.frozen_reports import Changes, Damaged, NotAccepted
from annotator.services.reports import make_report
from annotator.storage import events
from annotator.storage.articles import Article
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import AppendOnly
from annotator.storage.frozen_reports import FrozenReport
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.report_changes import frozen_in, frozen_of
from tests.desk import TEXT, Desk, Somebody


class Study:
    """A project in which two reviewers labelled two articles, and what a frozen report of it needs."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.project = desk, desk.project()
        self.people = [desk.member(self.project, name=name) for name in ("Ines Real", "Omar Real")]
        self.articles = [desk.article(self.project, f"{TEXT} Day {n}.", title=f"Title {n}") for n in range(2)]
        self.claims = [claim for article in self.articles for claim in desk.claims(article)]
        for number, claim in enumerate(self.claims[:-1]):
            desk.verdict(self.people[0], claim, ("sourced", "editorial")[number % 2])
            desk.verdict(self.people[1], claim, ("sourced", "editorial", "sourced")[number % 3])

    def report(self, wanted: Filter = Filter()) -> Report:  # noqa: B008 (it is frozen)
        with self.desk.inside(writes=False) as session:
            return make_report(session.get_one(Project, self.project), wanted)

    def freeze(self, name: str = "For the paper", wanted: Filter = Filter()) -> int:  # noqa: B008
        report = self.report(wanted)
        with self.desk.inside():
            return frozen_reports.freeze(report, self.project, name, self.people[0].id).id

    def opened(self, frozen_id: int) -> tuple[Report, str]:
        with self.desk.inside(writes=False) as session:
            frozen = session.get_one(FrozenReport, frozen_id)
            return frozen_reports.opened(frozen), frozen_reports.document_of(frozen)

    def changes(self, frozen_id: int) -> Changes:
        then, now = self.opened(frozen_id)[0], self.report()
        with self.desk.inside(writes=False):
            return frozen_reports.changes(then, now, self.project)


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


@pytest.fixture
def reviewer(study: Study) -> Somebody:
    return study.people[0]


def test_a_frozen_report_stays_as_it_was_after_more_verdicts(study: Study, reviewer: Somebody) -> None:
    before = study.report()
    frozen = study.freeze()
    assert study.opened(frozen)[0] == before
    assert study.changes(frozen).is_nothing
    first = study.opened(frozen)[1]
    study.desk.verdict(reviewer, study.claims[-1], "attributed")
    study.desk.verdict(reviewer, study.claims[0], "editorial")
    assert study.report() != before
    assert study.opened(frozen) == (before, first)


def test_what_changed_since_is_told_part_by_part(study: Study, reviewer: Somebody) -> None:
    frozen, desk = study.freeze(), study.desk
    desk.verdict(reviewer, study.claims[-1], "attributed")
    desk.verdict(study.people[1], study.claims[-1], "sourced")
    desk.verdict(reviewer, study.claims[0], "editorial")
    desk.verdict(desk.member(noise := desk.project("noise")), desk.claims(desk.article(noise))[0], "sourced")
    with desk.inside() as session:
        articles.withdraw(session.get_one(Article, study.articles[0]), reviewer.id, "asked for")
        person = session.get_one(Person, reviewer.id)
        before = person.pseudonym
        people.rename(person, person.display_name, "quiet-owl", seen=people.seen_of(person), by_id=reviewer.id)
    found = study.changes(frozen)
    since = found.since
    assert (since.new_verdicts, since.changed_verdicts, since.withdrawn, since.retired_claims) == (2, 1, 1, 0)
    assert found.renamed == ((before, "quiet-owl"),)
    assert not found.is_same_data
    assert not found.is_nothing
    raw, alpha = found.moved
    assert (raw.key, alpha.key) == ("percent_agreement", "alpha")
    assert alpha.before == study.opened(frozen)[0].agreement.alpha
    assert alpha.after == study.report().agreement.alpha


def test_a_new_codebook_version_is_told(study: Study) -> None:
    frozen = study.freeze()
    with study.desk.inside() as session:
        old = session.query(CodebookVersion).filter_by(project_id=study.project).one()
        facts = {name: getattr(old, name) for name in ("project_id", "content", "created_at", "published_at")}
        session.add(CodebookVersion(**facts, number=2, digest=Codebook.from_dict(old.content).digest() + "2"))
        events.record("codebook published", "codebook version", None, project_id=study.project)
    assert study.changes(frozen).versions == (1, 2)
    assert not study.changes(frozen).is_nothing


def test_nobody_is_named_in_what_is_stored(study: Study) -> None:
    told = json.loads(study.opened(study.freeze())[1])
    assert "Real" not in json.dumps(told)
    assert [person["name"] for person in told["reviewers"]] == ["", ""]
    report = study.report()
    named = replace(report, reviewers=tuple(replace(one, name="Ines Real") for one in report.reviewers))
    with pytest.raises(ValueError, match="names"), study.desk.inside():
        frozen_reports.freeze(named, study.project, "Paper", None)


def test_a_filter_is_frozen_with_the_report(study: Study) -> None:
    wanted = Filter(articles=(study.articles[1],), round="first")
    then, _ = study.opened(study.freeze(wanted=wanted))
    assert then.filter == wanted
    assert then == study.report(wanted)


def test_a_name_that_cannot_be_read_is_refused(study: Study) -> None:
    for name in ("", "  ", "x" * 121, "a\u202eb", "a\x00b"):
        with pytest.raises(NotAccepted):
            study.freeze(name)
    with study.desk.inside(writes=False):
        assert frozen_of(study.project) == []


def test_a_damaged_one_is_never_opened(study: Study) -> None:
    frozen = study.freeze()
    for document in (b"\0", zlib.compress(b""), zlib.compress(b"{}")):
        with study.desk.inside() as session:
            damage(session, document)
        with pytest.raises(Damaged):
            study.opened(frozen)


def damage(session: Session, document: bytes) -> None:
    """Change what is stored, round the database's own guards, as somebody with a file editor would."""
    if session.connection().dialect.name == "sqlite":
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'frozen_report'")
        for name in session.scalars(triggers).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE frozen_report DISABLE TRIGGER USER"))
    session.execute(text("UPDATE frozen_report SET document = :document"), {"document": document})


def test_a_frozen_report_is_found_in_its_own_project_only(study: Study) -> None:
    frozen, noise = study.freeze(), study.desk.project("noise")
    with study.desk.inside(writes=False):
        assert frozen_in(study.project, frozen) is not None
        assert frozen_in(noise, frozen) is None
        assert [row.name for row in frozen_of(study.project)] == ["For the paper"]
        assert frozen_of(noise) == []


def test_frozen_reports_are_history(study: Study) -> None:
    frozen = study.freeze()
    with pytest.raises(AppendOnly), study.desk.inside() as session:
        session.get_one(FrozenReport, frozen).name = "Another"


def test_taking_a_report_along_is_no_reason_to_make_it_anew(study: Study) -> None:
    before = study.report()
    study.freeze()
    assert study.report() is before
