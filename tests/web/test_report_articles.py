"""An article painted by disagreement: its text as it is, who said what of each claim, and the way to the next."""

import re
from html import unescape

import pytest

from annotator.domain.report import ArticleAgreement, ArticleName
from annotator.domain.roles import Role
from annotator.storage.articles import Article
from annotator.web.report_articles import LabelVotes, PaintedClaim, neighbours, ordered
from tests.desk import TEXT, Desk, Somebody
from tests.sample_report import NAMES, sample_report

MIXED = (
    "من أصدر الأمر؟ 🚢\n\n"
    "Der Hafen 👩‍🚀 ist zu, sagte die Behörde. قالت هيئة الميناء إن المحادثات ستستأنف.\n\n"
    "𝒲ho <b>will</b> pay & when? 🇺🇳 Nobody knows."
)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def painted(bits: float | None, *votes: tuple[str, int]) -> PaintedClaim:
    return PaintedClaim(1, 1, "words", tuple(LabelVotes(label, tuple(range(count))) for label, count in votes), bits)


def path(article: int) -> str:
    return f"/projects/news/disagreements/articles/{article}"


def reviewers(desk: Desk, project: int, count: int = 3) -> list[Somebody]:
    return [desk.member(project, Role.REVIEWER, f"reader {number}") for number in range(count)]


def claims_shown(page: str) -> list[str]:
    """Return the words of the claims in the painted text, without numbers and what only screen readers hear."""
    found = re.findall(r'<a class="painted".*?</a>', page, re.DOTALL)
    bare = [re.sub(r'<span class="(claim-number|visually-hidden)".*', "", one, flags=re.DOTALL) for one in found]
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in bare]


def test_a_page_shows_who_said_what_of_each_claim(desk: Desk) -> None:
    project = desk.project()
    one, two, three = reviewers(desk, project)
    article = desk.article(project)
    _headline, first, second, third = desk.claims(article)
    for person, label in ((one, "editorial"), (two, "sourced"), (three, "sourced")):
        desk.verdict(person, first, label)
    desk.verdict(one, second, "sourced")
    desk.verdict(two, second, "sourced")
    desk.verdict(one, third, "attributed")
    page = desk.reader(desk.member(project, Role.MANAGER)).get(path(article)).text
    assert claims_shown(page) == [line for line in re.split(r"\n\n|(?<=said\.) ", TEXT) if line]
    assert re.findall(r'id="claim-\d" data-paint="(\w+)"', page) == ["none", "more", "agreed", "single"]
    assert 'title="2 Sourced, 1 Editorial; entropy 0.92 bits"' in page
    assert "1 of 2 claims with two labels or more are in dispute" in page
    listed = page[page.index('id="votes-2"') :]
    assert listed.index("reader 1</bdi>, <bdi>reader 2") < listed.index("reader 0")


@on_sqlite
def test_the_text_is_kept_character_by_character(desk: Desk) -> None:
    project = desk.project()
    people = reviewers(desk, project, 2)
    article = desk.article(project, MIXED, language="ar", title='<i>Harbour</i> & "sea"')
    for number, claim in enumerate(desk.claims(article)):
        for person in people[: 1 + number % 2]:
            desk.verdict(person, claim, "sourced")
    page = desk.reader(desk.member(project, Role.MANAGER)).get(path(article)).text
    with desk.inside(writes=False) as session:
        text = session.get_one(Article, article).text
    assert "".join("".join(claims_shown(page)).split()) == "".join(text.split())
    assert "<b>will" not in page
    assert "<i>Harbour" not in page
    assert re.search(r'<article class="article" lang="ar" dir="rtl">', page)


@on_sqlite
def test_what_is_not_an_article_of_this_study_is_not_there(desk: Desk) -> None:
    project, elsewhere = desk.project(), desk.project("elsewhere")
    reader = desk.reader(desk.member(project, Role.MANAGER))
    training, withdrawn = desk.article(project, "Only for training."), desk.article(project, "Taken back.")
    with desk.inside() as session:
        session.get_one(Article, training).purpose = "training"
        session.get_one(Article, withdrawn).withdrawn_at = session.get_one(Article, withdrawn).added_at
    foreign = desk.article(elsewhere)
    answers = [reader.get(path(number)) for number in (foreign, training, withdrawn, 987_654)]
    assert {answer.status_code for answer in answers} == {404}
    assert reader.get(path(desk.article(project))).status_code == 200


@on_sqlite
def test_an_observer_sees_pseudonyms_and_is_offered_no_work(desk: Desk) -> None:
    project = desk.project()
    article = desk.article(project)
    for person, label in zip(reviewers(desk, project, 2), ("sourced", "editorial"), strict=True):
        desk.verdict(person, desk.claims(article)[1], label)
    page = desk.reader(desk.member(project, Role.OBSERVER)).get(path(article)).text
    assert "reader 0" not in page
    assert "Settle this claim" not in page
    assert desk.reader(desk.member(project)).get(path(article)).status_code == 403


def test_the_paint_says_how_far_reviewers_part() -> None:
    assert painted(None).paint == "none"
    assert painted(None, ("sourced", 1)).paint == "single"
    assert painted(0.0, ("sourced", 3)).paint == "agreed"
    assert painted(0.47, ("sourced", 9), ("editorial", 1)).paint == "some"
    assert painted(1.0, ("sourced", 1), ("editorial", 1)).paint == "more"
    assert painted(1.58, ("sourced", 1), ("editorial", 1), ("attributed", 1)).paint == "most"
    assert painted(0.92, ("sourced", 2), ("editorial", 1)).split == "2–1"


def test_votes_stand_by_frequency_then_in_the_order_of_the_codebook() -> None:
    said = {"editorial": [4], "attributed": [3], "sourced": [1], "old": [2, 0]}
    assert [vote.label for vote in ordered(said, NAMES)] == ["old", "sourced", "attributed", "editorial"]
    assert ordered(said, NAMES)[0].reviewers == (0, 2)


def test_neighbours_are_those_with_more_and_with_less_disagreement() -> None:
    heats = {1: 0.2, 2: 0.9, 3: None, 4: 0.9, 5: 0.5}
    articles = tuple(ArticleAgreement(one, 9, None, None, heat, None, is_outside=False) for one, heat in heats.items())
    names = tuple(ArticleName(one, f"Title {one}", "", "en", "ltr") for one in heats)
    report = sample_report(articles=articles, article_names=names)
    found = {one: tuple(name.id if name else None for name in neighbours(report, one)) for one in (*heats, 99)}
    assert found == {2: (None, 4), 4: (2, 5), 5: (4, 1), 1: (5, None), 3: (None, None), 99: (None, None)}


@on_sqlite
def test_an_article_is_limited_as_the_report_is_and_links_keep_the_limits(desk: Desk) -> None:
    project = desk.project()
    people = reviewers(desk, project)
    article, other = desk.article(project), desk.article(project, "Another one. With two claims.")
    for person, label in zip(people, ("sourced", "editorial", "attributed"), strict=True):
        desk.verdict(person, desk.claims(article)[1], label)
        desk.verdict(person, desk.claims(other)[0], "sourced")
    reader = desk.reader(desk.member(project, Role.MANAGER))
    asked = f"?reviewer={people[0].id}&reviewer={people[1].id}"
    page = reader.get(path(article) + asked).text
    assert 'title="1 Sourced, 1 Editorial; entropy 1.00 bits"' in page
    assert f'href="{path(other)}{asked.replace("&", "&amp;")}"' in page
    assert reader.get(path(article) + "?version=x").status_code == 422
