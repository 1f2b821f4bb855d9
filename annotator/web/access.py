"""Who may do what: every view declares it, one check enforces it, and nothing is open by forgetting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from sqlalchemy import BindParameter, Select, Subquery, and_, bindparam, exists, join, select, true, update
from werkzeug.exceptions import HTTPException

from annotator.domain.roles import PERMISSIONS, Permission, Role
from annotator.services.accounts import IDLE, LIFETIME
from annotator.services.links import token_hash
from annotator.storage.articles import Article, Claim
from annotator.storage.database import AnyRow, connection, db
from annotator.storage.notices import UNREAD
from annotator.storage.people import Person, SignInSession
from annotator.storage.projects import Membership, Project

TOUCH_EVERY = timedelta(minutes=1)
WITHOUT_DATABASE = frozenset({"static", "icon"})

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a view asks for: nothing, a signed-in person, the site's administrator, or a permission in its project.

    A project that was archived is only read, unless the view `opens_archived` ones. `is_setting_up` is a view for
    those, too, who still have to set up the second factor that is asked of them.
    """

    signed_in: bool
    permission: Permission | None = None
    is_admin: bool = False
    opens_archived: bool = False
    is_setting_up: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks, as far as pages need to know; `unread` counts their notices, for those who only read."""

    id: int
    name: str
    display_name: str
    is_admin: bool
    session_id: int
    unread: int = 0
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The project that the request is about, and the viewer's role there."""

    id: int
    slug: str
    name: str
    role: Role
    is_archived: bool = False

    def can(self, permission: Permission) -> bool:
        """Tell whether the viewer has `permission` here."""
        return permission in PERMISSIONS[self.role]


def public(view: View) -> View:
    """Open a view to everybody."""
    return _declare(view, Requirement(signed_in=False))


def signed_in(view: View) -> View:
    """Open a view to every signed-in person."""
    return _declare(view, Requirement(signed_in=True))


def setting_up(view: View) -> View:
    """Open a view to every signed-in person, also before they have the second factor that is asked of them."""
    return _declare(view, Requirement(signed_in=True, is_setting_up=True))


def admins(view: View) -> View:
    """Open a view to the administrators of the site."""
    return _declare(view, Requirement(signed_in=True, is_admin=True))


def requires(permission: Permission, *, opens_archived: bool = False) -> Callable[[View], View]:
    """Open a view to those who have `permission` in the project that its `slug`, `article_id` or `claim_id` names."""
    requirement = Requirement(signed_in=True, permission=permission, opens_archived=opens_archived)
    return lambda view: _declare(view, requirement)


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
    requirement = requirement_of(current_app, str(request.endpoint))
    permission = requirement.permission if requirement else None
    g.viewer, g.place = look_up(with_place=permission is not None)
    if requirement is None or (requirement.signed_in and g.viewer is None):
        raise SignInFirst
    if requirement.signed_in and not requirement.is_setting_up and lacks_second_factor(g.viewer):
        raise SecondFactorFirst
    if requirement.is_admin and not g.viewer.is_admin:
        abort(403)
    if permission is None:
        return
    if g.place is None:
        named = dict(request.view_args or {})
        current_app.logger.warning("person %s asked for %s %r: not theirs", g.viewer.id, request.endpoint, named)
        abort(404)
    if not g.place.can(permission):
        abort(403)
    if g.place.is_archived and request.method not in {"GET", "HEAD", "OPTIONS"} and not requirement.opens_archived:
        raise Archived


def lacks_second_factor(viewer: Viewer) -> bool:
    """Tell whether this site asks the viewer for a second factor that they have not set up yet."""
    asked = current_app.config["SECOND_FACTOR"]
    if asked == "optional" or viewer.has_second_factor or session.get("by") == "provider":
        return False
    return asked == "everyone" or viewer.is_admin or connection().execute(_MANAGES, {"id": viewer.id}).scalar() is True


class SecondFactorFirst(HTTPException):
    """The viewer has to set up a second factor: a page leads there, a program gets 403."""

    code = 403
    description = "This site asks you for a second factor. Set it up under your account; then the work goes on."

    def page(self) -> object:
        """Return the redirect to where it is set up."""
        return redirect(url_for("accounts.second_factor"), 303)


class Archived(HTTPException):
    """The project was archived: it is read, and not changed."""

    code = 409
    description = "This project is archived: it can be read, but not changed. A manager can bring it back."


