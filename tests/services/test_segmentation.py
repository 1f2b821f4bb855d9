"""Editing claims without losing a verdict: each case of carry, confirm and conflict, there and back.

Long because each case stands beside its way back.
"""

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.domain.segmentation import BadEdit, Edit
from annotator.services import segmentation, tagging, threads
from annotator.services.exports.records import records
from annotator.services.segmentation_lock import Locked, NoSuchArticle, is_locked, set_lock
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article, Claim, ClaimLineage
from annotator.storage.events import Event
from annotator.storage.gold import GoldAnswer
from annotator.storage.segmentation import CarriedVerdict, SegmentationEdit, earlier_verdicts, successors_of
from annotator.storage.verdicts import Verdict
from tests import recut
from tests.desk import Desk
from tests.recut import Recut

MERGED = "“A disgrace,” she said. The mayor shrugged."
LEFT, RIGHT = "The cafe\u0301 by the quay,", "owned by Ines Orvane 👩\u200d🚀, reopened."


@pytest.fixture
def cut(desk: Desk) -> Recut:
    return recut.make(desk)


def merge(cut: Recut) -> SegmentationEdit:
    return cut.edit("merge", "disgrace", reason="One sentence.")


def split(cut: Recut) -> SegmentationEdit:
    return cut.edit("split", "quay", at="owned by")


def test_a_merge_carries_equal_verdicts_asks_to_settle_unequal_and_to_confirm_half_decided_ones(cut: Recut) -> None:
    equal, unequal, half = cut.people
    ids = [cut.say(equal, "disgrace", "editorial", note="a"), cut.say(equal, "mayor", "editorial", note="b")]
    apart = [cut.say(unequal, "disgrace", "editorial"), cut.say(unequal, "mayor", "sourced")]
    one = cut.say(half, "mayor", "attributed")
    merge(cut)
    assert cut.quotes()[2] == MERGED
    assert cut.standing(equal)[MERGED] == "editorial"
    carried = cut.verdict(equal, MERGED)
    assert (carried.note, carried.carried_from, carried.revision, carried.is_first) == ("a\nb", ids, 1, True)
    assert cut.asked(equal) == {}
    assert cut.asked(unequal) == {MERGED: ("conflict", apart)}
    assert cut.asked(half) == {MERGED: ("confirm", [one])}
    assert cut.standing(unequal) == cut.standing(half) == {}
    cut.check()


def test_a_carried_verdict_has_everything_that_its_parts_had(cut: Recut) -> None:
    person, text = cut.people[0], cut.text
    marks = [(text.index(word), text.index(word) + len(word), "loaded") for word in ("disgrace", "shrugged")]
    facts = {"kind": "framing", "source_name": "Ines"}
    cut.say(person, "disgrace", "editorial", marks=marks[:1], confidence=3, is_flagged=True, **facts)
    cut.say(person, "mayor", "editorial", marks=marks[1:], confidence=2, evidence_url="https://a.example/", **facts)
    merge(cut)
    row = cut.verdict(person, MERGED)
    assert [tuple(mark) for mark in row.marks] == marks
    assert (row.label, row.kind, row.confidence, row.is_flagged) == ("editorial", "framing", 2, True)
    assert (row.source_name, row.evidence_url, row.exposure) == ("Ines", "https://a.example/", "none")


def test_equal_labels_of_unequal_kinds_are_a_conflict_and_equal_skips_are_carried(cut: Recut) -> None:
    kinds, skips = cut.people[:2]
    cut.say(kinds, "disgrace", "editorial", kind="framing")
    cut.say(kinds, "mayor", "editorial")
    cut.say(skips, "disgrace", None, skip_reason="fragment")
    cut.say(skips, "mayor", None, skip_reason="fragment")
    merge(cut)
    assert cut.asked(kinds)[MERGED][0] == "conflict"
    assert cut.standing(skips) == {MERGED: "fragment"}


