"""Blindness: before adjudication nobody sees what somebody else gave, and nobody is offered what would be refused."""

import re

import pytest

from annotator.domain.roles import Role
from tests.desk import Desk
from tests.web.work import JSON, Work

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR, Role.MANAGER])
@on_sqlite
def test_nobody_sees_a_byte_of_what_somebody_else_gave(desk: Desk, role: Role) -> None:
    project = desk.project()
    first, second = Work(desk, project, desk.member(project)), desk.member(project, role)
    browser, article = desk.reader(second), first.article
    paths = [
        "/",
        "/verdicts",
        f"/articles/{article}",
        f"/articles/{article}/work",
        *(f"/articles/{article}/claims/{number}" for number in range(1, 5)),
    ]

    def seen() -> list[str]:
        texts = [browser.get(path).text for path in paths]
        return [re.sub(r'(csrf_token|client_key)" value="[^"]*"', "", text) for text in texts]

    before, etags = seen(), [browser.get(path).headers.get("ETag") for path in paths]
    first.data(
        1,
        label="editorial",
        kind_editorial="framing",
        note="a telling note",
        source_name="Telling",
        confidence="1",
        action="flag",
    )
    first.data(2, skip_reason="fragment", note="a telling note")
    first.data(3, label="sourced", evidence_url="https://telling.example/")
    assert seen() == before
    assert [browser.get(path).headers.get("ETag") for path in paths] == etags
    assert browser.get(f"/articles/{article}/continue").headers["Location"].endswith("/claims/1")
    form = {"client_key": "a-verdict-of-mine", "revision": "1", "label": "sourced"}
    stale = browser.post(f"/claims/{first.claims[0]}/verdicts", form, headers=JSON)
    assert stale.status_code == 409
    assert stale.json["current"] is None  # type: ignore[index]
    mine = browser.post(f"/claims/{first.claims[0]}/verdicts", form | {"revision": "0"}, headers=JSON)
    assert (mine.json["revision"], mine.json["done"]) == (1, 1)  # type: ignore[index]
    nothing = browser.post(f"/articles/{article}/undo", {"client_key": "undo-mine-1"}, headers=JSON)
    assert nothing.status_code == 200
    assert "elling" not in nothing.text + mine.text + stale.text


@on_sqlite
def test_an_observer_is_offered_nothing_that_is_refused(work: Work) -> None:
    browser = work.desk.reader(work.desk.member(1, Role.OBSERVER))
    links = set(re.findall(r'href="(/[^"#]*)"', browser.get("/").text))
    refused = [link for link in sorted(links) if browser.get(link, buffered=True).status_code in {403, 404}]
    assert refused == []


@on_sqlite
def test_a_reviewer_is_offered_nothing_that_is_refused(work: Work) -> None:
    pages, refused = ["/", f"/articles/{work.article}/claims/1", "/projects/news/guidelines", "/account"], set()
    for page in pages:
        for link in re.findall(r'href="(/[^"#]*)"', work.browser.get(page).text):
            if work.browser.get(link, buffered=True).status_code in {403, 404}:
                refused.add((page, link))
    assert refused == set()
