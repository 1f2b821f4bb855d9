"""Looking at an article's address again: which claims still stand there."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from sqlalchemy import func, select

from annotator.domain.extraction import NotReadable
from annotator.services import fetching, ingest, live_articles
from annotator.services.articles import BY_HAND
from annotator.services.extraction import Extractor
from annotator.services.fetching import NotFetched
from annotator.services.ingest import NotAnArticle
from annotator.services.live_articles import NoAddress
from annotator.storage.article_pages import latest_check
from annotator.storage.articles import Article, ArticleCheck, Claim
from annotator.storage.database import AppendOnly
from annotator.storage.events import Event
from annotator.storage.projects import Project
from tests.desk import Desk
from tests.loopback import HOST, PUBLIC, Site, Talk, head
from tests.services.newsroom import Newsroom, open_newsroom

LEAD = "The bridge over the Ohl is closed until further notice, the council of Vellmar said on Monday."
COST = "Repairs will cost at least four million, according to a report that the council has not published."
MAYOR = "The mayor, who had promised a new bridge for years, was not there when the decision was read out."
QUESTION = "Nobody has said who is going to pay for the repairs, or when the work on the pillars will begin."
SENTENCES = [LEAD, COST, MAYOR, QUESTION]


def html(*paragraphs: str) -> str:
    """Return a news page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        "<!doctype html><html lang=en><head><title>Bridge closed</title></head><body><article><h1>Bridge closed</h1>"
        f"{body}</article></body></html>"
    )


@pytest.fixture(scope="module")
def reader() -> Iterator[Extractor]:
    """Start the reading process once for this file."""
    with Extractor() as started:
        yield started


@pytest.fixture(autouse=True)
def _one_reader(monkeypatch: pytest.MonkeyPatch, reader: Extractor) -> None:
    for module in (live_articles, sys.modules[__name__]):
        monkeypatch.setattr(module, "Extractor", lambda: nullcontext(reader))


@pytest.fixture
def newsroom(desk: Desk) -> Newsroom:
    return open_newsroom(desk)


def import_page(room: Newsroom, url: str) -> int:
    """Add the article at an address as an import does, and return its id."""
    with room.desk.inside() as session, Extractor() as extractor:
        page = fetching.fetch(room.project_id, room.person_id, url)
        read = extractor.read("", page.content, media_type=page.media_type, header_charset=page.charset, url=page.url)
        draft = ingest.draft_of(read, page.content, fetched_at=page.fetched_at, final_url=page.url)
        return ingest.add_article(session.get_one(Project, room.project_id), draft, room.person_id).id


def look(room: Newsroom, article_id: int) -> ArticleCheck:
    """Look at the article's address again, as a view does."""
    with room.desk.inside() as session:
        check = live_articles.check_again(session.get_one(Article, article_id), room.person_id)
        session.refresh(check)
        session.expunge(check)
        return check


def quotes(room: Newsroom, ids: list[int]) -> list[str]:
    with room.desk.inside(writes=False) as session:
        return [session.get_one(Claim, number).quote for number in ids]


def test_a_page_that_only_looks_different_has_not_changed(newsroom: Newsroom, news_site: Site) -> None:
    url = news_site.page("/bridge", html(*SENTENCES))
    article_id = import_page(newsroom, url)
    news_site.page("/bridge", html(*SENTENCES).replace("<p>", "\n\n <p class=new>").replace(" on ", "\n   on "))
    check = look(newsroom, article_id)
    assert (check.is_changed, check.touched, check.added) == (False, [], [])
    assert (check.final_url, check.checked_by_id) == (url, newsroom.person_id)


def test_changed_claims_are_told_and_nothing_is_replaced(newsroom: Newsroom, news_site: Site) -> None:
    article_id = import_page(newsroom, news_site.page("/bridge", html(*SENTENCES)))
    before = stored(newsroom, article_id)
    now = COST.replace("four", "seven")
    correction = "Correction: an earlier version of this report named another sum for the repairs of the bridge."
    news_site.page("/bridge", html(LEAD, now, QUESTION, correction))
    check = look(newsroom, article_id)
    assert check.is_changed
    assert quotes(newsroom, [claim_id for claim_id, _ in check.touched]) == [COST, MAYOR]
    assert [words for _, words in check.touched] == [now, ""]
    assert check.added == [correction]
    assert stored(newsroom, article_id) == before


