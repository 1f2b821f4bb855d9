"""One form makes a project, with its codebook and its people, or names what is wrong and makes nothing."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from annotator import paths
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Reader
from tests.web.projects import JSON, NEW, SETUP, count, events_of, faults, stored

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def admin(desk: Desk) -> Reader:
    desk.project("noise", name="Noise")
    return desk.reader(desk.person("Ada", admin=True))


def test_one_form_makes_a_project_whose_maker_manages_it_and_leads_to_the_next_steps(desk: Desk, admin: Reader) -> None:
    answer = admin.post(NEW, SETUP | {"description": "Who said what of the port."})
    made = stored(desk, "the-port-study")
    assert (made.name, made.overlap, made.handout, made.visibility) == ("The port study", 3, "planned", "never")
    assert made.description == "Who said what of the port."
    assert answer.status_code == 303
    assert "/projects/the-port-study/" in answer.headers["Location"]
    assert admin.get(answer.headers["Location"]).status_code == 200
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Membership.role).where(Membership.project_id == made.id)).all() == ["manager"]
    assert events_of(desk, "project created")[-1] == {"slug": "the-port-study"}


@on_sqlite
def test_an_address_can_be_chosen_and_a_taken_one_is_refused_at_its_field(desk: Desk, admin: Reader) -> None:
    refusal = admin.post(NEW, SETUP | {"slug": "noise"})
    assert refusal.status_code == 422
    assert "Another project has this address" in refusal.text
    assert 'value="The port study"' in refusal.text, "what was typed is still there"
    assert admin.post(NEW, SETUP | {"slug": "port-2026"}).status_code == 303
    assert stored(desk, "port-2026").name == "The port study"
    assert admin.post(NEW, SETUP | {"name": "Port 2026"}).status_code == 303
    assert stored(desk, "port-2026-2").name == "Port 2026", "a made one that is taken gets a number"


@on_sqlite
def test_the_same_form_sent_twice_makes_one_project(desk: Desk, admin: Reader) -> None:
    assert admin.post(NEW, SETUP).status_code == 303
    again = admin.post(NEW, SETUP, headers=JSON)
    assert (again.status_code, faults(again)) == (422, ["name"])
    assert count(desk, Project) == 2


def test_people_come_in_with_the_project_and_those_who_are_new_get_a_link_that_is_shown_once(
    desk: Desk, admin: Reader
) -> None:
    desk.person("Kaya")
    people = {"reviewers": "Rita\r\n\r\nKaya\r\n", "adjudicators": "Alma"}
    answer = admin.post(NEW, SETUP | people)
    assert answer.status_code == 200
    links = re.findall(r"/sign-in/invite/([\w-]+)", answer.text)
    assert len(links) == 2
    assert "They have an account already" in answer.text
    assert desk.anonymous().get(f"/sign-in/invite/{links[0]}").status_code == 200
    with desk.inside(writes=False) as session:
        query = select(Person.name, Membership.role).join(Membership).order_by(Person.name)
        members = [tuple(row) for row in session.execute(query)]
    assert members == [("Ada", "manager"), ("Alma", "adjudicator"), ("Kaya", "reviewer"), ("Rita", "reviewer")]
    assert admin.post(NEW, SETUP | people).status_code == 422, "a reload makes nothing"
    assert not any(link in str(events_of(desk, what)) for link in links for what in ("person invited", "role set"))


def test_who_stands_in_both_fields_is_an_adjudicator_with_one_link(desk: Desk, admin: Reader) -> None:
    answer = admin.post(NEW, SETUP | {"reviewers": "Alma\r\nRita", "adjudicators": "Alma"})
    assert len(re.findall(r"/sign-in/invite/([\w-]+)", answer.text)) == 2
    assert "They have an account already" not in answer.text
    with desk.inside(writes=False) as session:
        query = select(Membership.role).join(Person).where(Person.name == "Alma")
        assert session.scalars(query).all() == ["adjudicator"]


def test_if_somebody_cannot_be_invited_nothing_is_made(desk: Desk, admin: Reader) -> None:
    people = {"reviewers": "Rita\nGood\u202ename", "adjudicators": "Alma"}
    answer = admin.post(NEW, SETUP | people, headers=JSON)
    assert (answer.status_code, faults(answer)) == (422, ["reviewers"])
    assert "Rita" in admin.post(NEW, SETUP | people).text, "what was typed is still there"
    assert count(desk, Project) == 1
    assert count(desk, Membership) == 0
    assert count(desk, Person) == 1


WRONG = [
    ("name", {"name": " \u00a0"}), ("name", {"name": "x" * 201}), ("slug", {"slug": "Upper"}),
    ("slug", {"slug": "../etc"}), ("slug", {"slug": "-first"}), ("slug", {"slug": "a" * 61}),
    ("language", {"language": "xx"}), ("overlap", {"overlap": "0"}), ("overlap", {"overlap": "101"}),
    ("overlap", {"overlap": "two"}), ("overlap", {"overlap": ""}), ("overlap", {"overlap": "٣"}),
    ("overlap", {"overlap": "9" * 40}), ("handout", {"handout": "nobody"}), ("visibility", {"visibility": ""}),
    ("codebook", {"codebook": "none"}), ("source", {"codebook": "project", "source": "no-such-project"}),
    ("source", {"codebook": "project"}), ("file", {"codebook": "file"}), ("description", {"description": "x" * 2001}),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("field", "fields"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_field_is_named_and_nothing_is_made(
    desk: Desk, admin: Reader, field: str, fields: dict[str, str]
) -> None:
    answer = admin.post(NEW, SETUP | fields, headers=JSON)
    assert (answer.status_code, faults(answer)) == (422, [field])
    page = admin.post(NEW, SETUP | fields)
    assert page.status_code == 422
    assert "There is something to put right" in page.text
    assert count(desk, Project) == 1


@on_sqlite
def test_the_codebook_of_another_project_is_copied_and_is_its_own_from_then_on(desk: Desk, admin: Reader) -> None:
    assert admin.post(NEW, SETUP | {"codebook": "project", "source": "noise"}).status_code == 303
    with desk.inside(writes=False) as session:
        first, copy = session.scalars(select(CodebookVersion).order_by(CodebookVersion.id)).all()
        assert (copy.number, copy.digest) == (1, first.digest)
        assert copy.project_id != first.project_id


@on_sqlite
def test_a_codebook_comes_from_a_file(desk: Desk, admin: Reader) -> None:
    content = (paths.seeds() / "codebook.toml").read_text(encoding="utf-8")
    changed = content.replace("Editorial", "Leader", 1).encode()
    answer = admin.post(NEW, SETUP | {"codebook": "file", "file": (BytesIO(changed), "rules.toml")})
    assert answer.status_code == 303
    with desk.inside(writes=False) as session:
        assert len({version.digest for version in session.scalars(select(CodebookVersion))}) == 2


@on_sqlite
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"title = 3", b'title = "No labels"', b"[[[", b"a: &a [*a]", b"\x00" * 100],
    ids=lambda content: repr(content)[:20],
)
def test_a_file_that_is_no_codebook_is_refused_at_its_field(desk: Desk, admin: Reader, content: bytes) -> None:
    form = SETUP | {"codebook": "file", "file": (BytesIO(content), "rules.toml")}
    answer = admin.post(NEW, form, headers=JSON)
    assert (answer.status_code, faults(answer)) == (422, ["file"])
    assert count(desk, Project) == 1
