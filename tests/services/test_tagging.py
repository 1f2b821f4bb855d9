"""Tagging: what is stored, what is refused, what a repeated or a late request gets, and taking back."""

import pytest
from sqlalchemy import func, select

from annotator.domain.verdicts import BadVerdict, Content
from annotator.services import tagging
from annotator.storage.events import Event
from annotator.storage.verdicts import StandingVerdict, Verdict
from tests.desk import Desk, Somebody


@pytest.fixture
def claim(desk: Desk, reviewer: Somebody) -> int:
    """A claim with other claims around it, some of them tagged."""
    claims = desk.claims(desk.article(desk.project("noise", name="Noise"), "Another text. With two claims."))
    for noise in claims:
        desk.verdict(reviewer, noise, "editorial")
    return desk.claims(desk.article(desk.project()))[2]


@pytest.fixture
def reviewer(desk: Desk) -> Somebody:
    return desk.person("reader")


def labels(desk: Desk, claim: int, reviewer: Somebody) -> list[str | None]:
    with desk.inside(writes=False):
        return [verdict.label for verdict in reversed(tagging.history(claim, reviewer.id))]


def standing(desk: Desk, claim: int, reviewer: Somebody) -> tuple[str | None, int, int]:
    with desk.inside(writes=False) as session:
        row = session.get_one(StandingVerdict, (claim, reviewer.id))
        return row.label, row.revision, row.verdict_id


def test_a_revised_verdict_keeps_the_first_in_history(desk: Desk, claim: int, reviewer: Somebody) -> None:
    desk.verdict(reviewer, claim, "sourced")
    second = desk.verdict(reviewer, claim, "editorial", kind="framing")
    assert labels(desk, claim, reviewer) == ["sourced", "editorial"]
    assert standing(desk, claim, reviewer) == ("editorial", 2, second.verdict_id)


def test_only_the_first_decision_is_marked_as_first(desk: Desk, claim: int, reviewer: Somebody) -> None:
    desk.verdict(reviewer, claim, None, is_flagged=True)
    desk.verdict(reviewer, claim, "sourced")
    desk.verdict(reviewer, claim, "editorial")
    with desk.inside(writes=False):
        assert [verdict.is_first for verdict in reversed(tagging.history(claim, reviewer.id))] == [False, True, False]


def test_every_verdict_leaves_an_event_in_the_same_transaction(desk: Desk, claim: int, reviewer: Somebody) -> None:
    given = desk.verdict(reviewer, claim)
    with desk.inside(writes=False) as session:
        event = session.scalars(select(Event).where(Event.subject == "verdict").order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.subject_id, event.person_id, event.what) == (given.verdict_id, reviewer.id, "verdict given")


def test_i01_the_same_key_again_gets_the_same_answer_and_adds_nothing(
    desk: Desk, claim: int, reviewer: Somebody
) -> None:
    first = desk.verdict(reviewer, claim, "sourced", client_key="key-of-this-test", seen_revision=0)
    again = desk.verdict(reviewer, claim, "sourced", client_key="key-of-this-test", seen_revision=0)
    assert again == first._replace(repeated=True)
    assert labels(desk, claim, reviewer) == ["sourced"]


def test_the_same_key_again_is_answered_even_after_a_later_verdict(desk: Desk, claim: int, reviewer: Somebody) -> None:
    first = desk.verdict(reviewer, claim, "sourced", client_key="key-of-this-test", seen_revision=0)
    desk.verdict(reviewer, claim, "editorial")
    again = desk.verdict(reviewer, claim, "sourced", client_key="key-of-this-test", seen_revision=0)
    assert again.verdict_id == first.verdict_id


def test_i02_the_same_key_with_another_verdict_is_refused(desk: Desk, claim: int, reviewer: Somebody) -> None:
    desk.verdict(reviewer, claim, "sourced", client_key="key-of-this-test", seen_revision=0)
    with pytest.raises(tagging.KeyReused):
        desk.verdict(reviewer, claim, "editorial", client_key="key-of-this-test", seen_revision=0)
    assert labels(desk, claim, reviewer) == ["sourced"]


def test_two_reviewers_may_use_the_same_key(desk: Desk, claim: int, reviewer: Somebody) -> None:
    other = desk.person("other")
    desk.verdict(reviewer, claim, "sourced", client_key="key-of-this-test")
    desk.verdict(other, claim, "editorial", client_key="key-of-this-test")
    assert labels(desk, claim, other) == ["editorial"]


