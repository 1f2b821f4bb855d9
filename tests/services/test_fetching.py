"""Fetching through the whole of it: hosts, redirects and connections of group F of the abuse cases."""

import gzip
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.services import fetching, network, retrieval
from annotator.services.fetching import BadAddress, NotFetched
from annotator.services.web_addresses import parse
from tests.desk import Desk
from tests.loopback import CLOSED, HOST, PUBLIC, Site, Talk, head
from tests.services.newsroom import Newsroom, open_newsroom

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = "<html><body><p>The bridge is closed, the council said.</p></body></html>"
INSIDE = "10.0.0.5"


@pytest.fixture
def newsroom(desk: Desk) -> Newsroom:
    return open_newsroom(desk)


def test_a_page_is_fetched(newsroom: Newsroom, news_site: Site) -> None:
    url = news_site.page("/story?id=1", PAGE)
    fetched = newsroom.fetch(news_site.page("/story", PAGE) + "?id=1#part")
    assert (fetched.url, fetched.media_type, fetched.charset) == (url, "text/html", "utf-8")
    assert fetched.content == PAGE.encode()
    assert newsroom.outcomes() == ["fetched"]
    assert news_site.heard[0].target == "/story?id=1"


def test_a_compressed_page_is_fetched(newsroom: Newsroom, news_site: Site) -> None:
    text = "".join(f"<p>Sentence {number} of a long page.</p>" for number in range(60_000))
    url = news_site.page("/story", gzip.compress(text.encode()), Content_Encoding="gzip")
    assert newsroom.fetch(url).content == text.encode()


def test_a_chunked_page_is_fetched(newsroom: Newsroom, news_site: Site) -> None:
    chunks = b"5\r\nFirst\r\n7\r\n, then.\r\n0\r\n\r\n"
    start = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + head(
        Content_Type="text/plain", Transfer_Encoding="chunked"
    )
    assert newsroom.fetch(news_site.put("/story", lambda talk: talk.say(start + chunks))).content == b"First, then."


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ('TEXT/HTML; Charset="Windows-1252"', "text/html", "windows-1252"),
        ("text/html; a=b; charset='x' onload", "text/html", None),
        ("text/plain;charset=iso-8859-1;x", "text/plain", "iso-8859-1"),
        ("text/html; charset=" + "u" * 200, "text/html", None),
    ],
)
def test_the_type_and_charset_are_read_from_the_header(
    newsroom: Newsroom, news_site: Site, header: str, media_type: str, charset: str | None
) -> None:
    fetched = newsroom.fetch(news_site.page("/story", PAGE, header))
    assert (fetched.media_type, fetched.charset) == (media_type, charset)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"])
def test_f01_literal_forms_are_never_connected_to(newsroom: Newsroom, news_site: Site, host: str) -> None:
    with pytest.raises(NotFetched):
        newsroom.fetch(f"http://{host}/")
    assert not news_site.reached


