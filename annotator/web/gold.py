"""Training and gold: what a project has of it, its pass marks, and how reviewers did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.domain.gold import Drift, Mark, Score, SelfAgreement, in_order, marks_of, self_agreement
from annotator.domain.roles import Permission
from annotator.services import ingest, qualification, ready_training
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import gold_results, repeats
from annotator.storage.database import AnyRow, db
from annotator.storage.gold import articles_with_gold, coverage
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.errors import error_answer
from annotator.web.forms import typed
from annotator.web.gold_forms import MarksForm, QualifyForm, in_percent, mark_fields, marks_form, marks_in

bp = Blueprint("gold", __name__)

SECTIONS = ("training", "qualification", "work")


@bp.get("/projects/<slug>/gold")
@requires(Permission.MANAGE)
def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show the training, the qualification set and the hidden gold, and what they cover."""
    project, codebook = here()
    form = marks_form(codebook, required=project.requires_qualification, **in_percent(project.pass_marks))
    form.seen.data = str(project.settings_revision)
    return index_page(project, codebook, form)


def here() -> tuple[Project, Codebook]:
    """Return the project at hand, and its codebook in force."""
    project = db.session.get(Project, g.place.id) or abort(404)
    return project, codebook_of(codebook_in_force(project.id).id)


def index_page(
    project: Project, codebook: Codebook, form: MarksForm, status: int = 200, *, is_stale: bool = False
) -> ResponseReturnValue:
    """Render the page, with what is wrong with the pass marks."""
    covered = coverage(project.id)
    sections = {purpose: articles_with_gold(project.id, purpose) for purpose in SECTIONS}
    asked = {key: Score(0, count) for key, count in covered.get("qualification", {}).items()}
    return render_template(
        "gold/index.html",
        project=g.place,
        codebook=codebook,
        sections=sections,
        coverage=covered,
        form=form,
        fields=list(mark_fields(form, codebook)),
        thin=[mark for mark in marks_of(asked, project.pass_marks) if mark.rests_on_few],
        is_stale=is_stale,
        stored=in_percent(project.pass_marks),
        offers_ready=not sections["training"] and ready_training.fits(paths.seeds(), codebook),
    ), status


@bp.post("/projects/<slug>/gold/ready")
@requires(Permission.MANAGE)
def add_ready(slug: str) -> ResponseReturnValue:
    """Add the ready-made training."""
    project, _codebook = here()
    try:
        added = ready_training.add_training(project, paths.seeds(), g.viewer.id)
    except (ready_training.DoesNotFit, ingest.AlreadyThere) as error:
        abort(409, _(str(error)))  # raising leaves nothing of it behind
    flash(ngettext("%(num)d article is in.", "%(num)d articles are in.", len(added)))
    return redirect(url_for("gold.index", slug=slug), 303)


@bp.post("/projects/<slug>/gold/marks")
@requires(Permission.MANAGE)
def set_marks(slug: str) -> ResponseReturnValue:
    """Store what the qualification asks for."""
    project, codebook = here()
    form = marks_form(codebook, request.form)
    if not form.validate():
        return index_page(project, codebook, form, 422)
    marks, seen = marks_in(form, codebook), int(typed(form.seen))
    try:
        changed = qualification.set_marks(project, marks, codebook, g.viewer.id, required=form.required.data, seen=seen)
    except qualification.Stale:
        form.seen.data = str(project.settings_revision)
        return index_page(project, codebook, form, 409, is_stale=True)
    flash(_("The pass marks are stored.") if changed else _("Nothing was changed."))
    return redirect(url_for("gold.index", slug=slug, _anchor="qualification"), 303)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who labels in the project, the lines of their qualification, and whether they answered all of it."""

    facts: AnyRow
    marks: Sequence[Mark]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class HiddenGold:
    """How a reviewer did on the hidden gold: by label, over all, and lately beside before."""

    name: str
    by_label: Mapping[str, Score]
    total: Score
    drift: Drift


@bp.get("/projects/<slug>/gold/people")
@requires(Permission.MANAGE)
def people(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show how reviewers did: in the qualification, on the hidden gold, and against themselves."""
    return people_page(QualifyForm())


def people_page(form: QualifyForm, person_id: int | None = None, status: int = 200) -> ResponseReturnValue:
    """Render the page; `form` is what was sent about a person, if it cannot be taken."""
    project, codebook = here()
    return render_template(
        "gold/people.html",
        project=g.place,
        codebook=codebook,
        candidates=candidates(project, [label.key for label in codebook.labels]),
        hidden=hidden_gold(project.id),
        repeats=repeats_by_reviewer(project.id),
        percent=project.repeat_percent,
        form=form,
        form_of=person_id,
    ), status


def candidates(project: Project, labels: Sequence[str]) -> list[Candidate]:
    """Return those who label in a project with how far they are in the qualification."""
    size = sum(coverage(project.id).get("qualification", {}).values())
    scores, found = gold_results.qualification_scores(project.id), []
    for row in gold_results.members_with_marks(project.id):
        marks = marks_of(in_order(scores.get(row.id, {}), labels), project.pass_marks)
        found.append(Candidate(row, marks, size > 0 and marks[0].score.asked >= size))
    return found


def hidden_gold(project_id: int) -> list[HiddenGold]:
    """Return how reviewers did on the hidden gold."""
    found = []
    for (_person, name), group in groupby(
        gold_results.accuracy(project_id), lambda row: (row.reviewer_id, row.display_name)
    ):
        rows = list(group)
        by_label = {row.label: Score(row.right, row.asked) for row in rows}
        found.append(HiddenGold(name, by_label, sum(by_label.values(), Score()), gold_results.drift_of(rows)))
    return found


def repeats_by_reviewer(project_id: int) -> list[tuple[str, SelfAgreement]]:
    """Return how far reviewers agree with themselves."""
    rows = repeats.pairs(project_id=project_id)
    return [
        (name, self_agreement((row.article_id, row.then, row.now) for row in group))
        for (_person, name), group in groupby(rows, lambda row: (row.reviewer_id, row.display_name))
    ]


@bp.post("/projects/<slug>/gold/people/<int:person_id>")
@requires(Permission.MANAGE)
def qualify(slug: str, person_id: int) -> ResponseReturnValue:
    """Let a person label without the qualification, or no longer, with the manager's reason."""
    form = QualifyForm(request.form)
    if not form.validate():
        return people_page(form, person_id, 422)
    is_qualified = typed(form.qualified) == "yes"
    try:
        qualification.qualify(g.place.id, person_id, g.viewer.id, typed(form.reason), qualified=is_qualified)
    except qualification.NoMember:
        abort(404)
    except qualification.NothingToDo as error:
        return error_answer(409, _(str(error)))
    flash(_("It is stored, with your reason."))
    return redirect(url_for("gold.people", slug=slug), 303)
