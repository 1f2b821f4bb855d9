"""Training and gold for the manager: right answers claim by claim, pass marks, purposes, and how reviewers did."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.gold import GoldAnswer
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Reader, Somebody
from tests.web.work import JSON


class Room:
    """A manager before the gold of a project with an article of four claims, beside a project of somebody else's."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.project = desk, desk.project()
        self.manager = desk.member(self.project, Role.MANAGER, "the manager")
        self.reviewer = desk.member(self.project, name="the reviewer")
        self.article = desk.article(self.project)
        self.claims = desk.claims(self.article)
        self.foreign = desk.article(desk.project("elsewhere"), "A text of another house.")
        self.browser: Reader = desk.reader(self.manager)

    def seen(self, claim: int) -> str:
        page = self.browser.get(f"/articles/{self.article}/gold").text
        found = re.search(rf'action="/claims/{claim}/gold">.*?name="seen" value="([^"]*)"', page, re.DOTALL)
        assert found
        return found[1]

    def set(self, claim: int, answer: str = "label:sourced/named", **fields: Any) -> Any:
        seen = fields.pop("seen", None)
        form = {"seen": self.seen(claim) if seen is None else seen, "answer": answer, "explanation": "It is named."}
        return self.browser.post(f"/claims/{claim}/gold", form | fields)

    def stored(self, claim: int) -> tuple[Any, ...] | None:
        with self.desk.inside(writes=False) as session:
            row = session.get(GoldAnswer, claim)
            return row and (row.label, row.kind, row.skip_reason, row.accepted, bool(row.withdrawn_at))


@pytest.fixture
def room(desk: Desk) -> Room:
    return Room(desk)


def test_a_right_answer_is_stored_shown_corrected_and_withdrawn(room: Room) -> None:
    claim = room.claims[1]
    answer = room.set(claim, accepted=["attributed"])
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#claim-{claim}")
    assert room.stored(claim) == ("sourced", "named", None, ["attributed"], False)
    assert "It is named." in room.browser.get(f"/articles/{room.article}/gold").text
    room.set(claim, "skip:fragment")
    assert room.stored(claim) == (None, None, "fragment", [], False)
    room.browser.post(f"/claims/{claim}/gold/withdraw", {"seen": room.seen(claim)})
    assert room.stored(claim) == (None, None, "fragment", [], True)


def test_two_managers_do_not_overwrite_each_other(room: Room) -> None:
    claim = room.claims[1]
    room.set(claim)
    refused = room.set(claim, "label:editorial", seen="", explanation="Mine & only mine.")
    assert refused.status_code == 409
    assert "Somebody changed this before you" in refused.text
    assert "It is named." in refused.text
    assert "Mine &amp; only mine." in refused.text
    assert room.stored(claim) == ("sourced", "named", None, [], False)
    assert room.browser.post(f"/claims/{claim}/gold/withdraw", {"seen": "another"}).status_code == 409
    lost = room.set(claim, "label:editorial", seen="", explanation="Mine, on a page that is gone.", page="9999")
    assert lost.status_code == 409
    assert "Mine, on a page that is gone." in lost.text


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": ""},
        {"answer": "label:nonsense"},
        {"answer": "label:sourced/framing"},
        {"answer": "skip:nonsense"},
        {"answer": "nonsense"},
        {"accepted": ["nonsense"]},
        {"explanation": " "},
        {"explanation": "a" * 2001},
        {"seen": "x" * 101},
    ],
)
def test_a_bad_answer_comes_back_with_its_reason_and_stores_nothing(room: Room, fields: dict[str, Any]) -> None:
    refused = room.set(room.claims[0], **fields)
    assert refused.status_code == 422
    assert "There is something to put right" in refused.text
    assert room.stored(room.claims[0]) is None


