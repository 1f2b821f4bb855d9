"""The people of a project and of the site, as managers and administrators see and change them."""

import re

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.services import accounts, assignments, invitations
from annotator.storage.assignments import Assignment
from annotator.storage.events import Event
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Reader, Somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PEOPLE = "/projects/news/people"


class Place:
    """A project with its manager, beside another one."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.project = desk, desk.project()
        self.chief = desk.member(self.project, Role.MANAGER, "chief")
        self.elsewhere = desk.project("elsewhere")
        self.stranger = desk.member(self.elsewhere, name="stranger")
        self.manager = desk.reader(self.chief)

    def role_of(self, person_id: int, project: int = 0) -> str | None:
        with self.desk.inside(writes=False) as session:
            member = session.get(Membership, (project or self.project, person_id))
            return member.role if member else None

    def invite(self, name: str, project: int = 0) -> int:
        with self.desk.inside() as session:
            found = session.get_one(Project, project or self.project)
            return invitations.invite(found, [name], Role.REVIEWER, self.chief.id)[0].person.id


@pytest.fixture
def place(desk: Desk) -> Place:
    return Place(desk)


@pytest.fixture
def admin(desk: Desk) -> tuple[Somebody, Reader]:
    person = desk.person("root", admin=True)
    return person, desk.reader(person)


def test_the_list_shows_the_members_and_nobody_else(place: Place) -> None:
    for number in range(60):
        place.desk.member(place.project, name=f"coder {number:02}x")
    page = place.manager.get(PEOPLE).text
    assert "61 members" in page
    assert "chief" in page
    assert "stranger" not in page
    assert "coder 55x" not in page
    assert "coder 55x" in place.manager.get(f"{PEOPLE}?page=2").text


def test_names_that_cannot_be_are_named_with_the_reason_and_nobody_comes_in(place: Place) -> None:
    place.desk.person("gone")
    with place.desk.inside() as session:
        session.query(Person).filter_by(name="gone").one().is_active = False
    answer = place.manager.post(PEOPLE, {"names": "Mara\ngone\nch1ef\nchief2", "role": "reviewer"})
    assert answer.status_code == 422
    assert "gone: this account is deactivated" in answer.text
    assert "Mara\r\ngone" in answer.text.replace("\n", "\r\n").replace("\r\r", "\r"), "what was typed is still there"
    assert "1 member" in place.manager.get(PEOPLE).text


@pytest.mark.parametrize("form", [{"names": ""}, {"names": "Mara", "role": "king"}, {"names": "x\n" * 20_000}, {}])
def test_b05_a_form_that_asks_for_what_there_is_not_is_refused(place: Place, form: dict[str, str]) -> None:
    assert place.manager.post(PEOPLE, {"role": "reviewer"} | form).status_code == 422


def change(browser: Reader, person_id: int, **form: str) -> int:
    return browser.post(f"{PEOPLE}/{person_id}", {"role": "reviewer", "quota": "", **form}).status_code


def test_role_and_quota_change_and_a_stale_form_shows_both(place: Place) -> None:
    member = place.desk.member(place.project)
    assert change(place.manager, member.id, role="adjudicator", quota="25", seen="reviewer/") == 303
    stale = place.manager.post(f"{PEOPLE}/{member.id}", {"role": "observer", "quota": "", "seen": "reviewer/"})
    assert stale.status_code == 409
    assert "Somebody changed this before you" in stale.text
    assert re.search(r"adjudicator.*observer", stale.text, re.DOTALL)
    assert place.role_of(member.id) == "adjudicator"
    assert change(place.manager, member.id, role="observer", seen="adjudicator/25") == 303


@pytest.mark.parametrize(
    "form",
    [*({"quota": quota} for quota in ("0", "-1", "1e3", "1000001", "٣")), {"role": "admin"}, {"seen": ""}],
)
def test_bad_input_about_a_member_changes_nothing(place: Place, form: dict[str, str]) -> None:
    member = place.desk.member(place.project)
    assert change(place.manager, member.id, **({"seen": "reviewer/", "role": "observer"} | form)) == 422
    assert place.role_of(member.id) == "reviewer"


def test_the_last_manager_stays(place: Place) -> None:
    assert change(place.manager, place.chief.id, seen="manager/") == 422
    assert place.manager.post(f"{PEOPLE}/{place.chief.id}/remove").status_code == 409
    assert place.role_of(place.chief.id) == "manager"


def test_a06_a_role_that_a_manager_changes_is_in_force_at_the_next_request(place: Place) -> None:
    member = place.desk.member(place.project, Role.ADJUDICATOR)
    browser = place.desk.reader(member)
    assert browser.get("/projects/news/articles").status_code == 200
    change(place.manager, member.id, role="reviewer", seen="adjudicator/")
    assert browser.get("/projects/news/articles").status_code == 403
    place.manager.post(f"{PEOPLE}/{member.id}/remove")
    assert browser.get("/projects/news/articles").status_code == 404


def test_who_is_taken_out_leaves_their_verdicts(place: Place) -> None:
    member = place.desk.member(place.project)
    claim = place.desk.claims(place.desk.article(place.project))[0]
    place.desk.verdict(member, claim)
    with place.desk.inside() as session:
        assignments.give(session.get_one(Project, place.project), 1, member.id, place.chief.id)
    assert place.manager.post(f"{PEOPLE}/{member.id}/remove").status_code == 303
    assert place.role_of(member.id) is None
    with place.desk.inside(writes=False) as session:
        assert session.scalars(select(Assignment.released_at)).one() is not None
        what = session.scalars(select(Event).where(Event.what == "member removed")).one()
        assert (what.person_id, what.subject_id, what.project_id) == (place.chief.id, member.id, place.project)
    assert place.desk.reader(place.chief).get("/projects/news/disagreements").status_code == 200


@pytest.mark.parametrize("rest", ["", "/remove", "/invitation", "/invitation/revoke"])
def test_b02_somebody_of_another_project_is_not_there(place: Place, rest: str) -> None:
    for person_id in (place.stranger.id, 10**12, 0):
        form = {"role": "manager", "seen": "reviewer/"}
        assert place.manager.post(f"{PEOPLE}/{person_id}{rest}", form).status_code == 404
    assert place.manager.get(f"{PEOPLE}/{place.stranger.id}").status_code == 404
    assert place.role_of(place.stranger.id, place.elsewhere) == "reviewer"


def test_b05_a_manager_invites_into_no_other_project(place: Place) -> None:
    answer = place.manager.post("/projects/elsewhere/people", {"names": "chief", "role": "manager", "project_id": "1"})
    assert answer.status_code == 404
    assert place.role_of(place.chief.id, place.elsewhere) is None


def test_an_invitation_is_made_anew_and_revoked(place: Place) -> None:
    mara = place.invite("Mara")
    page = place.manager.get(f"{PEOPLE}/{mara}").text
    assert "there is a link that works" in page
    first = place.manager.post(f"{PEOPLE}/{mara}/invitation").text
    link = re.search(r"http://localhost(/sign-in/invite/[\w-]+)", first)
    assert link is not None
    assert place.manager.post(f"{PEOPLE}/{mara}/invitation/revoke").status_code == 303
    assert place.desk.anonymous().get(link[1]).status_code == 404
    assert "there is no link that works" in place.manager.get(f"{PEOPLE}/{mara}").text


def test_b05_a_manager_gets_no_link_to_an_account_that_is_in_use_or_belongs_elsewhere(place: Place) -> None:
    shared, used = place.invite("Mara", place.elsewhere), place.desk.member(place.project)
    place.invite("Mara")
    for person_id in (shared, used.id):
        answer = place.manager.post(f"{PEOPLE}/{person_id}/invitation")
        assert answer.status_code == 409
        assert "/sign-in/invite/" not in answer.text
    assert "only an administrator can make a new link" in place.manager.get(f"{PEOPLE}/{shared}").text


def test_people_of_the_site_are_searched_and_filtered(place: Place, admin: tuple[Somebody, Reader]) -> None:
    _root, browser = admin
    place.invite("Mara")
    assert "4 people" in browser.get("/admin/people").text
    for query, there, gone in (
        ("q=STRAN", "stranger", "chief"), ("state=waiting", "Mara", "chief"), ("state=administrators", "root", "Mara"),
        ("state=nonsense", "chief", "nobody"), ("q=zebra", "Nobody fits", "chief"),
        ("q=" + "x" * 600, "chief", "nobody"),
    ):  # fmt: skip
        page = browser.get(f"/admin/people?{query}").text
        page = page[page.index("<main") :]
        assert there in page, query
        assert f"<bdi>{gone}</bdi>" not in page, query


def test_a17_old_names_that_look_alike_are_marked(place: Place, admin: tuple[Somebody, Reader]) -> None:
    twin = place.desk.member(place.project, name="twin")
    with place.desk.inside() as session:
        row = session.get_one(Person, twin.id)
        row.name, row.look_key = "ch1ef", session.get_one(Person, place.chief.id).look_key
    for page in (
        admin[1].get("/admin/people?state=alike"), place.manager.get(PEOPLE), admin[1].get(f"/admin/people/{twin.id}"),
        place.manager.get(f"{PEOPLE}/{twin.id}"),
    ):  # fmt: skip
        assert re.search(r"looks like (that of another account: )?<bdi>chief</bdi>", page.text)


def test_an_administrator_adds_somebody_and_gets_a_link(admin: tuple[Somebody, Reader], desk: Desk) -> None:
    page = admin[1].post("/admin/people", {"name": "Mara", "display_name": "Mara L."})
    link = re.search(r"http://localhost(/sign-in/invite/[\w-]+)", page.text)
    assert link is not None
    assert desk.anonymous().get(link[1]).status_code == 200
    for form in ({"name": "Mara"}, {"name": "r00t"}, {"name": ""}, {"name": "ok", "display_name": "\u200bx"}):
        assert admin[1].post("/admin/people", form).status_code == 422


def test_a_persons_names_change_and_a_stale_form_shows_both(admin: tuple[Somebody, Reader], desk: Desk) -> None:
    person = desk.person("ana")
    path = f"/admin/people/{person.id}"
    seen = re.search(r'name="seen" value="([^"]+)"', admin[1].get(path).text)
    assert seen is not None
    form = {"display_name": "Ana Ruiz", "pseudonym": "coder A", "seen": seen[1]}
    assert admin[1].post(path, form).status_code == 303
    stale = admin[1].post(path, form | {"pseudonym": "coder B"})
    assert stale.status_code == 409
    assert "coder A" in stale.text
    assert "coder B" in stale.text
    taken = admin[1].post(path, form | {"pseudonym": "root", "seen": "coder A/Ana Ruiz"})
    assert (taken.status_code, 'id="pseudonym-error"' in taken.text) == (422, True)


def test_a16_the_last_administrator_cannot_go_by_any_way(admin: tuple[Somebody, Reader], desk: Desk) -> None:
    root, browser = admin
    for way, form in (("deactivate", {}), ("administrator", {"is_admin": "no"}), ("administrator", {})):
        answer = browser.post(f"/admin/people/{root.id}/{way}", form)
        assert answer.status_code == 409
        assert "last active administrator" in answer.text
    second = desk.person("second")
    assert browser.post(f"/admin/people/{second.id}/administrator", {"is_admin": "yes"}).status_code == 303
    assert browser.post(f"/admin/people/{root.id}/deactivate").status_code == 303
    assert browser.get("/account").status_code == 303
    assert desk.reader(second).post(f"/admin/people/{second.id}/deactivate").status_code == 409


def test_a06_a_session_that_was_copied_is_worth_nothing_after_deactivation_even_when_reactivated(
    admin: tuple[Somebody, Reader], desk: Desk
) -> None:
    person = desk.person()
    browser, kept = desk.reader(person), desk.reader(desk.person())
    for way, status in (("deactivate", 303), ("reactivate", 303)):
        admin[1].post(f"/admin/people/{person.id}/{way}")
        assert browser.get("/account").status_code == status
    assert kept.get("/account").status_code == 200
    again = desk.reader(person)
    assert again.get("/account").status_code == 200
    admin[1].post(f"/admin/people/{person.id}/sessions/end")
    assert again.get("/account").status_code == 303


def test_signing_out_everywhere_else_keeps_this_session(desk: Desk) -> None:
    person = desk.person()
    here, there, other = desk.reader(person), desk.reader(person), desk.reader(desk.person())
    assert "Sign out everywhere else" in here.get("/account").text
    assert here.post("/account/sessions/revoke-others").status_code == 303
    assert [browser.get("/account").status_code for browser in (here, there, other)] == [200, 303, 200]
    assert "Sign out everywhere else" not in here.get("/account").text


def test_b14_no_page_shows_a_hash_or_a_secret(place: Place, admin: tuple[Somebody, Reader]) -> None:
    with place.desk.inside() as session:
        row = session.get_one(Person, place.chief.id)
        row.totp_secret, hashed = "JBSWY3DPEHPK3PXP", str(row.password_hash)
        accounts.open_session(row, "Firefox")
    person_id = place.chief.id
    for answer in (
        admin[1].get("/admin/people"), admin[1].get(f"/admin/people/{person_id}"), place.manager.get(PEOPLE),
        place.manager.get(f"{PEOPLE}/{person_id}"),
    ):  # fmt: skip
        assert answer.status_code == 200
        assert hashed not in answer.text
        assert "JBSWY3DPEHPK3PXP" not in answer.text
