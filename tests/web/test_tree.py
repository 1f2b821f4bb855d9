"""The decision tree by plain forms: each answer brings the next question back, and nothing typed is lost."""

import re
from typing import Any

import pytest

from annotator import paths
from annotator.domain.verdicts import Content
from annotator.services.sample import shipped_codebook
from annotator.web.tree import answered, tree_of
from tests.web.work import Work

BOOK = shipped_codebook(paths.seeds())
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def asked(page: str) -> list[str]:
    """Return the questions that a page shows: those that are not hidden."""
    return re.findall(r'data-question="([^"]+)"(?![^>]*hidden)[^>]*>', page)


def path_in(page: str) -> str:
    found = re.search(r'name="path" value="([^"]*)"', page)
    assert found
    return found[1]


def test_answers_lead_from_question_to_question_to_a_label() -> None:
    content = Content(note="kept")
    for answer in ("codable:yes", "writer-judges:yes", "rhetorical:no", "inferred:no"):
        content = answered(content, BOOK, answer)
        tree = tree_of(BOOK, content.path)
        assert tree
        assert tree.end is None
        assert content.label is None
    content = answered(content, BOOK, "framed-beside-source:yes")
    assert (content.label, content.kind, content.also_attributed) == ("editorial", "framing", True)
    assert content.note == "kept"
    tree = tree_of(BOOK, content.path)
    assert tree
    assert tree.question is None
    assert [(question.key, yes) for question, yes in tree.steps] == list(content.path)


def test_back_takes_the_last_answer_back_and_leaves_the_label() -> None:
    content = Content(label="sourced", path=(("codable", True), ("writer-judges", False)))
    back = answered(content, BOOK, "back")
    assert (back.path, back.label) == ((("codable", True),), "sourced")
    assert answered(Content(), BOOK, "back") == Content()


def test_a_question_that_was_answered_can_be_answered_anew() -> None:
    content = Content(path=(("codable", True), ("writer-judges", False), ("other-judges", True)))
    assert answered(content, BOOK, "writer-judges:yes").path == (("codable", True), ("writer-judges", True))


@pytest.mark.parametrize("answer", ["", "nonsense", "own-words:yes", "codable:perhaps", "codable", ":yes"])
def test_an_answer_to_no_open_question_changes_nothing(answer: str) -> None:
    content = Content(label="sourced", note="n", path=(("codable", True),))
    assert answered(content, BOOK, answer) == content


def test_a_path_of_another_codebook_begins_anew() -> None:
    strange = Content(path=(("gone", True),))
    assert answered(strange, BOOK, "codable:yes").path == (("codable", True),)
    tree = tree_of(BOOK, strange.path)
    assert tree
    assert tree.question == BOOK.questions[0]
    assert tree.steps == ()


def test_the_page_begins_with_the_first_question(work: Work) -> None:
    page = work.page(2)
    assert asked(page) == ["codable"]
    assert path_in(page) == ""
    assert page.count("data-question=") == len(BOOK.questions)


def test_a_plain_form_goes_through_the_questions_and_keeps_what_was_typed(work: Work) -> None:
    before = work.stored()
    path = ""
    typed: dict[str, Any] = {
        "note": "half a thought",
        "source_name": "Council",
        "speech": "indirect",
        "confidence": "2",
    }
    for answer, following in [
        ("codable:yes", ["writer-judges"]),
        ("writer-judges:no", ["other-judges"]),
        ("other-judges:no", ["checkable-with"]),
        ("checkable-with:yes", ["document"]),
        ("document:no", ["named"]),
    ]:
        shown = work.save(2, answer=answer, path=path, **typed)
        assert (shown.status_code, asked(shown.text)) == (200, following)
        path = path_in(shown.text)
        assert "half a thought" in shown.text
        assert 'value="Council"' in shown.text
        assert "Not saved yet" in shown.text
    shown = work.save(2, answer="named:yes", path=path, **typed)
    assert asked(shown.text) == []
    assert 'name="label" value="sourced"' in shown.text
    assert re.search(r'name="kind_sourced" value="named" checked', shown.text)
    assert "Does somebody else hold a judgement here?" in shown.text
    assert work.stored() == before, "answers are no verdict"
    path = path_in(shown.text)
    work.save(2, label="sourced", kind_sourced="named", path=path, **typed)
    assert path_in(work.page(2)) == path, "the page shows the stored path again"


def test_a_plain_form_goes_back(work: Work) -> None:
    shown = work.save(2, answer="back", path="codable:yes writer-judges:no")
    assert (asked(shown.text), path_in(shown.text)) == (["writer-judges"], "codable:yes")


@on_sqlite
def test_no_to_the_first_question_opens_the_reasons_to_skip(work: Work) -> None:
    shown = work.save(2, answer="codable:no").text
    assert re.search(r'<details class="skip" id="skip"[^>]* open', shown)
    path = path_in(shown)
    assert path == "codable:no"
    work.save(2, skip_reason="fragment", path=path)
    page = work.page(2)
    assert path_in(page) == path
    assert not re.search(r'<details class="skip" id="skip"[^>]* open', page)


@on_sqlite
def test_an_answer_beside_a_field_that_does_not_fit_says_so_and_is_taken(work: Work) -> None:
    shown = work.save(2, answer="codable:yes", evidence_url="nonsense")
    assert shown.status_code == 422
    assert asked(shown.text) == ["writer-judges"]
    assert 'value="nonsense"' in shown.text
    assert "evidence_url-error" in shown.text


@on_sqlite
def test_a_label_that_is_chosen_by_hand_drops_the_path(work: Work) -> None:
    saved = work.data(
        2, label="editorial", path="codable:yes writer-judges:no other-judges:no checkable-with:no observed:yes"
    )
    assert "path" not in saved["fields"]


@on_sqlite
def test_the_switch_of_the_questions_is_a_plain_form_that_comes_back(work: Work) -> None:
    page = work.page(2)
    assert 'data-tree="off"' in page
    answer = work.browser.post("/preferences", {"tree": "on", "back": f"/articles/{work.article}/claims/2"})
    assert (answer.status_code, answer.location) == (303, f"/articles/{work.article}/claims/2")
    assert 'data-tree="on"' in work.page(2)
