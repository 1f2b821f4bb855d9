"""The planner: how many shared claims agreement needs, from the project's own labels or from an assumption."""

from math import ceil

from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from annotator.domain.roles import Permission
from annotator.services.pilot import Pilot, pilot_of
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.assignment_forms import WholeField
from annotator.web.errors import problem, wants_json
from annotator.web.forms import OptionField, at_most, errors_of, line, typed
from annotator.web.next_article import bp

__all__ = ["bp"]


class DecimalField(StringField):
    """A number from `least` to `most`, with a point or a comma; its value is `number`."""

    def __init__(self, label: str, least: float, most: float, **rest: object) -> None:
        """Take the bounds."""
        super().__init__(label, [at_most(20)], filters=[line], **rest)  # type: ignore[arg-type]
        self.least, self.most = least, most

    @property
    def number(self) -> float:
        """Return what was typed, not-a-number for what is none."""
        return decimal(typed(self))

    def pre_validate(self, form: Form) -> None:  # type: ignore[override]  # noqa: ARG002
        """Refuse what is no number within the bounds."""
        if not self.least <= self.number <= self.most:
            raise ValidationError(_("Give a number from %(least)s to %(most)s.", least=self.least, most=self.most))


def decimal(text: str) -> float:
    """Read a plain decimal number; not-a-number for anything else."""
    plain = text.replace(",", ".")
    whole = plain.replace(".", "", 1)
    return float(plain) if whole.isascii() and whole.isdigit() and len(plain) <= 20 else float("nan")  # noqa: PLR2004


class PlannerForm(Form):
    """What is to be known, and what is supposed."""

    basis = OptionField(
        _l("What it rests on"),
        [("pilot", _l("The labels that this project has")), ("assumption", _l("An assumption"))],
        default="pilot",
    )
    width = DecimalField(_l("How exact: alpha ±"), 0.005, 0.5, default="0.05")
    claims = WholeField(_l("The other way round: how exact with so many claims"), 10, 10_000_000, default="200")
    alpha = DecimalField(_l("Expected alpha"), 0, 0.99, default="0.7")
    shares = StringField(_l("Shares of the labels"), [at_most(200)], filters=[line])
    readers = WholeField(_l("Reviewers for each shared claim"), 2, 10, default="2")
    per_article = DecimalField(_l("Claims in an article"), 1, 5000, default="20")
    correlation = DecimalField(_l("Likeness of claims in an article"), 0, 1, default="0.05")

    def listed(self) -> list[float]:
        """Return the shares, whatever stands between them."""
        return [decimal(part.strip("%;")) for part in typed(self.shares).split()]

    def validate_shares(self, _field: StringField) -> None:
        """Ask for two to eight shares."""
        found = self.listed()
        if not 2 <= len(found) <= 8 or not all(share >= 0 for share in found):  # noqa: PLR2004
            raise ValidationError(_("Give two to eight numbers with spaces between them, such as 50 30 20."))
        if sum(share > 0 for share in found) < 2:  # noqa: PLR2004
            raise ValidationError(_("At least two labels need a share."))


@bp.get("/projects/<slug>/assignment/planner")
@requires(Permission.MANAGE)
def planner(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Say how many shared claims it takes, and what that rests on."""
    pilot, project = pilot_of(g.place.id), db.session.get_one(Project, g.place.id)
    form = PlannerForm(request.args or None, data=None if request.args else suggested(pilot, project))
    is_good = form.validate() if request.args else True
    if not is_good and wants_json():
        return problem(422, errors=errors_of(form))
    found = answer(form, pilot) if is_good else None
    page = render_template("assignments/planner.html", project=project, form=form, pilot=pilot, found=found)
    return make_response(page, 200 if is_good else 422)


def suggested(pilot: Pilot, project: Project) -> dict[str, str]:
    """Return what the form begins with: the pilot, as far as there is one."""
    shares = [share for share in pilot.shares if share > 0]
    return {
        "basis": "pilot" if pilot.variance else "assumption",
        "width": "0.05",
        "claims": "200",
        "alpha": f"{max(min(pilot.alpha, 0.99), 0):.2f}" if pilot.alpha is not None else "0.7",
        "shares": " ".join(f"{100 * share:.0f}" for share in shares) if len(shares) >= 2 else "50 30 20",  # noqa: PLR2004
        "readers": str(min(max(project.overlap, 2), 10)),
        "per_article": f"{pilot.per_article or 20:.0f}",
        "correlation": "0.05",
    }


def answer(form: PlannerForm, pilot: Pilot) -> dict[str, object] | None:
    """Work out the claims and the width; None where the pilot cannot tell."""
    from annotator.domain.sample_size import Z, claims_for, from_assumption, half_width_with

    variance = pilot.variance
    if form.basis.data == "assumption":
        facts = (form.alpha.number, form.listed(), form.readers.number)
        variance = from_assumption(*facts, form.per_article.number, form.correlation.number)
    if variance is None:
        return None
    claims = claims_for(form.width.number, variance)
    return {
        "z": Z,
        "variance": variance,
        "claims": claims,
        "width": form.width.number,
        "articles": ceil(claims / pilot.per_article) if pilot.per_article else None,
        "given": form.claims.number,
        "given_width": half_width_with(form.claims.number, variance),
    }
