"""The seeds fit together: every verdict has its claim, its reviewer and its words in the codebook."""

import json
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook import Codebook
from annotator.domain.sentences import Sentence, sentences
from annotator.domain.verdicts import SOURCE_KINDS

SEEDS = Path(__file__).parents[1] / "seeds"
SAMPLE = SEEDS / "sample"
PROJECT = tomllib.loads((SAMPLE / "project.toml").read_text(encoding="utf-8"))
ARTICLES = {article["file"]: article for article in PROJECT["articles"]}
CODEBOOK = Codebook.from_dict(tomllib.loads((SEEDS / "codebook.toml").read_text(encoding="utf-8")))
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLE / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
]
NEEDED = {"article", "claim", "starts", "reviewer"}
ALLOWED = NEEDED | {
    "label",
    "skip_reason",
    "kind",
    "marks",
    "confidence",
    "source_name",
    "note",
    "flagged",
    "also_attributed",
    "speakers",
    "cues",
    "source_kind",
    "speech",
    "continues",
    "rewrite",
}


def text_of(stem: str) -> str:
    return (SAMPLE / "articles" / f"{stem}.txt").read_text(encoding="utf-8")


@cache
def claims_of(stem: str) -> list[Sentence]:
    return sentences(text_of(stem), ARTICLES[stem]["language"])


def claim_of(row: dict[str, Any]) -> str:
    number: int = row["claim"]
    return claims_of(row["article"])[number - 1].text


def name_row(row: dict[str, Any]) -> str:
    return f"{row['article']} {row['claim']} {row['reviewer']}"


def test_each_article_has_its_file_and_each_file_its_article() -> None:
    assert sorted(ARTICLES) == sorted(file.stem for file in (SAMPLE / "articles").iterdir())
    assert len(ARTICLES) == len(PROJECT["articles"])


@pytest.mark.parametrize("stem", ARTICLES)
def test_an_article_is_8_to_30_sentences_under_its_own_headline(stem: str) -> None:
    claims = claims_of(stem)
    assert 8 <= len(claims) <= 30
    assert claims[0].kind == "headline"
    assert claims[0].text == ARTICLES[stem]["title"]


@pytest.mark.parametrize("stem", ARTICLES)
def test_the_addresses_lead_nowhere(stem: str) -> None:
    assert ARTICLES[stem]["url"].split("/")[2].endswith(".example")


@pytest.mark.parametrize(
    ("stem", "words"),
    [
        ("lantern-square", "The brutality of the operation"),
        ("lantern-square", "from Mill St. at 2:40 a.m., footage"),
        ("drell-ceasefire", "450.000"),
        ("drell-ceasefire", "61\u00a0000"),
        ("drell-ceasefire", "The “corridor of peace”"),
        ("drell-ceasefire", "A diplomat who asked not to be named"),
        ("drell-ceasefire", "insisted that"),
        ("breakwater-trial", "said that a surveyor, Paavo Grechin, had told police that"),
        ("ar-marj-water", "«لم يسألنا أحد كيف نعيش»"),
        ("de-windraeder", "„Wir haben nichts gegen Wind“"),
        ("es-museo-rio", "¿Para quién"),
    ],
)
def test_the_stories_show_what_the_tool_is_for(stem: str, words: str) -> None:
    assert words in text_of(stem)


@pytest.mark.parametrize(
    ("stem", "claim"),
    [
        ("lantern-square", "How many broken wrists does it take to open an inquiry?"),
        ("ferrow-budget", "Will it keep them going without the subsidy?"),
        ("ferrow-budget", "The firm said it had taken no decision on the routes."),
        ("elsin-flood", "The board said the sluice was shut by 11 p.m."),
        ("lowmarch-election", "The count resumes at 10 a.m."),
        ("breakwater-trial", "At the bottom of the stack lay the one sheet that mattered.”"),
        ("ar-marj-water", "فإلى متى ينتظر الناس حقًّا لا يحتمل الانتظار؟"),
    ],
)
def test_a_question_a_quotation_and_an_abbreviation_end_where_they_should(stem: str, claim: str) -> None:
    assert claim in [sentence.text for sentence in claims_of(stem)]


def test_one_headline_stands_twice() -> None:
    assert [claim.kind for claim in claims_of("drell-ceasefire")].count("headline") == 2


def test_three_languages_beside_english_are_there() -> None:
    assert Counter(article["language"] for article in ARTICLES.values()) == {"en": 9, "ar": 1, "de": 1, "es": 1}


def test_each_verdict_begins_as_its_claim_does() -> None:
    wrong = [name_row(row) for row in ROWS if not row["starts"] or not claim_of(row).startswith(row["starts"])]
    assert not wrong
    assert min(row["claim"] for row in ROWS) == 1


def test_every_claim_has_a_verdict_and_nothing_that_is_set_aside() -> None:
    counted = {(row["article"], row["claim"]) for row in ROWS}
    assert counted == {(stem, n) for stem in ARTICLES for n, c in enumerate(claims_of(stem), 1) if c.aside is None}


