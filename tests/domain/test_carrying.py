"""What becomes of verdicts: carried only if exactly these words were judged, and with one decision."""

from dataclasses import replace

from annotator.domain.carrying import Outcome, Said, outcome_back, outcome_on, unite
from annotator.domain.verdicts import Content

SPAN = (0, 100)


def said(number: int, words: str, label: str | None = "sourced", **facts: object) -> Said:
    exposure = str(facts.pop("exposure", "none"))
    return Said(number, Content(label=label, **facts), words, exposure, version_id=number)  # type: ignore[arg-type]


def name(outcome: Outcome | None) -> str | None:
    return outcome.name if outcome else None


def test_equal_on_all_parts_is_carried() -> None:
    outcome = outcome_on("onetwo", SPAN, [said(1, "one"), said(2, "two")])
    assert name(outcome) == "carried"


def test_unequal_label_kind_or_skip_is_a_conflict() -> None:
    for other in (
        said(2, "two", "editorial"),
        said(2, "two", "sourced", kind="figure"),
        said(2, "two", None, skip_reason="fragment"),
    ):
        assert name(outcome_on("onetwo", SPAN, [said(1, "one"), other])) == "conflict"


def test_equal_skips_are_carried_and_different_ones_conflict() -> None:
    skip = said(1, "one", None, skip_reason="fragment")
    assert name(outcome_on("onetwo", SPAN, [skip, said(2, "two", None, skip_reason="fragment")])) == "carried"
    assert name(outcome_on("onetwo", SPAN, [skip, said(2, "two", None, skip_reason="other")])) == "conflict"


def test_decided_on_only_some_words_is_to_confirm() -> None:
    assert name(outcome_on("onetwo", SPAN, [said(1, "one")])) == "confirm"
    assert name(outcome_on("onetwothree", SPAN, [said(1, "one"), said(2, "two")])) == "confirm"
    assert name(outcome_on("one", SPAN, [said(1, "onetwo")])) == "confirm"


def test_nothing_decided_is_nothing_to_ask() -> None:
    assert outcome_on("one", SPAN, []) is None
    assert outcome_on("one", SPAN, [said(1, "one", None, note="hm")]) is None


def test_the_same_verdict_from_both_parts_counts_once() -> None:
    whole = said(1, "onetwo")
    assert name(outcome_on("onetwo", SPAN, [whole, whole])) == "carried"


def test_what_is_united() -> None:
    first = Content("sourced", note="a", confidence=3, marks=((9, 12, "loaded"), (0, 2, "loaded")), source_name="Port")
    second = Content("sourced", note="b", confidence=1, marks=((0, 2, "loaded"), (98, 101, "loaded")), is_flagged=True)
    third = Content("sourced", note="a", source_name="Port", evidence_url="https://a.example", also_attributed=True)
    assert unite([first, second, third], SPAN) == Content(
        "sourced",
        is_flagged=True,
        also_attributed=True,
        marks=((0, 2, "loaded"), (9, 12, "loaded")),
        source_name="Port",
        evidence_url="https://a.example",
        note="a\nb",
        confidence=1,
    )
    assert unite([first, Content("sourced", source_name="Mayor")], SPAN).source_name == ""
    assert len(unite([Content("sourced", note="x" * 4000), Content("sourced", note="y" * 4000)], SPAN).note) == 5000


def test_what_is_united_of_the_cards() -> None:
    path = (("codable", True),)
    facts = {"speech": "direct", "source_kind": "person", "depth": 2, "path": path}
    first = Content("attributed", **facts, continues_id=7, rewrite="One.")  # type: ignore[arg-type]
    second = Content("attributed", **facts, continues_id=8, rewrite="Two.")  # type: ignore[arg-type]
    assert unite([first, second], SPAN) == replace(first, rewrite="One. Two.")
    other = replace(second, speech="mixed", source_kind=None, depth=None, rewrite="", path=())
    assert unite([first, other], SPAN) == replace(first, speech=None, rewrite="", path=())


def test_a_rewrite_goes_with_the_words_that_it_was_made_of() -> None:
    whole = outcome_on("onetwo", SPAN, [said(1, "one", rewrite="1."), said(2, "two", rewrite="2.")])
    part = outcome_on("one", SPAN, [said(1, "onetwo", rewrite="1. 2.")])
    assert whole
    assert part
    assert (whole.name, whole.content.rewrite) == ("carried", "1. 2.")
    assert (part.name, part.content.rewrite) == ("confirm", "")


def test_the_strongest_exposure_and_the_newest_codebook() -> None:
    outcome = outcome_on("onetwo", SPAN, [said(1, "one", exposure="label"), said(2, "two", exposure="cues")])
    assert outcome is not None
    assert (outcome.exposure, outcome.version_id) == ("label", 2)


def test_back_nothing_happens_if_nothing_was_said_since() -> None:
    own = said(1, "one")
    assert outcome_back("one", SPAN, own, [said(3, "onetwo")], []) is None


def test_back_a_later_word_on_the_same_words_is_carried() -> None:
    own, parts = said(1, "onetwo"), [said(2, "one", "editorial"), said(3, "two", "editorial")]
    assert name(outcome_back("onetwo", SPAN, own, parts, parts)) == "carried"
    same = [said(2, "one"), said(3, "two")]
    assert outcome_back("onetwo", SPAN, own, same, same) is None
    assert name(outcome_back("onetwo", SPAN, None, same, same)) == "carried"


def test_back_a_later_word_on_other_words_is_asked_about_unless_it_is_the_same() -> None:
    later = [said(3, "onetwo", "editorial")]
    outcome = outcome_back("one", SPAN, said(1, "one"), later, later)
    assert name(outcome) == "conflict"
    assert outcome is not None
    assert [one.verdict_id for one in outcome.said] == [1, 3]
    assert name(outcome_back("one", SPAN, None, later, later)) == "confirm"
    assert outcome_back("one", SPAN, said(1, "one", "editorial"), later, later) is None


def test_back_a_verdict_that_was_taken_back_since_is_asked_for_again() -> None:
    opened = [said(3, "onetwo", None)]
    assert name(outcome_back("one", SPAN, said(1, "one"), opened, opened)) == "confirm"
    assert outcome_back("one", SPAN, None, opened, opened) is None