def test_a_split_asks_for_confirmation_of_both_parts_from_the_same_reviewer_alone(cut: Recut) -> None:
    first, second, silent = cut.people
    mine, theirs = cut.say(first, "quay", "sourced"), cut.say(second, "quay", "editorial")
    split(cut)
    assert cut.quotes()[1:3] == [LEFT, RIGHT]
    assert cut.asked(first) == {LEFT: ("confirm", [mine]), RIGHT: ("confirm", [mine])}
    assert cut.asked(second) == {LEFT: ("confirm", [theirs]), RIGHT: ("confirm", [theirs])}
    assert cut.asked(silent) == {}
    cut.say(first, RIGHT, "editorial")
    assert cut.asked(first) == {LEFT: ("confirm", [mine])}
    cut.check()


def test_a_boundary_that_takes_words_along_asks_both_sides(cut: Recut) -> None:
    person = cut.people[0]
    left, right = cut.say(person, "disgrace", "editorial"), cut.say(person, "mayor", "sourced")
    cut.edit("move", "disgrace", at="mayor")
    assert cut.quotes()[2:4] == ["“A disgrace,” she said. The", "mayor shrugged."]
    assert cut.asked(person) == {
        "“A disgrace,” she said. The": ("confirm", [left]),
        "mayor shrugged.": ("confirm", [right]),
    }
    cut.check()


def test_a_boundary_that_moves_punctuation_only_carries_the_verdict_with_the_marks_inside(desk: Desk) -> None:
    cut = recut.make(desk, text="Headline here\n\nHe said so. “Who pays?”")
    person, start = cut.people[0], cut.text.index("“Who")
    before = cut.quotes()
    assert before[1:] == ["He said so.", "“Who pays?”"]
    marks = [(start, start + 1, "cue"), (start + 1, start + 4, "loaded")]
    cut.say(person, "He said", "sourced")
    cut.say(person, "Who", "editorial", marks=marks)
    cut.edit("move", "He said", at="Who pays")
    assert cut.quotes()[1:] == ["He said so. “", "Who pays?”"]
    assert cut.standing(person) == {"He said so. “": "sourced", "Who pays?”": "editorial"}
    assert cut.verdict(person, "Who").marks == [list(marks[1])]
    assert cut.asked(person) == {}
    cut.check()


def test_unchanged_claims_keep_their_ids_and_their_verdicts(cut: Recut) -> None:
    person, before = cut.people[0], {claim.quote: claim.id for claim in cut.claims()}
    for quote in before:
        cut.say(person, quote, "sourced")
    split(cut)
    after = {claim.quote: claim.id for claim in cut.claims()}
    same = set(before) & set(after)
    assert len(same) == 4
    assert all(before[quote] == after[quote] for quote in same)
    assert set(cut.standing(person)) == same
    assert [row.carried_from for row in (cut.verdict(person, quote) for quote in same)] == [[]] * 4


def test_set_aside_and_brought_back_a_claim_keeps_its_verdicts(cut: Recut) -> None:
    person = cut.people[0]
    cut.say(person, "Harbour", "sourced")
    claim = cut.claim("Harbour")
    with cut.desk.inside():
        plan = segmentation.plan(cut.article, 0, Edit("not-a-claim", claim.start))
        assert [(fate.name, fate.reviewer_id) for fate in plan.fates] == [("rests", person.id)]
    cut.edit("not-a-claim", "Harbour")
    assert "Harbour reopens" not in cut.quotes()
    assert cut.standing(person) == {}
    with pytest.raises(tagging.NoSuchClaim):
        cut.desk.verdict(person, claim.id, "editorial", seen_revision=1)
    cut.apply(Edit("claim", claim.start, claim.start, claim.end))
    assert cut.claim("Harbour").id == claim.id
    assert cut.standing(person) == {"Harbour reopens": "sourced"}
    cut.check()