def test_f01_odd_forms_are_refused_and_cost_no_try(newsroom: Newsroom, news_site: Site) -> None:
    for host in ("127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "①②⑦.⓪.⓪.①", "127。0。0。1"):
        with pytest.raises(BadAddress):
            newsroom.fetch(f"http://{host}/")
    assert not news_site.reached
    assert not newsroom.outcomes()


@pytest.mark.parametrize(
    "host",
    [
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
        "[fec0::5]",
        "192.0.0.8",
        "192.88.99.1",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
    ],
)
def test_f02_embedding_ranges_are_never_connected_to(newsroom: Newsroom, news_site: Site, host: str) -> None:
    with pytest.raises(NotFetched):
        newsroom.fetch(f"http://{host}/")
    news_site.names["six.example"] = [host.strip("[]")]
    with pytest.raises(NotFetched):
        newsroom.fetch("http://six.example/")
    assert not news_site.reached
    assert all("is not public" in outcome for outcome in newsroom.outcomes())


def test_f03_metadata_services_are_never_connected_to(newsroom: Newsroom, news_site: Site) -> None:
    news_site.names["meta.example"] = ["169.254.169.254"]
    news_site.names["metadata.google.internal"] = [PUBLIC]
    hosts = ("169.254.169.254", "[fd00:ec2::254]", "meta.example", "metadata.google.internal", "metadata")
    for host in hosts:
        with pytest.raises(NotFetched):
            newsroom.fetch(f"http://{host}/latest/meta-data/")
    assert not news_site.reached
    assert news_site.looked_up == ["meta.example"]


@pytest.mark.parametrize(
    "answers", [[INSIDE], [PUBLIC, INSIDE], [INSIDE, PUBLIC], [PUBLIC, "::1"], [PUBLIC, "fe80::1%eth0"]]
)
def test_f04_one_bad_answer_spoils_the_name(newsroom: Newsroom, news_site: Site, answers: list[str]) -> None:
    news_site.names["mixed.example"] = answers
    with pytest.raises(NotFetched):
        newsroom.fetch("http://mixed.example/")
    assert not news_site.reached


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "news.localhost", "intranet"])
def test_f04_local_names_are_not_even_looked_up(newsroom: Newsroom, news_site: Site, host: str) -> None:
    news_site.names[host.lower().rstrip(".")] = [PUBLIC]
    with pytest.raises(NotFetched):
        newsroom.fetch(f"http://{host}/")
    assert not news_site.looked_up
    assert not news_site.reached


def test_f05_a_name_is_looked_up_once_and_the_judged_address_is_reached(newsroom: Newsroom, news_site: Site) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    asked = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return next(answers)

    way = replace(fetching.NETWORK, resolver=rebinding)
    url = news_site.page("/story", PAGE)
    page = retrieval.retrieve(parse(url, way.ports), fetching.PAGES, way)
    assert page.content == PAGE.encode()
    assert asked == [HOST]
    assert news_site.reached == [(PUBLIC, 80)]


def test_f05_each_hop_of_a_rebinding_name_is_judged_anew(
    newsroom: Newsroom, news_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    monkeypatch.setattr(fetching, "NETWORK", replace(fetching.NETWORK, resolver=lambda _host: next(answers)))
    with pytest.raises(NotFetched):
        newsroom.fetch(news_site.redirect("/story", "/elsewhere"))
    assert news_site.reached == [(PUBLIC, 80)]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_f06_a_redirect_is_followed_and_its_end_is_told(newsroom: Newsroom, news_site: Site, status: str) -> None:
    end = news_site.page("/end", PAGE)
    assert newsroom.fetch(news_site.redirect("/start", "/end", status)).url == end
    assert [heard.target for heard in news_site.heard] == ["/start", "/end"]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "location",
    ["http://10.0.0.5/", "http://169.254.169.254/latest/", "//127.0.0.1/x", "http://[::1]/", "http://inside.example/"],
)
def test_f06_a_redirect_to_the_inside_is_refused(
    newsroom: Newsroom, news_site: Site, status: str, location: str
) -> None:
    news_site.names["inside.example"] = [INSIDE]
    with pytest.raises(NotFetched):
        newsroom.fetch(news_site.redirect("/start", location, status))
    assert news_site.reached == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://news.example/",
        "data:text/html,x",
        "http://news.example:6379/",
        "http://a@news.example/",
        "http://2130706433/",
        "http://" + "a" * 3_000,
        "\\\\news.example",
        "",
    ],
)
def test_f06_a_redirect_to_something_else_is_refused(newsroom: Newsroom, news_site: Site, location: str) -> None:
    with pytest.raises(NotFetched) as caught:
        newsroom.fetch(news_site.redirect("/start", location))
    assert type(caught.value) is NotFetched
    assert news_site.reached == [(PUBLIC, 80)]
    assert newsroom.outcomes()[0].startswith("redirect: ")


