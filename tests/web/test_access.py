"""Access: every route for every role against one table, and the ways round it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from flask import url_for
from werkzeug.test import TestResponse

from annotator.app import Annotator
from annotator.domain.roles import PERMISSIONS, Permission, Role
from annotator.services import accounts
from annotator.storage.people import Person, SignInSession
from annotator.storage.verdicts import Verdict
from annotator.web import access
from annotator.web.security import HEADERS
from tests.desk import Reader
from tests.web.conftest import House

if TYPE_CHECKING:
    from werkzeug.routing import Rule

SIGNED_IN = frozenset({"manager", "adjudicator", "reviewer", "observer", "stranger", "admin"})
EVERYBODY = SIGNED_IN | {"anonymous", "deactivated", "revoked"}
MEMBERS = frozenset({"manager", "adjudicator", "reviewer", "observer", "admin"})
TAGGERS = frozenset({"manager", "adjudicator", "reviewer", "admin"})
READERS = frozenset({"manager", "adjudicator", "observer", "admin"})
MANAGERS = frozenset({"manager", "admin"})
DESK = frozenset({"manager", "adjudicator", "admin"})
ADMINS = frozenset({"admin"})

TABLE = {
    ("static", "GET"): EVERYBODY,
    ("icon", "GET"): EVERYBODY,
    ("health", "GET"): EVERYBODY,
    ("accounts.sign_in_form", "GET"): EVERYBODY,
    ("accounts.sign_in", "POST"): EVERYBODY,
    ("accounts.sign_out", "POST"): EVERYBODY,
    ("accounts.current_session", "GET"): EVERYBODY,
    ("accounts.link", "GET"): EVERYBODY,
    ("accounts.use_link", "POST"): EVERYBODY,
    ("preferences.keys", "GET"): EVERYBODY,
    ("preferences.settings", "GET"): EVERYBODY,
    ("preferences.save", "POST"): EVERYBODY,
    ("log.page", "GET"): MANAGERS,
    ("log.download", "GET"): MANAGERS,
    ("log.site", "GET"): ADMINS,
    ("log.download_site", "GET"): ADMINS,
    ("oidc.begin", "GET"): EVERYBODY,
    ("oidc.callback", "GET"): EVERYBODY,
    ("oidc.confirm", "GET"): SIGNED_IN,
    ("oidc.link", "POST"): SIGNED_IN,
    ("oidc.unlink", "POST"): SIGNED_IN,
    ("notices.page", "GET"): SIGNED_IN,
    ("notices.read", "POST"): SIGNED_IN,
    ("accounts.account", "GET"): SIGNED_IN,
    ("accounts.change_password", "POST"): SIGNED_IN,
    ("accounts.revoke", "POST"): SIGNED_IN,
    ("accounts.revoke_others", "POST"): SIGNED_IN,
    ("accounts.invitation", "GET"): EVERYBODY,
    ("accounts.accept_invitation", "POST"): EVERYBODY,
    ("accounts.reset", "GET"): EVERYBODY,
    ("accounts.reset_password", "POST"): EVERYBODY,
    ("accounts.code_form", "GET"): EVERYBODY,
    ("accounts.give_code", "POST"): EVERYBODY,
    ("accounts.second_factor", "GET"): SIGNED_IN,
    ("accounts.propose", "POST"): SIGNED_IN,
    ("accounts.picture", "GET"): SIGNED_IN,
    ("accounts.confirm", "POST"): SIGNED_IN,
    ("accounts.renew_codes", "POST"): SIGNED_IN,
    ("accounts.switch_off", "POST"): SIGNED_IN,
    ("members.index", "GET"): MANAGERS,
    ("members.invite", "POST"): MANAGERS,
    ("members.show", "GET"): MANAGERS,
    ("members.change", "POST"): MANAGERS,
    ("members.take_out", "POST"): MANAGERS,
    ("members.invite_again", "POST"): MANAGERS,
    ("members.revoke", "POST"): MANAGERS,
    ("people.index", "GET"): ADMINS,
    ("people.add", "POST"): ADMINS,
    ("people.show", "GET"): ADMINS,
    ("people.rename", "POST"): ADMINS,
    ("people.make_link", "POST"): ADMINS,
    ("people.revoke_link", "POST"): ADMINS,
    ("people.deactivate", "POST"): ADMINS,
    ("people.reactivate", "POST"): ADMINS,
    ("people.set_administrator", "POST"): ADMINS,
    ("people.take_off_second_factor", "POST"): ADMINS,
    ("people.end_sessions", "POST"): ADMINS,
    ("tagging.queue", "GET"): SIGNED_IN,
    ("verdicts.mine", "GET"): SIGNED_IN,
    ("reading.page", "GET"): TAGGERS,
    ("tagging.resume", "GET"): TAGGERS,
    ("tagging.page", "GET"): TAGGERS,
    ("tagging.give", "POST"): TAGGERS,
    ("tagging.undo", "POST"): TAGGERS,
    ("claims.work", "GET"): TAGGERS,
    ("segmentation.page", "GET"): TAGGERS,
    ("segmentation.edit", "POST"): TAGGERS,
    ("segmentation.lock", "POST"): MANAGERS,
    ("codebooks.guidelines", "GET"): MEMBERS,
    ("codebooks.version", "GET"): MEMBERS,
    ("articles.index", "GET"): READERS,
    ("articles.new", "GET"): MANAGERS,
    ("articles.add", "POST"): MANAGERS,
    ("articles.show", "GET"): MEMBERS,
    ("articles.original", "GET"): READERS,
    ("articles.edit", "GET"): MANAGERS,
    ("articles.correct", "POST"): MANAGERS,
    ("articles.check", "POST"): MANAGERS,
    ("articles.withdraw", "POST"): MANAGERS,
    ("articles.bring_back", "POST"): MANAGERS,
    ("imports.index", "GET"): MANAGERS,
    ("imports.job", "GET"): MANAGERS,
    ("imports.cancel", "POST"): MANAGERS,
    ("imports.files", "GET"): MANAGERS,
    ("imports.send_files", "POST"): MANAGERS,
    ("imports.columns", "GET"): MANAGERS,
    ("imports.name_columns", "POST"): MANAGERS,
    ("imports.address", "GET"): MANAGERS,
    ("imports.send_addresses", "POST"): MANAGERS,
    ("imports.feed", "GET"): MANAGERS,
    ("imports.read_feed", "POST"): MANAGERS,
    ("imports.choose", "POST"): MANAGERS,
    ("imports.allow_fetching", "POST"): MANAGERS,
    ("assignments.page", "GET"): MANAGERS,
    ("assignments.preview", "GET"): MANAGERS,
    ("assignments.store", "POST"): MANAGERS,
    ("assignments.return_idle", "POST"): MANAGERS,
    ("assignments.person", "GET"): MANAGERS,
    ("assignments.change", "POST"): MANAGERS,
    ("assignments.give", "POST"): MANAGERS,
    ("assignments.planner", "GET"): MANAGERS,
    ("assignments.take_next", "POST"): TAGGERS,
    ("adjudication.queue", "GET"): DESK,
    ("adjudication.page", "GET"): DESK,
    ("adjudication.decide", "POST"): DESK,
    ("adjudication.reopen", "POST"): DESK,
    ("adjudication.preview", "GET"): DESK,
    ("adjudication.accept", "POST"): DESK,
    ("adjudication.reopen_step", "POST"): DESK,
    ("gaps.page", "GET"): DESK,
    ("gaps.edge_case", "GET"): DESK,
    ("gaps.draft", "POST"): DESK,
    ("threads.page", "GET"): TAGGERS,
    ("threads.say", "POST"): TAGGERS,
    ("feedback.page", "GET"): SIGNED_IN,
    ("reports.page", "GET"): READERS,
    ("report_files.download", "GET"): READERS,
    ("report_files.chart", "GET"): READERS,
    ("frozen_reports.index", "GET"): READERS,
    ("frozen_reports.freeze", "POST"): READERS,
    ("frozen_reports.page", "GET"): READERS,
    ("frozen_reports.download", "GET"): READERS,
    ("report_articles.page", "GET"): READERS,
    ("gold.index", "GET"): MANAGERS,
    ("gold.add_ready", "POST"): MANAGERS,
    ("gold.set_marks", "POST"): MANAGERS,
    ("gold.people", "GET"): MANAGERS,
    ("gold.qualify", "POST"): MANAGERS,
    ("gold.answers", "GET"): MANAGERS,
    ("gold.set_answer", "POST"): MANAGERS,
    ("gold.take_decision", "POST"): MANAGERS,
    ("gold.withdraw_answer", "POST"): MANAGERS,
    ("gold.set_purpose", "POST"): MANAGERS,
    ("results.page", "GET"): SIGNED_IN,
    ("repeats.page", "GET"): TAGGERS,
    ("repeats.answer", "POST"): TAGGERS,
    ("desk.page", "GET"): READERS,
    ("others.page", "GET"): TAGGERS,
    ("projects.index", "GET"): SIGNED_IN,
    ("projects.new", "GET"): ADMINS,
    ("projects.create", "POST"): ADMINS,
    ("projects.settings", "GET"): MANAGERS,
    ("projects.change", "POST"): MANAGERS,
    ("projects.archive", "POST"): MANAGERS,
    ("projects.bring_back", "POST"): MANAGERS,
    ("projects.clone", "GET"): MANAGERS,
    ("projects.make_clone", "POST"): MANAGERS,
    ("editor.page", "GET"): MANAGERS,
    ("editor.start", "POST"): MANAGERS,
    ("editor.discard", "POST"): MANAGERS,
    ("editor.upload", "POST"): MANAGERS,
    ("editor.download", "GET"): MANAGERS,
    ("editor.arrange", "POST"): MANAGERS,
    ("editor.preview", "GET"): MANAGERS,
    ("editor.new_label", "GET"): MANAGERS,
    ("editor.add_label", "POST"): MANAGERS,
    ("editor.label", "GET"): MANAGERS,
    ("editor.change_label", "POST"): MANAGERS,
    ("editor.part", "GET"): MANAGERS,
    ("editor.change_part", "POST"): MANAGERS,
    ("editor.review", "GET"): MANAGERS,
    ("editor.publish", "POST"): MANAGERS,
    ("editor.stale", "GET"): MANAGERS,
    ("exports.page", "GET"): READERS,
    ("exports.download", "GET"): READERS,
}
"""Who gets in. Of the others, nobody is led to the sign-in form (a program gets 401), a member whose role does not
include it gets 403, and whoever is not in the project 404, as if there were no such thing."""


class Route(NamedTuple):
    endpoint: str
    method: str


def routes(app: Annotator) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        yield from (
            Route(rule.endpoint, method) for method in sorted(rule.methods or ()) if method not in {"HEAD", "OPTIONS"}
        )


def outcome_for(role: str, row: frozenset[str]) -> str:
    if role in row:
        return "in"
    if role in {"anonymous", "deactivated", "revoked"}:
        return "sign in"
    return "404" if role == "stranger" and row != ADMINS else "403"


def address(house: House, route: Route, **changed: Any) -> str:
    facts: dict[str, Any] = {
        "slug": "news", "article_id": house.article, "claim_id": house.claims[0], "number": 1, "session_id": 1,
        "person_id": house.people["bystander"].id,
        "token": "no-such-token", "version": "0" * 12, "filename": "annotator.css", "name": "csv",
        "upload_id": 1, "frozen_id": 1, "job_id": 1, "identity_id": 1, "key": "editorial",
        "form": "json", "part": "guidance",
    } | changed  # fmt: skip
    rule: Rule = next(house.desk.app.url_map.iter_rules(route.endpoint))
    with house.desk.app.test_request_context():
        return url_for(route.endpoint, **{name: facts[name] for name in rule.arguments})


def ask(browser: Reader, route: Route, path: str, **options: Any) -> TestResponse:
    if route.method == "GET":
        return browser.get(path, buffered=True, **options)
    return browser.post(path, {"client_key": "a-key-of-the-walk"}, **options)


def decision(answer: TestResponse, *, was_reached: bool) -> str:
    if was_reached:
        return "in" if answer.status_code < 500 else f"in, {answer.status_code}"
    if answer.status_code == 401 or (answer.status_code == 303 and "/sign-in" in answer.headers["Location"]):
        return "sign in"
    return str(answer.status_code)


def test_b01_every_route_is_in_the_table_and_every_row_is_a_route(house: House) -> None:
    assert set(routes(house.desk.app)) == set(TABLE)


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
@pytest.mark.parametrize("route", [Route(*row) for row in TABLE], ids=" ".join)
def test_b01_who_gets_in(house: House, reached: list[str], route: Route, kind: str) -> None:
    path, found = address(house, route), {}
    for role in sorted(EVERYBODY):
        browser = house.browser(role)
        browser.token()
        reached.clear()
        answer = ask(browser, route, path, headers={"Accept": kind})
        found[role] = decision(answer, was_reached=route.endpoint in reached)
        if found[role] == "sign in":
            assert answer.status_code == (303 if kind == "text/html" else 401)
    assert found == {role: outcome_for(role, TABLE[route]) for role in sorted(EVERYBODY)}


@pytest.mark.parametrize("route", [Route(*row) for row in TABLE], ids=" ".join)
def test_b11_asking_for_the_head_or_the_options_is_decided_like_the_route(
    house: House, reached: list[str], route: Route
) -> None:
    path = address(house, route)
    for role in sorted(EVERYBODY):
        browser = house.browser(role)
        for method in ("HEAD", "OPTIONS") if route.method == "GET" else ("OPTIONS",):
            reached.clear()
            answer = browser.client.open(path, method=method, buffered=True)
            was_reached = route.endpoint in reached or (method == "OPTIONS" and answer.status_code == 200)
            assert decision(answer, was_reached=was_reached) == outcome_for(role, TABLE[route]), (role, method)


def test_b01_the_table_says_what_the_permissions_say(house: House) -> None:
    app = house.desk.app
    for (endpoint, _method), row in TABLE.items():
        asked = access.requirement_of(app, endpoint)
        assert asked is not None
        if asked.permission is None:
            everybody = SIGNED_IN if asked.signed_in else EVERYBODY
            assert row == (ADMINS if asked.is_admin else everybody), endpoint
        else:
            allowed = {role.value for role in Role if asked.permission in PERMISSIONS[role]}
            assert row == allowed | ({"admin"} if "manager" in allowed else set()), endpoint


def test_every_permission_guards_a_route(house: House) -> None:
    app = house.desk.app
    asked = {access.requirement_of(app, endpoint) for endpoint in app.view_functions}
    assert {requirement.permission for requirement in asked if requirement} - {None} == set(Permission)


def test_a_view_that_declares_nothing_keeps_the_application_from_starting(house: House) -> None:
    app = Annotator("annotator")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="open"):
        access.require_every_view_declared(app)


@pytest.mark.parametrize("route", [Route(*row) for row in TABLE if ADMINS < TABLE[row] <= MEMBERS], ids=" ".join)
def test_b02_what_is_somebody_elses_looks_like_what_is_not_there(house: House, route: Route) -> None:
    stranger, gone = house.browser("stranger"), {"slug": "gone", "article_id": 10**12, "claim_id": 10**12}
    foreign = ask(stranger, route, address(house, route), headers={"Accept": "application/json"})
    missing = ask(stranger, route, address(house, route, **gone), headers={"Accept": "application/json"})
    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data


def test_b04_what_a_form_says_about_others_and_about_rights_is_ignored(house: House) -> None:
    claim, me, other = house.claims[3], house.people["reviewer"], house.people["manager"]
    form = {
        "client_key": "assigns-too-much", "revision": "0", "label": "sourced", "reviewer_id": other.id, "id": "1",
        "project_id": "2", "role": "manager", "is_admin": "1", "given_at": "2001-01-01", "is_first": "",
        "exposure": "label",
    }  # fmt: skip
    assert house.browser("reviewer").post(f"/claims/{claim}/verdicts", form).status_code == 303
    with house.desk.inside(writes=False) as session:
        verdict = session.query(Verdict).filter_by(claim_id=claim).one()
        assert (verdict.reviewer_id, verdict.project_id, verdict.is_first, verdict.exposure) == (
            me.id,
            house.project,
            True,
            "none",
        )
        assert verdict.given_at.year > 2001
        assert not session.get_one(Person, me.id).is_admin


def test_a06_a_role_that_is_taken_away_is_gone_at_the_next_request(house: House) -> None:
    from annotator.storage.projects import Membership

    member = house.desk.member(house.project, Role.REVIEWER)
    browser, path = house.desk.reader(member), f"/articles/{house.article}/claims/1"
    assert browser.get(path).status_code == 200
    with house.desk.inside() as session:
        session.get_one(Membership, (house.project, member.id)).role = Role.OBSERVER.value
    assert browser.get(path).status_code == 403
    with house.desk.inside() as session:
        session.delete(session.get_one(Membership, (house.project, member.id)))
    assert browser.get(path).status_code == 404


def test_a06_a_person_who_is_deactivated_is_out_at_the_next_request(house: House) -> None:
    member = house.desk.member(house.project)
    browser = house.desk.reader(member)
    assert browser.get("/").status_code == 200
    with house.desk.inside() as session:
        session.get_one(Person, member.id).is_active = False
    assert browser.get("/").status_code == 303


def test_b02_nobody_ends_a_session_of_somebody_else(house: House) -> None:
    victim = house.people["reviewer"]
    with house.desk.inside() as session:
        accounts.open_session(session.get_one(Person, victim.id), "the victim's browser")
        session.flush()
        theirs = session.query(SignInSession).filter_by(person_id=victim.id).order_by(SignInSession.id.desc()).first()
        assert theirs is not None
        session_id = theirs.id
    for role in ("manager", "admin", "stranger"):
        assert house.browser(role).post(f"/account/sessions/{session_id}/revoke").status_code == 404
    with house.desk.inside(writes=False) as session:
        assert session.get_one(SignInSession, session_id).revoked_at is None


def test_refusals_carry_the_same_headers_as_pages(house: House) -> None:
    answers = [
        house.browser("anonymous").get("/"), house.browser("observer").get(f"/articles/{house.article}"),
        house.browser("stranger").get(f"/articles/{house.article}"),
    ]  # fmt: skip
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["Cache-Control"] == "no-store"