def test_two_claims_of_one_sentence(cut: Recut) -> None:
    person = cut.people[0]
    mine = cut.say(person, "quay", "sourced")
    cut.edit("claim", "quay", at="owned by", end="Orvane 👩\u200d🚀")
    assert cut.quotes()[1:4] == ["The cafe\u0301 by the quay,", "owned by Ines Orvane 👩\u200d🚀", ", reopened."]
    assert list(cut.asked(person).values()) == [("confirm", [mine])] * 3
    cut.undo()
    cut.edit("claim", "quay", at="owned by", end="Orvane", keeps_rest=False)
    assert cut.quotes()[1:3] == ["owned by Ines Orvane", "“A disgrace,” she said."]
    assert cut.asked(person) == {"owned by Ines Orvane": ("confirm", [mine])}
    cut.check()


def test_the_lineage_leads_from_the_old_claims_to_the_new(cut: Recut) -> None:
    old = [cut.claim("disgrace").id, cut.claim("mayor").id]
    merge(cut)
    new = cut.claim(MERGED).id
    with cut.desk.inside(writes=False) as session:
        pairs = session.execute(select(ClaimLineage.parent_id, ClaimLineage.child_id)).all()
        assert sorted(map(tuple, pairs)) == [(old[0], new), (old[1], new)]
        assert all(session.get_one(Claim, claim).retired_at for claim in old)
        found = successors_of(old[0])
        assert [(row.id, row.number, row.quote) for row in found] == [(new, 3, MERGED)]


def test_who_when_and_why_are_kept_and_an_event_says_so(cut: Recut) -> None:
    made = merge(cut)
    assert (made.revision, made.person_id, made.action, made.reason) == (1, cut.manager.id, "merge", "One sentence.")
    with cut.desk.inside(writes=False) as session:
        events = session.scalars(select(Event).where(Event.what == "segmentation edited")).all()
        assert [(row.person_id, row.subject_id, row.detail) for row in events] == [
            (cut.manager.id, cut.article, {"action": "merge", "revision": 1})
        ]


def test_undo_of_a_merge_lets_the_old_verdicts_stand_again(cut: Recut) -> None:
    equal, unequal, _half = cut.people
    ids = [claim.id for claim in cut.claims()]
    for person, label in ((equal, "editorial"), (unequal, "sourced")):
        cut.say(person, "disgrace", "editorial")
        cut.say(person, "mayor", label)
    before = [cut.standing(person) for person in cut.people]
    merge(cut)
    undone = cut.undo()
    assert [claim.id for claim in cut.claims()] == ids
    assert [cut.standing(person) for person in cut.people] == before
    assert [cut.asked(person) for person in cut.people] == [{}, {}, {}]
    assert (undone.action, undone.revision) == ("undo", 2)
    cut.check()


def test_undo_of_a_split_carries_back_what_was_said_of_both_parts_since(cut: Recut) -> None:
    both, kept, _silent = cut.people
    whole = cut.claim("quay").quote
    cut.say(both, "quay", "sourced", note="old")
    old = cut.say(kept, "quay", "sourced")
    split(cut)
    new = [cut.say(both, part, "editorial", note="new") for part in (LEFT, RIGHT)]
    for part in (LEFT, RIGHT):
        cut.say(kept, part, "sourced")
    cut.undo()
    row = cut.verdict(both, "quay")
    assert (row.label, row.note, row.carried_from, row.revision, row.is_first) == ("editorial", "new", new, 2, False)
    assert cut.verdict(kept, "quay").id == old
    assert cut.asked(both) == cut.asked(kept) == {}
    assert cut.standing(both) == {whole: "editorial"}
    cut.check()


def test_undo_asks_who_said_something_else_since_on_a_part_or_on_more(cut: Recut) -> None:
    part, more, none_before = cut.people
    whole = cut.claim("quay").quote
    old = cut.say(part, "quay", "sourced")
    split(cut)
    new = cut.say(part, LEFT, "editorial")
    cut.undo()
    assert cut.asked(part) == {whole: ("conflict", [old, new])}
    assert cut.standing(part) == {whole: "sourced"}
    cut.say(part, whole, "editorial")
    assert cut.asked(part) == {}

    first = cut.say(more, "disgrace", "editorial")
    merge(cut)
    later = cut.say(more, MERGED, "sourced")
    fresh = cut.say(none_before, MERGED, "attributed")
    cut.undo()
    assert cut.asked(more) == {
        "“A disgrace,” she said.": ("conflict", [first, later]),
        "The mayor shrugged.": ("confirm", [later]),
    }
    assert {ids[0] for _outcome, ids in cut.asked(none_before).values()} == {fresh}
    assert len(cut.asked(none_before)) == 2
    cut.check()


