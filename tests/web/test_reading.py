"""An article to read with one's own labels: nothing of anybody else's, every word where it stands."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from annotator.domain.roles import Role
from annotator.domain.segmentation import Edit
from annotator.domain.verdicts import Content
from annotator.services import segmentation
from annotator.storage.articles import Article, Claim
from annotator.web.marked_words import phrases, with_marks
from tests.desk import Desk, without_tokens
from tests.web.test_queue import words
from tests.web.work import Work

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EDITORIAL = "Its brutal planners shrugged."


def read(work: Work) -> str:
    answer = work.browser.get(f"/articles/{work.article}")
    assert answer.status_code == 200
    return without_tokens(answer.text)


def counts(page: str) -> dict[str, int]:
    found = re.findall(r'<span class="chip"[^>]*>(?:<svg.*?</svg>)?([^<]*)</span></dt><dd[^>]*>(\d+)', page)
    return {unescape(name): int(number) for name, number in found}


def test_what_one_said_is_summed_up_and_listed(work: Work) -> None:
    work.data(1, label="sourced", kind_sourced="named", note="Seen on site.", confidence="2")
    start = EDITORIAL.index("brutal") + len(
        "Bridge closed after inspection\n\nThe bridge is closed, the council said. "
    )
    work.data(3, label="editorial", also_attributed="1", word=f"{start}-{start + 6}", action="flag")
    work.data(4, skip_reason="not-an-assertion")
    page = read(work)
    assert counts(page) == {
        "Sourced": 1, "Attributed opinion": 0, "Editorial": 1, "Skipped": 1, "not labelled yet": 1, "Flagged": 1,
    }  # fmt: skip
    shown = words(page)
    for said in (
        "Named source",
        "Also carries a source",
        "Skipped: Not an assertion",
        "Seen on site.",
        "2 – fairly sure",
    ):
        assert said in shown
    assert '<mark\tdata-sign="word">brutal</mark>' in page
    assert page.count("<details") >= 1
    assert "Note and details" in shown
    assert f'href="/articles/{work.article}/continue"' in page
    assert "Continue labelling" in shown
    for number in range(1, 5):
        assert f'href="/articles/{work.article}/claims/{number}#claim-{number}"' in page


def test_an_article_that_nobody_began_can_be_read_and_started(work: Work) -> None:
    page = read(work)
    assert counts(page)["not labelled yet"] == 4
    assert "Start labelling" in page
    assert "What I said" not in page


@on_sqlite
def test_when_all_is_done_there_is_nothing_to_continue(work: Work) -> None:
    for number in range(1, 5):
        work.data(number, label="sourced")
    page = read(work)
    assert "/continue" not in page
    assert "not labelled yet" in page


@on_sqlite
def test_the_article_stands_there_word_for_word(work: Work) -> None:
    text = re.sub(
        r"<svg.*?</svg>|<span class=\"claim-number\".*?</span></span></span>", "", read(work), flags=re.DOTALL
    )
    article = unescape(re.sub(r"<[^>]*>", "", text.partition('<article class="article"')[2].partition("<dl")[0]))
    for sentence in ("The bridge is closed, the council said.", EDITORIAL, "Who will pay?"):
        assert sentence in " ".join(article.split())


def test_nothing_of_what_others_said_is_there(work: Work) -> None:
    before = read(work)
    other = work.desk.member(work.project)
    work.desk.verdict(other, work.claims[0], "editorial", kind="framing", note="a telling note", is_flagged=True)
    assert read(work) == before


@on_sqlite
def test_what_is_to_confirm_is_counted_and_not_done(cut_work: Work) -> None:
    page = cut_work.browser.get(f"/articles/{cut_work.article}").text
    assert counts(page)["To confirm"] == 2
    assert "to confirm" in words(page)


@pytest.fixture
def cut_work(work: Work) -> Work:
    """Cut a claim in two that the reviewer has labelled."""
    work.data(2, label="sourced")
    with work.desk.inside() as session:
        session.get_one(Article, work.article).segmentation_unlocked = True
        session.flush()
        start = session.get_one(Claim, work.claims[1]).start
        edit = Edit("split", start, start + len("The bridge is closed, "))
        segmentation.apply(work.article, 0, edit, person_id=work.reviewer.id)
    return work


@on_sqlite
def test_a_withdrawn_article_is_gone(work: Work) -> None:
    with work.desk.inside() as session:
        session.execute(update(Article).values(withdrawn_at=Article.added_at))
    assert work.browser.get(f"/articles/{work.article}").status_code == 404


@on_sqlite
def test_observers_have_labels_nowhere(work: Work) -> None:
    observer = work.desk.reader(work.desk.member(work.project, Role.OBSERVER))
    assert observer.get(f"/articles/{work.article}").status_code == 403


@on_sqlite
def test_an_arabic_article_keeps_its_direction(desk: Desk) -> None:
    project = desk.project()
    me, article = desk.member(project), desk.article(project, "نص عربي هنا. جملة أخرى.", language="ar")
    desk.verdict(me, desk.claims(article)[0], note="ملاحظة")
    page = desk.reader(me).get(f"/articles/{article}").text
    assert 'id="article" lang="ar" dir="rtl"' in page
    assert '<dd class="note" dir="auto">ملاحظة</dd>' in page


CASES = [
    ("It was so called justice.", [(7, 9, "loaded"), (10, 16, "loaded"), (17, 24, "cue")],
     {"loaded": ["so called"], "cue": ["justice"]}),
    ("A, B said.", [(0, 1, "speaker"), (3, 4, "speaker"), (5, 9, "cue")], {"speaker": ["A", "B"], "cue": ["said"]}),
    ("<b> & so", [(1, 2, "loaded"), (6, 8, "loaded"), (6, 8, "cue")], {"loaded": ["b", "so"], "cue": ["so"]}),
    ("Nothing marked.", [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "marks", "found"), CASES)
def test_marked_words_are_read_as_phrases(
    quote: str, marks: list[tuple[int, int, str]], found: dict[str, list[str]]
) -> None:
    content = Content(marks=tuple((100 + start, 100 + end, role) for start, end, role in marks))
    assert phrases(quote, 100, content) == found
    html = with_marks(quote, 100, content)
    assert unescape(re.sub(r"</?mark[^>]*>", "", html)) == quote
    assert html.count("<mark") == len(marks)
    assert " " not in "".join(re.findall(r"<[^>]*>", html)), "the page parts a claim at its last space"