def test_a_caption_is_set_aside_and_a_badly_cut_quotation_is_skipped() -> None:
    assert [claim.aside for stem in ARTICLES for claim in claims_of(stem) if claim.aside] == ["caption"]
    assert "segmentation" in {row.get("skip_reason") for row in ROWS}


def test_a_verdict_is_a_label_or_a_skip_in_known_fields() -> None:
    for row in ROWS:
        assert set(row) >= NEEDED, name_row(row)
        assert set(row) <= ALLOWED, name_row(row)
        assert ("label" in row) != ("skip_reason" in row), name_row(row)
        assert row.get("confidence", 3) in {1, 2, 3}, name_row(row)


def test_labels_kinds_and_skip_reasons_are_in_the_codebook() -> None:
    for row in ROWS:
        label = CODEBOOK.label(row.get("label"))
        assert label or CODEBOOK.skip_reason(row.get("skip_reason")), name_row(row)
        assert "kind" not in row or (label and label.kind(row["kind"])), name_row(row)


def test_every_label_kind_is_used() -> None:
    used = {(row["label"], row["kind"]) for row in ROWS if "kind" in row}
    assert used == {(label.key, kind.key) for label in CODEBOOK.labels for kind in label.kinds}


def test_marked_words_stand_once_in_the_claim() -> None:
    for row in ROWS:
        for words in [*row.get("marks", []), *row.get("speakers", []), *row.get("cues", [])]:
            assert claim_of(row).count(words) == 1, f"{name_row(row)}: {words}"


def test_most_editorial_verdicts_mark_words_and_no_other_does() -> None:
    editorial = [row for row in ROWS if row.get("label") == "editorial"]
    assert sum("marks" in row for row in editorial) > 0.8 * len(editorial)
    assert all(row in editorial for row in ROWS if "marks" in row)


def test_each_part_of_the_cards_is_shown_somewhere() -> None:
    assert {row["speech"] for row in ROWS if "speech" in row} == {"direct", "indirect", "mixed"}
    assert {row["source_kind"] for row in ROWS if "source_kind" in row} == set(SOURCE_KINDS)
    assert all(row["label"] == "editorial" for row in ROWS if "rewrite" in row)
    chains = [row for row in ROWS if row.get("continues")]
    assert [row["claim"] for row in chains] == [8, 9]


def test_the_reviewers_are_those_of_the_project() -> None:
    names = [reviewer["name"] for reviewer in PROJECT["reviewers"]]
    assert len(set(names)) == 4
    assert {row["reviewer"] for row in ROWS} == set(names)


def test_nobody_gives_two_verdicts_on_a_claim() -> None:
    given = Counter((row["article"], row["claim"], row["reviewer"]) for row in ROWS)
    assert max(given.values()) == 1


def test_doubt_comes_with_a_note() -> None:
    assert not [name_row(row) for row in ROWS if row.get("confidence", 3) < 3 and not row.get("note")]


def test_the_report_has_something_to_say() -> None:
    labels = Counter((row["article"], row["claim"]) for row in ROWS if "label" in row)
    pairable = {article for (article, _), count in labels.items() if count >= 2}
    assert len(pairable) >= 10
    assert set(labels.values()) == {1, 2, 3, 4}


TRAINING = SEEDS / "training"
LESSONS: list[dict[str, Any]] = [
    json.loads(line) for line in (TRAINING / "answers.jsonl").read_text(encoding="utf-8").splitlines()
]
LESSON_ARTICLES = tomllib.loads((TRAINING / "set.toml").read_text(encoding="utf-8"))["articles"]


@cache
def taught(stem: str) -> list[Sentence]:
    return sentences((TRAINING / "articles" / f"{stem}.txt").read_text(encoding="utf-8"), "en")


def test_each_sentence_of_the_training_has_its_answer_with_a_reason() -> None:
    assert sorted(row["file"] for row in LESSON_ARTICLES) == sorted(
        file.stem for file in (TRAINING / "articles").iterdir()
    )
    for article in LESSON_ARTICLES:
        rows = [row for row in LESSONS if row["article"] == article["file"]]
        claims = taught(article["file"])
        assert [row["claim"] for row in rows] == list(range(1, len(claims) + 1))
        for row, claim in zip(rows, claims, strict=True):
            assert claim.aside is None
            assert claim.text.startswith(row["starts"])
            assert len(row["explanation"]) > 20


@pytest.mark.parametrize("row", LESSONS, ids=lambda row: f"{row['article']} {row['claim']}")
def test_an_answer_of_the_training_is_in_the_codebook(row: dict[str, Any]) -> None:
    label = CODEBOOK.label(row.get("label"))
    assert (label is None) != (CODEBOOK.skip_reason(row.get("skip_reason")) is None)
    assert label is None or label.kind(row["kind"])


def test_the_qualification_has_fifteen_claims_five_of_them_editorial() -> None:
    asked = Counter(row.get("label", "skip") for row in LESSONS if row["article"] == "qualification-market")
    assert asked == {"sourced": 5, "attributed": 4, "editorial": 5, "skip": 1}
