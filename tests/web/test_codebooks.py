"""The guidelines page: the codebook in force, with rich text that cannot run."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.services import projects
from annotator.services.sample import shipped_codebook
from annotator.services.tagging import codebook_of
from annotator.storage.codebooks import CodebookVersion
from tests.desk import Desk
from tests.web.conftest import House
from tests.web.test_injection import PAYLOADS, Markup


def test_every_label_kind_and_reason_is_explained(house: House) -> None:
    shown = " ".join(Markup(house.browser("reviewer").get("/projects/news/guidelines").text).text.split())
    codebook = shipped_codebook(paths.seeds())
    texts = [codebook.title]
    for label in codebook.labels:
        texts += [label.name, label.definition, label.question, *label.examples, *label.counterexamples]
        texts += [text for kind in label.kinds for text in (kind.name, kind.definition)]
    texts += [text for reason in codebook.skip_reasons for text in (reason.name, reason.definition)]
    assert not [text for text in texts if " ".join(text.split()) not in shown]


def test_the_version_is_named(house: House) -> None:
    assert "Version 1" in house.browser("observer").get("/projects/news/guidelines").text


def found(house: House, words: str, path: str = "/projects/news/guidelines") -> tuple[list[str], str]:
    """Return the headings of the parts that hold the words, and the page."""
    page = house.browser("reviewer").get(path, query_string={"q": words}).text
    sections = re.findall(r'<section class="rule".*?</section>', page, re.DOTALL)
    headings = [re.search(r"<h2[^>]*>(.*?)</h2>", section, re.DOTALL) for section in sections]
    return [unescape(re.sub(r"<[^>]*>", "", heading[1])) for heading in headings if heading], page


@pytest.mark.parametrize(
    ("words", "heading", "marked"),
    [
        ("ROBUST mayor", "Quotations", "<mark>robust</mark>"),
        ("caption credit", "Caption or boilerplate", "<mark>Caption</mark>"),
        ("unemployment finally", "Sourced", "<mark>Unemployment</mark>"),
        ("judge voice attribution", "Take attribution and quotations away", "<mark>attribution</mark>"),
        ("ladder vigil", "One word as a ladder: brutality", "<mark>ladder</mark>"),
    ],
)
def test_a_search_shows_each_part_that_holds_all_the_words(house: House, words: str, heading: str, marked: str) -> None:
    headings, page = found(house, words)
    assert any(each.startswith(heading) for each in headings), headings
    assert marked in page
    assert f"{len(headings)} part" in page
    assert f'value="{words}"' in page
    assert 'href="/projects/news/guidelines" data-inside' in page


def test_every_word_is_held_by_what_is_shown(house: House) -> None:
    headings, page = found(house, "source")
    assert len(headings) > 5
    for section in re.findall(r'<section class="rule".*?</section>', page, re.DOTALL):
        assert "<mark>" in section.lower()


@pytest.mark.parametrize("words", ["zebra crossing", "<mark>", "&amp;", "\\", "%"])
def test_nothing_found_is_said(house: House, words: str) -> None:
    headings, page = found(house, words)
    assert headings == []
    assert "Nothing found." in page


def test_a_search_for_nothing_shows_all(house: House) -> None:
    headings, page = found(house, "  ")
    assert len(headings) == len(shipped_codebook(paths.seeds()).labels)
    assert 'id="found"' not in page


def test_the_search_is_of_what_the_viewer_reads(house: House) -> None:
    browser = house.browser("reviewer")
    browser.client.set_cookie("lang", "ar")
    name = re.search(r'<h2 id="rule-sourced">.*?</svg>([^<]*)<', browser.get("/projects/news/guidelines").text)
    assert name
    page = browser.get("/projects/news/guidelines", query_string={"q": name[1]}).text
    assert f"<mark>{name[1]}</mark>" in page


@pytest.fixture
def forgotten_versions() -> Iterator[None]:
    """Forget versions before and after: those of another database have the same ids."""
    codebook_of.cache_clear()
    yield
    codebook_of.cache_clear()


@pytest.mark.usefixtures("forgotten_versions")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_earlier_version_is_there_and_says_that_it_is_not_in_force(desk: Desk) -> None:
    project = desk.project()
    shipped, now = shipped_codebook(paths.seeds()), datetime.now(UTC)
    newer = dataclasses.replace(shipped, title="The newer rules", guidance="Only the newer ones speak of zebras.")
    browser = desk.reader(desk.member(project))
    assert 'aria-label="Versions"' not in browser.get("/projects/news/guidelines").text
    facts = {"project_id": project, "content": newer.to_dict(), "digest": newer.digest(), "created_at": now}
    with desk.inside() as session:
        session.add(CodebookVersion(number=2, published_at=now, **facts))
        session.add(CodebookVersion(number=3, published_at=None, **facts))
    page = browser.get("/projects/news/guidelines").text
    assert "The newer rules" in page
    assert 'href="/projects/news/guidelines/1"' in page
    old = browser.get("/projects/news/guidelines/1").text
    assert "no longer in force" in old
    assert "The newer rules" not in old
    assert 'href="/projects/news/guidelines" data-inside>Version 2' in old
    assert "Nothing found." in browser.get("/projects/news/guidelines/1?q=zebras").text
    assert "<mark>zebras</mark>" in browser.get("/projects/news/guidelines/2?q=zebras").text
    for number in (0, 3, 4, 2**62):
        assert browser.get(f"/projects/news/guidelines/{number}").status_code == 404


def shout(codebook: Codebook, payload: str) -> Codebook:
    label = dataclasses.replace(
        codebook.labels[0],
        name=payload[:60] or "x",
        definition=payload,
        question=payload,
        examples=(payload,),
        counterexamples=(payload,),
    )
    return dataclasses.replace(codebook, title=payload, guidance=payload, labels=(label, *codebook.labels[1:]))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_codebook_from_a_stranger_is_text_too(desk: Desk) -> None:
    from annotator.domain.roles import Role

    shipped, number = shipped_codebook(paths.seeds()), 0
    for start in range(0, len(PAYLOADS), 4):
        payload, number = " ".join(" ".join(PAYLOADS[start : start + 4]).split()), number + 1
        with desk.inside():
            project = projects.create_project("Strange", shout(shipped, payload), slug=f"strange-{number}").id
        browser = desk.reader(desk.member(project, Role.MANAGER))
        claim_page = f"/articles/{desk.article(project)}/claims/1"
        for path in (f"/projects/strange-{number}/guidelines", claim_page):
            foreign = Markup(browser.get(path).text).foreign
            assert not [mark for mark in foreign if not mark.startswith("a href=http")], (path, payload)
