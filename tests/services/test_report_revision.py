"""First verdicts beside those that stand, on both databases."""

import pytest

from annotator.domain.report import Revision
from annotator.domain.report_filter import Filter
from annotator.services.report_revision import moves, revised_by, revision_of
from annotator.storage.articles import Article
from tests import recut
from tests.desk import Desk
from tests.study import LABELS, Study


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


def revision(study: Study, **wanted: object) -> Revision | None:
    with study.desk.inside(writes=False):
        return revision_of(study.project, Filter(**wanted), LABELS)  # type: ignore[arg-type]


def fill(study: Study) -> None:
    claims = study.claims
    for claim, *labels in (
        (0, "sourced", "editorial"),
        (1, "editorial", "editorial"),
        (4, "sourced", "sourced"),
        (5, "editorial", "sourced"),
    ):
        for person, label in zip((study.ada, study.ben), labels, strict=True):
            study.say(person, claims[claim], label)
    study.say(study.cem, claims[0], None, skip_reason="fragment")
    study.say(study.cem, claims[5], "attributed")
    # Three change their minds, one only of the kind, one and back, and one takes a verdict back.
    study.say(study.ben, claims[0], "sourced")
    study.say(study.cem, claims[0], "attributed")
    study.say(study.cem, claims[5], None, skip_reason="fragment")
    study.say(study.ada, claims[1], "editorial", kind="framing")
    study.say(study.ada, claims[4], "editorial")
    study.say(study.ada, claims[4], "sourced")
    study.say(study.ben, claims[5], None)


def test_nobody_changed_their_mind(study: Study) -> None:
    study.say(study.ada, study.claims[0], "sourced")
    study.say(study.ada, study.claims[0], "sourced", kind="named")
    assert revision(study) is None


def test_moves_and_agreement_on_first_verdicts(study: Study) -> None:
    fill(study)
    found = revision(study)
    assert found is not None
    # Standing: ada 4, ben 3 (one was taken back), cem a label and a skip.
    assert (found.revised, found.verdicts) == (3, 9)
    assert found.moves == ((None, "attributed", 1), ("attributed", None, 1), ("editorial", "sourced", 1))
    # First: claims 0 (two labels and a skip) and 5 (three labels) part, 1 and 4 agree.
    assert found.first_agreement.value == pytest.approx(2 / 4)
    assert (found.first_agreement.n, found.first_agreement.clusters) == (4, 2)
    # 9 labels: 4 sourced, 4 editorial, 1 attributed. Coincidences that differ: 2 and 3; by chance (81 - 33) / 8.
    assert found.first_alpha.value == pytest.approx(1 - 5 / 6)


def test_revisions_are_counted_by_reviewer(study: Study) -> None:
    fill(study)
    with study.desk.inside(writes=False):
        assert revised_by(moves(study.project, Filter())) == {study.ben.id: 1, study.cem.id: 2}


def test_filters_are_obeyed(study: Study) -> None:
    fill(study)
    found = revision(study, articles=(study.articles[0],))
    assert found is not None
    assert (found.revised, found.verdicts, found.first_agreement.n) == (2, 5, 2)
    assert revision(study, reviewers=(study.ada.id,)) is None
    alone = revision(study, reviewers=(study.ada.id, study.ben.id))
    assert alone is not None
    assert (alone.revised, alone.verdicts) == (1, 7)
    assert alone.first_agreement.value == pytest.approx(2 / 4)
    sourced = revision(study, labels=("sourced",), round="first")
    assert sourced is not None
    assert (sourced.revised, sourced.first_agreement.n) == (2, 3)  # of one claim only at first


def test_what_an_edit_of_the_claims_carried_over_is_no_revision(desk: Desk) -> None:
    made = recut.make(desk)
    ada, ben, _ = made.people
    with desk.inside(writes=False) as session:
        project = session.get_one(Article, made.article).project_id
    made.say(ada, "reopened.", "sourced")
    made.say(ben, "Nobody", "sourced")
    made.edit("split", "reopened.", "owned")
    for part in ("quay", "owned"):
        made.say(ada, part, "editorial")
    with desk.inside(writes=False):
        assert revision_of(project, Filter(), LABELS) is None  # the first that was said of the parts
    made.undo()
    assert set(made.standing(ada).values()) == {"editorial"}  # it was carried back, beside the first: sourced
    with desk.inside(writes=False):
        assert revision_of(project, Filter(), LABELS) is None
    made.say(ben, "Nobody", "editorial")
    with desk.inside(writes=False):
        found = revision_of(project, Filter(), LABELS)
        assert found is not None
        assert (found.revised, found.verdicts) == (1, 4)