def decide(room: Room, claim: int, **facts: Any) -> None:
    with room.desk.inside() as session:
        version = session.scalars(select(CodebookVersion.id).where(CodebookVersion.project_id == room.project)).one()
        article = session.get_one(Article, room.article)
        row = {
            "claim_id": claim,
            "article_id": article.id,
            "project_id": room.project,
            "adjudicator_id": room.manager.id,
            "codebook_version_id": version,
            "revision": 1,
            "action": "decide",
            "label": "editorial",
            "kind": "framing",
            "reason": "“Brutal” is the writer’s.",
            "client_key": f"a-decision-{claim}-{facts.get('revision', 1)}",
            "client_digest": "",
            "decided_at": article.added_at,
        }
        session.add(Adjudication(**row | facts))


def test_a_decision_of_the_desk_becomes_gold_in_one_step(room: Room) -> None:
    claim = room.claims[2]
    path = f"/claims/{claim}/gold/decision"
    assert room.browser.post(path, {"seen": ""}).status_code == 409
    decide(room, claim)
    assert "Make the desk’s decision the right answer" in room.browser.get(f"/articles/{room.article}/gold").text
    assert room.browser.post(path, {"seen": ""}).status_code == 303
    assert room.stored(claim) == ("editorial", "framing", None, [], False)
    assert room.browser.post(path, {"seen": ""}).status_code == 409


def test_a_decision_that_was_taken_back_is_none(room: Room) -> None:
    claim = room.claims[2]
    decide(room, claim)
    decide(room, claim, revision=2, action="reopen", label=None, kind=None, reason="")
    assert room.browser.post(f"/claims/{claim}/gold/decision", {"seen": ""}).status_code == 409
    assert room.stored(claim) is None


def test_nothing_of_another_project_is_reached(room: Room) -> None:
    claim = room.desk.claims(room.foreign)[0]
    for path in (f"/claims/{claim}/gold", f"/claims/{claim}/gold/withdraw", f"/articles/{room.foreign}/purpose"):
        assert room.browser.post(path, {"seen": "", "answer": "label:sourced"}).status_code == 404
    assert room.browser.get(f"/articles/{room.foreign}/gold").status_code == 404
    assert room.browser.post("/projects/elsewhere/gold/marks").status_code == 404
    stranger = room.desk.person()
    path = f"/projects/news/gold/people/{stranger.id}"
    assert room.browser.post(path, {"qualified": "yes", "reason": "A friend."}).status_code == 404


def purpose(room: Room) -> str:
    with room.desk.inside(writes=False) as session:
        return session.get_one(Article, room.article).purpose


def test_an_article_gets_its_purpose_and_says_so_in_its_history(room: Room) -> None:
    path = f"/articles/{room.article}/purpose"
    assert room.browser.post(path, {"purpose": "training"}).status_code == 303
    assert purpose(room) == "training"
    about = room.browser.get(f"/articles/{room.article}/about").text
    assert "Given another purpose" in about
    assert room.browser.post(path, {"purpose": "nonsense"}).status_code == 422
    listed = room.browser.get("/projects/news/articles?purpose=training").text
    assert "Bridge closed" in listed
    assert "Bridge closed" not in room.browser.get("/projects/news/articles?purpose=work").text


def test_the_purpose_of_a_tagged_article_is_changed_only_after_a_warning(room: Room) -> None:
    path = f"/articles/{room.article}/purpose"
    room.desk.verdict(room.reviewer, room.claims[0])
    warned = room.browser.post(path, {"purpose": "training"})
    assert warned.status_code == 422
    assert "1 verdict was given on it" in warned.text
    assert purpose(room) == "work"
    assert room.browser.post(path, {"purpose": "training", "sure": "y"}).status_code == 303
    assert purpose(room) == "training"