def test_undo_asks_again_who_took_the_carried_verdict_back(cut: Recut) -> None:
    person = cut.people[0]
    ids = [cut.say(person, part, "editorial") for part in ("disgrace", "mayor")]
    merge(cut)
    cut.say(person, MERGED, None)
    cut.undo()
    assert [ids_ for _outcome, ids_ in cut.asked(person).values()] == [[ids[0]], [ids[1]]]


def test_edits_are_undone_one_after_the_other(cut: Recut) -> None:
    person, before = cut.people[0], cut.quotes()
    for part in ("quay", "disgrace", "mayor"):
        cut.say(person, part, "sourced")
    stood = cut.standing(person)
    split(cut)
    merge(cut)
    cut.edit("not-a-claim", "Nobody")
    cut.edit("move", LEFT, at="Ines")
    for _ in range(4):
        cut.undo()
        cut.check()
    assert cut.quotes() == before
    assert cut.standing(person) == stood
    with pytest.raises(BadEdit, match="no edit to take back"):
        cut.undo()


def test_a_split_that_is_merged_by_hand_gives_the_verdict_back(cut: Recut) -> None:
    person = cut.people[0]
    whole, mine = cut.claim("quay").quote, cut.say(cut.people[0], "quay", "sourced", note="kept")
    split(cut)
    cut.edit("merge", LEFT)
    row = cut.verdict(person, whole)
    assert (row.label, row.note, row.carried_from) == ("sourced", "kept", [mine])
    assert cut.asked(person) == {}
    cut.check()


def test_an_open_question_is_not_lost_when_its_claim_is_cut_again(cut: Recut) -> None:
    person = cut.people[0]
    mine = cut.say(person, "quay", "sourced")
    split(cut)
    cut.edit("split", RIGHT, at="reopened")
    assert {ids[0] for _outcome, ids in cut.asked(person).values()} == {mine}
    assert len(cut.asked(person)) == 3
    other = cut.say(person, "disgrace", "editorial")
    cut.edit("merge", "reopened")
    assert cut.asked(person)["reopened. “A disgrace,” she said."] == ("conflict", [mine, other])


def test_the_desks_decision_stays_with_the_retired_claim_and_the_plan_says_so(cut: Recut) -> None:
    claim = cut.claim("disgrace")
    with cut.desk.inside() as session:
        project = session.get_one(Article, cut.article).project_id
        session.add(
            Adjudication(
                claim_id=claim.id, article_id=cut.article, project_id=project, adjudicator_id=cut.manager.id,
                codebook_version_id=1, revision=1, action="decide", label="sourced", cause="slip", reason="So.",
                client_key="a-decision", client_digest="", decided_at=claim.created_at,
            )
        )  # fmt: skip
    with cut.desk.inside():
        plan = segmentation.plan(cut.article, 0, Edit("merge", claim.start))
        assert plan.decisions == 1
    merge(cut)
    with cut.desk.inside(writes=False) as session:
        assert session.scalars(select(Adjudication.claim_id)).all() == [claim.id]


def test_an_open_question_and_a_right_answer_stay_with_the_retired_claim_and_the_plan_says_so(cut: Recut) -> None:
    claim, person = cut.claim("disgrace"), cut.people[0]
    with cut.desk.inside() as session:
        project = session.get_one(Article, cut.article).project_id
        threads.ask(claim.id, project, person.id, "Who is she?")
        session.add(
            GoldAnswer(
                claim_id=claim.id, project_id=project, label="sourced", accepted=[], explanation="She said so.",
                set_by_id=cut.manager.id, set_at=claim.created_at,
            )
        )  # fmt: skip
    with cut.desk.inside():
        plan = segmentation.plan(cut.article, 0, Edit("merge", claim.start))
        assert (plan.decisions, plan.gold, plan.questions) == (0, 1, 1)
        elsewhere = segmentation.plan(cut.article, 0, Edit("merge", cut.claim("mayor").start))
        assert (elsewhere.decisions, elsewhere.gold, elsewhere.questions) == (0, 0, 0)


