"""Who may do what: every view declares it, one check enforces it, and nothing is open by forgetting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from sqlalchemy import and_, bindparam, join, outerjoin, select, update
from werkzeug.exceptions import HTTPException

from annotator.domain.roles import PERMISSIONS, Permission, Role
from annotator.services.accounts import IDLE, LIFETIME, token_hash
from annotator.storage.articles import Article, Claim
from annotator.storage.database import connection, db
from annotator.storage.people import Person, SignInSession
from annotator.storage.projects import Membership, Project

TOUCH_EVERY = timedelta(minutes=1)
WITHOUT_DATABASE = frozenset({"static", "fonts.font", "icon"})

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a view asks for: nothing, a signed-in person, or a permission in the project that it is about."""

    signed_in: bool
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks, as far as pages need to know."""

    id: int
    name: str
    display_name: str
    is_admin: bool
    session_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """The project that the request is about, and the viewer's role there."""

    id: int
    slug: str
    name: str
    role: Role

    def can(self, permission: Permission) -> bool:
        """Tell whether the viewer has `permission` here."""
        return permission in PERMISSIONS[self.role]


def public(view: View) -> View:
    """Open a view to everybody."""
    return _declare(view, Requirement(signed_in=False))


def signed_in(view: View) -> View:
    """Open a view to every signed-in person."""
    return _declare(view, Requirement(signed_in=True))


def requires(permission: Permission) -> Callable[[View], View]:
    """Open a view to those who have `permission` in the project that its `slug`, `article_id` or `claim_id` names."""
    return lambda view: _declare(view, Requirement(signed_in=True, permission=permission))


def _declare(view: View, requirement: Requirement) -> View:
    view.requirement = requirement  # type: ignore[attr-defined]
    return view


def requirement_of(app: Flask, endpoint: str) -> Requirement | None:
    """Return what `endpoint` asks for, None if it never said."""
    if endpoint in WITHOUT_DATABASE:
        return Requirement(signed_in=False)
    return getattr(app.view_functions[endpoint], "requirement", None)


def require_every_view_declared(app: Flask) -> None:
    """Refuse to start with a view that does not say who may use it."""
    forgotten = [rule.endpoint for rule in app.url_map.iter_rules() if requirement_of(app, rule.endpoint) is None]
    if forgotten:
        raise RuntimeError(f"views without @public, @signed_in or @requires: {', '.join(forgotten)}")


def check() -> None:
    """Find out who asks, and let only those through whom the view is open to."""
    g.viewer, g.place = find_viewer(), None
    requirement = requirement_of(current_app, str(request.endpoint))
    if requirement is None or (requirement.signed_in and g.viewer is None):
        raise SignInFirst
    if requirement.permission is not None:
        g.place = find_place(g.viewer)
        if g.place is None:
            abort(404)
        if not g.place.can(requirement.permission):
            abort(403)


class SignInFirst(HTTPException):
    """Nobody is signed in: a page leads to the sign-in form, a program gets 401."""

    code = 401
    description = "Your session has ended. Sign in again; what you typed is still on the page."

    def page(self) -> object:
        """Return the redirect to the sign-in form, which leads back here."""
        back = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("accounts.sign_in", next=back or None), 303)


_sessions, _people = SignInSession.__table__.c, Person.__table__.c
_VIEWER = (
    select(
        _people.id,
        _people.name,
        _people.display_name,
        _people.is_admin,
        _sessions.id.label("session_id"),
        _sessions.seen_at,
    )
    .join_from(SignInSession.__table__, Person.__table__)
    .where(
        _sessions.token_hash == bindparam("token_hash"),
        _sessions.revoked_at.is_(None),
        _people.is_active,
        _sessions.created_at > bindparam("born_after"),
        _sessions.seen_at > bindparam("seen_after"),
    )
)


def find_viewer() -> Viewer | None:
    """Return whose session the cookie names, if it is neither revoked nor too old nor idle for too long."""
    token = session.get("sid")
    if not isinstance(token, str):
        return None
    now = datetime.now(UTC)
    asked = {"token_hash": token_hash(token), "born_after": now - LIFETIME, "seen_after": now - IDLE}
    row = connection().execute(_VIEWER, asked).first()
    if row is None:
        return None
    if now - row.seen_at > TOUCH_EVERY:
        g.session_to_touch = row.session_id
    return Viewer(row.id, row.name, row.display_name, row.is_admin, row.session_id)


def touch(session_id: int) -> None:
    """Note that a session is in use, for its idle limit."""
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=datetime.now(UTC)))


_projects, _members = Project.__table__.c, Membership.__table__.c
_articles, _claims = Article.__table__.c, Claim.__table__.c
_PLACE = select(_projects.id, _projects.slug, _projects.name, _members.role)
_MEMBER = and_(_members.project_id == _projects.id, _members.person_id == bindparam("me"))
_IN_ARTICLE = _articles.project_id == _projects.id
_BY_SLUG = _PLACE.select_from(outerjoin(Project.__table__, Membership.__table__, _MEMBER)).where(
    _projects.slug == bindparam("named")
)
_BY_ARTICLE = _PLACE.select_from(
    join(Article.__table__, Project.__table__, _IN_ARTICLE).outerjoin(Membership.__table__, _MEMBER)
).where(_articles.id == bindparam("named"))
_BY_CLAIM = _PLACE.select_from(
    join(Claim.__table__, Article.__table__, _claims.article_id == _articles.id)
    .join(Project.__table__, _IN_ARTICLE)
    .outerjoin(Membership.__table__, _MEMBER)
).where(_claims.id == bindparam("named"))
_PLACES = {"slug": _BY_SLUG, "article_id": _BY_ARTICLE, "claim_id": _BY_CLAIM}


def find_place(viewer: Viewer) -> Place | None:
    """Return the project that the address names and the viewer's role there; None hides that it exists."""
    asked = request.view_args or {}
    name = next(name for name in _PLACES if name in asked)
    row = connection().execute(_PLACES[name], {"me": viewer.id, "named": asked[name]}).first()
    if row is None:
        return None
    role = Role(row.role) if row.role else (Role.MANAGER if viewer.is_admin else None)
    return Place(row.id, row.slug, row.name, role) if role else None
