"""What others said: shown by the project's policy alone, under pseudonyms, and noted when it was."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.storage.adjudications import Adjudication
from annotator.storage.events import Event
from annotator.storage.others import SHOWN, visible_verdicts
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.requeues import RequeuedVerdict
from tests.desk import Desk, Reader, Somebody
from tests.web.test_blindness import on_sqlite
from tests.web.twins import NOON


class Talk:
    """A project with a policy, in which ada and ben label, and the claims of its article."""

    def __init__(self, desk: Desk, visibility: str) -> None:
        self.desk, self.project = desk, desk.project()
        self.ada, self.ben = desk.member(self.project, name="ada"), desk.member(self.project, name="ben")
        self.manager = desk.member(self.project, Role.MANAGER)
        self.claims = desk.claims(desk.article(self.project))
        with desk.inside() as session:
            session.get_one(Project, self.project).visibility = visibility
        start = 0
        desk.verdict(
            self.ada, self.claims[0], "editorial", kind="framing", note="It *slants*.", marks=((start, 6, "loaded"),)
        )

    def shown(self, person: Somebody, claim: int = 0) -> list[str | None]:
        with self.desk.inside(writes=False):
            return [row.label for row in visible_verdicts(self.claims[claim], person.id)]

    def page(self, person: Somebody, claim: int = 0) -> str:
        answer = self.desk.reader(person).get(f"/claims/{self.claims[claim]}/others")
        assert answer.status_code == 200
        return answer.text

    def settle(self, action: str, revision: int) -> None:
        label = None if action == "reopen" else "sourced"
        with self.desk.inside() as session:
            session.add(
                Adjudication(
                    claim_id=self.claims[0], article_id=1, project_id=self.project, adjudicator_id=self.manager.id,
                    codebook_version_id=1, revision=revision, action=action, label=label, reason="",
                    client_key=f"key-{revision}", client_digest="", decided_at=NOON,
                )
            )  # fmt: skip

    def notes(self) -> list[dict[str, Any]]:
        with self.desk.inside(writes=False) as session:
            return list(session.scalars(select(Event.detail).where(Event.what == SHOWN).order_by(Event.id)))


def test_never_means_nothing_whatever_happened(desk: Desk) -> None:
    talk = Talk(desk, "never")
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    talk.settle("decide", 1)
    assert talk.shown(talk.ben) == talk.shown(talk.manager) == []
    answer = desk.reader(talk.ben).get(f"/claims/{talk.claims[0]}/others")
    assert answer.status_code == 403
    assert "keeps verdicts apart" in answer.text
    assert "Framing" not in answer.text
    assert talk.notes() == []


def test_after_mine_needs_a_decision_of_mine_that_stands(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    assert talk.shown(talk.ben) == []
    assert "Give your own verdict first" in talk.page(talk.ben)
    desk.verdict(talk.ben, talk.claims[0], None, note="a note decides nothing")
    assert talk.shown(talk.ben) == []
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    assert talk.shown(talk.ben) == ["editorial"]
    assert talk.shown(talk.ada) == ["sourced"]
    desk.verdict(talk.ben, talk.claims[0], None)
    assert talk.shown(talk.ben) == []


def test_after_mine_shows_nothing_of_other_claims_nor_to_others(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    desk.verdict(talk.ada, talk.claims[1], "sourced")
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    assert talk.shown(talk.ben, 1) == talk.shown(talk.manager) == []


def test_after_mine_waits_while_my_verdict_is_to_be_confirmed(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    given = desk.verdict(talk.ben, talk.claims[0], "sourced")
    with desk.inside() as session:
        session.add(
            RequeuedVerdict(
                claim_id=talk.claims[0], reviewer_id=talk.ben.id, verdict_id=given.verdict_id, version_id=1,
                meanings=["label:sourced"], requeued_at=NOON,
            )
        )  # fmt: skip
    assert talk.shown(talk.ben) == []
    desk.verdict(talk.ben, talk.claims[0], "sourced", note="still")
    assert talk.shown(talk.ben) == ["editorial"]


def test_after_adjudication_needs_the_newest_decision_to_settle(desk: Desk) -> None:
    talk = Talk(desk, "after-adjudication")
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    assert talk.shown(talk.ben) == []
    assert "has not settled this claim" in talk.page(talk.ben)
    talk.settle("decide", 1)
    assert talk.shown(talk.ben) == ["editorial"]
    talk.settle("reopen", 2)
    assert talk.shown(talk.ben) == []
    talk.settle("accept", 3)
    assert talk.shown(talk.ben) == ["editorial"]


@on_sqlite
def test_the_page_shows_all_that_was_said_under_a_pseudonym(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    page = talk.page(talk.ben)
    with desk.inside(writes=False) as session:
        pseudonym = session.get_one(Person, talk.ada.id).pseudonym
    assert pseudonym in page
    assert ">ada<" not in page
    assert all(words in page for words in ("Editorial", "Framing", "It *slants*.", "<q>Bridge</q>"))


@on_sqlite
def test_it_is_noted_once_that_others_were_shown_and_again_after_a_change_of_mind(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    talk.page(talk.ben)
    assert talk.notes() == []
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    for _ in range(2):
        talk.page(talk.ben)
    desk.reader(talk.ben).client.head(f"/claims/{talk.claims[0]}/others")
    assert talk.notes() == [{"revision": 1, "verdicts": 1, "policy": "after-mine"}]
    desk.verdict(talk.ben, talk.claims[0], "editorial")
    talk.page(talk.ben)
    assert [note["revision"] for note in talk.notes()] == [1, 2]


@on_sqlite
def test_b11_asking_for_the_length_of_the_page_alone_is_noted_too(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    answer = desk.reader(talk.ben).client.head(f"/claims/{talk.claims[0]}/others")
    assert int(answer.headers["Content-Length"]) > 0
    assert len(talk.notes()) == 1


@on_sqlite
def test_a_claim_that_nobody_else_decided_says_so(desk: Desk) -> None:
    talk = Talk(desk, "after-mine")
    desk.verdict(talk.ben, talk.claims[2], "sourced")
    assert "Nobody else has decided this claim so far." in talk.page(talk.ben, 2)
    assert talk.notes() == []


@pytest.mark.parametrize(("visibility", "is_offered"), [("never", False), ("after-mine", True)])
@on_sqlite
def test_the_pages_offer_it_only_where_the_policy_ever_allows_it(desk: Desk, visibility: str, is_offered: bool) -> None:
    talk = Talk(desk, visibility)
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    for path in ("/articles/1/claims/1", "/articles/1"):
        found = re.findall(r'href="(/claims/\d+/others)"', desk.reader(talk.ben).get(path).text)
        assert found == [f"/claims/{talk.claims[0]}/others"] * is_offered


@on_sqlite
def test_a_withdrawn_article_and_a_stranger_get_nothing(desk: Desk) -> None:
    from annotator.storage.articles import Article

    talk = Talk(desk, "after-mine")
    desk.verdict(talk.ben, talk.claims[0], "sourced")
    stranger: Reader = desk.reader(desk.member(desk.project("elsewhere")))
    assert stranger.get(f"/claims/{talk.claims[0]}/others").status_code == 404
    with desk.inside() as session:
        session.get_one(Article, 1).withdrawn_at = NOON
    assert desk.reader(talk.ben).get(f"/claims/{talk.claims[0]}/others").status_code == 404