class SignInFirst(HTTPException):
    """Nobody is signed in: a page leads to the sign-in form, a program gets 401."""

    code = 401
    description = "Your session has ended. Sign in again; what you typed is still on the page."

    def page(self) -> object:
        """Return the redirect to the sign-in form, which leads back here."""
        back = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("accounts.sign_in", next=back or None), 303)


_sessions, _people, _members = SignInSession.__table__, Person.__table__, Membership.__table__
_projects, _articles, _claims = Project.__table__, Article.__table__, Claim.__table__
_NAMED: BindParameter[Any] = bindparam("named")
_OF_ARTICLE = join(_projects, _articles, _articles.c.project_id == _projects.c.id)
_OF_CLAIM = join(_OF_ARTICLE, _claims, _claims.c.article_id == _articles.c.id)
_PROJECT = select(_projects.c.id, _projects.c.slug, _projects.c.name, _projects.c.archived_at)
_PROJECTS = {
    "slug": _PROJECT.where(_projects.c.slug == _NAMED),
    "article_id": _PROJECT.select_from(_OF_ARTICLE).where(_articles.c.id == _NAMED),
    "claim_id": _PROJECT.select_from(_OF_CLAIM).where(_claims.c.id == _NAMED),
}
_VIEWER = (
    select(*(_people.c[name] for name in ("id", "name", "display_name", "is_admin")))
    .add_columns(_people.c.totp_since.is_not(None).label("has_second_factor"))
    .add_columns(_sessions.c.id.label("session_id"), _sessions.c.seen_at)
    .where(
        _sessions.c.token_hash == bindparam("token_hash"),
        _sessions.c.revoked_at.is_(None),
        _people.c.is_active,
        _sessions.c.created_at > bindparam("born_after"),
        _sessions.c.seen_at > bindparam("seen_after"),
    )
)
_MANAGES = select(
    exists().where(_members.c.person_id == bindparam("id"), _members.c.role == Role.MANAGER.value).select_from(_members)
)
_SIGNED_IN = join(_sessions, _people, _people.c.id == _sessions.c.person_id)


def _at(project: Subquery) -> Select[Any]:
    """Select the viewer together with a project, if it is there, and their role in it."""
    member = and_(_members.c.project_id == project.c.id, _members.c.person_id == _people.c.id)
    return _VIEWER.add_columns(
        project.c.id.label("project_id"),
        project.c.slug,
        project.c.name.label("project_name"),
        project.c.archived_at,
        _members.c.role,
    ).select_from(_SIGNED_IN.outerjoin(project, true()).outerjoin(_members, member))


_QUERIES = {None: _VIEWER.select_from(_SIGNED_IN)} | {
    name: _at(project.subquery("project_asked_for")) for name, project in _PROJECTS.items()
}
_READING = {name: query.add_columns(UNREAD) for name, query in _QUERIES.items()}
"""The same with the number that the bar of a page shows: what only stores need not wait for it."""


def look_up(*, with_place: bool) -> tuple[Viewer | None, Place | None]:
    """Return who asks, and where: the project that the address names, if they may know that it exists.

    Nobody asks if the cookie's session is revoked, too old, or was idle for too long.
    """
    token = session.get("sid")
    if not isinstance(token, str):
        return None, None
    now, named = datetime.now(UTC), request.view_args or {}
    asked = {"token_hash": token_hash(token), "born_after": now - LIFETIME, "seen_after": now - IDLE}
    name = next(name for name in _PROJECTS if name in named) if with_place else None
    if name:
        asked["named"] = named[name]
    queries = _READING if request.method == "GET" else _QUERIES
    row = connection().execute(queries[name], asked).first()
    if row is None:
        return None, None
    if now - row.seen_at > TOUCH_EVERY:
        g.session_to_touch = row.session_id
    unread, has_second_factor = getattr(row, "unread", 0), bool(row.has_second_factor)
    viewer = Viewer(row.id, row.name, row.display_name, row.is_admin, row.session_id, unread, has_second_factor)
    return viewer, place_in(row) if with_place else None


def place_in(row: AnyRow) -> Place | None:
    """Return the project of a row and the viewer's role there; None for a project that is not theirs."""
    if row.project_id is None or not (row.role or row.is_admin):
        return None
    role = Role(row.role) if row.role else Role.MANAGER
    return Place(row.project_id, row.slug, row.project_name, role, row.archived_at is not None)


def touch(session_id: int) -> None:
    """Note that a session is in use, for its idle limit."""
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=datetime.now(UTC)))
