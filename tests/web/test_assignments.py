"""The pages of assignment: a plan is previewed and stored, articles change hands, the queue shows what was given."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select, update

from annotator.domain.roles import Role
from annotator.storage.articles import Article
from annotator.storage.assignments import Assignment
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Reader, Somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = "/projects/news/assignment"
JSON = {"Accept": "application/json"}


def words(page: str) -> str:
    """Return a page's main text without tags and with single spaces."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


class Room:
    """A project of four articles with three reviewers, and its manager's browser."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.project = desk, desk.project()
        self.articles = [
            desk.article(self.project, f"First {n}. Second {n}. Third {n}.", title=f"Article {n}") for n in range(4)
        ]
        self.people = [desk.member(self.project, name=name) for name in ("Anna", "Ben", "Carla")]
        self.manager: Reader = desk.reader(desk.member(self.project, Role.MANAGER, "Max"))

    def set(self, **facts: Any) -> None:
        with self.desk.inside() as session:
            session.execute(update(Project).values(**facts))

    def asked(self, **facts: Any) -> dict[str, Any]:
        people = [str(person.id) for person in self.people]
        return {"kind": "every", "readers": "2", "people": people, "scope": "new", "order": "added"} | facts

    def preview(self, **facts: Any) -> str:
        answer = self.manager.get(f"{HERE}/plan", query_string=self.asked(**facts))
        assert answer.status_code == 200, words(answer.text)
        return answer.text

    def shown(self, page: str) -> dict[str, Any]:
        """Return the hidden fields of the last form."""
        found: dict[str, Any] = {"people": []}
        for name, value in re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page):
            if name == "people":
                found["people"].append(value)
            elif name != "csrf_token":
                found[name] = value
        return found

    def standing(self) -> list[Assignment]:
        with self.desk.inside(writes=False) as session:
            rows = list(session.scalars(select(Assignment).where(Assignment.released_at.is_(None))))
            session.expunge_all()
            return rows

    def give(self, person: Somebody, article: int) -> int:
        path = f"{HERE}/people/{person.id}/give"
        assert self.manager.post(path, {"article": str(article)}).status_code == 303
        return next(row.id for row in self.standing() if (row.article_id, row.person_id) == (article, person.id))


@pytest.fixture
def room(desk: Desk) -> Room:
    return Room(desk)


def test_the_page_says_who_has_what_and_offers_a_plan(room: Room) -> None:
    room.give(room.people[0], room.articles[0])
    page = words(room.manager.get(HERE).text)
    assert "Articles with nobody 3" in page
    assert "Anna 1 0 of 3 labelled" in page
    assert "Everybody has every article here." in page


def test_a_plan_is_previewed_with_each_ones_load_and_then_given_out(room: Room) -> None:
    page = room.preview(due_on="2999-01-02")
    assert "4 articles , 12 claims" in words(page).replace("articles,", "articles ,")
    assert "Each would have between 6 and 9 claims to read." in words(page)
    assert "Each pair meets." in words(page)
    assert room.standing() == []
    answer = room.manager.post(f"{HERE}/plan", room.shown(page))
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)
    assert len(room.standing()) == 8
    assert "4 articles are given out." in room.manager.get(HERE).text
    assert room.preview(scope="all", readers="3")
    again = room.manager.get(f"{HERE}/plan", query_string=room.asked())
    assert (again.status_code, "There is no article left to plan." in words(again.text)) == (422, True)


def test_a_plan_that_is_no_longer_what_was_shown_is_shown_anew_and_not_stored(room: Room) -> None:
    shown = room.shown(room.preview())
    room.desk.article(room.project, "Fresh. It came in meanwhile.")
    answer = room.manager.post(f"{HERE}/plan", shown)
    assert answer.status_code == 409
    assert "Articles or people have changed since the preview." in words(answer.text)
    assert room.standing() == []
    assert room.manager.post(f"{HERE}/plan", shown, headers=JSON).status_code == 409
    assert room.manager.post(f"{HERE}/plan", room.shown(answer.text)).status_code == 303
    assert len(room.standing()) == 10


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"readers": "0"}, "Give a whole number from 1 to 100."),
        ({"readers": "many"}, "Give a whole number from 1 to 100."),
        ({"readers": "4"}, "A claim can’t have more reviewers than were chosen."),
        ({"people": []}, "Choose at least one person."),
        ({"people": ["999"], "readers": "1"}, "Choose at least one person."),
        ({"kind": "odd"}, "This is not one of the choices."),
        ({"due_on": "2001-01-01"}, "This day is over."),
        ({"due_on": "soon"}, "This is no date."),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(room: Room, wrong: dict[str, Any], said: str) -> None:
    answer = room.manager.get(f"{HERE}/plan", query_string=room.asked(**wrong))
    assert (answer.status_code, said in words(answer.text)) == (422, True)
    assert room.manager.get(f"{HERE}/plan", query_string=room.asked(**wrong), headers=JSON).status_code == 422


def test_articles_are_given_dated_handed_on_and_taken_off(room: Room) -> None:
    anna, ben, _carla = room.people
    first = room.give(anna, room.articles[0])
    second = room.give(anna, room.articles[1])
    room.desk.verdict(anna, room.desk.claims(room.articles[0])[0])
    path = f"{HERE}/people/{anna.id}"
    assert "1 of 3 labelled" in words(room.manager.get(path).text)
    assert room.manager.post(path, {"do": "due", "assignment": str(second), "due_on": "2999-05-06"}).status_code == 303
    assert {str(row.due_on) for row in room.standing()} == {"None", "2999-05-06"}
    asked = {"do": "move", "assignment": [str(first)], "to": str(ben.id)}
    page = room.manager.post(path, asked)
    assert (page.status_code, len(room.standing())) == (200, 2)
    assert "Article 0 1 of 3 labelled" in words(page.text)
    assert room.manager.post(path, asked | {"sure": "1"}).status_code == 303
    assert sorted(row.person_id for row in room.standing()) == [anna.id, ben.id]
    assert room.manager.post(path, asked | {"sure": "1"}).status_code == 409
    assert room.manager.post(path, {"do": "release", "assignment": str(second)}).status_code == 303
    assert [row.person_id for row in room.standing()] == [ben.id]
    room.manager.post(f"{HERE}/people/{ben.id}", {"do": "release-all"})
    assert room.standing() == []


def test_nothing_ticked_nobody_chosen_and_nonsense_are_refused(room: Room) -> None:
    anna = room.people[0]
    given, path = room.give(anna, room.articles[0]), f"{HERE}/people/{anna.id}"
    for form, status in (
        ({"do": "release"}, 422),
        ({"do": "burn"}, 400),
        ({"do": "move", "assignment": str(given)}, 422),
        ({"do": "due", "assignment": str(given), "due_on": "x"}, 422),
        ({"do": "release", "assignment": "99"}, 409),
    ):
        assert room.manager.post(path, form).status_code == status, form
    assert room.manager.post(f"{path}/give", {"article": "999"}).status_code == 422
    assert room.manager.get(f"{HERE}/people/99999").status_code == 404
    assert len(room.standing()) == 1


def test_what_is_another_projects_is_neither_given_nor_taken(room: Room) -> None:
    given = room.give(room.people[0], room.articles[0])
    other = room.desk.project("other")
    boss = room.desk.reader(room.desk.member(other, Role.MANAGER))
    worker = room.desk.member(other)
    path = f"/projects/other/assignment/people/{worker.id}"
    assert boss.post(path, {"do": "release", "assignment": str(given)}).status_code == 409
    assert boss.post(f"{path}/give", {"article": str(room.articles[0])}).status_code == 422
    assert boss.get(f"/projects/other/assignment/people/{room.people[0].id}").status_code == 404
    assert boss.get(HERE).status_code == 404
    assert len(room.standing()) == 1


def test_in_a_planned_project_only_what_was_given_can_be_labelled(room: Room) -> None:
    anna, article = room.people[0], room.articles[2]
    room.set(handout="planned")
    browser, claim = room.desk.reader(anna), room.desk.claims(article)[0]
    assert "Articles appear here as soon as the manager has given you some." in words(browser.get("/").text)
    form = {"client_key": "a-key-long-enough", "revision": "0", "label": "sourced"}
    said = "This article is not on your list, so you can read it, but not label it."
    for path in ("claims/1", "continue", "work"):
        answer = browser.get(f"/articles/{article}/{path}")
        assert (answer.status_code, said in unescape(answer.text)) == (403, True), path
    assert browser.post(f"/claims/{claim}/verdicts", form).status_code == 403
    reading = browser.get(f"/articles/{article}")
    assert (reading.status_code, said in unescape(reading.text)) == (200, True)
    room.give(anna, article)
    assert "Article 2" in words(browser.get("/").text)
    assert "Article 1" not in words(browser.get("/").text)
    assert browser.post(f"/claims/{claim}/verdicts", form).status_code == 303
    room.manager.post(f"{HERE}/people/{anna.id}", {"do": "release-all"})
    undo = browser.post(f"/articles/{article}/undo", {"client_key": "another-long-key"}, headers=JSON)
    assert (undo.status_code, said in unescape(undo.text)) == (403, True)


def test_who_has_yet_to_qualify_sees_what_there_is_to_train_on_first(room: Room) -> None:
    room.set(requires_qualification=True)
    with room.desk.inside() as session:
        session.get_one(Article, room.articles[1]).purpose = "training"
        session.get_one(Article, room.articles[3]).purpose = "qualification"
    browser = room.desk.reader(room.people[0])
    page = words(browser.get("/").text)
    assert "To begin with: training Article 1" in page
    assert "Article 0" not in page
    assert "open once you have passed its qualification" in page
    assert browser.get(f"/articles/{room.articles[0]}/claims/1").status_code == 403
    assert browser.get(f"/articles/{room.articles[1]}/claims/1").status_code == 200
    with room.desk.inside() as session:
        member = session.get_one(Membership, (room.project, room.people[0].id))
        member.qualified_at = datetime.now(UTC)
    page = words(browser.get("/").text)
    assert page.index("Article 1") < page.index("The work") < page.index("Article 0")


def test_the_next_article_is_taken_from_the_queue_until_none_is_left(room: Room) -> None:
    room.set(handout="next", overlap=1)
    with room.desk.inside() as session:
        session.execute(update(Article).where(Article.id.in_(room.articles[1:])).values(purpose="training"))
    anna, ben = (room.desk.reader(person) for person in room.people[:2])
    assert "Take the next article" in words(anna.get("/").text)
    taken = anna.post("/projects/news/next")
    assert (taken.status_code, taken.headers["Location"]) == (303, f"/articles/{room.articles[0]}/continue")
    nothing = ben.post("/projects/news/next")
    assert nothing.headers["Location"] == "/?project=news"
    assert "There is no article left for you here" in ben.get("/?project=news").text
    assert ben.post("/projects/news/next", headers=JSON).status_code == 409


def test_two_reviewers_get_the_same_next_article_whatever_the_others_said(room: Room) -> None:
    room.set(handout="next", overlap=3, handout_order="uncertain", visibility="never")
    anna = room.desk.reader(room.people[0]).post("/projects/news/next").headers["Location"]
    for claim, label in zip(room.desk.claims(room.articles[0]), ("sourced", "editorial", "attributed"), strict=True):
        room.desk.verdict(room.people[0], claim, label)
    assert room.desk.reader(room.people[1]).post("/projects/news/next").headers["Location"] == anna


def test_progress_counts_as_many_reviewers_as_an_article_wants(room: Room) -> None:
    with room.desk.inside() as session:
        session.get_one(Article, room.articles[0]).wanted = 1
    for claim in room.desk.claims(room.articles[0]):
        room.desk.verdict(room.people[0], claim)
    assert "3 of 3 decisions" in words(room.manager.get("/projects/news/articles?status=done").text)
    assert "3 of 3 decisions" in words(room.manager.get(f"/articles/{room.articles[0]}/about").text)
    assert "0 of 6 decisions" in words(room.manager.get("/projects/news/articles?sort=progress").text)


def test_the_planner_shows_the_formula_with_its_terms_filled_in(room: Room) -> None:
    page = words(room.manager.get(f"{HERE}/planner").text)
    assert "n = (z / h)² × v × d = (1.96 / 0.050)²" in page
    assert "design effect 1 + (m − 1) × r (Kish" in page
    asked = {
        "basis": "assumption", "width": "0,1", "claims": "500", "alpha": "0.6", "shares": "50 30 20", "readers": "2",
        "per_article": "1", "correlation": "0",
    }  # fmt: skip
    page = words(room.manager.get(f"{HERE}/planner", query_string=asked).text)
    assert "185 shared claims" in page
    assert "500 claims give alpha ± 0.061." in page
    pilot = words(room.manager.get(f"{HERE}/planner", query_string=asked | {"basis": "pilot"}).text)
    assert "Not defined: the labels here are too few" in pilot


@pytest.mark.parametrize(
    "wrong",
    [{"width": "0"}, {"width": "nan"}, {"shares": "100"}, {"shares": "a b"}, {"readers": "1"}, {"claims": "-1"}],
)
def test_the_planner_refuses_what_is_no_number(room: Room, wrong: dict[str, str]) -> None:
    asked = {
        "basis": "assumption", "width": "0.1", "claims": "500", "alpha": "0.6", "shares": "50 30 20", "readers": "2",
        "per_article": "1", "correlation": "0",
    }  # fmt: skip
    answer = room.manager.get(f"{HERE}/planner", query_string=asked | wrong)
    assert (answer.status_code, "There is something to put right" in answer.text) == (422, True)


def test_the_planner_takes_its_variance_from_a_pilot(room: Room) -> None:
    for n in range(8):
        for place, claim in enumerate(room.desk.claims(room.desk.article(room.project, f"A {n}. B {n}. C {n}."))):
            for turn, person in enumerate(room.people[:2]):
                label = ("sourced", "editorial")[(place + turn * (n % 3 == 0)) % 2]
                room.desk.verdict(person, claim, label)
    page = words(room.manager.get(f"{HERE}/planner").text)
    assert "the squared jackknife error of this project’s alpha" in page
    assert "Labels here: 24 claims with two labels or more, in 8 articles." in page


def test_what_lies_idle_is_taken_back_by_hand(room: Room) -> None:
    room.give(room.people[0], room.articles[0])
    room.set(return_after_days=1)
    with room.desk.inside() as session:
        session.execute(update(Assignment).values(assigned_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert "1 idle" in words(room.manager.get(HERE).text)
    assert len(room.standing()) == 1, "a look changes nothing"
    assert room.manager.post(f"{HERE}/return").status_code == 303
    assert room.standing() == []