def test_training_is_left_out_of_reports_and_exports(room: Room) -> None:
    room.desk.verdict(room.reviewer, room.claims[0])
    for other in ("the second", "the third"):
        room.desk.verdict(room.desk.member(room.project, name=other), room.claims[0], "editorial")
    exported = "/projects/news/export.jsonl?history=1"
    before = room.browser.get(exported)
    room.browser.post(f"/articles/{room.article}/purpose", {"purpose": "qualification", "sure": "y"})
    report = room.browser.get("/projects/news/disagreements").text
    assert "Bridge closed" not in report
    after = room.browser.get(exported)
    assert (before.status_code, after.status_code) == (200, 200)
    assert "Bridge closed" in before.text
    assert "Bridge closed" not in after.text


def test_the_ready_made_training_comes_with_one_click(room: Room) -> None:
    assert "Add the ready-made training" in room.browser.get("/projects/news/gold").text
    assert room.browser.post("/projects/news/gold/ready").status_code == 303
    page = room.browser.get("/projects/news/gold").text
    assert "Add the ready-made training" not in page
    assert "Qualification: Ambrook market moves indoors" in page
    again = room.browser.post("/projects/news/gold/ready")
    assert again.status_code == 409
    assert "in the project already" in again.text


def marks(room: Room) -> tuple[dict[str, Any], bool]:
    with room.desk.inside(writes=False) as session:
        project = session.get_one(Project, room.project)
        return project.pass_marks, project.requires_qualification


def test_pass_marks_are_stored_refused_and_not_overwritten(room: Room) -> None:
    path, good = "/projects/news/gold/marks", {"seen": "0", "mark_all": "80", "mark_of_editorial": "75"}
    assert room.browser.post(path, good | {"mark_all": "101"}).status_code == 422
    assert room.browser.post(path, good | {"seen": ""}).status_code == 422
    assert room.browser.post(path, good | {"required": "y"}).status_code == 303
    assert marks(room) == ({"": 0.8, "editorial": 0.75}, True)
    stale = room.browser.post(path, good | {"mark_all": "60"})
    assert stale.status_code == 409
    assert "All answers: now stored 80, yours 60" in stale.text
    assert marks(room) == ({"": 0.8, "editorial": 0.75}, True)


def test_a_manager_qualifies_somebody_by_hand_with_a_reason(room: Room) -> None:
    path = f"/projects/news/gold/people/{room.reviewer.id}"
    assert room.browser.post(path, {"qualified": "yes", "reason": " "}).status_code == 422
    assert room.browser.post(path, {"qualified": "yes", "reason": "Years of it."}).status_code == 303
    with room.desk.inside(writes=False) as session:
        assert session.get_one(Membership, (room.project, room.reviewer.id)).qualified_at
    assert "Qualified on" in room.browser.get("/projects/news/gold/people").text
    assert room.browser.post(path, {"qualified": "yes", "reason": "Again."}).status_code == 409


def test_managers_see_accuracy_by_reviewer_and_label(room: Room) -> None:
    room.set(room.claims[0])
    room.set(room.claims[1], "label:editorial")
    for claim in room.claims[:2]:
        room.desk.verdict(room.reviewer, claim, "sourced")
    page = " ".join(re.sub("<[^>]+>", " ", room.browser.get("/projects/news/gold/people").text).split())
    assert "the reviewer 1 of 2 (50\u00a0%)".replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "9 % to 91 %" in page.replace("\u00a0", " ")


def finish(room: Room, person: Somebody, label: str = "sourced") -> None:
    for claim in room.claims:
        room.desk.verdict(person, claim, label)


def test_a_reviewer_sees_hidden_gold_only_when_the_article_is_finished(room: Room) -> None:
    room.set(room.claims[1], "label:editorial", explanation="The secret reason.")
    reader = room.desk.reader(room.reviewer)
    for claim in room.claims[:3]:
        room.desk.verdict(room.reviewer, claim, "sourced")
    paths = [f"/articles/{room.article}/claims/{number}" for number in range(1, 5)]
    paths += ["/results", "/verdicts", f"/articles/{room.article}", f"/articles/{room.article}/work"]
    assert all("The secret reason." not in reader.get(path).text for path in paths)
    room.desk.verdict(room.reviewer, room.claims[3], "sourced")
    assert "The secret reason." in reader.get("/results").text
    assert all("The secret reason." not in reader.get(path).text for path in paths if path != "/results")


