"""Feeds, read from the test site."""

import contextlib

import pytest

from annotator.domain.extraction import NotReadable
from annotator.services import feeds
from annotator.services.fetching import FetchingOff, NotFetched
from tests.desk import Desk
from tests.loopback import HOST, PUBLIC, Site
from tests.services.newsroom import open_newsroom

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RSS = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Vellmar Courier</title><link>http://news.example/</link>
<item><title>Bridge closed</title><link>/bridge</link><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>
<item><title>Wharf talks resume</title><link>http://news.example/wharf</link></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Vellmar Courier</title>
<entry><title>Bridge closed</title><link href="bridge"/><id>1</id><updated>2026-03-02T08:00:00Z</updated></entry>
</feed>"""


@pytest.mark.parametrize(
    ("content", "media_type", "urls"),
    [
        (RSS, "application/rss+xml", [f"http://{HOST}/bridge", f"http://{HOST}/wharf"]),
        (RSS, "text/xml; charset=utf-8", [f"http://{HOST}/bridge", f"http://{HOST}/wharf"]),
        (ATOM, "application/atom+xml", [f"http://{HOST}/bridge"]),
    ],
)
def test_a_feed_lists_its_articles(desk: Desk, news_site: Site, content: str, media_type: str, urls: list[str]) -> None:
    room = open_newsroom(desk)
    with desk.inside():
        feed = feeds.read(room.project_id, room.person_id, news_site.page("/feed", content, media_type))
    assert feed.title == "Vellmar Courier"
    assert [entry.url for entry in feed.entries] == urls
    assert feed.entries[0].title == "Bridge closed"
    assert str(feed.entries[0].published_on) == "2026-03-02"


def test_nothing_that_a_feed_names_is_fetched(desk: Desk, news_site: Site) -> None:
    room = open_newsroom(desk)
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://news.example/entity">]>' + RSS.partition("?>")[2]
    with desk.inside():
        url = news_site.page("/feed", entity.replace("Bridge closed", "&x;"), "application/xml")
        with contextlib.suppress(NotReadable):
            feeds.read(room.project_id, room.person_id, url)
    assert [heard.target for heard in news_site.heard] == ["/feed"]
    assert news_site.reached == [(PUBLIC, 80)]


def test_what_is_no_feed_is_refused(desk: Desk, news_site: Site) -> None:
    room = open_newsroom(desk)
    with pytest.raises(NotReadable), desk.inside():
        feeds.read(room.project_id, room.person_id, news_site.page("/page", "<page>none</page>", "text/xml"))
    with pytest.raises(NotFetched), desk.inside():
        feeds.read(room.project_id, room.person_id, news_site.page("/html", "<html></html>", "text/html"))


def test_a_project_that_does_not_fetch_reads_no_feeds(desk: Desk, news_site: Site) -> None:
    url, project_id = news_site.page("/feed", RSS, "application/rss+xml"), desk.project("quiet")
    with pytest.raises(FetchingOff), desk.inside():
        feeds.read(project_id, None, url)
    assert not news_site.heard
