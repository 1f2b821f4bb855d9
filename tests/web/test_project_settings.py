"""Settings: nobody writes over what they have not seen, and blindness does not end by the way."""

import json
import re
from html import unescape

import pytest

from annotator.domain.roles import Role
from tests.desk import Desk, Reader
from tests.web.projects import (
    JSON,
    SETTINGS,
    events_of,
    faults,
    revision,
    store,
    stored,
    words,
)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def manager(desk: Desk) -> Reader:
    return desk.reader(desk.member(desk.project(), Role.MANAGER, "Mara"))


def test_settings_are_stored_with_what_was_there_before(desk: Desk, manager: Reader) -> None:
    changes = {
        "name": "New name", "overlap": "3", "visibility": "after-mine", "handout": "next",
        "handout_order": "uncertain", "return_after_days": "14", "allows_fetching": "y", "repeat_percent": "5",
    }  # fmt: skip
    assert store(manager, **changes).status_code == 303
    project = stored(desk)
    assert (project.name, project.overlap, project.handout, project.visibility) == ("New name", 3, "next", "after-mine")
    assert (project.handout_order, project.return_after_days, project.allows_fetching) == ("uncertain", 14, True)
    assert events_of(desk, "settings changed") == [
        {
            "name": ["Project news", "New name"], "overlap": [2, 3], "handout": ["everyone", "next"],
            "handout_order": ["reading", "uncertain"], "visibility": ["never", "after-mine"],
            "allows_fetching": [False, True], "return_after_days": [None, 14], "repeat_percent": [0, 5],
        }
    ]  # fmt: skip
    assert project.settings_revision == 1
    page = manager.get(SETTINGS).text
    assert re.search(r'<input[^>]*checked[^>]*value="after-mine"', page)
    assert 'value="14"' in page


@on_sqlite
def test_the_same_settings_again_change_nothing(desk: Desk, manager: Reader) -> None:
    store(manager)
    assert "Nothing was changed" in manager.get(SETTINGS).text
    assert stored(desk).settings_revision == 0
    assert events_of(desk, "settings changed") == []


def test_i03_a_manager_who_saw_older_settings_gets_both_versions_and_nothing_is_stored(
    desk: Desk, manager: Reader
) -> None:
    old = revision(manager)
    store(manager, name="The first one’s name", overlap="4")
    late = store(manager, seen=old, name="The second one’s name", overlap="5")
    assert late.status_code == 409
    assert {"The first one’s name", "The second one’s name"} <= set(
        re.findall("The [a-z]+ one’s name", unescape(late.text))
    )
    assert stored(desk).overlap == 4
    again = re.search(r'name="seen" value="(\d+)"', late.text)
    assert again
    assert store(manager, seen=again[1], name="The second one’s name", overlap="5").status_code == 303
    assert stored(desk).name == "The second one’s name"
    answer = store(manager, seen=old, headers=JSON)
    told = json.loads(answer.data)
    assert (answer.status_code, told["current"]["overlap"], told["revision"]) == (409, 5, 2)


@on_sqlite
def test_allowing_to_fetch_on_the_import_page_makes_older_settings_stale(desk: Desk, manager: Reader) -> None:
    old = revision(manager)
    assert manager.post("/projects/news/fetching", {"allow": "yes"}).status_code == 303
    assert store(manager, seen=old, name="Late").status_code == 409
    assert stored(desk).allows_fetching


WRONG_SETTINGS = [
    ("name", {"name": ""}), ("overlap", {"overlap": "0"}), ("overlap", {"overlap": "-1"}), ("seen", {"seen": "x"}),
    ("seen", {"seen": "9" * 30}), ("visibility", {"visibility": "always"}), ("suggestions", {"suggestions": "x"}),
    ("return_after_days", {"return_after_days": "0"}), ("return_after_days", {"return_after_days": "1.5"}),
    ("repeat_percent", {"repeat_percent": "101"}), ("repeat_percent", {"repeat_percent": ""}),
    ("repeat_after_days", {"repeat_after_days": "366"}), ("handout_order", {"handout_order": "uncertain"}),
    ("language", {"language": "klingon"}),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("field", "fields"), WRONG_SETTINGS, ids=lambda value: str(value)[:40])
def test_a_wrong_setting_is_named_and_nothing_is_changed(
    desk: Desk, manager: Reader, field: str, fields: dict[str, str]
) -> None:
    answer = store(manager, **({"overlap": "7"} | fields), headers=JSON)
    assert (answer.status_code, faults(answer)) == (422, [field])
    assert stored(desk).settings_revision == 0


@on_sqlite
def test_an_order_that_would_tell_is_refused_with_the_reason(manager: Reader) -> None:
    assert "the order itself would tell" in words(store(manager, handout_order="uncertain"))


def test_blindness_ends_in_a_study_that_has_begun_only_for_who_says_they_know_what_it_means(
    desk: Desk, manager: Reader
) -> None:
    assert "knows_risk" not in manager.get(SETTINGS).text
    desk.verdict(desk.member(1), desk.claims(desk.article(1))[0])
    assert "no longer independent" in manager.get(SETTINGS).text
    asked = store(manager, visibility="after-mine")
    assert asked.status_code == 422
    assert 'name="knows_risk"' in asked.text
    assert stored(desk).visibility == "never"
    assert store(manager, visibility="after-mine", knows_risk="y").status_code == 303
    assert store(manager, visibility="never").status_code == 303, "closing needs no word"
    assert stored(desk).visibility == "never"


@on_sqlite
def test_the_settings_say_what_follows_from_each_policy(manager: Reader) -> None:
    page = manager.get(SETTINGS).text
    ids = set(re.findall(r'id="([^"]+)"', page))
    described = re.findall(
        r'type="radio"[^>]*aria-describedby="([^"]+)"|aria-describedby="([^"]+)"[^>]*type="radio"', page
    )
    assert len(described) == 11
    assert {one or other for one, other in described} <= ids


@on_sqlite
def test_the_pages_of_an_archived_project_offer_no_form_that_would_be_refused(desk: Desk, manager: Reader) -> None:
    claim = desk.claims(desk.article(1))[0]
    for name, label in (("Rita", "sourced"), ("Rolf", "editorial")):
        desk.verdict(desk.member(1, name=name), claim, label)
    offers = {
        "people": "Invite them",
        "assignment": "Preview the plan",
        f"adjudication/{claim}": 'id="decision"',
        "codebook": "Start a draft",
    }

    def offered() -> list[bool]:
        return [offer in manager.get(f"/projects/news/{page}").text for page, offer in offers.items()]

    assert offered() == [True] * 4
    manager.post("/projects/news/archive")
    assert offered() == [False] * 4
