"""Blindness: before adjudication nobody sees what somebody else gave, and nobody is offered what would be refused.

The proof builds the same site several times, each time with other verdicts of reviewer A, and compares every byte that
reviewer B gets: on every page and from every form, found by the routes, so that new ones are covered when they come.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.roles import Role
from tests.desk import Desk, without_tokens
from tests.web import twins
from tests.web.twins import Twin
from tests.web.work import JSON, Work

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR, Role.MANAGER])
@on_sqlite
def test_b07_nobody_sees_a_byte_of_what_somebody_else_gave(desk: Desk, role: Role) -> None:
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
        return [without_tokens(browser.get(path).text) for path in paths]

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


NOT_ASKED_FOR = {
    "static": "files of the product, which no page of a project is among",
    "icon": "a file of the product",
    "accounts.second_factor": "shows a new secret of the viewer's own each time",
}
"""Pages that the walk leaves out, and why they cannot tell B of A's verdicts."""
NOT_SENT = {
    "accounts.sign_out": "ends the session that the walk goes on with",
    "accounts.revoke": "ends a session",
    "accounts.change_password": "ends the other sessions",
    "accounts.sign_in": "makes another session",
    "accounts.use_link": "makes another session",
    "accounts.propose": "makes a secret of the viewer's own",
}
"""Forms that the walk leaves out, and why."""
QUERIES = {
    "tagging.queue": ["?status=todo", "?status=doing", "?status=done", "?project=news", "?page=2"],
    "verdicts.mine": [
        "?q=telling",
        "?said=editorial",
        "?flagged=1",
        "?article=1",
        "?article=2",
        "?before=6",
        "?before=2-1",
        "?after=1-1",
    ],
    "codebooks.guidelines": ["?q=source"],
    "projects.index": ["?archived=1"],
    "feedback.page": ["?slug=news", "?before=1"],
}
FORM = {
    "client_key": "a-key-of-the-walk",
    "revision": "0",
    "label": "sourced",
    "text": "What of this?",
    "action": "next",
}
"""A form that many routes take, and the others refuse: either answer must be the same."""


@pytest.fixture
def make_twin(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., Twin]]:
    """Return what builds a site and walks it as B."""
    made: list[Twin] = []

    def make(act: Callable[[Twin], None], **policies: Any) -> Twin:
        made.append(twins.build(sqlite_template, tmp_path / f"{len(made)}.sqlite", act, **policies))
        return made[-1]

    with twins.at_noon():
        yield make
    for twin in made:
        twins.close(twin)


def pages_of(twin: Twin) -> list[str]:
    return [name for name in twins.open_to(twin.desk.app, Role.REVIEWER, "GET") if name not in NOT_ASKED_FOR]


def send_all(twin: Twin) -> None:
    """Do as B what a reviewer does, then send every form that a reviewer may send."""
    first, second = twin.articles[:2]
    for number, claim in enumerate(twin.claims[:8]):
        for json in (True, False):
            form = FORM | {
                "client_key": f"key-of-claim-{number}-{json}",
                "revision": str(int(json)),
                "label": "sourced",
            }
            twin.send(f"/claims/{claim}/verdicts", form, json=json)
    twin.send(f"/claims/{twin.claims[6]}/verdicts", FORM | {"client_key": "key-of-a-skip", "skip_reason": "fragment"})
    for article in (first, second, first):
        twin.send(f"/articles/{article}/undo", {"client_key": f"undo-{len(twin.seen)}"}, json=True)
    for endpoint in twins.open_to(twin.desk.app, Role.REVIEWER, "POST"):
        if endpoint not in NOT_SENT:
            for place, path in enumerate(twin.addresses(endpoint)):
                twin.send(path, FORM | {"client_key": f"{endpoint}-{place}"}, json=True)


def differences(one: Twin, other: Twin) -> list[str]:
    """Return the requests that the two sites answered differently."""
    assert one.seen.keys() == other.seen.keys()
    return sorted(name for name in one.seen if one.seen[name] != other.seen[name])


def test_b07_no_byte_of_any_answer_to_a_reviewer_depends_on_what_another_one_said(
    make_twin: Callable[..., Twin],
) -> None:
    made = [make_twin(act) for act in (twins.silent, twins.telling, twins.differing)]
    for twin in made:
        pages = pages_of(twin)
        twin.walk(pages, QUERIES)
        send_all(twin)
        before, twin.seen = twin.seen, {}
        twin.walk(pages, QUERIES)
        twin.seen = before | {f"{name} afterwards": seen for name, seen in twin.seen.items()}
        assert sum(seen[0] == 200 for seen in twin.seen.values()) > 100
        assert {name: seen[0] for name, seen in twin.seen.items() if seen[0] >= 500} == {}
    assert differences(made[0], made[1]) == []
    assert differences(made[0], made[2]) == []
    told = [name for name, seen in made[1].seen.items() if re.search(rb"\b[Tt]elling\b", seen[2])]
    assert [name for name in told if "telling" not in name] == []


@pytest.mark.parametrize("handout", ["next", "planned"])
def test_b07_however_articles_are_handed_out_no_byte_depends_on_what_another_one_said(
    make_twin: Callable[..., Twin], handout: str
) -> None:
    made = [make_twin(act, handout=handout) for act in (twins.silent, twins.telling)]
    for twin in made:
        twin.walk(pages_of(twin), {})
        send_all(twin)
        twin.walk(["tagging.queue"], {})
        assert twin.took_next() == (handout == "next")
    assert differences(*made) == []


@pytest.mark.parametrize("visibility", ["after-mine", "after-adjudication"])
def test_b07_before_it_is_time_nothing_depends_on_what_another_one_said(
    make_twin: Callable[..., Twin], visibility: str
) -> None:
    made = [make_twin(act, visibility=visibility, gives_mine=False) for act in (twins.silent, twins.telling)]
    for twin in made:
        twin.walk(pages_of(twin), QUERIES)
    assert differences(*made) == []


@pytest.mark.parametrize("visibility", ["after-mine", "after-adjudication"])
def test_b07_when_it_is_time_one_page_alone_tells(make_twin: Callable[..., Twin], visibility: str) -> None:
    made = [make_twin(act, visibility=visibility) for act in (twins.telling, twins.differing)]
    for twin in made:
        twin.walk(pages_of(twin), QUERIES)
    path = f"/claims/{made[0].claims[0]}/others"
    assert differences(*made) == [path, f"{path} as JSON"]


def test_b07_reports_and_exports_are_refused_to_a_reviewer_whatever_they_hold(make_twin: Callable[..., Twin]) -> None:
    made = [make_twin(act) for act in (twins.silent, twins.telling)]
    for twin in made:
        closed = twins.closed_to(twin.desk.app, Role.REVIEWER, "GET")
        assert {"reports.page", "exports.page", "exports.download", "desk.page"} <= set(closed)
        twin.walk(closed, {})
        assert {seen[0] for seen in twin.seen.values()} <= {403, 404}
    assert differences(*made) == []


def test_every_page_and_form_that_is_left_out_of_the_walk_is_one(make_twin: Callable[..., Twin]) -> None:
    app = make_twin(twins.silent).desk.app
    assert set(NOT_ASKED_FOR) <= set(twins.open_to(app, Role.REVIEWER, "GET"))
    assert set(NOT_SENT) <= set(twins.open_to(app, Role.REVIEWER, "POST"))
