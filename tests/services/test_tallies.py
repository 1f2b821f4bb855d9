"""Tallies that the database keeps: equal to a recount whatever happened, whoever was there at once."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import text

from annotator.domain import article_groups
from annotator.domain.agreement import summarise
from annotator.domain.report_filter import Filter
from annotator.domain.votes import Votes
from annotator.services import articles, people
from annotator.services.headline import headline
from annotator.services.tallies import differences, rebuild
from annotator.storage import events, tallies
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.storage.people import Person
from tests.desk import Desk, Somebody
from tests.edits import KINDS, Edits
from tests.races import at_once

LABELS = ("sourced", "attributed", "editorial")


def rows(desk: Desk, project: int, wanted: Filter = tallies.EVERYTHING) -> list[tuple[int, int, str, int]]:
    with desk.inside(writes=False):
        return sorted(tallies.vote_rows(project, wanted))


def test_random_edits_of_all_kinds_leave_tallies_that_equal_a_recount(desk: Desk) -> None:
    edits = Edits(desk, Random(1))
    edits.make(130, check_each=26)
    assert set(edits.done) == set(KINDS)


def test_a_trigger_that_is_gone_is_found_and_a_rebuild_mends_it(desk: Desk) -> None:
    project, reader = desk.project(), desk.person("reader")
    desk.join(project, reader)
    claims = desk.claims(desk.article(project))
    desk.verdict(reader, claims[0])
    with desk.inside() as session:
        on = "" if db.engine.dialect.name == "sqlite" else " ON standing_verdict"
        session.execute(text(f"DROP TRIGGER tally_verdict_stands{on}"))
    desk.verdict(reader, claims[1], "editorial")
    with desk.inside():
        assert [(one.table, one.wrong, one.missing) for one in differences()] == [("claim_tally", 0, 1)]
        assert differences(project + 1) == []
        rebuild(project)
        assert differences() == []
    assert sorted(row[2] for row in rows(desk, project)) == [f"{reader.id}=editorial", f"{reader.id}=sourced"]


@pytest.fixture
def readers(desk: Desk) -> list[Somebody]:
    """Make a project of eight reviewers, who all may label everything."""
    project = desk.project(overlap=8)
    return [desk.member(project, name=f"reader-{number}") for number in range(8)]


def test_eight_who_label_one_claim_at_once_are_all_counted(desk: Desk, readers: list[Somebody]) -> None:
    claim = desk.claims(desk.article(1))[1]
    labels = [LABELS[number % 3] for number in range(8)]
    at_once(desk, *(partial(desk.verdict, who, claim, label) for who, label in zip(readers, labels, strict=True)))
    signature = ",".join(f"{who.id}={label}" for who, label in zip(readers, labels, strict=True))
    assert [(row[2], row[3]) for row in rows(desk, 1)] == [(signature, 1)]
    with desk.inside(writes=False):
        assert differences() == []


def test_eight_who_label_and_change_one_article_at_once_are_all_counted(desk: Desk, readers: list[Somebody]) -> None:
    article = desk.article(1)
    claims = desk.claims(article)

    def work(who: Somebody, shift: int) -> None:
        for turn in range(6):
            place = (turn + shift) % len(claims)
            desk.verdict(who, claims[place], LABELS[(turn * shift + place) % 3])

    assert at_once(desk, *(partial(work, who, shift) for shift, who in enumerate(readers))) == [None] * 8
    with desk.inside(writes=False):
        assert differences() == []
        assert sum(row[3] for row in tallies.vote_rows(1)) == len(claims)


def test_whoever_labels_while_the_article_is_withdrawn_and_brought_back_is_counted_once(
    desk: Desk, readers: list[Somebody]
) -> None:
    article = desk.article(1)
    claims = desk.claims(article)

    def withdraw() -> None:
        for change in (articles.withdraw, articles.bring_back):
            with desk.inside() as session:
                change(session.get_one(Article, article), readers[0].id, "")

    def label(who: Somebody) -> None:
        for claim in claims:
            desk.verdict(who, claim, "editorial")

    at_once(desk, withdraw, *(partial(label, who) for who in readers[:4]))
    with desk.inside(writes=False):
        assert differences() == []


def label_at_random(desk: Desk, readers: list[Somebody], number: int) -> None:
    random = Random(number)
    for claim in desk.claims(desk.article(1, f"Number {number}\n\nIt rained. It snowed. Nobody came.")):
        truth = random.choice(LABELS)
        for who in random.sample(readers, 1 + random.randrange(3)):
            desk.verdict(who, claim, truth if random.random() < 0.7 else random.choice(LABELS))


def check_headline(desk: Desk) -> int:
    """Compare a project's headline with its report's, and return how many articles it rests on."""
    with desk.inside(writes=False):
        report = summarise(Votes.from_rows(tallies.vote_rows(1), LABELS).table(), LABELS)
        found = headline(1, LABELS)
    assert (found.alpha, found.percent_agreement) == (report.alpha, report.percent_agreement)
    assert found.probability_below == report.probability_below
    assert found.alpha.low is not None
    return found.alpha.clusters


def test_a_headline_equals_the_reports_to_the_last_digit(desk: Desk, readers: list[Somebody]) -> None:
    for number in range(5):
        label_at_random(desk, readers, number)
    assert check_headline(desk) == 5


def test_among_many_articles_a_headline_leaves_out_groups_as_the_report_does(
    desk: Desk, readers: list[Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_groups, "EXACT_ARTICLES", 5)
    for number in range(6):
        if number == 3:  # from here on each article shares a group with one of the first three
            with desk.inside() as session:
                last = session.scalar(text("SELECT max(id) FROM article")) + article_groups.GROUPS - 3
                move = "UPDATE sqlite_sequence SET seq = :last WHERE name = 'article'"
                if db.engine.dialect.name == "postgresql":
                    move = "SELECT setval('article_id_seq', :last)"
                session.execute(text(move), {"last": last})
        label_at_random(desk, readers, number)
    assert check_headline(desk) == 6
    with desk.inside(writes=False):
        _, shown = tallies.headline_rows(1)
    assert len({group for row in shown for group in row[1].split()}) == 3


def test_a_headline_of_nothing_is_not_defined(desk: Desk) -> None:
    project = desk.project()
    with desk.inside(writes=False):
        found = headline(project, LABELS)
    assert (found.alpha.value, found.percent_agreement.value, found.alpha.n) == (None, None, 0)


def test_the_week_of_a_claim_is_that_of_its_newest_label(desk: Desk, readers: list[Somebody]) -> None:
    claim = desk.claims(desk.article(1))[0]
    desk.verdict(readers[0], claim)
    for moment, monday in (("2026-03-01 23:59:59.5", date(2026, 2, 23)), ("2026-03-02 00:00:00", date(2026, 3, 2))):
        with desk.inside() as session:
            session.execute(text(f"UPDATE standing_verdict SET given_at = '{moment}'"))
        assert [row[1] for row in rows(desk, 1)] == [(monday - date(1970, 1, 1)).days]
        assert rows(desk, 1) == rows(desk, 1, Filter(reviewers=(readers[0].id,)))


def test_claims_are_found_by_signature_in_the_order_asked_for(desk: Desk, readers: list[Somebody]) -> None:
    claims = desk.claims(desk.article(1))
    for claim, label in zip(claims, ("editorial", "sourced", "editorial", "attributed"), strict=True):
        desk.verdict(readers[0], claim, label)
    asked = [f"{readers[0].id}={label}" for label in ("nothing", "sourced", "editorial", "attributed")]
    for wanted in (Filter(), Filter(articles=(1,)), Filter(reviewers=(readers[0].id, 999)), Filter(round="first")):
        with desk.inside(writes=False):
            found = tallies.claims_with(1, wanted, asked, 3)
            assert [row.id for row in found] == [claims[1], claims[0], claims[2]]
            assert [row.signature for row in found] == [asked[1], asked[2], asked[2]]
            assert [row.id for row in tallies.claims_with(1, wanted, asked[:2], 9)] == [claims[1]]
            assert tallies.claims_with(1, wanted, [], 3) == []


def test_a_filter_leaves_the_verdicts_that_it_wants(desk: Desk, readers: list[Somebody]) -> None:
    first, second = (desk.article(1, f"Number {number}. It rained.") for number in (1, 2))
    one, two, other = *desk.claims(first), desk.claims(second)[0]
    ada, ben = readers[:2]
    desk.verdict(ada, one, "sourced")
    desk.verdict(ada, one, "editorial")
    desk.verdict(ben, one, "sourced")
    desk.verdict(ben, two, None, skip_reason="fragment")
    desk.verdict(ben, other, "attributed")
    today = datetime.now(UTC).date()
    both, lone = f"{ada.id}=editorial,{ben.id}=sourced", f"{ben.id}=attributed"
    for wanted, signatures, skips in (
        (Filter(), [both, lone], 1),
        (Filter(articles=(first,)), [both], 1),
        (Filter(reviewers=(ada.id,)), [f"{ada.id}=editorial"], 0),
        (Filter(labels=("editorial", "none")), [both], 0),
        (Filter(since=today, until=today), [both, lone], 1),
        (Filter(since=today + timedelta(days=1)), [], 0),
        (Filter(until=today - timedelta(days=1)), [], 0),
        (Filter(version=1), [both, lone], 1),
        (Filter(version=2), [], 0),
        (Filter(round="first"), [f"{ada.id}=sourced,{ben.id}=sourced", lone], 1),
    ):
        assert sorted(row[2] for row in rows(desk, 1, wanted)) == sorted(signatures)
        with desk.inside(writes=False):
            counts = tallies.scope_counts(1, wanted)
        assert counts.skips == skips
        assert counts.reviewers == len({vote.split("=")[0] for row in signatures for vote in row.split(",")})
        assert counts.articles == (1 if wanted.articles else 2)


def test_whatever_moves_a_report_is_a_newer_event(desk: Desk, readers: list[Somebody]) -> None:
    other = desk.project("other")

    def newest() -> int:
        with desk.inside(writes=False):
            return events.newest(1)

    claim, seen = desk.claims(desk.article(1))[0], newest()
    desk.article(other)
    assert newest() == seen
    desk.verdict(readers[0], claim)
    assert newest() > seen
    seen = newest()
    with desk.inside() as session:
        person = session.get_one(Person, readers[0].id)
        people.rename(person, "Ada", "R77", seen=people.seen_of(person), by_id=person.id)
    assert newest() > seen