def test_i03_a_verdict_on_an_older_one_than_stands_is_refused_with_what_stands(
    desk: Desk, claim: int, reviewer: Somebody
) -> None:
    desk.verdict(reviewer, claim, "sourced")
    with pytest.raises(tagging.Stale) as caught:
        desk.verdict(reviewer, claim, "editorial", seen_revision=0)
    assert caught.value.standing is not None
    assert labels(desk, claim, reviewer) == ["sourced"]


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("label", Content(label="opinion")),
        ("label", Content(label="Sourced")),
        ("kind", Content(label="sourced", kind="framing")),
        ("kind", Content(kind="framing")),
        ("skip_reason", Content(skip_reason="boring")),
        ("skip_reason", Content(label="sourced", skip_reason="fragment")),
        ("confidence", Content(label="sourced", confidence=4)),
        ("word", Content(label="editorial", marks=((0, 6, "loaded"),))),
        ("word", Content(label="editorial", marks=((80, 80, "loaded"),))),
        ("word", Content(label="editorial", marks=((72, 10_000, "loaded"),))),
        ("word", Content(label="editorial", marks=((76, 82, "colour"),))),
        ("word", Content(label="editorial", marks=((76, 82, "loaded"),) * 201)),
    ],
)
def test_what_does_not_fit_the_codebook_or_the_claim_is_refused(
    desk: Desk, claim: int, reviewer: Somebody, field: str, content: Content
) -> None:
    with pytest.raises(BadVerdict) as caught, desk.inside():
        tagging.give_verdict(claim, reviewer.id, content, seen_revision=0, client_key="key-of-this-test")
    assert caught.value.field == field
    with desk.inside(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Verdict).where(Verdict.claim_id == claim)) == 0


def test_marked_words_come_back_as_they_were_given(desk: Desk, claim: int, reviewer: Somebody) -> None:
    with desk.inside(writes=False) as session:
        from annotator.storage.articles import Claim

        row = session.get_one(Claim, claim)
        start = row.start + row.quote.index("brutal")
    desk.verdict(reviewer, claim, "editorial", marks=((start, start + 6, "loaded"),))
    with desk.inside(writes=False):
        assert tagging.content_of(tagging.history(claim, reviewer.id)[0]).marks == ((start, start + 6, "loaded"),)


def test_an_unknown_claim_is_told_apart_from_a_bad_verdict(desk: Desk, claim: int, reviewer: Somebody) -> None:
    with pytest.raises(tagging.NoSuchClaim):
        desk.verdict(reviewer, claim + 1000, seen_revision=0)


def undo(desk: Desk, claim: int, reviewer: Somebody, key: str) -> tagging.Given | None:
    with desk.inside() as session:
        from annotator.storage.articles import Claim

        return tagging.undo(session.get_one(Claim, claim).article_id, reviewer.id, key)


def test_undo_restores_what_stood_and_keeps_everything_in_history(desk: Desk, claim: int, reviewer: Somebody) -> None:
    desk.verdict(reviewer, claim, "sourced", note="first")
    desk.verdict(reviewer, claim, "editorial")
    back = undo(desk, claim, reviewer, "undo-key-1")
    assert back is not None
    assert (back.content.label, back.content.note) == ("sourced", "first")
    assert labels(desk, claim, reviewer) == ["sourced", "editorial", "sourced"]


def test_undo_goes_back_step_by_step_across_claims_until_nothing_is_left(
    desk: Desk, claim: int, reviewer: Somebody
) -> None:
    other = claim + 1
    desk.verdict(reviewer, claim, "sourced")
    desk.verdict(reviewer, other, "editorial")
    desk.verdict(reviewer, claim, "attributed")
    steps = [undo(desk, claim, reviewer, f"undo-key-{i}") for i in range(4)]
    assert [(step.claim_id, step.content.label) if step else None for step in steps] == [
        (claim, "sourced"), (other, None), (claim, None), None,
    ]  # fmt: skip


def test_undo_after_a_new_verdict_takes_the_new_one_back(desk: Desk, claim: int, reviewer: Somebody) -> None:
    desk.verdict(reviewer, claim, "sourced")
    desk.verdict(reviewer, claim, "editorial")
    undo(desk, claim, reviewer, "undo-key-1")
    desk.verdict(reviewer, claim, "attributed")
    back = undo(desk, claim, reviewer, "undo-key-2")
    assert back is not None
    assert back.content.label == "sourced"


def test_a_repeated_undo_takes_back_only_once(desk: Desk, claim: int, reviewer: Somebody) -> None:
    desk.verdict(reviewer, claim, "sourced")
    desk.verdict(reviewer, claim, "editorial")
    first, again = undo(desk, claim, reviewer, "undo-key-1"), undo(desk, claim, reviewer, "undo-key-1")
    assert first is not None
    assert again == first._replace(repeated=True)
    assert labels(desk, claim, reviewer) == ["sourced", "editorial", "sourced"]


def test_undo_never_touches_what_somebody_else_did(desk: Desk, claim: int, reviewer: Somebody) -> None:
    other = desk.person("other")
    desk.verdict(other, claim, "sourced")
    assert undo(desk, claim, reviewer, "undo-key-1") is None
    assert standing(desk, claim, other)[0] == "sourced"
