"""How far a reviewer is, by one query: the same as counting the claims one by one, on both databases."""

import random

import pytest
from sqlalchemy import event

from annotator.services import tagging
from annotator.storage.claims import living_claims
from annotator.storage.database import db
from annotator.storage.progress import Progress, progress_at
from annotator.storage.segmentation import asked_of
from annotator.web.highlighting import ClaimView, claim_views
from annotator.web.tagging_page import next_open, outcomes
from tests import recut
from tests.desk import Desk, Somebody
from tests.recut import Recut

TEXT = "Wharf talks\n\n" + " ".join(f"The port closed gate {number}." for number in range(1, 12))


@pytest.fixture
def cut(desk: Desk) -> Recut:
    return recut.make(desk, text=TEXT)


def views(cut: Recut, person: Somebody) -> list[ClaimView]:
    """Return the claims as the annotate page shows them."""
    with cut.desk.inside(writes=False):
        return claim_views(living_claims(cut.article, person.id), None, outcomes(asked_of(person.id, cut.article)))


def counted(claims: list[ClaimView], article: int) -> list[Progress]:
    """Return the progress seen from each claim, counted one by one."""
    done, total = sum(claim.is_done for claim in claims), len(claims)
    return [Progress(claim.id, article, claim.number, total, done, next_open(claims, claim.number)) for claim in claims]


def found(cut: Recut, person: Somebody) -> list[Progress | None]:
    ids = [claim.id for claim in cut.claims()]
    with cut.desk.inside(writes=False):
        return [progress_at(claim_id, cut.article, person.id) for claim_id in ids]


def test_nothing_is_done_at_first(cut: Recut) -> None:
    first, *_rest, last = found(cut, cut.people[0])
    assert first is not None
    assert last is not None
    assert (first.number, first.total, first.done, first.next, first.next_open) == (1, 12, 0, 2, 2)
    assert (last.number, last.next, last.next_open) == (12, None, 1)


def test_every_claim_done_leaves_none_to_go_to(cut: Recut) -> None:
    ada, ben = cut.people[:2]
    for claim in cut.claims():
        cut.desk.verdict(ada, claim.id, None, skip_reason="fragment")
    assert {(row.done, row.next_open) for row in found(cut, ada) if row} == {(12, None)}
    assert {row.done for row in found(cut, ben) if row} == {0}, "what others do does not count"


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_counting_gives(cut: Recut, seed: int) -> None:
    rng, (ada, ben, _cem) = random.Random(seed), cut.people
    for turn in range(14):
        claim = rng.choice(cut.claims()).id
        person = rng.choice([ada, ada, ben])
        match rng.randrange(5):
            case 0:
                cut.desk.verdict(person, claim, None, skip_reason="fragment")
            case 1:
                cut.desk.verdict(person, claim, None, is_flagged=True)
            case 2:
                with cut.desk.inside():
                    tagging.undo(cut.article, person.id, f"taken-back-{seed}-{turn}")
            case _:
                cut.desk.verdict(person, claim, rng.choice(["sourced", "attributed", "editorial"]))
        if turn == 7:  # what was decided on these is asked again, or is no claim any more
            cut.edit("merge", "gate 3.")
            cut.edit("split", "gate 7.", at="gate 7.")
            cut.edit("not-a-claim", "gate 10.")
    for person in (ada, ben):
        assert found(cut, person) == counted(views(cut, person), cut.article)


def test_a_question_counts_as_open_until_it_is_answered(cut: Recut) -> None:
    ada = cut.people[0]
    cut.say(ada, "gate 5.")
    cut.edit("split", "gate 5.", at="gate 5.")
    assert {claim.asked for claim in views(cut, ada)} >= {"confirm"}
    assert found(cut, ada) == counted(views(cut, ada), cut.article)
    cut.say(ada, "gate 5.", "editorial")
    assert found(cut, ada) == counted(views(cut, ada), cut.article)


def test_there_is_none_for_a_claim_that_is_not_in_the_article_now(cut: Recut) -> None:
    gone = cut.claim("gate 3.").id
    cut.edit("merge", "gate 3.")
    other = cut.desk.article(cut.desk.project("elsewhere"), "A text. Of another house.")
    with cut.desk.inside(writes=False):
        assert progress_at(gone, cut.article, cut.people[0].id) is None
        assert progress_at(cut.desk.claims(other)[0], cut.article, cut.people[0].id) is None
        assert progress_at(10**12, cut.article, cut.people[0].id) is None


def test_it_is_one_statement(cut: Recut) -> None:
    asked: list[str] = []
    claim = cut.claims()[0].id
    with cut.desk.inside(writes=False):
        db.session.connection()
        event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        progress_at(claim, cut.article, cut.people[0].id)
    assert len(asked) == 1
