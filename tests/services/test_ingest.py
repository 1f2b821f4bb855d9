"""Ways in: an article keeps its text and its bytes, and every claim is exactly what stands at its place."""

import hashlib
import zlib
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from annotator.domain.languages import direction_of
from annotator.services import ingest
from annotator.storage.articles import Article, Claim
from annotator.storage.events import Event
from annotator.storage.projects import Project
from tests.desk import Desk

TEXTS = {
    "emoji": (
        "Roads closed \U0001f6a7\n\nThe mayor \U0001f468\u200d\U0001f469 spoke. It rained.",
        "en",
    ),
    "combining marks": ("Cafe\u0301 opens\n\nThe cafe\u0301 opened. Nai\u0308ve, he said.", "en"),
    "Windows line ends": ("Title\r\n\r\nOne claim.\r\nTwo claims. Three.\r", "en"),
    "byte order mark": ("\ufeffTitle\n\nOne claim. Two claims.", "en"),
    "no-break spaces": ("Title\n\nIn\u00a02024 it cost 450\u202f000. Really.\u00a0", "en"),
    "right to left": ("العنوان\n\nقال الوزير «نعم». ثم خرج \u200f(2024).", "ar"),
    "beyond the first plane": ("𝔗𝔦𝔱𝔩𝔢\n\n𠮷野家 said so. It did.", "en"),
}


@pytest.fixture
def project(desk: Desk) -> int:
    desk.article(desk.project("noise", name="Noise"), "Another text. With two claims.")
    return desk.project()


def article(desk: Desk, article_id: int) -> Article:
    with desk.inside(writes=False) as session:
        options = undefer(Article.text), undefer(Article.original)
        found = session.scalars(select(Article).where(Article.id == article_id).options(*options)).one()
        session.expunge(found)
        return found


def claims(desk: Desk, article_id: int) -> list[Claim]:
    with desk.inside(writes=False) as session:
        found = list(session.scalars(select(Claim).where(Claim.article_id == article_id).order_by(Claim.start)))
        session.expunge_all()
        return found


def counts(desk: Desk) -> list[int]:
    with desk.inside(writes=False) as session:
        return [session.scalar(select(func.count(model.id))) or 0 for model in (Article, Claim, Event)]


@pytest.mark.parametrize("case", TEXTS)
def test_every_claim_is_what_stands_at_its_place(desk: Desk, project: int, case: str) -> None:
    text, language = TEXTS[case]
    number = desk.article(project, text, language=language)
    stored, found = article(desk, number), claims(desk, number)
    assert stored.text == text.replace("\r\n", "\n").replace("\r", "\n")
    assert len(found) >= 3
    assert [claim.quote for claim in found] == [stored.text[claim.start : claim.end] for claim in found]
    assert stored.direction == ("rtl" if language == "ar" else "ltr")


@given(text=st.text(st.sampled_from("aB. \n\r\u00a0\u0301\U0001f600\u0628«»\"'?!\u2028"), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_text_is_its_claims_stand_where_they_say(desk: Desk, text: str) -> None:
    try:
        number = desk.article(desk.project(f"p-{uuid4()}"), text)
    except ingest.NotAnArticle:
        return
    stored = article(desk, number)
    assert all(claim.quote == stored.text[claim.start : claim.end] != "" for claim in claims(desk, number))


def test_the_bytes_that_an_article_came_from_are_kept_with_their_hash(desk: Desk, project: int, tmp_path: Path) -> None:
    original = "\ufeffTitle\r\n\r\nA claim stands here.".encode()
    (tmp_path / "a.txt").write_bytes(original)
    with desk.inside() as session:
        draft = ingest.draft_from_file(tmp_path / "a.txt", "en", direction_of("en"))
        number = ingest.add_article(session.get_one(Project, project), draft).id
    stored = article(desk, number)
    assert zlib.decompress(stored.original) == original
    assert stored.original_sha256 == hashlib.sha256(original).hexdigest()
    assert stored.text == "Title\n\nA claim stands here."
    assert stored.text_sha256 == hashlib.sha256(stored.text.encode()).hexdigest()
    assert (stored.title, stored.extraction, stored.media_type) == ("Title", "text file, utf-8", "text/plain")


def test_a_text_that_the_project_has_is_refused_with_the_article(desk: Desk, project: int) -> None:
    there = desk.article(project, "A claim.\nAnother.")
    before = counts(desk)
    with pytest.raises(ingest.AlreadyThere, match=f"as article {there} "):
        desk.article(project, "A claim.\r\nAnother.", title="Under another title")
    assert counts(desk) == before
    assert desk.article(desk.project("other"), "A claim.\nAnother.") != there


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("", {}),
        (" \n\t\r\n\u00a0", {}),
        ("\ufeff\u200b", {}),
        ("A claim.\0", {}),
        ("A claim.\ud800", {}),
        ("A claim. " * 120_000, {}),
        ("A claim.", {"title": "x" * 501}),
        ("A claim.", {"outlet": "x" * 201}),
        ("A claim.", {"byline": "x" * 301}),
        ("A claim.", {"url": "x" * 2001}),
        ("A claim.", {"url": "\0"}),
        ("A claim.", {"language": "x" * 36}),
        ("A claim.", {"language": "\udcff"}),
    ],
)
def test_what_cannot_be_an_article_is_refused_and_leaves_nothing(
    desk: Desk, project: int, text: str, facts: dict[str, str]
) -> None:
    before = counts(desk)
    with pytest.raises(ingest.NotAnArticle) as caught:
        desk.article(project, text, **facts)
    assert len(str(caught.value)) > 10
    assert counts(desk) == before


def test_a_headline_that_stands_there_again_is_marked_as_a_repetition(desk: Desk, project: int) -> None:
    found = claims(desk, desk.article(project, "Bridge closed\n\nBridge  closed\n\nThe bridge is closed. Why?"))
    assert [(claim.kind, claim.is_repeat) for claim in found] == [
        ("headline", False), ("headline", True), ("body", False), ("body", False),
    ]  # fmt: skip


def test_the_first_sentence_is_the_title_unless_there_is_one(desk: Desk, project: int) -> None:
    assert article(desk, desk.article(project, "Bridge closed\n\nIt is.")).title == "Bridge closed"
    assert article(desk, desk.article(project, "Bridge open\n\nIt is.", title="  The\nbridge ")).title == "The bridge"
    assert len(article(desk, desk.article(project, "x" * 900)).title) == 500


def test_an_article_is_in_with_all_its_claims_and_its_event_or_not_at_all(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts(desk)
    monkeypatch.setattr("annotator.storage.events.record", lambda *_args, **_facts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.article(project)
    monkeypatch.undo()
    assert counts(desk) == before
    desk.article(project)
    assert [after - then for after, then in zip(counts(desk), before, strict=True)] == [1, 4, 1]


def test_a_text_of_too_many_sentences_is_refused_as_a_whole(desk: Desk) -> None:
    project = desk.project()
    with pytest.raises(ingest.NotAnArticle, match="5,000 sentences"):
        desk.article(project, "\n".join(f"Line {number} said so." for number in range(ingest.CLAIM_LIMIT + 1)))
    with desk.inside(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 0
