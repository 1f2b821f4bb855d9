"""My verdicts: all that stands of what one said, to find and to go back to; never anybody else's."""

import re
from html import unescape
from typing import Any

import pytest

from annotator.domain.roles import Role
from annotator.storage import verdict_list
from annotator.storage.projects import Membership
from tests.desk import Desk, Reader, Somebody
from tests.web.test_queue import words

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(browser: Reader, **asked: Any) -> str:
    answer = browser.get("/verdicts", query_string=asked)
    assert answer.status_code == 200
    return answer.text


def quotes(page: str) -> list[str]:
    """Return the quotes in the list, in order."""
    found = re.findall(r'<p class="quote"[^>]*>(.*?)</p>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]*>", "", quote)) for quote in found]


@pytest.fixture
def me(desk: Desk) -> Somebody:
    """Give a reviewer verdicts in two projects, one of them in Arabic."""
    news, other = desk.project(name="The news"), desk.project("other", name="The other")
    mine = desk.join(other, desk.member(news))
    wharf = desk.claims(desk.article(news, "The wharf is closed. Its brutal owner shrugged.", title="Wharf news"))
    arabic = desk.claims(desk.article(other, "نص عربي هنا.", language="ar", title="أخبار"))
    desk.verdict(mine, wharf[0], "sourced", kind="named", source_name="Port Authority", confidence=2)
    desk.verdict(mine, wharf[1], "editorial", kind="framing", is_flagged=True, note="The WHARF’s <owner>")
    desk.verdict(mine, arabic[0], None, skip_reason="language")
    return mine


WHARF, BRUTAL, ARABIC = "The wharf is closed.", "Its brutal owner shrugged.", "نص عربي هنا."


def test_each_verdict_has_its_claim_its_words_and_its_place(desk: Desk, me: Somebody) -> None:
    page = ask(desk.reader(me))
    assert quotes(page) == [ARABIC, BRUTAL, WHARF]
    assert f'<p class="quote" lang="ar" dir="rtl"><a href="/articles/2/claims/1#claim-1">{ARABIC}</a>' in page
    assert 'href="/articles/1/claims/2#claim-2"' in page
    shown = words(page)
    for said in ("Skipped: Other language", "Editorial", "Framing", "Flagged", "Port Authority", "2 – fairly sure",
                 "The WHARF’s <owner>", "The news", "The other", "Claim 2", "Wharf news"):  # fmt: skip
        assert said in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "wharf"}, [BRUTAL, WHARF]), ({"q": "port AUTHORITY"}, [WHARF]), ({"q": "عربي"}, [ARABIC]),
        ({"said": "sourced"}, [WHARF]), ({"said": "editorial.framing"}, [BRUTAL]),
        ({"said": "editorial.unsourced"}, []),
        ({"said": "skipped"}, [ARABIC]), ({"said": "skipped.language"}, [ARABIC]), ({"said": "skipped.fragment"}, []),
        ({"said": "open"}, []), ({"flagged": "y"}, [BRUTAL]), ({"confidence": "2"}, [WHARF]),
        ({"confidence": "0"}, [ARABIC, BRUTAL]), ({"project": "other"}, [ARABIC]), ({"article": "1"}, [BRUTAL, WHARF]),
        ({"since": "2999-01-01"}, []), ({"until": "1999-01-01"}, []),
        ({"since": "2020-01-01"}, [ARABIC, BRUTAL, WHARF]),
        ({"said": "nothing.there", "project": "gone", "confidence": "9", "article": "x", "since": "soon"},
         [ARABIC, BRUTAL, WHARF]),
    ],
)  # fmt: skip
@on_sqlite
def test_search_and_filters(desk: Desk, me: Somebody, asked: dict[str, str], found: list[str]) -> None:
    page = ask(desk.reader(me), **asked)
    assert quotes(page) == found
    assert ("No verdict fits" in page) == (not found)


