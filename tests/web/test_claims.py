"""A reviewer's work on an article as the page's script gets it: enough to show any claim, and nobody else's."""

from datetime import UTC, datetime
from typing import Any

import pytest

from annotator.domain.verdicts import Content
from annotator.storage.articles import Article
from annotator.web.highlighting import word_lengths, words
from tests import recut
from tests.desk import TEXT, Desk
from tests.web.work import JSON, Work

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def work_of(work: Work) -> list[dict[str, Any]]:
    answer = work.browser.get(f"/articles/{work.article}/work")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = dict(answer.json or {})
    assert (told["person"], told["article"]) == (work.reviewer.id, work.article)
    return list(told["claims"])


def test_each_claim_comes_in_order_with_what_was_said_of_it(work: Work) -> None:
    saved = work.data(3, label="editorial", kind_editorial="framing", note="why", rewrite="Its planners shrugged.")
    claims = work_of(work)
    assert [claim["id"] for claim in claims] == work.claims
    said = claims[2]
    assert (said["revision"], said["time"]) == (1, saved["at"])
    assert {name: said.get(name, []) for name in ("fields", "warnings", "diff")} == {
        name: saved[name] for name in ("fields", "warnings", "diff")
    }
    assert said["fields"]["kind_editorial"] == ["framing"]
    assert said["warnings"]
    assert said["diff"][0] == ["same", "Its"]
    for claim in claims[:2] + claims[3:]:
        assert set(claim) == {"id", "start", "words"}


@on_sqlite
def test_fields_of_the_work_sent_again_say_the_same(work: Work) -> None:
    said = {
        "label": "sourced", "kind_sourced": "named", "flagged": "1", "source_name": "Port",
        "source_kind": "organisation", "speech": "indirect", "depth": "2", "confidence": "2", "note": "n",
        "evidence_url": "https://port.example/",
        "continues": str(work.claims[0]),
    }  # fmt: skip
    start = TEXT.index("council")
    saved = work.data(2, **said, speaker=f"{start}-{start + 7}", word=f"{start - 4}-{start - 1}")
    fields = work_of(work)[1]["fields"]
    assert fields == saved["fields"]
    assert work.data(2, **fields)["fields"] == fields


@on_sqlite
def test_a_repeat_says_so(work: Work, desk: Desk) -> None:
    work.article = desk.article(1, "A ferry sank\n\nThe port closed.\n\nA ferry sank\n\nIt rained.")
    assert [claim.get("repeat", False) for claim in work_of(work)] == [False, False, True, False]


@on_sqlite
def test_a_claim_that_was_cut_anew_is_asked_about_on_its_page(desk: Desk) -> None:
    cut = recut.make(desk)
    reader = desk.reader(cut.people[0])
    cut.say(cut.people[0], "mayor", "attributed")
    cut.edit("merge", "disgrace")
    claims = (reader.get(f"/articles/{cut.article}/work").json or {})["claims"]
    assert [claim.get("asked", False) for claim in claims] == [False, False, True, False]
    assert "fields" not in claims[2]


@on_sqlite
def test_what_another_reviewer_says_stays_with_them(work: Work, desk: Desk) -> None:
    other = desk.member(1)
    desk.verdict(other, work.claims[0], "editorial", note="a secret note")
    assert "a secret note" not in work.browser.get(f"/articles/{work.article}/work").text
    assert "fields" not in work_of(work)[0]


@on_sqlite
def test_an_article_that_was_withdrawn_has_no_work(work: Work, desk: Desk) -> None:
    with desk.inside() as session:
        session.get_one(Article, work.article).withdrawn_at = datetime.now(UTC)
    assert work.browser.get(f"/articles/{work.article}/work", headers=JSON).status_code == 404


@pytest.mark.parametrize(
    "quote",
    [
        "Talks resume on Monday.",
        "“Don’t,” she said – state-of-the-art… 450.000!",
        "قالت هيئة الميناء إنّ المحادثات، ستُستأنف.",
        "A 👩‍👩‍👧 family 🏳️‍🌈 came; e\u0301clair nai\u0308ve.",
        "…",
        "word",
    ],
)
def test_word_lengths_cut_a_claim_as_its_words_do(quote: str) -> None:
    lengths = word_lengths(quote)
    cut, at = [], 7
    for index, length in enumerate(lengths):
        if index % 2:
            cut.append((quote[at - 7 : at - 7 + length], f"{at}-{at + length}"))
        at += length
    assert cut == [(word.text, word.value) for word in words(quote, 7, Content()) if word.value]
    assert at - 7 <= len(quote)
