"""A project's settings: the form, its refusals, and what two managers who change them at once see."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.domain.languages import LANGUAGES
from annotator.domain.policies import BadPolicy
from annotator.domain.roles import Permission
from annotator.services import project_settings as service
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.errors import invalid, problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.project_forms import ChoiceField, SettingsForm
from annotator.web.projects import bp, here

__all__ = ["bp"]


@bp.get("/projects/<slug>/settings")
@requires(Permission.MANAGE)
def settings(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show a project's settings as a form."""
    project = here()
    form = SettingsForm(stored=service.settings_of(project))
    form.seen.data = str(project.settings_revision)
    return form_page(project, form)


def form_page(project: Project, form: SettingsForm, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """Render the form, with what somebody else stored meanwhile, or with the question that has to be answered first."""
    begun = service.has_verdicts(project.id)
    return render_template("projects/settings.html", project=project, form=form, begun=begun, **facts), status


@bp.post("/projects/<slug>/settings")
@requires(Permission.MANAGE)
def change(slug: str) -> ResponseReturnValue:
    """Store the settings, unless somebody changed them since they were shown."""
    project = here()
    form = SettingsForm(request.form, stored=service.settings_of(project))
    if not form.validate():
        return refused(project, form)
    seen, knows_risk = int(typed(form.seen)), bool(form.knows_risk.data)
    try:
        changed = service.change_settings(project, form.changes(), g.viewer.id, seen=seen, knows_risk=knows_risk)
    except service.Stale:
        return stale(project, form)
    except BadPolicy as error:
        form[error.field].errors = [*form[error.field].errors, _(str(error))]
        return refused(project, form)
    except service.NotConfirmed:
        return unconfirmed(project, form)
    flash(_("The settings are stored.") if changed else _("Nothing was changed."))
    return redirect(url_for("projects.settings", slug=slug), 303)


def refused(project: Project, form: SettingsForm) -> ResponseReturnValue:
    """Answer settings that do not fit: 422 with the reasons at their fields."""
    errors = errors_of(form)
    if wants_json():
        return invalid(errors)
    return form_page(project, form, 422)


def unconfirmed(project: Project, form: SettingsForm) -> ResponseReturnValue:
    """Ask whether the end of blindness is meant; nothing is stored yet."""
    question = _("Tick this first: reviewers will see more of each other’s verdicts than before.")
    form.knows_risk.errors = [question]
    if wants_json():
        return problem(422, question, errors={"knows_risk": [question]})
    return form_page(project, form, 422, asks=True)


def stale(project: Project, form: SettingsForm) -> ResponseReturnValue:
    """Answer settings that somebody else changed meanwhile: 409 with both, nothing stored."""
    stored, mine = service.settings_of(project), form.changes()
    if wants_json():
        return problem(409, current=stored, revision=project.settings_revision)
    form.seen.data = str(project.settings_revision)
    differing = [name for name in service.FACTS if stored[name] != mine[name]]
    both = [
        (form[name].label.text, shown(form, name, stored[name]), shown(form, name, mine[name])) for name in differing
    ]
    return form_page(project, form, 409, conflict=both)


def shown(form: SettingsForm, name: str, value: Any) -> str:
    """Return a setting as a reader knows it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if value is None:
        return str(_("Never"))
    if name == "language":
        return LANGUAGES.get(value, value)
    field = form[name]
    return str(field.names[value]) if isinstance(field, ChoiceField) else str(value)
