"""Imports: the list, the page of one with its lines, its form for programs, and stopping it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.services import work
from annotator.storage.import_results import IMPORTS
from annotator.storage.jobs import Job, JobItem
from annotator.web import imports as pages
from tests.desk import TEXT, Desk, Reader, Somebody

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIST = "/projects/news/imports"


@pytest.fixture
def somebody(desk: Desk) -> Somebody:
    desk.article(desk.project("noise"), TEXT)
    job(desk, 1, state="done")
    return desk.member(desk.project(), Role.MANAGER, "Ines Orvane")


@pytest.fixture
def manager(desk: Desk, somebody: Somebody) -> Reader:
    return desk.reader(somebody)


def job(
    desk: Desk, project_id: int, *, results: str = "", state: str = "running", person: int | None = None,
    total: int | None = None, article_id: int | None = None,
) -> int:  # fmt: skip
    """Make an import with a line for each letter of `results`: added, duplicate, refused."""
    kinds = {"a": "added", "d": "duplicate", "r": "refused"}
    now = datetime.now(UTC)
    with desk.inside() as session:
        made = Job(
            kind=IMPORTS[0], project_id=project_id, created_by_id=person, state=state, order={}, done=len(results),
            total=total, result={}, created_at=now,
        )  # fmt: skip
        session.add(made)
        session.flush()
        for position, letter in enumerate(results):
            message = f"reason {position}" if letter == "r" else ""
            session.add(
                JobItem(
                    job_id=made.id, position=position, name=f"file-{position}.txt", result=kinds[letter],
                    article_id=None if letter == "r" else article_id, message=message, done_at=now,
                )
            )  # fmt: skip
        return made.id


def names(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<bdi class="file-name">file-(\d+)\.txt', page)]


def test_the_page_says_how_far_it_is_and_what_became_of_each(desk: Desk, manager: Reader) -> None:
    article = desk.article(2)
    number = job(desk, 2, results="aadr", total=10, article_id=article)
    page = manager.get(f"{LIST}/{number}").text
    assert '<progress class="meter" aria-label="Progress" max="10" value="4">' in page
    assert re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", page) == [("Added", "2"), ("Duplicates", "1"), ("Refused", "1")]
    assert names(page) == [0, 1, 2, 3]
    assert "reason 3" in page
    assert "Bridge closed after inspection" in page
    assert page.count(f"/articles/{article}") >= 3
    assert f'action="{LIST}/{number}/cancel"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


@on_sqlite
@pytest.mark.parametrize(
    ("state", "word"), [("done", "Done"), ("failed", "Failed"), ("cancelled", "Stopped"), ("waiting", "Waiting")]
)
def test_each_state_has_its_word_and_only_what_runs_is_refreshed(
    desk: Desk, manager: Reader, state: str, word: str
) -> None:
    page = manager.get(f"{LIST}/{job(desk, 2, results='a', state=state, total=1)}").text
    assert re.search(rf'<span class="status" data-status="\w+"><svg.*?</svg>{word}</span>', page)
    assert ("http-equiv" in page) == ("/cancel" in page) == (state == "waiting")


@on_sqlite
def test_two_hundred_lines_a_page_and_only_the_refused(
    desk: Desk, manager: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LINES_A_PAGE", 4)
    number = job(desk, 2, results="aarar" * 2 + "r", state="done", total=11)
    seen, address = [], f"{LIST}/{number}"
    while address:
        page = manager.get(address).text
        seen.append(names(page))
        found = re.search(r'href="([^"]*after=\d+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
    refused = manager.get(f"{LIST}/{number}?result=refused").text
    assert names(refused) == [2, 4, 7, 9]
    assert f'href="{LIST}/{number}?after=9&amp;result=refused"' in refused
    assert names(manager.get(f"{LIST}/{number}?after=9&result=refused").text) == [10]


@on_sqlite
def test_odd_places_in_the_address_are_the_beginning(desk: Desk, manager: Reader) -> None:
    number = job(desk, 2, results="ar", state="done")
    for query in ("after=x", "after=-1", "after=٣", "after=", "after=1e9", "result=nothing", "after=" + "9" * 30):
        answer = manager.get(f"{LIST}/{number}?{query}")
        assert names(answer.text) == [0, 1], query
    assert names(manager.get(f"{LIST}/{number}?after=9223372036854775807").text) == []
    assert manager.get(f"{LIST}?before=99999999999999999999").status_code == 200


@on_sqlite
def test_a_program_reads_the_same_as_json(desk: Desk, manager: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LINES_A_PAGE", 2)
    article = desk.article(2)
    number = job(desk, 2, results="adr", total=3, state="done", article_id=article)
    document = manager.get(f"{LIST}/{number}", headers={"Accept": "application/json"}).json
    assert document is not None
    expected = {"id": number, "state": "done", "total": 3, "done": 3, "added": 1, "duplicates": 1, "refused": 1}
    assert expected.items() <= document.items()
    assert [item["result"] for item in document["items"]] == ["added", "duplicate"]
    rest = manager.get(document["next"], headers={"Accept": "application/json"}).json
    assert rest is not None
    assert [(item["name"], item["message"], item["article_id"]) for item in rest["items"]] == [
        ("file-2.txt", "reason 2", None)
    ]
    assert rest["next"] is None


@on_sqlite
def test_what_a_line_says_is_text(desk: Desk, manager: Reader) -> None:
    number = job(desk, 2, results="r")
    with desk.inside() as session:
        line = session.scalars(select(JobItem).where(JobItem.job_id == number)).one()
        line.name, line.message = "<script>alert(1)</script>%(x)s", "<b>100 %</b> %s %(name)s"
    page = manager.get(f"{LIST}/{number}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;%(x)s" in page
    assert "&lt;b&gt;100 %&lt;/b&gt; %s %(name)s" in page
    assert "<script>alert" not in page


@on_sqlite
def test_a_reason_is_told_in_the_viewers_language_or_marked_as_english(desk: Desk, manager: Reader) -> None:
    number = job(desk, 2, results="rr")
    with desk.inside() as session:
        lines = session.scalars(select(JobItem).where(JobItem.job_id == number).order_by(JobItem.position)).all()
        lines[0].message = "There is no text in it."  # As imports write what REFUSALS lists in small letters.
    page = manager.get(f"{LIST}/{number}").text
    assert "There is no text in it." in page
    manager.client.set_cookie("lang", "ar")
    page = manager.get(f"{LIST}/{number}").text
    assert "There is no text in it" not in page
    assert '<span lang="en" dir="auto">reason 1</span>' in page


@on_sqlite
def test_the_list_has_the_projects_own_imports_the_newest_first(
    desk: Desk, manager: Reader, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "IMPORTS_A_PAGE", 2)
    assert "Nothing was imported yet" in manager.get(LIST).text
    made = [job(desk, 2, results="ad" + "r" * number, state="done", person=somebody.id) for number in range(3)]
    page = manager.get(LIST).text
    assert re.findall(r">Import (\d+)</a>", page) == [str(made[2]), str(made[1])]
    assert "Ines Orvane" in page
    found = re.search(r'href="([^"]*before=\d+)"', page)
    assert found
    assert re.findall(r">Import (\d+)</a>", manager.get(found[1]).text) == [str(made[0])]


def test_an_import_of_another_project_is_not_there(desk: Desk, manager: Reader) -> None:
    for path in (f"{LIST}/1", f"{LIST}/999", f"/projects/noise/imports/{job(desk, 1)}"):
        for kind in ("text/html", "application/json"):
            assert manager.get(path, headers={"Accept": kind}).status_code == 404
        assert manager.post(f"{path}/cancel").status_code == 404
    with desk.inside(writes=False) as session:
        assert set(session.scalars(select(Job.state))) == {"done", "running"}


def test_an_import_that_is_stopped_stays_stopped(desk: Desk, manager: Reader) -> None:
    number = job(desk, 2, results="a", state="waiting", total=5)
    answer = manager.post(f"{LIST}/{number}/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/{number}")
    with desk.app.app_context():
        work.run_all()
    with desk.inside(writes=False) as session:
        assert session.get_one(Job, number).state == "cancelled"
    page = manager.get(f"{LIST}/{number}").text
    assert "Stopped" in page
    assert manager.post(f"{LIST}/{number}/cancel").status_code == 303, "twice is no mistake"
