"""Ways in: an article keeps its text and its bytes, and every claim is exactly what stands at its place."""

import hashlib
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from annotator.domain.extraction import Extracted
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


def added(desk: Desk, project: int, draft: ingest.Draft) -> int:
    with desk.inside() as session:
        return ingest.add_article(session.get_one(Project, project), draft).id


def test_the_bytes_that_an_article_came_from_are_kept_with_their_hash(desk: Desk, project: int) -> None:
    original = "\ufeffTitle\r\n\r\nA claim stands here.".encode()
    extracted = Extracted("Title\n\nA claim stands here.", charset="utf-8", charset_reason="byte order mark")
    number = added(desk, project, ingest.draft_of(extracted, original, file_name="a.txt"))
    stored = article(desk, number)
    assert zlib.decompress(stored.original) == original
    assert stored.original_sha256 == hashlib.sha256(original).hexdigest()
    assert stored.text == "Title\n\nA claim stands here."
    assert stored.text_sha256 == hashlib.sha256(stored.text.encode()).hexdigest()
    assert (stored.title, stored.charset_reason, stored.media_type, stored.file_name) == (
        "Title", "byte order mark", "text/plain", "a.txt",
    )  # fmt: skip


def test_where_an_article_comes_from_is_told_with_it(desk: Desk, project: int) -> None:
    extracted = Extracted(
        "Le pont est fermé depuis lundi, a dit le maire. Personne ne sait quand il sera ouvert de nouveau.",
        title="Pont",
        byline="A. B.",
        outlet="The Gazette",
        language="en",
        media_type="text/html",
        method="trafilatura",
        version="2.3",
        sources={"title": "page metadata"},
    )
    fetched_at = datetime(2024, 3, 1, 12, tzinfo=UTC)
    draft = ingest.draft_of(
        extracted, b"<p>", outlet="Der Bote", fetched_at=fetched_at, final_url="https://news.example/a"
    )
    stored = article(desk, added(desk, project, draft))
    assert (stored.extraction, stored.extraction_version, stored.final_url, stored.fetched_at) == (
        "trafilatura", "2.3", "https://news.example/a", fetched_at,
    )  # fmt: skip
    assert (stored.title, stored.byline, stored.outlet, stored.language) == ("Pont", "A. B.", "Der Bote", "fr")
    assert stored.sources == {
        "title": "page metadata", "outlet": "given for the import", "language": "detected in the text",
    }  # fmt: skip


def test_language_and_direction_are_seen_from_the_text_unless_somebody_says_them(desk: Desk, project: int) -> None:
    arabic = "قال الوزير إن الجسر سيبقى مغلقا حتى نهاية العام. ولم يوضح أسباب ذلك للصحفيين."
    seen = article(desk, added(desk, project, ingest.Draft(text=arabic)))
    assert (seen.language, seen.direction, seen.sources["language"]) == ("ar", "rtl", "detected in the text")
    short = article(desk, added(desk, project, ingest.Draft(text="1, 2, 3.")))
    assert (short.language, short.direction) == ("en", "ltr")
    said = article(desk, added(desk, project, ingest.Draft(text=arabic + " نعم.", language="fa", direction="ltr")))
    assert (said.language, said.direction, "language" in said.sources) == ("fa", "ltr", False)


def test_a_language_that_cannot_be_detected_is_taken_from_the_document() -> None:
    draft = ingest.draft_of(Extracted("Broen er lukket.", language="da"), b"")
    assert ingest.prepare(draft, "en").columns["language"] == "da"
    assert ingest.draft_of(Extracted("The bridge.", language="de"), b"").language == ""


def test_preparing_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "db", None)
    prepared = ingest.prepare(ingest.Draft(text="Bridge closed\n\nIt is. Why?"), "en")
    assert [sentence.text for sentence in prepared.claims] == ["Bridge closed", "It is.", "Why?"]
    ingest.check(ingest.Draft(text="It is."))


READY = "Bridge closed\n\nBy A. B.\n\nBridge closed\n\nIt is \U0001f6a7 closed, and nobody knows why."


def ready(*spans: tuple[int, int], **facts: Any) -> ingest.Draft:
    return ingest.Draft(text=READY, claims=tuple(ingest.ReadyClaim(*span, **facts) for span in spans))


def test_claims_that_come_with_an_article_stand_as_they_are(desk: Desk, project: int) -> None:
    claim = ingest.ReadyClaim
    draft = ingest.Draft(
        text=READY,
        claims=(
            claim(0, 13, "headline", quote="Bridge closed"), claim(15, 23, aside="byline"), claim(25, 38, "headline"),
            claim(40, 54), claim(54, len(READY)),
        ),
    )  # fmt: skip
    found = claims(desk, added(desk, project, draft))
    assert [(row.kind, row.aside, row.is_repeat) for row in found] == [
        ("headline", None, False), ("body", "byline", False), ("headline", None, True), ("body", None, False),
        ("body", None, False),
    ]  # fmt: skip
    assert [row.quote for row in found] == [READY[row.start : row.end] for row in found]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (ready((0, len(READY) + 1)), "beyond the text"), (ready((-1, 3)), "beyond the text"),
        (ready((3, 3)), "beyond the text"), (ready((0, 13), (12, 20)), "before the one before"),
        (ready((15, 23), (0, 13)), "before the one before"), (ready((0, 13), kind="caption"), "of the kind"),
        (ready((0, 13), aside="because"), "unknown reason"), (ready((0, 13), quote="Bridge open"), "other words"),
        (ready((13, 15)), "white space"),
        (replace(ready((0, 5)), text="A\r\nclaim."), "carriage returns"),
    ],
)  # fmt: skip
def test_g08_claims_that_do_not_fit_their_text_are_refused(draft: ingest.Draft, words: str) -> None:
    with pytest.raises(ingest.NotAnArticle, match=words):
        ingest.check(draft)
    with pytest.raises(ingest.NotAnArticle, match=words):
        ingest.prepare(draft, "en")


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
