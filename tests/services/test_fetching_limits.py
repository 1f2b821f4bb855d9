"""What a fetch may cost and what it tells: F09, F11 and F13 of the abuse cases."""

import logging
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from annotator.domain.roles import Permission, Role, allows
from annotator.services import fetching, projects
from annotator.services.fetching import FEEDS, FETCHED, PAGES, BadAddress, FetchingOff, NotFetched, QuotaSpent
from annotator.storage.events import Event
from annotator.storage.jobs import FetchAttempt
from annotator.storage.projects import Project
from tests.desk import Desk
from tests.loopback import HOST, PUBLIC, QUICK, Site, Talk, bomb, dripping_body, dripping_head, endless, head
from tests.services.newsroom import Newsroom, open_newsroom

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = "<p>The bridge is closed, the council said.</p>"


@pytest.fixture
def newsroom(desk: Desk) -> Newsroom:
    return open_newsroom(desk)


def refused(newsroom: Newsroom, url: str) -> tuple[float, int]:
    """Return the seconds and the most bytes of memory that a refusal took."""
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(NotFetched):
        newsroom.fetch(url)
    seconds, (_, most) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return seconds, most


def oversized_head(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\n")
    while True:
        talk.say(b"X-More: " + b"x" * 1_000 + b"\r\n")


def endless_hints(talk: Talk) -> None:
    while True:
        talk.say(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 100)


def silent(talk: Talk) -> None:
    talk.pause(20)


def chunks_of_a_byte(talk: Talk) -> None:
    talk.say(head(Content_Type="text/html", Transfer_Encoding="chunked"))
    while True:
        talk.say(b"1;" + b"x" * 5_000 + b"\r\na\r\n")


def dripping_chunks(talk: Talk) -> None:
    talk.say(head(Content_Type="text/html", Transfer_Encoding="chunked"))
    while True:
        talk.say(b"1\r\na\r\n")
        talk.pause(0.05)


def dripping_redirects(talk: Talk) -> None:
    talk.pause(0.8)
    talk.say(head("302 Found", Location=talk.heard.target, Content_Length="0"))


@sqlite_only
@pytest.mark.parametrize(
    "answer",
    [dripping_body, dripping_head, silent, dripping_chunks, dripping_redirects],
    ids=lambda answer: str(answer.__name__),
)
def test_f09_slow_answers_end_in_time(newsroom: Newsroom, news_site: Site, answer: Callable[[Talk], None]) -> None:
    seconds, _ = refused(newsroom, news_site.put("/story", answer))
    assert seconds < QUICK + 2
    assert news_site.sent < 10_000


@sqlite_only
@pytest.mark.parametrize(
    "answer", [endless, oversized_head, endless_hints, chunks_of_a_byte], ids=lambda answer: str(answer.__name__)
)
def test_f09_endless_answers_end_within_bounded_bytes(
    newsroom: Newsroom, news_site: Site, monkeypatch: pytest.MonkeyPatch, answer: Callable[[Talk], None]
) -> None:
    monkeypatch.setattr(fetching, "NETWORK", replace(fetching.NETWORK, max_seconds=15))
    seconds, most = refused(newsroom, news_site.put("/story", answer))
    assert seconds < 15
    assert most < 30_000_000
    assert news_site.sent < 40_000_000  # what the kernel holds for the two sides is in it
    assert "slow" not in newsroom.outcomes()[0]


@sqlite_only
def test_f09_a_bomb_goes_off_in_a_small_room(newsroom: Newsroom, news_site: Site) -> None:
    packed = bomb(300)
    assert len(packed) < 400_000
    url = news_site.page("/story", packed, Content_Encoding="gzip")
    seconds, most = refused(newsroom, url)
    assert seconds < QUICK + 2
    assert most < 30_000_000
    assert newsroom.outcomes() == ["too large"]


@sqlite_only
@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/pdf"])
def test_f09_each_kind_has_its_limit(newsroom: Newsroom, news_site: Site, kind: str) -> None:
    types = {"text/html": 1_000, "text/plain": 2_000, "application/pdf": 3_000}
    assert len(newsroom.fetch(news_site.page("/fits", b"x" * types[kind], kind), types=types).content) == types[kind]
    with pytest.raises(NotFetched):
        newsroom.fetch(news_site.page("/does-not", b"x" * (types[kind] + 1), kind), types=types)


@sqlite_only
@pytest.mark.parametrize(
    "answer",
    [
        head(Content_Type="text/html", Content_Length="500") + b"short",
        head(Content_Type="text/html", Content_Length="5") + b"longer than it says",
        head(Content_Type="text/html", Content_Length="-1") + b"x",
        head(Content_Type="text/html", Content_Length="9" * 30) + b"x",
        head(Content_Type="text/html", Content_Length="9" * 5_000) + b"x",
        head(Content_Type="text/html", Content_Length="0" * 5_000 + "1") + b"x",
        head(Content_Type="text/html", Transfer_Encoding="chunked") + b"f" * 30 + b"\r\nx",
        head(Content_Type="text/html", Content_Length="5, 6") + b"twice",
        head(Content_Type="text/html", Content_Length="5") + b"HTTP/1.1 200 OK",
        head(Content_Type="text/html", Content_Length="0"),
        head(Content_Type="text/html", Transfer_Encoding="chunked") + b"5\r\nshort",
        head(Content_Type="text/html", Content_Encoding="gzip", Content_Length="5") + b"plain",
        head(Content_Type="text/html", Content_Encoding="gzip", Content_Length="40") + bomb(1)[:40],
        head(Content_Type="text/html", Content_Encoding="gzip", Connection="close") + bomb(1) + b"<p>More.</p>",
        head(Content_Type="text/html", Content_Encoding="gzip", Connection="close") + bomb(1) + bomb(1),
        head(Content_Type="text/html", Content_Encoding="br", Content_Length="5") + b"plain",
        head(Content_Type="text/html", Content_Encoding="gzip, gzip", Content_Length="5") + b"plain",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Type: text/plain\r\n\r\nx",
        head("204 No Content"),
        head("205 Reset Content", Content_Length="0"),
        head("206 Partial Content", Content_Type="text/html", Content_Range="bytes 0-4/9", Content_Length="5")
        + b"parts",
        head("304 Not Modified"),
        head("300 Multiple Choices", Content_Type="text/html", Content_Length="1") + b"x",
        head("302 Found", Content_Length="0"),
        head("401 Unauthorized", WWW_Authenticate="Basic", Content_Length="0"),
        head("404 Not Found", Content_Type="text/html", Content_Length="1") + b"x",
        head("500 Oh", Content_Type="text/html", Content_Length="1") + b"x",
        head("101 Switching Protocols", Upgrade="h2c", Connection="Upgrade") + b"x",
        head(Content_Length="5") + b"plain",
        head(Content_Type="image/png", Content_Length="5") + b"plain",
        head(Content_Type="application/octet-stream", Content_Length="5") + b"plain",
        head(Content_Type="application/rss+xml", Content_Length="5") + b"plain",
        head(Content_Type="text/html/x", Content_Length="5") + b"plain",
        b"",
        b"\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"+PONG\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
    ],
)
def test_f09_lies_and_other_things_than_pages_are_refused(newsroom: Newsroom, news_site: Site, answer: bytes) -> None:
    with pytest.raises(NotFetched) as caught:
        newsroom.fetch(news_site.put("/story", lambda talk: talk.say(answer)))
    assert type(caught.value) is NotFetched
    assert newsroom.outcomes() != [FETCHED]


@sqlite_only
def test_f09_a_feed_is_no_page_and_a_page_is_no_feed(newsroom: Newsroom, news_site: Site) -> None:
    page, feed = news_site.page("/page", PAGE), news_site.page("/feed", "<rss/>", "application/rss+xml")
    with pytest.raises(NotFetched):
        newsroom.fetch(page, types=FEEDS)
    with pytest.raises(NotFetched):
        newsroom.fetch(feed, types=PAGES)
    assert newsroom.fetch(feed, types=FEEDS).media_type == "application/rss+xml"


@sqlite_only
def test_f11_one_sentence_for_all_that_happens_on_the_network(newsroom: Newsroom, news_site: Site) -> None:
    news_site.names["inside.example"] = ["10.0.0.5"]
    news_site.redirect("/inward", "http://10.0.0.5:22/")
    news_site.page("/picture", b"x", "image/png")
    paths = ("/missing", "/inward", "/picture")
    hosts = (
        "closed.example",
        "filtered.example",
        "unknown.example",
        "inside.example",
        "localhost",
        "10.0.0.5",
        "[::1]",
    )
    told = set()
    for url in (*(f"http://{host}/" for host in hosts), *(f"http://{HOST}{path}" for path in paths)):
        with pytest.raises(NotFetched) as caught:
            newsroom.fetch(url)
        told.add((type(caught.value), str(caught.value), caught.value.args))
    assert len(told) == 1
    assert len(set(newsroom.outcomes())) == len(hosts) + len(paths)


@sqlite_only
def test_f11_a_refusal_at_once_takes_as_long_as_one_that_had_to_be_asked_for(
    newsroom: Newsroom, news_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "NETWORK", replace(fetching.NETWORK, least_seconds=0.5))
    news_site.names["inside.example"] = ["10.0.0.5"]
    times = []
    for host in ("10.0.0.5", "inside.example", "unknown.example", "closed.example", HOST):
        started = time.monotonic()
        with pytest.raises(NotFetched):
            newsroom.fetch(f"http://{host}/missing")
        times.append(time.monotonic() - started)
    assert min(times) >= 0.5
    assert max(times) < 1.5


@sqlite_only
def test_what_a_host_says_breaks_no_line_of_the_log(
    newsroom: Newsroom, news_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    forged = "text/\x1b[31mforged\u2028\x85x"
    with caplog.at_level(logging.INFO, logger="annotator"), pytest.raises(NotFetched):
        newsroom.fetch(
            news_site.put("/private?key=secret", lambda talk: None)
            and news_site.put(
                "/story", lambda talk: talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: " + forged.encode() + b"\r\n\r\nx")
            )
        )
    assert "http://news.example:80" in caplog.text
    assert all(line.isprintable() for line in (*caplog.messages, *newsroom.outcomes()))
    assert "story" not in caplog.text


def test_f13_fetching_is_off_until_it_is_allowed(desk: Desk, news_site: Site) -> None:
    project_id, other_id = desk.project(), desk.project("other")
    manager = desk.member(project_id, Role.MANAGER)
    room = Newsroom(desk, project_id, manager.id)
    url = news_site.page("/story", PAGE)
    with pytest.raises(FetchingOff):
        room.fetch(url)
    with desk.inside() as session:
        projects.allow_fetching(session.get_one(Project, project_id), manager.id, allowed=True)
    assert room.fetch(url).content == PAGE.encode()
    with pytest.raises(FetchingOff):
        Newsroom(desk, other_id, manager.id).fetch(url)
    with desk.inside() as session:
        projects.allow_fetching(session.get_one(Project, project_id), manager.id, allowed=False)
    with pytest.raises(FetchingOff):
        room.fetch(url)
    with desk.inside(writes=False) as session:
        told = session.query(Event.what, Event.person_id).filter(Event.what.like("fetching %")).order_by(Event.id).all()
    assert [tuple(row) for row in told] == [("fetching allowed", manager.id), ("fetching forbidden", manager.id)]
    assert len(news_site.heard) == 1


def tries(room: Newsroom, count: int, person_id: int | None, ago: timedelta) -> None:
    """Note so many tries in the past."""
    row = {
        "project_id": room.project_id,
        "person_id": person_id,
        "url": "x",
        "outcome": "x",
        "at": datetime.now(UTC) - ago,
    }
    with room.desk.inside() as session:
        session.execute(insert(FetchAttempt), [row] * count)


def test_f13_a_person_has_a_quota_for_an_hour(newsroom: Newsroom, news_site: Site) -> None:
    other = newsroom.desk.member(newsroom.project_id, Role.MANAGER)
    url = news_site.page("/story", PAGE)
    tries(newsroom, 50, newsroom.person_id, timedelta(minutes=61))
    tries(newsroom, 99, newsroom.person_id, timedelta(minutes=59))
    newsroom.fetch(url)
    with pytest.raises(QuotaSpent, match="100 addresses in an hour"):
        newsroom.fetch(url)
    assert Newsroom(newsroom.desk, newsroom.project_id, other.id).fetch(url).content == PAGE.encode()
    with newsroom.desk.inside() as session:
        session.execute(update(FetchAttempt).values(at=datetime.now(UTC) - timedelta(minutes=61)))
    newsroom.fetch(url)
    assert len(news_site.heard) == 3


def test_f13_those_who_ask_at_the_same_moment_share_what_is_left(newsroom: Newsroom, news_site: Site) -> None:
    url = news_site.page("/story", PAGE)
    tries(newsroom, 99, newsroom.person_id, timedelta(minutes=1))
    told: list[str] = []

    def ask() -> None:
        try:
            newsroom.fetch(url)
            told.append("fetched")
        except QuotaSpent:
            told.append("spent")

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["fetched", "spent", "spent", "spent", "spent"]


def test_f13_a_project_has_a_quota_for_a_day(newsroom: Newsroom, news_site: Site) -> None:
    elsewhere = open_newsroom(newsroom.desk, "elsewhere")
    url = news_site.page("/story", PAGE)
    tries(newsroom, 500, None, timedelta(hours=25))
    tries(newsroom, 999, None, timedelta(hours=23))
    newsroom.fetch(url)
    with pytest.raises(QuotaSpent, match="1,000 addresses in a day"):
        newsroom.fetch(url)
    with pytest.raises(QuotaSpent):
        Newsroom(newsroom.desk, newsroom.project_id, None).fetch(url)
    assert elsewhere.fetch(url).content == PAGE.encode()
    assert len(news_site.heard) == 2


def test_f13_failed_tries_count_and_what_needs_no_network_does_not(newsroom: Newsroom, news_site: Site) -> None:
    for url in ("ftp://news.example/", "http://127.1/"):
        with pytest.raises(BadAddress):
            newsroom.fetch(url)
    with pytest.raises(NotFetched):
        newsroom.fetch(f"http://{HOST}/missing")
    assert newsroom.outcomes() == ["status 404"]


def test_f13_only_those_who_add_articles_and_allow_it_have_a_say() -> None:
    assert [role for role in Role if allows(role, Permission.ADD_ARTICLES)] == [Role.MANAGER]
    assert [role for role in Role if allows(role, Permission.MANAGE)] == [Role.MANAGER]


def test_nobody_waits_for_the_database_while_the_network_is_asked(newsroom: Newsroom, news_site: Site) -> None:
    desk = newsroom.desk

    def writing(talk: Talk) -> None:
        desk.project("meanwhile")
        talk.say(head(Content_Type="text/html", Content_Length="1") + b"x")

    started = time.monotonic()
    assert newsroom.fetch(news_site.put("/story", writing)).content == b"x"
    assert time.monotonic() - started < 3
    assert newsroom.outcomes() == [FETCHED]


def test_the_outcome_is_kept_although_the_caller_fails(newsroom: Newsroom, news_site: Site) -> None:
    url = news_site.page("/story", PAGE)
    with pytest.raises(ZeroDivisionError), newsroom.desk.inside():
        fetching.fetch(newsroom.project_id, newsroom.person_id, url)
        _ = 1 / 0
    assert newsroom.outcomes() == [FETCHED]
    assert news_site.reached == [(PUBLIC, 80)]