def test_nobody_sees_the_results_of_others(room: Room) -> None:
    room.set(room.claims[1], "label:editorial", explanation="The secret reason.")
    finish(room, room.reviewer)
    other = room.desk.reader(room.desk.member(room.project))
    assert "Nothing to show yet" in other.get("/results").text
    assert other.get("/projects/news/gold/people").status_code == 403


class Lesson:
    """A reviewer before a training article whose second claim has a right answer."""

    def __init__(self, room: Room) -> None:
        room.set(room.claims[1], "label:editorial/framing", explanation="“Brutal” is the writer’s.")
        room.browser.post(f"/articles/{room.article}/purpose", {"purpose": "training"})
        self.room, self.reader = room, room.desk.reader(room.reviewer)
        self.paths = [f"/articles/{room.article}/claims/2", f"/articles/{room.article}/work"]

    def teaches(self) -> list[bool]:
        answers = [self.reader.get(path) for path in self.paths]
        return ["is the writer’s." in (answer.text + str(answer.json or "")) for answer in answers]

    def give(self, **fields: str) -> dict[str, Any]:
        form = {"client_key": f"lesson-{len(fields)}-{fields.get('revision', '0')}", "revision": "0", "action": "save"}
        answer = self.reader.post(f"/claims/{self.room.claims[1]}/verdicts", form | fields, headers=JSON)
        assert answer.status_code == 200
        return dict(answer.json or {})


def test_a_training_claim_is_explained_after_the_verdict_and_never_before(room: Room) -> None:
    lesson = Lesson(room)
    assert lesson.teaches() == [False, False]
    answer = lesson.give(label="sourced")
    assert answer["lesson"]["is_right"] is False
    assert answer["lesson"]["answer"] == "Editorial, Framing"
    assert lesson.teaches() == [True, True]
    assert lesson.give(label="editorial", revision="1")["lesson"]["is_right"] is True


def test_a_verdict_that_decides_nothing_is_not_explained(room: Room) -> None:
    lesson = Lesson(room)
    assert lesson.give(note="I wonder.")["lesson"] is None
    assert lesson.teaches() == [False, False]


def test_a_qualification_explains_nothing_before_it_is_complete(room: Room) -> None:
    lesson = Lesson(room)
    room.browser.post(f"/articles/{room.article}/purpose", {"purpose": "qualification"})
    room.set(room.claims[0], explanation="The last one is the writer’s.")
    assert lesson.give(label="sourced")["lesson"] is None
    assert lesson.teaches() == [False, False]
    assert "1 of 2 claims answered" in lesson.reader.get("/results").text
    assert "is the writer’s." not in lesson.reader.get("/results").text
    room.desk.verdict(room.reviewer, room.claims[0], "sourced")
    results = lesson.reader.get("/results").text
    assert "“Brutal” is the writer’s." in results
    assert lesson.teaches() == [False, False]
    assert "and not passed it" not in lesson.reader.get("/notices").text


def test_the_queue_says_that_the_qualification_was_not_passed(room: Room) -> None:
    lesson, failed = Lesson(room), "You have not passed. The manager can tell you how to go on."
    room.browser.post(f"/articles/{room.article}/purpose", {"purpose": "qualification"})
    with room.desk.inside() as session:
        session.get_one(Project, room.project).requires_qualification = True
        session.get_one(Project, room.project).pass_marks = {"": 0.8}
    assert failed not in lesson.reader.get("/").text
    lesson.give(label="sourced")
    assert failed in lesson.reader.get("/").text
    room.browser.post(f"/projects/news/gold/people/{room.reviewer.id}", {"qualified": "yes", "reason": "Years of it."})
    assert failed not in lesson.reader.get("/").text
