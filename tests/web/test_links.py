"""Links that open an account or set a password: looked at as often as one likes, and used once, for one purpose."""

import re

import pytest

from annotator.domain.roles import Role
from annotator.storage.people import Person
from tests.desk import Desk, Reader, Somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GOOD = "tumbleweed lantern 7"
WELCOME = {"display_name": "Mara L.", "new": GOOD}


def invited_by(browser: Reader, *names: str, role: str = "reviewer") -> list[str]:
    page = browser.post("/projects/news/people", {"names": "\n".join(names), "role": role})
    assert page.status_code == 200, page.text
    return re.findall(r"http://localhost(/sign-in/invite/[\w-]+)", page.text)


@pytest.fixture
def manager(desk: Desk) -> Reader:
    return desk.reader(desk.member(desk.project(), Role.MANAGER))


@pytest.fixture
def admin(desk: Desk) -> Reader:
    return desk.reader(desk.person("the admin", admin=True))


def reset_link(admin: Reader, person: Somebody) -> str:
    page = admin.post(f"/admin/people/{person.id}/link")
    found = re.search(r"http://localhost(/sign-in/reset/[\w-]+)", page.text)
    assert found, page.text
    return found[1]


def is_in(browser: Reader) -> bool:
    return browser.get("/account").status_code == 200


def test_an_invitation_opens_the_account_and_leads_into_the_project(desk: Desk, manager: Reader) -> None:
    (path,) = invited_by(manager, "Mara")
    browser = desk.anonymous()
    for _ in range(2):
        page = browser.get(path)
        assert page.status_code == 200
        assert "Project news" in page.text
        assert not is_in(browser), "looking at a link signs nobody in"
    assert browser.post(path, WELCOME).headers["Location"] == "/"
    assert "Mara L." in browser.get("/account").text
    assert desk.anonymous().post("/sign-in", {"name": "mara", "password": GOOD}).status_code == 303