@on_sqlite
def test_what_was_asked_for_stays_in_the_form_and_hits_are_marked(desk: Desk, me: Somebody) -> None:
    page = ask(desk.reader(me), q="wharf", said="editorial.framing", flagged="y", since="2020-01-01")
    assert 'name="q" type="search" dir="auto" value="wharf"' in page
    assert '<option value="editorial.framing" selected>' in page
    assert 'value="2020-01-01"' in page
    assert re.search(r"<input checked[^>]*flagged", page)
    assert "The <mark>WHARF</mark>’s &lt;owner&gt;" in page
    assert "<details" in page
    assert re.search(r'<details class="disclosure" open>', page)


@on_sqlite
def test_an_articles_list_says_which_and_leads_out(desk: Desk, me: Somebody) -> None:
    page = ask(desk.reader(me), article="1", q="wharf")
    assert "Only in this article: Wharf news" in words(page)
    assert 'name="article" value="1"' in page
    assert 'href="/verdicts?q=wharf"' in page


@on_sqlite
def test_pages_keep_what_was_asked_for(desk: Desk, me: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_list, "PER_PAGE", 1)
    browser = desk.reader(me)
    first = ask(browser, q="wharf")
    assert quotes(first) == [BRUTAL]
    assert 'rel="prev"' not in first
    older = re.search(r'rel="next" href="([^"]*)"', first)
    assert older
    second = browser.get(unescape(older[1])).text
    assert quotes(second) == [WHARF]
    assert 'rel="next"' not in second
    newer = re.search(r'rel="prev" href="([^"]*)"', second)
    assert newer
    assert quotes(browser.get(unescape(newer[1])).text) == [BRUTAL]


def test_nobody_elses_verdicts_are_ever_there(desk: Desk, me: Somebody) -> None:
    before = words(ask(desk.reader(me)))
    other = desk.member(1, Role.MANAGER)
    assert "You have given no verdict yet" in ask(desk.reader(other))
    for claim in desk.claims(1):
        desk.verdict(other, claim, "editorial", note="a telling note", is_flagged=True)
    assert words(ask(desk.reader(me))) == before
    for person in (me, desk.person(admin=True), desk.member(1, Role.MANAGER)):
        assert "a telling note" not in ask(desk.reader(person), q="telling")
        assert "a telling note" not in ask(desk.reader(person), article="1")
    assert quotes(ask(desk.reader(other), q="telling")) == [BRUTAL, WHARF]


@on_sqlite
def test_who_left_a_project_sees_none_of_it(desk: Desk, me: Somebody) -> None:
    with desk.inside() as session:
        session.delete(session.get_one(Membership, (1, me.id)))
    page = ask(desk.reader(me))
    assert quotes(page) == [ARABIC]
    assert "Wharf" not in ask(desk.reader(me), article="1")


@on_sqlite
def test_who_only_observes_now_reads_but_is_not_led_to_what_is_refused(desk: Desk, me: Somebody) -> None:
    desk.join(1, me, Role.OBSERVER)
    page = ask(desk.reader(me))
    assert quotes(page) == [ARABIC, BRUTAL, WHARF]
    assert "/articles/1/claims" not in page
    assert "/articles/2/claims/1" in page


@on_sqlite
def test_an_administrator_finds_what_they_labelled_without_a_role(desk: Desk, me: Somebody) -> None:
    admin = desk.person(admin=True)
    desk.verdict(admin, desk.claims(1)[0], "sourced")
    page = ask(desk.reader(admin))
    assert quotes(page) == [WHARF]
    assert 'href="/articles/1/claims/1#claim-1"' in page


@on_sqlite
def test_labels_of_several_codebooks_stand_once_each(desk: Desk, me: Somebody) -> None:
    page = ask(desk.reader(me))
    values = re.findall(r'<option value="([^"]*)"', page.partition('id="said"')[2].partition("</select>")[0])
    assert len(values) == len(set(values))
    assert {"", "sourced", "sourced.document", "skipped", "skipped.fragment", "open"} <= set(values)
