"""Tables, web addresses and feeds through their pages: what is asked, what is refused, what comes in."""

import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from annotator.domain.extraction.feeds import Feed, FeedEntry
from annotator.domain.roles import Role
from annotator.services import feeds, fetching, work
from annotator.storage.articles import Article
from annotator.storage.events import Event
from annotator.storage.jobs import FetchAttempt, Job, JobItem
from annotator.storage.projects import Project
from annotator.web import outside
from tests.desk import TEXT, Desk, Reader
from tests.loopback import CLOSED, HOST, Site

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILES, ADDRESS, FEED = (f"/projects/news/imports/{door}" for door in ("files", "address", "feed"))
CHOOSE, SWITCH = "/projects/news/imports/feed/entries", "/projects/news/fetching"
TABLE = 'Überschrift,body,weather\nWharf shut,"The wharf, they said, is shut.",rain\nTalks,Talks go on.,sun\n'


@pytest.fixture
def manager(desk: Desk) -> Reader:
    desk.article(desk.project("noise"), TEXT)
    return desk.reader(desk.member(desk.project(), Role.MANAGER))


def send(browser: Reader, name: str, content: str | bytes, **fields: Any) -> TestResponse:
    content = content.encode() if isinstance(content, str) else content
    form = {"csrf_token": browser.token(), "files": FileStorage(io.BytesIO(content), name), **fields}
    boundary, body = encode_multipart(form)
    return browser.client.post(FILES, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def columns_page(browser: Reader, content: str | bytes, name: str = "table.csv", **fields: Any) -> str:
    answer = send(browser, name, content, **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def run(desk: Desk) -> None:
    with desk.app.app_context():
        work.run_all()


def results(desk: Desk) -> list[str]:
    with desk.inside(writes=False) as session:
        return list(session.scalars(select(JobItem.result).order_by(JobItem.job_id, JobItem.position)))


def jobs(desk: Desk) -> int:
    with desk.inside(writes=False) as session:
        return len(session.scalars(select(Job.id)).all())


def chosen(page: str) -> dict[str, str]:
    """Return which column each select of the page has chosen."""
    selects = re.findall(r'<select[^>]*name="column_(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    return {
        name: found[1] if (found := re.search(r'<option selected value="([^"]*)"', body)) else ""
        for name, body in selects
    }


def test_a_table_comes_in_as_its_columns_were_named(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, TABLE, outlet="The Vellmar Post")
    page = manager.get(place).text
    assert {"text": "body", "title": "Überschrift"}.items() <= chosen(page).items()
    assert all(part in page for part in ("table.csv", "2 rows", "weather", "The wharf, they said", "Import 2 articles"))
    form = {f"column_{name}": column for name, column in chosen(page).items()} | {"outlet": "The Vellmar Post"}
    answer = manager.post(place.partition("?")[0], form)
    assert answer.status_code == 303
    for again in (manager.get(place), manager.post(place.partition("?")[0], form)):
        assert again.headers["Location"] == answer.headers["Location"], "a second press starts no second import"
    assert jobs(desk) == 1
    run(desk)
    assert results(desk) == ["added", "added"]
    with desk.inside(writes=False) as session:
        article = session.scalars(select(Article).where(Article.title == "Wharf shut")).one()
        assert (article.text, article.outlet) == ("The wharf, they said, is shut.", "The Vellmar Post")
    assert manager.get(place).status_code == 404, "the file is not kept when its articles are in"


@on_sqlite
def test_the_mapping_is_the_persons_not_the_guess(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, TABLE)
    manager.post(place, {"column_text": "body", "column_title": "weather"})
    run(desk)
    with desk.inside(writes=False) as session:
        titles = set(session.scalars(select(Article.title).where(Article.project_id == 2)))
    assert titles == {"rain", "sun"}


@on_sqlite
def test_looking_again_imports_nothing(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, TABLE)
    answer = manager.post(place, {"column_text": "body", "column_title": "weather", "look": "1"})
    assert answer.status_code == 200
    assert chosen(answer.text)["title"] == "weather"
    assert jobs(desk) == 0


@on_sqlite
def test_a_table_without_a_text_column_asks_for_one(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, "a,b\n1,2\n")
    assert chosen(manager.get(place).text)["text"] == ""
    answer = manager.post(place, {"column_text": ""})
    assert answer.status_code == 422
    assert "Choose the column that holds the text." in answer.text
    assert manager.post(place, {"column_text": "no such column"}).status_code == 422
    assert jobs(desk) == 0


@on_sqlite
def test_wrong_rows_are_listed_and_nothing_is_imported(desk: Desk, manager: Reader) -> None:
    rows = "".join(f"A text.,no date {number}\n" for number in range(70))
    place = columns_page(manager, f"text,date\nA first text.,2026-01-02\n{rows}")
    answer = manager.post(place, {"column_text": "text", "column_published_on": "date"})
    assert answer.status_code == 422
    assert "Nothing is imported until this is mended" in answer.text
    assert answer.text.count("<li><span") + answer.text.count("<li>Line") >= 1
    assert jobs(desk) == 0


G07 = {
    "byte order mark": b"\xef\xbb\xbftext,title\nA text with a mark.,T\n",
    "semicolons": b"text;title\nA text, with a comma.;T\n",
    "tabs": b"text\ttitle\nA text, with a comma.\tT\n",
    "mixed line ends": b"text,title\r\nOne text.,T\rTwo texts.,T\nThree texts.,T\r\n",
    "formula cells": b'text,title\n"=HYPERLINK(""http://x"",""y"")",=1+1\n+1,@SUM(A1)\n',
    "a quote unclosed": b'text,title\n"never closed,T\n' + b"word,word\n" * 20_000,
    "one long field": b'text,title\n"' + b"word " * 1_500_000 + b'",T\n',
    "NUL": b"text,title\nA text with a\0NUL.,T\n",
    "too few cells": b"text,title,url\nOnly a text.\n",
    "too many cells": b"text,title\nA text.,T,more,and more\n",
    "duplicated headers": b"text,text\nOne.,Two.\n",
    "100,000 columns": b",".join(b"c%d" % number for number in range(100_000)) + b"\n" + b",".join([b"1"] * 100_000),
    "no rows": b"text,title\n",
    "only a mark": b"\xef\xbb\xbf",
}
WHOLE = {"byte order mark", "semicolons", "tabs", "mixed line ends", "formula cells"}


@on_sqlite
@pytest.mark.parametrize("case", G07)
def test_g07_a_table_is_in_as_a_whole_or_not_at_all(desk: Desk, manager: Reader, case: str) -> None:
    answer = send(manager, "table.tsv" if case == "tabs" else "table.csv", G07[case])
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        place = answer.headers["Location"]
        assert manager.get(place).status_code in {200, 422}
        answer = manager.post(place, {"column_text": "text", "column_title": "title"})
        assert answer.status_code == (303 if case in WHOLE else 422), case
    run(desk)
    assert set(results(desk)) == ({"added"} if case in WHOLE else set()), case
    assert jobs(desk) == (case in WHOLE)


@on_sqlite
def test_g07_a_formula_is_kept_as_text(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, G07["formula cells"])
    manager.post(place, {"column_text": "text", "column_title": "title"})
    run(desk)
    with desk.inside(writes=False) as session:
        assert "=1+1" in set(session.scalars(select(Article.title)))


def json_lines(*documents: Any) -> bytes:
    return "".join(json.dumps(document) + "\n" for document in documents).encode()


G08 = {
    "wrong types": json_lines({"text": ["a", "list"], "title": {"a": 1}}),
    "a number for a text": json_lines({"text": 7}),
    "no text": json_lines({"title": "T"}, {"text": "A text."}),
    "an array": b"[1, 2, 3]\n",
    "not JSON": b"{text: 'A text.'}\n",
    "NaN": b'{"text": "A text.", "title": NaN}\n',
    "a lone surrogate": b'{"text": "half \\ud800 a pair"}\n',
    "NUL": b'{"text": "with a \\u0000 NUL"}\n',
    "a deep array": b'{"text": "A text.", "title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "a line of seven megabytes": b'{"text": "' + b"word " * 1_400_000 + b'"}\n',
}


@on_sqlite
@pytest.mark.parametrize("case", G08)
def test_g08_json_lines_that_are_no_articles_are_refused_by_row(desk: Desk, manager: Reader, case: str) -> None:
    answer = send(manager, "lines.jsonl", G08[case])
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        place = answer.headers["Location"]
        assert manager.get(place).status_code in {200, 422}
        assert manager.post(place, {"column_text": "text", "column_title": "title"}).status_code == 422
    assert jobs(desk) == 0


@on_sqlite
def test_g08_ids_of_another_project_mean_nothing(desk: Desk, manager: Reader) -> None:
    line = {"text": "A text of its own.", "project_id": 1, "article_id": 1, "id": 1, "claim_id": 10**30 % 2**60}
    place = columns_page(manager, json_lines(line), "lines.jsonl")
    assert manager.post(place, {"column_text": "text"}).status_code == 303
    run(desk)
    with desk.inside(writes=False) as session:
        article = session.scalars(select(Article).order_by(Article.id.desc())).first()
        assert article is not None
        assert (article.project.slug, article.text) == ("news", "A text of its own.")


@on_sqlite
def test_g08_the_same_lines_twice_are_duplicates(desk: Desk, manager: Reader) -> None:
    lines = json_lines({"text": "One text."}, {"text": "Two texts."})
    for _ in range(2):
        place = columns_page(manager, lines, "lines.jsonl")
        assert manager.post(place, {"column_text": "text"}).status_code == 303
        run(desk)
    assert results(desk) == ["added", "added", "duplicate", "duplicate"]


def test_a_table_of_another_project_is_not_there(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, TABLE)
    elsewhere = place.replace("/news/", "/elsewhere/")
    other = desk.reader(desk.member(desk.project("elsewhere"), Role.MANAGER))
    assert other.get(elsewhere).status_code == 404
    assert other.post(elsewhere, {"column_text": "body"}).status_code == 404
    assert other.get(place).status_code == 404
    assert manager.get(f"{place.partition('uploads/')[0]}uploads/999/columns").status_code == 404
    assert jobs(desk) == 0


def test_a_table_that_waits_is_named_where_imports_are_listed(desk: Desk, manager: Reader) -> None:
    place = columns_page(manager, TABLE)
    page = manager.get("/projects/news/imports").text
    assert place in page
    assert "table.csv" in page
    manager.post(place, {"column_text": "body"})
    assert place not in manager.get("/projects/news/imports").text


# Web addresses and feeds


def allow(browser: Reader, value: str = "yes") -> TestResponse:
    return browser.post(SWITCH, {"allow": value, "back": "feed"})


def test_f13_fetching_is_off_until_a_manager_allows_it(desk: Desk, manager: Reader) -> None:
    for door, form in ((ADDRESS, {"addresses": "https://post.example/1"}), (FEED, {"url": "https://post.example/rss"}),
                       (CHOOSE, {"entry": "https://post.example/1"})):  # fmt: skip
        if door != CHOOSE:
            page = manager.get(door).text
            assert "Fetching from the web is off" in page
            assert f'action="{SWITCH}"' in page
        assert manager.post(door, form).status_code == 403
    assert jobs(desk) == 0
    assert allow(manager).headers["Location"] == FEED
    assert "Switch it off" in manager.get(ADDRESS).text
    answer = manager.post(ADDRESS, {"addresses": "https://post.example/1"})
    assert answer.status_code == 303
    assert allow(manager, "no").status_code == 303
    assert manager.post(ADDRESS, {"addresses": "https://post.example/2"}).status_code == 403
    with desk.inside(writes=False) as session:
        assert not session.scalars(select(Project).where(Project.slug == "news")).one().allows_fetching
        told = session.scalars(select(Event.what).where(Event.what.startswith("fetching")).order_by(Event.id))
        assert list(told) == ["fetching allowed", "fetching forbidden"]


@on_sqlite
@pytest.mark.parametrize("role", [Role.ADJUDICATOR, Role.REVIEWER, Role.OBSERVER])
def test_f13_only_who_may_add_articles_makes_the_server_fetch(desk: Desk, manager: Reader, role: Role) -> None:
    allow(manager)
    other = desk.reader(desk.member(2, role))
    for door, form in ((ADDRESS, {"addresses": "https://post.example/1"}), (FEED, {"url": "https://post.example/rss"}),
                       (CHOOSE, {"entry": "https://post.example/1"}), (SWITCH, {"allow": "no"})):  # fmt: skip
        assert other.post(door, form).status_code == 403
    with desk.inside(writes=False) as session:
        assert session.scalars(select(FetchAttempt)).all() == []
        assert session.scalars(select(Project).where(Project.slug == "news")).one().allows_fetching
    assert jobs(desk) == 0


@on_sqlite
def test_f13_a_spent_quota_is_said(desk: Desk, manager: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(manager)
    monkeypatch.setattr(fetching, "PROJECT_LIMIT", 0)
    answer = manager.post(FEED, {"url": "https://post.example/rss"})
    assert answer.status_code == 429
    assert "limit" in answer.text


WRONG_LINES = ["", " \n ", "ftp://post.example/1", "post.example", "https://", "javascript:alert(1)", "file:///etc/passwd",
               "https://a b/", "http://good.example\\@127.0.0.1/", "https://post.example/1\nnonsense",
               "https://post.example/" + "x" * 2000]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("lines", WRONG_LINES)
def test_lines_that_are_no_addresses_are_refused(desk: Desk, manager: Reader, lines: str) -> None:
    allow(manager)
    answer = manager.post(ADDRESS, {"addresses": lines})
    assert answer.status_code == 422
    assert 'id="addresses-error"' in answer.text
    assert jobs(desk) == 0


@on_sqlite
def test_fifty_addresses_fit_and_one_more_does_not(desk: Desk, manager: Reader) -> None:
    allow(manager)
    lines = [f"https://post.example/{number}" for number in range(51)]
    refused = manager.post(ADDRESS, {"addresses": "\r\n".join(lines)})
    assert refused.status_code == 422
    assert "At most 50 addresses fit here." in refused.text
    twice = [*lines[:50], *lines[:50]]
    assert manager.post(ADDRESS, {"addresses": "\r\n".join(twice)}).status_code == 303
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Job.total)).one() == 50


@pytest.fixture
def readable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every feed be this one, without a network; give the addresses that were asked for."""
    asked: list[str] = []
    entries = (
        FeedEntry("https://post.example/new", "New & <b>bold</b>", None, "A summary."),
        FeedEntry("https://post.example/known", "Known", None, ""),
    )

    def read(_project_id: int, _person_id: int | None, url: str) -> Feed:
        asked.append(url)
        return Feed("The Vellmar Post", entries)

    monkeypatch.setattr(feeds, "read", read)
    return asked


@on_sqlite
def test_a_feed_is_listed_with_the_new_entries_ticked(desk: Desk, manager: Reader, readable: list[str]) -> None:
    desk.article(2, "A text that is here.", url="https://post.example/known")
    allow(manager)
    answer = manager.post(FEED, {"url": "https://post.example/rss"})
    assert readable == ["https://post.example/rss"]
    assert answer.status_code == 200
    assert "New &amp; &lt;b&gt;bold&lt;/b&gt;" in answer.text
    ticked = dict(re.findall(r'name="entry" value="([^"]+)"( checked)?', answer.text))
    assert ticked == {"https://post.example/new": " checked", "https://post.example/known": ""}
    assert "Here already" in answer.text


@on_sqlite
def test_the_chosen_entries_are_judged_again(desk: Desk, manager: Reader) -> None:
    allow(manager)
    for entries in ([], ["javascript:alert(1)"], ["https://post.example/1", "file:///etc/passwd"], ["x" * 3000],
                    [f"https://post.example/{number}" for number in range(501)]):  # fmt: skip
        answer = manager.post(CHOOSE, {"entry": entries, "feed": "https://post.example/rss"})
        assert answer.status_code == 422, entries[:1]
        assert 'value="https://post.example/rss"' in answer.text
    assert jobs(desk) == 0
    good = manager.post(CHOOSE, {"entry": ["https://post.example/1", "https://post.example/1"]})
    assert good.status_code == 303
    assert jobs(desk) == 1


UNREACHABLE = ["http://closed.example/", "http://filtered.example/", "http://gone.example/", "http://127.0.0.1/",
               "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://localhost/",
               f"http://{CLOSED}/", f"http://{HOST}/missing", f"http://{HOST}/picture"]  # fmt: skip


@on_sqlite
def test_f11_both_pages_say_one_sentence_whatever_is_behind_an_address(
    desk: Desk, manager: Reader, news_site: Site
) -> None:
    news_site.page("/picture", b"\x89PNG", "image/png")
    allow(manager)
    told = set()
    for address in UNREACHABLE:
        answer = manager.post(FEED, {"url": address})
        assert answer.status_code == 422
        told |= set(re.findall(r'id="url-error".*?<span>(.*?)</span>', answer.text, re.DOTALL))
    assert len(told) == 1
    answer = manager.post(ADDRESS, {"addresses": "\n".join(UNREACHABLE)})
    run(desk)
    page = manager.get(answer.headers["Location"]).text
    reasons = re.findall(r"Refused</span></td>\s*<td class=\"text\">\s*(.*?)\s*</td>", page, re.DOTALL)
    assert len(reasons) == len(UNREACHABLE)
    assert len(set(reasons)) == 1


def test_an_address_and_a_feed_come_in_with_where_they_are_from(desk: Desk, manager: Reader, news_site: Site) -> None:
    body = "<p>The wharf is shut, the port authority said on Monday. Nobody knows for how long it will be.</p>" * 3
    for number in (1, 2):
        news_site.page(
            f"/{number}",
            f"<!doctype html><html lang='en'><head><title>Wharf {number}</title></head><body><article>"
            f"<h1>Wharf {number} is shut</h1><p>Number {number}.</p>{body}</article></body></html>",
        )
    items = "".join(f"<item><title>Wharf {n}</title><link>http://{HOST}/{n}</link></item>" for n in (1, 2))
    news_site.page(
        "/rss",
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Post</title>{items}</channel></rss>',
        "application/rss+xml",
    )
    allow(manager)
    assert manager.post(ADDRESS, {"addresses": f"http://{HOST}/1"}).status_code == 303
    run(desk)
    listed = manager.post(FEED, {"url": f"http://{HOST}/rss"})
    ticked = dict(re.findall(r'name="entry" value="([^"]+)"( checked)?', listed.text))
    assert ticked == {f"http://{HOST}/1": "", f"http://{HOST}/2": " checked"}
    assert manager.post(CHOOSE, {"entry": list(ticked), "outlet": "The Post"}).status_code == 303
    run(desk)
    assert results(desk) == ["added", "duplicate", "added"]
    with desk.inside(writes=False) as session:
        newest = session.scalars(select(Article).order_by(Article.id.desc())).first()
        assert newest is not None
        assert newest.final_url == f"http://{HOST}/2"
        assert newest.outlet == "The Post"


@on_sqlite
def test_no_more_than_two_feeds_are_read_at_once(desk: Desk, manager: Reader, readable: list[str]) -> None:
    allow(manager)
    with outside.reading, outside.reading:
        answer = manager.post(FEED, {"url": "https://post.example/rss"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "Try again in a few seconds." in answer.text
    assert readable == []
    assert manager.post(FEED, {"url": "https://post.example/rss"}).status_code == 200