def test_a_plan_writes_nothing(cut: Recut) -> None:
    for person in cut.people:
        cut.say(person, "disgrace", "editorial")
        cut.say(person, "mayor", "editorial")
    with cut.desk.inside():
        plan = segmentation.plan(cut.article, 0, Edit("merge", cut.claim("disgrace").start))
        assert [fate.name for fate in plan.fates] == ["carried"] * 3
        assert [cut.text[block.start : block.end] for block in plan.after][2] == MERGED
    assert MERGED not in cut.quotes()
    with cut.desk.inside(writes=False) as session:
        assert session.scalars(select(SegmentationEdit)).all() == session.scalars(select(CarriedVerdict)).all() == []


def test_an_edit_of_what_somebody_else_edited_meanwhile_is_refused_with_what_was_done(cut: Recut) -> None:
    edit = Edit("split", cut.claim("quay").start, cut.text.index("owned by"))
    merge(cut)
    with cut.desk.inside():
        with pytest.raises(segmentation.StaleSegmentation) as caught:
            segmentation.apply(cut.article, 0, edit, person_id=cut.people[0].id)
        assert [row.action for row in caught.value.since] == ["merge"]
    assert LEFT not in cut.quotes()


def test_the_same_request_twice_is_one_edit(cut: Recut) -> None:
    edit = Edit("merge", cut.claim("disgrace").start)
    first, again = cut.apply(edit, revision=0), cut.apply(edit, revision=0)
    assert first.id == again.id
    with pytest.raises(segmentation.StaleSegmentation):
        cut.apply(edit, revision=0, by=cut.people[0])
    cut.check()


def test_a_withdrawn_or_unknown_article_is_not_edited(cut: Recut) -> None:
    with cut.desk.inside() as session:
        session.get_one(Article, cut.article).withdrawn_at = cut.claims()[0].created_at
    for article in (cut.article, 10**9):
        with pytest.raises(NoSuchArticle), cut.desk.inside():
            segmentation.plan(article, 0, Edit("merge", 0))
    assert not locked(cut)


def locked(cut: Recut) -> bool:
    with cut.desk.inside(writes=False) as session:
        return is_locked(session.get_one(Article, cut.article))


def test_locked_from_the_first_verdict_until_every_claim_has_enough(desk: Desk) -> None:
    cut = recut.make(desk, overlap=2)
    assert not locked(cut)
    quotes = cut.quotes()
    cut.say(cut.people[0], quotes[0], "sourced")
    assert locked(cut)
    with pytest.raises(Locked):
        split(cut)
    for person, quote in [(person, quote) for person in cut.people[:2] for quote in quotes]:
        assert locked(cut)
        cut.say(person, quote, "sourced")
    assert not locked(cut)
    split(cut)
    assert not locked(cut), "who is asked to confirm has decided before"


def test_a_note_without_a_label_begins_nothing(desk: Desk) -> None:
    cut = recut.make(desk, overlap=2)
    cut.say(cut.people[0], "quay", None, note="hm")
    assert not locked(cut)


def test_one_reviewer_alone_is_no_double_coding(desk: Desk) -> None:
    project = desk.project(overlap=2)
    alone = desk.member(project, Role.MANAGER)
    desk.member(project, Role.OBSERVER)
    cut = Recut(desk, desk.article(project, recut.TEXT), alone, [alone])
    cut.say(alone, "quay", "sourced")
    assert not locked(cut)


def test_a_manager_unlocks_and_locks_and_events_say_so(desk: Desk) -> None:
    cut = recut.make(desk, overlap=2)
    cut.say(cut.people[0], "quay", "sourced")
    for unlocked in (True, True, False):
        with desk.inside():
            set_lock(cut.article, unlocked=unlocked, person_id=cut.manager.id)
        assert locked(cut) is not unlocked
    with desk.inside(writes=False) as session:
        events = session.scalars(select(Event.what).where(Event.what.like("segmentation %locked")).order_by(Event.id))
        assert list(events) == ["segmentation unlocked", "segmentation locked"]


