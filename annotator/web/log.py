"""The log: who did what, for managers of a project and for the administrators of the site."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, abort, current_app, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField

from annotator.domain.roles import Permission
from annotator.services.exports.events import MEDIA_TYPES, export_events
from annotator.storage.event_list import Wanted, find_events
from annotator.web.access import admins, requires
from annotator.web.event_names import SENTENCES, SUBJECTS, kind_of, people_in, view_of
from annotator.web.forms import DayField, OptionField, line, typed, whole_number
from annotator.web.segmentation_page import names_of

bp = Blueprint("log", __name__)


class LogForm(Form):
    """What the log is asked for, as it stands in the page's address."""

    who = StringField(_l("Who"), filters=[line])
    what = OptionField(_l("What"), default="")
    subject = OptionField(_l("About"), default="")
    id = StringField(_l("Number"), filters=[line])
    since = DayField(_l("From"))
    until = DayField(_l("Until"))
    verdicts = BooleanField(_l("also verdicts"))

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> "LogForm":
        """Read an address's arguments; what asks for nothing that there is, asks for nothing."""
        form = cls(args)
        form.what.choices = [("", _l("Anything")), *((what, kind_of(what)) for what in SENTENCES)]
        form.subject.choices = [("", _l("Anything")), *SUBJECTS.items()]
        form.validate()
        for field in (form.what, form.subject):
            if field.errors:
                field.data, field.errors = field.default, ()
        return form

    def wanted(self, project_id: int | None, args: MultiDict[str, str]) -> Wanted:
        """Return what the log is asked for; a date that is wrong asks for nothing. Days are those of UTC."""
        return Wanted(
            project_id=project_id,
            who=typed(self.who),
            what=self.what.data or "",
            subject=self.subject.data or "",
            subject_id=whole_number(self.id.data),
            since=None if self.since.errors else _midnight(self.since.data),
            until=None if self.until.errors else _midnight(self.until.data, days=1),
            with_verdicts=self.verdicts.data,
            before=whole_number(args.get("before")),
            after=whole_number(args.get("after")),
        )

    def arguments(self) -> dict[str, str]:
        """Return what is asked for as arguments of an address, without what is not."""
        given = {field.name: field.data for field in self if field.data and not field.errors}
        return {name: "1" if value is True else str(value) for name, value in given.items()}

    def opens_filters(self) -> bool:
        """Tell whether something is asked for beside the search, or is wrong, so that it should be seen."""
        return bool(self.errors or self.arguments().keys() - {"who", "verdicts"})


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days), time(), UTC) if day else None


@bp.get("/projects/<slug>/log")
@requires(Permission.MANAGE)
def page(slug: str) -> ResponseReturnValue:
    """Show what happened in a project."""
    return _page(g.place.id, slug=slug)


@bp.get("/admin/log")
@admins
def site() -> ResponseReturnValue:
    """Show what happened anywhere on the site."""
    return _page(None)


def _page(project_id: int | None, **place: str) -> str:
    form = LogForm.read(request.args)
    found = find_events(form.wanted(project_id, request.args))
    names = names_of(people_in(found.rows))
    own = "log.page" if project_id else "log.site"
    return render_template(
        "log/page.html",
        form=form,
        events=[view_of(row, names) for row in found.rows],
        found=found,
        own=own,
        download="log.download" if project_id else "log.download_site",
        place=place,
    )


@bp.get("/projects/<slug>/log.<name>")
@requires(Permission.MANAGE)
def download(slug: str, name: str) -> ResponseReturnValue:
    """Stream a project's log as it is filtered."""
    return _download(g.place.id, name, slug)


@bp.get("/admin/log.<name>")
@admins
def download_site(name: str) -> ResponseReturnValue:
    """Stream the site's log as it is filtered."""
    return _download(None, name, "site")


def _download(project_id: int | None, name: str, of: str) -> Response:
    if name not in MEDIA_TYPES:
        abort(404)
    wanted = LogForm.read(request.args).wanted(project_id, request.args)
    response = Response(stream_with_context(export_events(wanted, name)), mimetype=MEDIA_TYPES[name])
    response.headers["Content-Disposition"] = f'attachment; filename="{of}-log.{name}"'
    current_app.logger.info("log of %s as %s by person %s", of, name, g.viewer.id)
    return response