def test_f06_four_hops_are_followed_and_five_are_not(newsroom: Newsroom, news_site: Site) -> None:
    news_site.page("/5", PAGE)
    for number in range(5):
        news_site.redirect(f"/{number}", f"/{number + 1}")
    assert newsroom.fetch(f"http://{HOST}/1").content == PAGE.encode()
    news_site.heard.clear()
    with pytest.raises(NotFetched):
        newsroom.fetch(f"http://{HOST}/0")
    assert len(news_site.heard) == 5


def test_f06_a_loop_ends(newsroom: Newsroom, news_site: Site) -> None:
    with pytest.raises(NotFetched):
        newsroom.fetch(news_site.redirect("/start", "/start"))
    assert len(news_site.heard) == 5
    assert newsroom.outcomes() == ["more than 4 redirects"]


def test_f06_a_refresh_in_the_page_is_not_followed(newsroom: Newsroom, news_site: Site) -> None:
    page = '<meta http-equiv="refresh" content="0; url=http://10.0.0.5/"><p>Wait.</p>'
    assert newsroom.fetch(news_site.page("/story", page, Refresh="0; url=http://10.0.0.5/")).content == page.encode()
    assert news_site.reached == [(PUBLIC, 80)]


def test_f07_f08_disguised_addresses_are_refused_unseen(newsroom: Newsroom, news_site: Site) -> None:
    for url in ("http://good@127.0.0.1/", "http://127.0.0.1\\@good/", "http://news.example:22/", "file:///etc/passwd"):
        with pytest.raises(BadAddress):
            newsroom.fetch(url)
    assert not news_site.looked_up
    assert not news_site.reached


def test_f10_the_environment_changes_nothing(
    newsroom: Newsroom, news_site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.2)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        (tmp_path / ".netrc").write_text(f"machine {HOST} login somebody password secret\n")
        (tmp_path / ".netrc").chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        assert newsroom.fetch(news_site.page("/story", PAGE)).content == PAGE.encode()
        with pytest.raises(TimeoutError):
            proxy.accept()
    assert "authorization" not in news_site.heard[0].headers


def test_f10_no_cookie_is_kept_and_only_these_headers_are_sent(newsroom: Newsroom, news_site: Site) -> None:
    def cookie(talk: Talk) -> None:
        talk.say(head("302 Found", Location="/end", Set_Cookie="a=b; Path=/", Content_Length="0"))

    news_site.page("/end", PAGE, Set_Cookie="c=d; Path=/")
    for _ in range(2):
        newsroom.fetch(news_site.put("/start", cookie))
    assert len(news_site.heard) == 4
    for heard in news_site.heard:
        assert set(heard.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert heard.headers["host"] == HOST
        assert heard.headers["user-agent"].startswith("ClaimAnnotator/")
        assert socket.gethostname() not in heard.raw.decode()


def test_a_second_address_is_tried_when_the_first_is_closed(newsroom: Newsroom, news_site: Site) -> None:
    news_site.names[HOST] = [CLOSED, PUBLIC]
    assert newsroom.fetch(news_site.page("/story", PAGE)).content == PAGE.encode()
    assert news_site.reached == [(CLOSED, 80), (PUBLIC, 80)]


def test_a_resolver_that_hangs_holds_up_nobody_for_long(
    newsroom: Newsroom, news_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def hanging(_host: str) -> list[str]:
        released.wait(20)
        return [PUBLIC]

    monkeypatch.setattr(fetching, "NETWORK", replace(fetching.NETWORK, resolver=hanging, max_seconds=0.5))
    monkeypatch.setattr(network, "_lookups", threading.BoundedSemaphore(2))
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(NotFetched):
            newsroom.fetch(f"http://{HOST}/")
    released.set()
    assert time.monotonic() - started < 3
    assert not news_site.reached
    assert newsroom.outcomes()[2].endswith("too many names are looked up at once")