def test_who_may_read_reports_begins_at_the_desk(desk: Desk, manager: Reader) -> None:
    (path,) = invited_by(manager, "Mara", role="adjudicator")
    answer = desk.anonymous().post(path, WELCOME)
    assert answer.headers["Location"] == "/projects/news/desk"


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("new", {"new": "mara"}),
        ("new", {"new": ""}),
        ("new", {"new": "password123"}),
        ("display_name", {"display_name": ""}),
        ("display_name", {"display_name": "x" * 101}),
        ("display_name", {"display_name": "\u202eevil"}),
    ],
)
def test_what_is_refused_leaves_the_invitation_as_it_was(
    desk: Desk, manager: Reader, field: str, form: dict[str, str]
) -> None:
    (path,) = invited_by(manager, "Mara")
    browser = desk.anonymous()
    answer = browser.post(path, WELCOME | form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert GOOD not in answer.text, "a password is never sent back"
    assert not is_in(browser)
    assert browser.post(path, WELCOME).status_code == 303


def ended(desk: Desk, path: str) -> None:
    for answer in (desk.anonymous().get(path), desk.anonymous().post(path, WELCOME)):
        assert answer.status_code == 404
        assert "Ask for a new one" in answer.text


def test_a12_a_link_that_was_used_or_never_made_gets_the_same_page(desk: Desk, manager: Reader, admin: Reader) -> None:
    (invitation,) = invited_by(manager, "Mara")
    reset = reset_link(admin, desk.person("reader"))
    for path in (invitation, reset):
        assert desk.anonymous().post(path, WELCOME).status_code == 303
    for path in (invitation, reset, "/sign-in/invite/never-made", "/sign-in/reset/never-made"):
        ended(desk, path)


def test_a12_a_token_of_one_purpose_serves_no_other(desk: Desk, manager: Reader, admin: Reader) -> None:
    person = desk.person("reader")
    (invitation,) = invited_by(manager, "Mara")
    reset = reset_link(admin, person)
    tokens = {path.rsplit("/", 1)[0]: path.rsplit("/", 1)[1] for path in (invitation, reset)}
    tokens["/sign-in/link"] = person.link_token
    for start in tokens:
        for other, token in tokens.items():
            if other != start:
                ended(desk, f"{start}/{token}")
    browser = desk.anonymous()
    with browser.client.session_transaction() as session:
        session["half"] = person.link_token
    assert browser.get("/sign-in/code").status_code == 303


def test_a12_a_link_is_for_its_owner_whoever_is_signed_in(desk: Desk, admin: Reader) -> None:
    person, other = desk.person("reader"), desk.person("other")
    browser = desk.reader(other)
    browser.post(reset_link(admin, person), {"new": GOOD, "name": "other", "person_id": other.id})
    assert "reader" in browser.get("/account").text
    assert desk.anonymous().post("/sign-in", {"name": "other", "password": other.password}).status_code == 303


def test_a12_a_deactivated_persons_links_do_not_work(desk: Desk, admin: Reader) -> None:
    person = desk.person("reader")
    path = reset_link(admin, person)
    admin.post(f"/admin/people/{person.id}/deactivate")
    ended(desk, path)
    admin.post(f"/admin/people/{person.id}/reactivate")
    ended(desk, path)


def test_a06_using_a_reset_link_ends_the_sessions_that_there_are(desk: Desk, admin: Reader) -> None:
    person = desk.person("reader")
    thief, browser = desk.reader(person), desk.anonymous()
    path = reset_link(admin, person)
    assert is_in(thief), "a link that nobody used ends nothing"
    assert browser.post(path, {"new": GOOD}).headers["Location"] == "/"
    assert is_in(browser)
    assert not is_in(thief)


def test_a_link_stands_under_the_configured_address_and_not_under_the_clients(desk: Desk, manager: Reader) -> None:
    desk.app.config["BASE_URL"] = "https://claims.example.org"
    form = {"names": "Mara", "role": "reviewer"}
    page = manager.post("/projects/news/people", form, headers={"X-Forwarded-Host": "evil.example"})
    assert "https://claims.example.org/sign-in/invite/" in page.text
    assert "evil.example" not in page.text
    desk.app.config["BASE_URL"] = ""
    assert manager.post("/projects/news/people", form, headers={"Host": "evil.example"}).status_code == 400


def test_a13_a_new_account_has_no_password_and_no_rights_but_those_given(desk: Desk, manager: Reader) -> None:
    invited_by(manager, "Mara")
    with desk.inside(writes=False) as session:
        mara = session.query(Person).filter_by(name="Mara").one()
        assert (mara.password_hash, mara.is_admin) == (None, False)
    for password in ("", "Mara", "password", "admin"):
        assert desk.anonymous().post("/sign-in", {"name": "Mara", "password": password}).status_code in {401, 422}


def test_a14_nobody_registers_by_themselves(desk: Desk) -> None:
    app = desk.app
    public = [rule.endpoint for rule in app.url_map.iter_rules() if not app_requires_sign_in(desk, rule.endpoint)]
    before = people(desk)
    for endpoint in public:
        for rule in app.url_map.iter_rules(endpoint):
            path = re.sub(r"<[^>]*>", "x", rule.rule)
            form = {"name": "evil", "password": GOOD, "display_name": "evil", "new": GOOD, "code": "1"}
            desk.anonymous().post(path, form)
    assert people(desk) == before


def app_requires_sign_in(desk: Desk, endpoint: str) -> bool:
    requirement = getattr(desk.app.view_functions[endpoint], "requirement", None)
    return requirement is not None and requirement.signed_in


def people(desk: Desk) -> int:
    with desk.inside(writes=False) as session:
        return session.query(Person).count()


def test_a_program_gets_its_refusals_as_a_document(desk: Desk, manager: Reader) -> None:
    (path,) = invited_by(manager, "Mara")
    answer = desk.anonymous().post(path, WELCOME | {"new": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json is not None
    assert list(answer.json["errors"]) == ["new"]


def test_inviting_says_what_became_of_each_name(desk: Desk, manager: Reader) -> None:
    desk.person("reader")
    page = manager.post("/projects/news/people", {"names": "Mara\nreader\nperson-1", "role": "observer"}).text
    assert page.count("/sign-in/invite/") == 1
    assert "reader</bdi> is in the project now: observer" in page
    assert "person-1</bdi> was a member before" in page
    again = manager.post("/projects/news/people", {"names": "Mara", "role": "observer"}).text
    assert "/sign-in/invite/" not in again
