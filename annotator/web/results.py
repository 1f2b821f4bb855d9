"""The viewer's own results: training, qualification, the gold that was hidden in finished articles, and repeats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from annotator.domain.codebook import Codebook
from annotator.domain.gold import Mark, Score, SelfAgreement, in_order, marks_of, self_agreement
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import gold_results, repeats
from annotator.storage.database import AnyRow
from annotator.web.access import signed_in
from annotator.web.lessons import name_of

bp = Blueprint("results", __name__)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong first answer: the row of the claim and of what was said, and what the right answer is called."""

    facts: AnyRow
    right: str


@dataclass(frozen=True, slots=True)
class ProjectResults:
    """The viewer's results in one project; `answered` of `asked` claims of the qualification have a first answer."""

    facts: AnyRow
    codebook: Codebook
    scores: Mapping[str, Mapping[str, Score]]
    answered: int
    asked: int
    marks: Sequence[Mark]
    mistakes: Mapping[str, Sequence[Mistake]]
    repeats: SelfAgreement | None
    due: int

    @property
    def is_complete(self) -> bool:
        """Tell whether all of the qualification is answered."""
        return self.asked > 0 and self.answered >= self.asked

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not (self.scores or self.asked or self.repeats or self.due or self.facts.qualified_at)

    def total(self, purpose: str) -> Score:
        """Return the score over all labels."""
        return sum(self.scores.get(purpose, {}).values(), Score())


@bp.get("/results")
@signed_in
def page() -> ResponseReturnValue:
    """Show how the viewer did, as far as they may know it yet."""
    found = [result for result in results_of(g.viewer.id) if not result.is_empty]
    return render_template("results/page.html", results=found)


def results_of(person_id: int) -> list[ProjectResults]:
    """Collect a person's results, in a fixed number of queries and one for the codebook of each project."""
    progress = gold_results.qualification_progress(person_id)
    complete = [project for project, (given, asked) in progress.items() if given >= asked]
    scores = gold_results.scores_shown(person_id, complete)
    mistakes: dict[int, list[AnyRow]] = {}
    for row in gold_results.mistakes_shown(person_id, complete):
        mistakes.setdefault(row.GoldAnswer.project_id, []).append(row)
    again = repeats_of(person_id)
    due = repeats.due_counts(person_id)
    found = []
    for row in gold_results.projects_of(person_id):
        codebook = codebook_of(codebook_in_force(row.id).id)
        given, asked = progress.get(row.id, (0, 0))
        labels = [label.key for label in codebook.labels]
        mine = {purpose: in_order(found, labels) for purpose, found in scores.get(row.id, {}).items()}
        found.append(
            ProjectResults(
                facts=row,
                codebook=codebook,
                scores=mine,
                answered=given,
                asked=asked,
                marks=marks_of(mine.get("qualification", {}), row.pass_marks),
                mistakes=by_purpose(mistakes.get(row.id, ()), codebook),
                repeats=again.get(row.id),
                due=due.get(row.id, 0),
            )
        )
    return found


def by_purpose(rows: Sequence[AnyRow], codebook: Codebook) -> dict[str, list[Mistake]]:
    """Sort wrong answers by what their articles are there for."""
    found: dict[str, list[Mistake]] = {}
    for row in rows:
        found.setdefault(row.purpose, []).append(Mistake(row, name_of(row.GoldAnswer, codebook)))
    return found


def repeats_of(person_id: int) -> dict[int, SelfAgreement]:
    """Return how far a person agrees with themselves, by project."""
    rows = sorted(repeats.pairs(person_id=person_id), key=lambda row: row.project_id)
    return {
        project: self_agreement((row.article_id, row.then, row.now) for row in group)
        for project, group in groupby(rows, lambda row: row.project_id)
    }


def due_notice() -> Markup | str:
    """Return the links to claims that the viewer is asked about again, for the queue; nothing if there are none."""
    due = repeats.due_counts(g.viewer.id)
    if not due:
        return ""
    projects = [row for row in gold_results.projects_of(g.viewer.id) if row.id in due]
    return Markup(render_template("repeats/due.html", projects=projects, due=due))  # noqa: S704 (our own template)


bp.add_app_template_global(due_notice)