def test_ones_own_last_edit_may_be_taken_back_while_locked(desk: Desk) -> None:
    cut = recut.make(desk, overlap=2)
    split(cut)
    cut.say(cut.people[0], "Harbour", "sourced")
    with pytest.raises(Locked):
        cut.undo(by=cut.people[0])
    cut.undo()
    assert LEFT not in cut.quotes()


def test_a_reviewers_own_undo_passes_over_what_was_carried_in_their_name(cut: Recut) -> None:
    person = cut.people[0]
    for part in ("quay", "disgrace", "mayor"):
        cut.say(person, part, "editorial")
    merge(cut)
    with cut.desk.inside():
        back = tagging.undo(cut.article, person.id, "undo-key-1")
    assert back is not None
    assert back.claim_id == cut.claim("quay").id
    assert cut.standing(person)[MERGED] == "editorial"


def test_every_verdict_is_found_from_the_claim_that_stands_there_now(cut: Recut) -> None:
    person = cut.people[0]
    given = [cut.say(person, part, "editorial") for part in ("disgrace", "mayor")]
    merge(cut)
    given.append(cut.say(person, MERGED, "sourced"))
    cut.edit("split", MERGED, at="The mayor")
    claim = cut.claim("disgrace").id
    with cut.desk.inside(writes=False) as session:
        found = [row[0].id for row in earlier_verdicts(claim, person.id)]
        every = session.scalars(
            select(Verdict.id).where(Verdict.article_id == cut.article).order_by(Verdict.id.desc())
        ).all()
    assert set(found) == set(every) - {given[1]}
    assert found == sorted(found, reverse=True)


def test_exports_tell_what_was_carried_and_keep_true_offsets(cut: Recut) -> None:
    person = cut.people[0]
    ids = [cut.say(person, part, "editorial") for part in ("disgrace", "mayor")]
    merge(cut)
    with cut.desk.inside(writes=False) as session:
        project = session.get_one(Article, cut.article).project_id
        rows = [row for row in records(project, history=True) if row["article_id"] == cut.article]
        standing = [row for row in records(project) if row["article_id"] == cut.article]
    assert [(row["claim_retired"], row["carried_from"]) for row in rows] == [(True, []), (False, ids), (True, [])]
    assert [row["quote"] for row in standing] == [MERGED]
    assert all(cut.text[row["start"] : row["end"]] == row["quote"] for row in rows)


def test_a_merge_that_is_split_by_hand_where_it_was_joined_gives_the_verdicts_back(cut: Recut) -> None:
    unequal, half = cut.people[:2]
    ids = [cut.say(unequal, "disgrace", "editorial", note="a"), cut.say(unequal, "mayor", "sourced", note="b")]
    one = cut.say(half, "mayor", "attributed")
    merge(cut)
    cut.edit("split", MERGED, at="The mayor")
    assert cut.standing(unequal) == {"“A disgrace,” she said.": "editorial", "The mayor shrugged.": "sourced"}
    assert [cut.verdict(unequal, part).carried_from for part in ("disgrace", "mayor")] == [[ids[0]], [ids[1]]]
    assert cut.standing(half) == {"The mayor shrugged.": "attributed"}
    assert cut.verdict(half, "mayor").carried_from == [one]
    assert cut.asked(unequal) == cut.asked(half) == {}
    cut.check()


def test_of_a_conflict_a_part_asks_only_what_was_said_of_its_words(cut: Recut) -> None:
    person = cut.people[0]
    first, second = cut.say(person, "disgrace", "editorial"), cut.say(person, "mayor", "sourced")
    merge(cut)
    cut.edit("split", MERGED, at="she said")
    assert cut.asked(person) == {
        "“A disgrace,”": ("confirm", [first]),
        "she said. The mayor shrugged.": ("conflict", [first, second]),
    }
