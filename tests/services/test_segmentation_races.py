"""Two editors at once, and an edit while a verdict is given: one wins, the other is told, nothing is lost."""

from functools import partial
from threading import Thread

import pytest
from sqlalchemy import select

from annotator.domain.segmentation import Edit
from annotator.domain.verdicts import Content
from annotator.services import segmentation, tagging
from annotator.storage.segmentation import CarriedVerdict, SegmentationEdit
from annotator.storage.verdicts import Verdict
from tests import recut
from tests.desk import Desk
from tests.races import at_once
from tests.recut import Recut

ROUNDS = 6


@pytest.fixture
def cut(desk: Desk) -> Recut:
    return recut.make(desk)


def test_of_two_editors_one_wins_and_the_other_learns_what_was_done(cut: Recut) -> None:
    for _ in range(ROUNDS):
        revision = cut.revision
        merge = Edit("merge", cut.claim("disgrace").start)
        split = Edit("split", cut.claim("quay").start, cut.text.index("owned by"))
        answers = at_once(
            cut.desk,
            partial(cut.apply, merge, revision=revision),
            partial(cut.apply, split, revision=revision, by=cut.people[0]),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["SegmentationEdit", "StaleSegmentation"]
        assert cut.revision == revision + 1
        cut.check()
        cut.undo()
        cut.check()


def test_a_verdict_given_while_its_claim_is_cut_anew_is_carried_or_refused_and_never_lost(cut: Recut) -> None:
    person = cut.people[0]
    kept = 0
    for turn in range(ROUNDS):
        claim = cut.claim("quay")
        edit = Edit("split", claim.start, cut.text.index("owned by"))
        revision = cut.revision
        answers = at_once(
            cut.desk,
            partial(cut.apply, edit, revision=revision),
            partial(cut.desk.verdict, person, claim.id, ("sourced", "editorial")[turn % 2]),
        )
        assert isinstance(answers[0], SegmentationEdit), answers
        cut.check()
        if isinstance(answers[1], tagging.Given):
            kept += 1
            asked = cut.asked(person)
            assert [ids for _outcome, ids in asked.values()] == [[answers[1].verdict_id]] * 2, "the edit saw it"
        else:
            assert isinstance(answers[1], tagging.NoSuchClaim)
        cut.undo()
        cut.check()
    with cut.desk.inside(writes=False) as session:
        given = session.scalars(select(Verdict).where(Verdict.article_id == cut.article)).all()
        assert len(given) == kept


def test_an_edit_waits_for_the_verdict_that_is_being_given(cut: Recut) -> None:
    """The verdict is written but not committed when the edit begins: the edit must see it all the same."""
    person, claim = cut.people[0], cut.claim("quay")
    edit = Edit("split", claim.start, cut.text.index("owned by"))
    thread = Thread(target=lambda: cut.apply(edit, revision=0))
    content = Content(label="sourced")
    with cut.desk.inside():
        given = tagging.give_verdict(claim.id, person.id, content, seen_revision=0, client_key="slow-key-1")
        thread.start()
        thread.join(0.7)
        assert thread.is_alive(), "the edit waits"
    thread.join()
    assert [ids for _outcome, ids in cut.asked(person).values()] == [[given.verdict_id]] * 2
    cut.check()


def test_a_verdict_waits_for_the_edit_and_is_refused(cut: Recut) -> None:
    person, claim = cut.people[0], cut.claim("quay")
    edit = Edit("split", claim.start, cut.text.index("owned by"))
    raised: list[Exception] = []

    def give() -> None:
        try:
            cut.desk.verdict(person, claim.id, "sourced", seen_revision=0)
        except tagging.NoSuchClaim as error:
            raised.append(error)

    thread = Thread(target=give)
    with cut.desk.inside():
        segmentation.apply(cut.article, 0, edit, person_id=cut.manager.id)
        thread.start()
        thread.join(0.7)
        assert thread.is_alive(), "the verdict waits"
    thread.join()
    assert len(raised) == 1
    with cut.desk.inside(writes=False) as session:
        assert session.scalars(select(Verdict.id).where(Verdict.article_id == cut.article)).all() == []
        assert session.scalars(select(CarriedVerdict.id)).all() == []
    cut.check()


def test_an_undo_beside_a_verdict_on_the_new_claim_loses_nothing(cut: Recut) -> None:
    person = cut.people[0]
    for _ in range(ROUNDS):
        cut.edit("merge", "disgrace")
        claim, revision = cut.claim("disgrace"), cut.revision
        answers = at_once(
            cut.desk,
            cut.undo,
            partial(cut.desk.verdict, person, claim.id, "editorial"),
        )
        assert isinstance(answers[0], SegmentationEdit), answers
        assert cut.revision == revision + 1
        if isinstance(answers[1], tagging.Given):
            asked = cut.asked(person)
            assert all(answers[1].verdict_id in ids for _outcome, ids in asked.values())
            assert len(asked) == 2
        cut.check()
