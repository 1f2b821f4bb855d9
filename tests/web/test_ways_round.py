"""Ways round the rules: sorting by what is hidden, skipping steps, reading secrets, and many requests at once."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.storage.articles import Article
from annotator.storage.people import OneTimeLink, Person, SignInSession
from annotator.storage.projects import Project
from annotator.storage.verdicts import StandingVerdict
from tests.desk import Desk, Reader, without_tokens
from tests.web.conftest import House
from tests.web.test_access import address, routes
from tests.web.work import JSON, Work

RELATIONS = [
    "sort=password_hash", "sort=-person.password_hash", "order_by=user__password", "fields=*",
    "filter[person.password_hash]=x", "q=argon2", "said=password_hash", "status=password_hash", "tab=password_hash",
]  # fmt: skip
PATHS = ["/projects/news/articles", "/verdicts", "/projects/news/log", "/projects/news/adjudication"]


def texts(browser: Reader, path: str) -> tuple[int, str]:
    answer = browser.get(path)
    found = answer.status_code, without_tokens(answer.text)
    answer.close()
    return found


@pytest.mark.parametrize("query", RELATIONS)
@pytest.mark.parametrize(
    "path", ["/projects/news/articles", "/verdicts", "/projects/news/log", "/projects/news/adjudication"]
)
def test_b06_nothing_can_be_sorted_or_searched_by_but_what_is_offered(house: House, path: str, query: str) -> None:
    browser = house.browser("manager")
    plain, asked = texts(browser, path), texts(browser, f"{path}?{query}")
    assert asked[0] in {200, 400, 422}
    assert "$argon2" not in asked[1]
    if not query.startswith(("q=", "status=")) and asked[0] == 200:
        assert len(re.findall("<tr", asked[1])) == len(re.findall("<tr", plain[1]))


def secrets(house: House) -> list[str]:
    """Return what no answer may hold: hashes of passwords and tokens."""
    with house.desk.inside(writes=False) as session:
        columns: list[Any] = [Person.password_hash, SignInSession.token_hash, OneTimeLink.token_hash]
        return [value for column in columns for value in session.scalars(select(column)) if value]


@pytest.mark.parametrize("role", ["admin", "manager", "reviewer"])
def test_b14_no_answer_holds_a_hash_a_path_or_the_database(house: House, role: str) -> None:
    browser, hidden = house.browser(role), secrets(house)
    assert len(hidden) > 10
    for route in routes(house.desk.app):
        if route.method != "GET" or route.endpoint == "static":
            continue
        for headers in ({}, JSON):
            answer = browser.get(address(house, route), headers=headers)
            text = answer.get_data(as_text=True)
            answer.close()
            assert not [value for value in (*hidden, "house.sqlite", "Traceback") if value in text], route


FORM = {"client_key": "a-verdict-too-many", "revision": "0", "label": "sourced"}


def closed_verdict(desk: Desk, close: Any) -> tuple[int, int]:
    """Return how a verdict is answered in a project after `close` has closed something, and how many are stored."""
    work = Work(desk, project := desk.project(), desk.member(project))
    with desk.inside() as session:
        close(session, work)
    answer = work.browser.post(f"/claims/{work.claims[0]}/verdicts", FORM, headers=JSON)
    return answer.status_code, work.stored()


def test_b08_a_withdrawn_article_takes_no_verdict(desk: Desk) -> None:
    def withdraw(session: Any, work: Work) -> None:
        session.get_one(Article, work.article).withdrawn_at = datetime.now(UTC)

    assert closed_verdict(desk, withdraw) == (404, 0)


def test_b08_an_archived_project_takes_no_verdict(desk: Desk) -> None:
    def archive(session: Any, work: Work) -> None:
        session.get_one(Project, work.project).archived_at = datetime.now(UTC)

    assert closed_verdict(desk, archive) == (409, 0)


def test_b08_a_reviewer_who_has_to_qualify_first_gives_no_verdict_on_the_work(desk: Desk) -> None:
    def ask_for_it(session: Any, work: Work) -> None:
        session.get_one(Project, work.project).requires_qualification = True

    status, stored = closed_verdict(desk, ask_for_it)
    assert status in {403, 409}
    assert stored == 0


def test_b08_what_was_not_given_to_a_reviewer_takes_no_verdict_of_theirs(desk: Desk) -> None:
    def plan(session: Any, work: Work) -> None:
        session.get_one(Project, work.project).handout = "planned"

    status, stored = closed_verdict(desk, plan)
    assert status in {403, 404, 409}
    assert stored == 0


def test_b08_a_claim_with_one_verdict_is_not_settled_and_nobody_settles_their_own_alone(desk: Desk) -> None:
    project = desk.project()
    adjudicator, article = desk.member(project, Role.ADJUDICATOR), desk.article(project)
    claim = desk.claims(article)[0]
    desk.verdict(adjudicator, claim, "editorial")
    form = FORM | {"reason": "It is mine.", "cause": "slip"}
    answer = desk.reader(adjudicator).post(f"/projects/news/adjudication/{claim}", form, headers=JSON)
    assert answer.status_code in {403, 409, 422}


def at_once(number: int, send: Any) -> list[Any]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(send, range(number)))


def test_i01_one_key_sixteen_times_at_once_makes_one_verdict(desk: Desk) -> None:
    work = Work(desk, project := desk.project(), desk.member(project))
    browsers = [desk.reader(work.reviewer) for _ in range(16)]
    tokens = [browser.token() for browser in browsers]

    def send(place: int) -> tuple[int, int]:
        form = FORM | {"csrf_token": tokens[place]}
        answer = browsers[place].client.post(f"/claims/{work.claims[0]}/verdicts", data=form, headers=JSON)
        return answer.status_code, (answer.json or {}).get("revision", 0)

    assert Counter(at_once(16, send)) == {(200, 1): 16}
    assert work.stored() == 1


def test_i02_the_same_key_with_another_verdict_is_refused_and_the_first_one_stays(desk: Desk) -> None:
    work = Work(desk, project := desk.project(), desk.member(project))
    path = f"/claims/{work.claims[0]}/verdicts"
    assert work.browser.post(path, FORM, headers=JSON).status_code == 200
    assert work.browser.post(path, FORM | {"label": "attributed"}, headers=JSON).status_code == 422
    with desk.inside(writes=False) as session:
        assert session.scalars(select(StandingVerdict.label)).all() == ["sourced"]


def test_i03_of_sixteen_windows_that_save_at_once_one_wins_and_the_others_see_what_stands(desk: Desk) -> None:
    work = Work(desk, project := desk.project(), desk.member(project))
    browsers = [desk.reader(work.reviewer) for _ in range(16)]
    tokens = [browser.token() for browser in browsers]

    def send(place: int) -> tuple[int, str]:
        label = "sourced" if place % 2 else "attributed"
        form = FORM | {"csrf_token": tokens[place], "client_key": f"window-{place:04d}", "label": label}
        answer = browsers[place].client.post(f"/claims/{work.claims[0]}/verdicts", data=form, headers=JSON)
        return answer.status_code, label

    answers = at_once(16, send)
    with desk.inside(writes=False) as session:
        [standing] = session.scalars(select(StandingVerdict.label)).all()
    # Whoever says what stands already has no conflict.
    assert {label for status, label in answers if status == 200} == {standing}
    assert {status for status, label in answers if label != standing} == {409}
    assert work.stored() == 1


def test_b13_a_download_names_a_project_and_no_export_of_somebody_else(house: House) -> None:
    names = {rule.rule for rule in house.desk.app.url_map.iter_rules() if "export" in rule.rule}
    assert names == {"/projects/<slug>/export", "/projects/<slug>/export.<name>"}
    for role, status in (("stranger", 404), ("reviewer", 403)):
        assert house.browser(role).get("/projects/news/export.csv").status_code == status