def stored(room: Newsroom, article_id: int) -> list[object]:
    with room.desk.inside(writes=False) as session:
        article = session.get_one(Article, article_id)
        claims = session.execute(select(Claim.id, Claim.quote, Claim.retired_at).order_by(Claim.id)).all()
        return [article.text, article.original_sha256, article.final_url, [tuple(claim) for claim in claims]]


def test_claims_that_are_none_any_more_are_left_out(newsroom: Newsroom, news_site: Site) -> None:
    article_id = import_page(newsroom, news_site.page("/bridge", html(*SENTENCES)))
    with newsroom.desk.inside() as session:
        session.scalars(select(Claim).where(Claim.quote == MAYOR)).one().aside = "marked"
    news_site.page("/bridge", html(LEAD, COST, QUESTION))
    check = look(newsroom, article_id)
    assert check.is_changed
    assert (check.touched, check.added) == ([], [])


def test_each_look_is_a_row_and_an_event(newsroom: Newsroom, news_site: Site) -> None:
    article_id = import_page(newsroom, news_site.page("/bridge", html(*SENTENCES)))
    other_id = import_page(newsroom, news_site.page("/other", html(QUESTION, MAYOR)))
    first = look(newsroom, article_id)
    news_site.page("/bridge", html(*SENTENCES[:3]))
    second = look(newsroom, article_id)
    with newsroom.desk.inside(writes=False) as session:
        newest = latest_check(article_id)
        assert newest is not None
        assert (newest.id, newest.is_changed) == (second.id, True)
        assert latest_check(other_id) is None
        assert session.scalar(select(func.count()).select_from(ArticleCheck)) == 2
        details = session.scalars(select(Event.detail).where(Event.what == "article checked").order_by(Event.id)).all()
    assert [(detail["check"], detail["touched"]) for detail in details] == [(first.id, 0), (second.id, 1)]
    with pytest.raises(AppendOnly), newsroom.desk.inside() as session:
        session.get_one(ArticleCheck, first.id).is_changed = True


def test_an_article_without_address_is_not_looked_for(newsroom: Newsroom, news_site: Site) -> None:
    article_id = newsroom.desk.article(newsroom.project_id)
    with pytest.raises(NoAddress):
        look(newsroom, article_id)


def test_the_page_that_was_fetched_is_looked_at_until_a_person_names_another() -> None:
    fetched, canonical, corrected = "http://news.example/amp", "http://news.example/a", "http://news.example/b"
    read = Article(url=canonical, final_url=fetched, sources={"url": "page metadata"})
    assert live_articles.address_of(read) == fetched
    assert live_articles.address_of(Article(url=corrected, final_url=fetched, sources={"url": BY_HAND})) == corrected
    assert live_articles.address_of(Article(url=canonical, final_url="", sources={})) == canonical
    with pytest.raises(NoAddress):
        live_articles.address_of(Article(url="", final_url=fetched, sources={"url": BY_HAND}))


def test_a_page_that_is_gone_or_empty_says_nothing_about_claims(newsroom: Newsroom, news_site: Site) -> None:
    article_id = import_page(newsroom, news_site.page("/bridge", html(*SENTENCES)))
    news_site.page("/bridge", "<html><body></body></html>")
    with pytest.raises((NotReadable, NotAnArticle)):
        look(newsroom, article_id)
    del news_site.answers["/bridge"]
    with pytest.raises(NotFetched):
        look(newsroom, article_id)
    with newsroom.desk.inside(writes=False):
        assert latest_check(article_id) is None


def test_the_address_is_asked_through_the_fetcher(newsroom: Newsroom, news_site: Site) -> None:
    article_id = newsroom.desk.article(newsroom.project_id, url="http://inside.example/page")
    news_site.names["inside.example"] = ["10.0.0.5"]
    with pytest.raises(NotFetched):
        look(newsroom, article_id)
    assert not news_site.reached
    assert newsroom.outcomes() == ["inside.example: 10.0.0.5 is not public"]


def test_nobody_waits_for_the_database_meanwhile(newsroom: Newsroom, news_site: Site) -> None:
    article_id = import_page(newsroom, news_site.page("/bridge", html(*SENTENCES)))
    page = html(*SENTENCES[:3]).encode()

    def writing(talk: Talk) -> None:
        newsroom.desk.project("meanwhile")
        talk.say(head(Content_Type="text/html", Content_Length=str(len(page))) + page)

    news_site.put("/bridge", writing)
    assert look(newsroom, article_id).is_changed
    assert news_site.reached == [(PUBLIC, 80)] * 2
    assert HOST in news_site.looked_up
