"""Codebooks: a draft, its publication, and the verdicts that a change of meaning puts back into queues."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_changes import sections
from annotator.domain.codebook_table import InvalidCodebook
from annotator.services import codebooks
from annotator.services.projects import Archived, archive, codebook_in_force
from annotator.storage.articles import Article
from annotator.storage.codebooks import CodebookVersion, draft_of
from annotator.storage.events import Event
from annotator.storage.notices import Notice
from annotator.storage.projects import Project
from annotator.storage.requeues import RequeuedVerdict, requeued_of
from annotator.storage.segmentation import asked_by_article
from tests import recut
from tests.desk import Desk


def label_of(document: dict[str, Any], key: str) -> dict[str, Any]:
    return next(label for label in document["labels"] if label["key"] == key)


def reworded(document: dict[str, Any]) -> None:
    label_of(document, "editorial")["definition"] = "The writer judges. This is new."


def without_editorial(document: dict[str, Any]) -> None:
    document["labels"].remove(label_of(document, "editorial"))
    document["questions"] = []


def without_framing(document: dict[str, Any]) -> None:
    kinds = label_of(document, "editorial")["kinds"]
    kinds.remove(next(kind for kind in kinds if kind["key"] == "framing"))
    document["questions"] = []


def drafted(desk: Desk, project: int, change: Callable[[dict[str, Any]], None]) -> int:
    """Make a draft with a change, and return its revision."""
    with desk.inside():
        draft = codebooks.start_draft(project, None)
        codebooks.change_draft(draft, codebooks.edited(draft, change), None, seen=draft.revision, part="test")
        return draft.revision


def published(desk: Desk, project: int, change: Callable[[dict[str, Any]], None], *meanings: str) -> int:
    """Publish a draft with a change, and return how many verdicts are asked about again."""
    seen = drafted(desk, project, change)
    with desk.inside():
        return codebooks.publish(project, None, seen=seen, meanings=meanings, note="Because.")[1]


def asked(desk: Desk, person_id: int) -> list[tuple[int, int]]:
    with desk.inside(writes=False):
        return list(asked_by_article(person_id).values())


def test_a_change_of_meaning_asks_about_the_verdicts_with_that_label_only(desk: Desk) -> None:
    project = desk.project()
    one, other = desk.member(project), desk.member(project)
    claims = desk.claims(desk.article(project))
    desk.verdict(one, claims[0], "editorial", kind="framing")
    desk.verdict(one, claims[1], "sourced")
    desk.verdict(other, claims[0], "editorial")
    elsewhere = desk.project("elsewhere")
    desk.verdict(desk.join(elsewhere, one), desk.claims(desk.article(elsewhere))[0], "editorial")
    assert published(desk, project, reworded, "label:editorial") == 2
    assert asked(desk, one.id) == [(1, 1)]
    with desk.inside(writes=False) as session:
        rows = session.scalars(select(RequeuedVerdict)).all()
        assert [row.meanings for row in rows] == [["label:editorial"]] * 2
        told = session.scalars(select(Notice).where(Notice.person_id == one.id)).all()
        assert [(row.what, row.facts) for row in told] == [("codebook published", {"version": 2, "verdicts": 1})]
        assert "codebook published" in session.scalars(select(Event.what)).all()


def test_a_change_of_wording_asks_nobody(desk: Desk) -> None:
    project = desk.project()
    reviewer = desk.member(project)
    desk.verdict(reviewer, desk.claims(desk.article(project))[0], "editorial")
    assert published(desk, project, reworded) == 0
    assert asked(desk, reviewer.id) == []
    with desk.inside(writes=False):
        version = codebook_in_force(project)
        assert (version.number, version.change_note, version.meanings) == (2, "Because.", [])


@pytest.mark.parametrize(("change", "expected"), [(without_editorial, 2), (without_framing, 1)])
def test_what_is_removed_is_asked_about_in_any_case(
    desk: Desk, change: Callable[[dict[str, Any]], None], expected: int
) -> None:
    project = desk.project()
    reviewer = desk.member(project)
    claims = desk.claims(desk.article(project))
    desk.verdict(reviewer, claims[0], "editorial", kind="framing")
    desk.verdict(reviewer, claims[1], "editorial")
    assert published(desk, project, change) == expected


def test_the_same_verdict_given_again_is_the_answer(desk: Desk) -> None:
    project = desk.project()
    reviewer = desk.member(project)
    claim = desk.claims(desk.article(project))[0]
    desk.verdict(reviewer, claim, "editorial")
    published(desk, project, reworded, "label:editorial")
    given = desk.verdict(reviewer, claim, "editorial")
    assert asked(desk, reviewer.id) == []
    with desk.inside(writes=False):
        assert given.version_id == codebook_in_force(project).id


def test_a_verdict_that_says_two_changed_things_is_asked_about_once_with_both(desk: Desk) -> None:
    project = desk.project()
    reviewer = desk.member(project)
    claims = desk.claims(desk.article(project))
    desk.verdict(reviewer, claims[0], "editorial", kind="framing")
    desk.verdict(reviewer, claims[1], None, skip_reason="fragment")

    def change(document: dict[str, Any]) -> None:
        reworded(document)
        label_of(document, "editorial")["kinds"][0]["definition"] = "New."
        document["guidance"] += "\n\nA new rule.\n"

    assert published(desk, project, change, "label:editorial", "kind:editorial/framing", "rules") == 2
    with desk.inside(writes=False) as session:
        rows = session.scalars(select(RequeuedVerdict).order_by(RequeuedVerdict.claim_id)).all()
        assert [sorted(row.meanings) for row in rows] == [
            ["kind:editorial/framing", "label:editorial", "rules"],
            ["rules"],
        ]


def test_a_verdict_that_is_carried_to_a_new_claim_is_still_asked_about(desk: Desk) -> None:
    cut = recut.make(desk)
    with desk.inside(writes=False) as session:
        project = session.get_one(Article, cut.article).project_id
    person = cut.people[0]
    for words in ("disgrace", "shrugged"):
        cut.say(person, words, "editorial")
    published(desk, project, reworded, "label:editorial")
    cut.edit("merge", "disgrace")
    assert cut.verdict(person, "disgrace").carried_from
    with desk.inside(writes=False):
        assert list(requeued_of(person.id, cut.article)) == [cut.claim("disgrace").id]
    cut.say(person, "disgrace", "editorial")
    with desk.inside(writes=False):
        assert not requeued_of(person.id, cut.article)


def test_i03_a_draft_that_somebody_else_changed_is_not_overwritten(desk: Desk) -> None:
    project = desk.project()
    seen = drafted(desk, project, reworded)
    with desk.inside():
        draft = codebooks.start_draft(project, None)
        with pytest.raises(codebooks.StaleDraft):
            codebooks.change_draft(draft, codebook_in_force(project).codebook, None, seen=seen - 1, part="test")
    with desk.inside(writes=False):
        found = draft_of(project)
        assert found is not None
        assert found.codebook.labels[2].definition == "The writer judges. This is new."


def test_of_two_who_publish_one_wins(desk: Desk) -> None:
    project = desk.project()
    seen = drafted(desk, project, reworded)
    with desk.inside():
        codebooks.publish(project, None, seen=seen, meanings=[], note="First.")
    with desk.inside(), pytest.raises(codebooks.NoDraft):
        codebooks.publish(project, None, seen=seen, meanings=[], note="Second.")


@pytest.mark.parametrize(("change", "note", "field"), [(lambda _: None, "Why.", "changes"), (reworded, "  ", "note")])
def test_a_draft_without_changes_or_without_a_note_is_not_published(
    desk: Desk, change: Callable[[dict[str, Any]], None], note: str, field: str
) -> None:
    project = desk.project()
    seen = drafted(desk, project, change)
    with desk.inside(), pytest.raises(codebooks.NotReady) as refused:
        codebooks.publish(project, None, seen=seen, meanings=[], note=note)
    assert refused.value.field == field


def test_a_draft_is_put_away_only_as_it_was_seen(desk: Desk) -> None:
    project = desk.project()
    seen = drafted(desk, project, reworded)
    with desk.inside(), pytest.raises(codebooks.StaleDraft):
        codebooks.discard_draft(codebooks.start_draft(project, None), None, seen=seen + 1)
    with desk.inside():
        codebooks.discard_draft(codebooks.start_draft(project, None), None, seen=seen)
    with desk.inside(writes=False):
        assert draft_of(project) is None


def test_an_archived_project_has_no_drafts(desk: Desk) -> None:
    project = desk.project()
    with desk.inside() as session:
        archive(session.get_one(Project, project), None)
    with desk.inside(), pytest.raises(Archived):
        codebooks.start_draft(project, None)


def test_an_edge_case_becomes_an_example_of_the_draft(desk: Desk) -> None:
    project = desk.project()
    for _ in range(2):
        with desk.inside():
            codebooks.add_edge_case(project, None, label_key="editorial", text="It  was\nawful.", counter=True)
    with desk.inside():
        codebooks.add_edge_case(project, None, label_key=None, text="He left.", note="Skip it.")
    with desk.inside(writes=False) as session:
        version = session.scalars(select(CodebookVersion).where(CodebookVersion.published_at.is_(None))).one()
        label = version.codebook.label("editorial")
        assert label is not None
        assert label.counterexamples.count("It was awful.") == 1
        assert "- “He left.” Skip it." in sections(version.codebook.guidance)["Edge cases"].splitlines()


def test_an_edge_case_without_words_is_refused(desk: Desk) -> None:
    project = desk.project()
    with desk.inside(), pytest.raises(InvalidCodebook):
        codebooks.add_edge_case(project, None, label_key="editorial", text=" ")


def test_a_draft_can_come_from_a_file_and_take_the_place_of_one(desk: Desk) -> None:
    project = desk.project()
    with desk.inside(writes=False):
        shipped = codebook_in_force(project).codebook
    document = shipped.to_dict()
    reworded(document)
    changed = Codebook.from_dict(document)
    with desk.inside():
        codebooks.replace_draft(project, changed, None, seen=None)
    with desk.inside(), pytest.raises(codebooks.StaleDraft):
        codebooks.replace_draft(project, shipped, None, seen=None)
    with desk.inside():
        assert codebooks.replace_draft(project, shipped, None, seen=0).revision == 1
