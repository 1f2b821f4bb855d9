"""Gaps of the codebook: why reviewers part, counted by rule and by label pair, and the claims behind each number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, TextAreaField

from annotator.domain.adjudication import CAUSES
from annotator.domain.codebook import Codebook
from annotator.domain.roles import Permission
from annotator.services import codebooks
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import gaps
from annotator.storage.database import AnyRow
from annotator.storage.tallies import numbers_of
from annotator.web.access import requires
from annotator.web.adjudication_forms import BETWEEN, answer_name, pair_of
from annotator.web.article_forms import filled
from annotator.web.errors import problem, wants_json
from annotator.web.forms import OptionField, at_most, block, typed, whole_number

bp = Blueprint("gaps", __name__)

EXAMPLE, COUNTEREXAMPLE = "example", "counterexample"
LONGEST_EXAMPLE, LONGEST_NOTE = 1000, 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A rule, or a pair of labels that met, with how many claims each cause explains; `key` stands in addresses."""

    key: str
    name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many claims there are for all causes."""
        return sum(self.counts.values())


@bp.get("/projects/<slug>/gaps")
@requires(Permission.ADJUDICATE)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Count the causes, and list the claims behind the cell that is asked for."""
    codebook = codebook_of(codebook_in_force(g.place.id).id)
    cause, pair = request.args.get("cause", ""), pair_of(request.args.get("pair"))
    cause, rule = cause if cause in CAUSES else "", request.args.get("rule")
    before = whole_number(request.args.get("before"))
    claims, has_more = gaps.find_claims(g.place.id, cause=cause, rule=rule, pair=pair, before=before)
    arguments = {"cause": cause, "rule": rule, "pair": BETWEEN.join(pair) if pair else None}
    return render_template(
        "adjudication/gaps.html",
        project=g.place,
        codebook=codebook,
        rules=rules_in(codebook, gaps.by_rule(g.place.id)),
        pairs=pairs_in(codebook, gaps.by_pair(g.place.id)),
        rule_name=lambda key: rule_name(codebook, key),
        claims=claims,
        has_more=has_more,
        claim_numbers=numbers_of([row.claim_id for row in claims]),
        arguments={name: value for name, value in arguments.items() if value or (name == "rule" and value is not None)},
        causes=CAUSES,
    )


def rules_in(codebook: Codebook, rows: Iterable[AnyRow]) -> list[Row]:
    """Return the counts by rule, the most frequent first."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.rule, {})[row.cause] = row.claims
    return _in_order(Row(key, rule_name(codebook, key), by_cause) for key, by_cause in counts.items())


def pairs_in(codebook: Codebook, rows: Iterable[AnyRow]) -> list[Row]:
    """Return the counts by label pair, the most frequent first."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        counts.setdefault((row.one, row.other), {})[row.cause] = row.claims
    return _in_order(
        Row(BETWEEN.join(pair), " – ".join(answer_name(codebook, one) for one in pair), by_cause)
        for pair, by_cause in counts.items()
    )


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.total, row.name))


def rule_name(codebook: Codebook, key: str) -> str:
    """Return what a rule is called: a question of the codebook by its key, else as it was named."""
    question = codebook.question(key)
    return question.text if question else key


class EdgeCaseForm(Form):
    """An edge case for the codebook: an example, or a counterexample, of a label."""

    label = OptionField(_l("Label"))
    role = OptionField(
        _l("It is"),
        [(EXAMPLE, _l("an example of it")), (COUNTEREXAMPLE, _l("no example of it, though it looks like one"))],
    )
    text = TextAreaField(_l("Example"), [filled(), at_most(LONGEST_EXAMPLE)], filters=[block])
    note = TextAreaField(_l("What the case teaches"), [at_most(LONGEST_NOTE)], filters=[block])


def _form(codebook: Codebook, facts: Mapping[str, object] | None = None) -> EdgeCaseForm:
    form = EdgeCaseForm(request.form if facts is None else None, data=facts)
    form.label.choices = [(label.key, answer_name(codebook, label.key)) for label in codebook.labels]
    return form


@bp.get("/projects/<slug>/gaps/claims/<int:claim_id>/edge-case")
@requires(Permission.ADJUDICATE)
def edge_case(slug: str, claim_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show the draft of an edge case, filled in from a settled claim."""
    claim, codebook = _claim(claim_id), codebook_of(codebook_in_force(g.place.id).id)
    known = claim.label if codebook.label(claim.label) else codebook.labels[0].key
    facts = {
        "label": known,
        "role": EXAMPLE if claim.label else COUNTEREXAMPLE,
        "text": claim.quote,
        "note": claim.reason,
    }
    return _edge_case_page(claim, _form(codebook, facts))


def _claim(claim_id: int) -> AnyRow:
    claims, _has_more = gaps.find_claims(g.place.id, claim_id=claim_id)
    return claims[0] if claims else abort(404)


def _edge_case_page(claim: AnyRow, form: EdgeCaseForm, status: int = 200) -> ResponseReturnValue:
    if status != 200 and wants_json():  # noqa: PLR2004
        return problem(status, " ".join(str(text) for texts in form.errors.values() for text in texts))
    return render_template("adjudication/edge_case.html", project=g.place, claim=claim, form=form), status


@bp.post("/projects/<slug>/gaps/claims/<int:claim_id>/edge-case")
@requires(Permission.ADJUDICATE)
def draft(slug: str, claim_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Put an edge case into the draft of the codebook; a manager publishes it."""
    claim = _claim(claim_id)
    form = _form(codebook_of(codebook_in_force(g.place.id).id))
    if not form.validate():
        return _edge_case_page(claim, form, 422)
    try:
        codebooks.add_edge_case(
            g.place.id,
            g.viewer.id,
            label_key=form.label.data or "",
            text=typed(form.text).strip(),
            counter=form.role.data == COUNTEREXAMPLE,
            note=typed(form.note).strip(),
        )
    except ValueError as error:
        form.text.errors = [*form.text.errors, _(str(error))]
        return _edge_case_page(claim, form, 422)
    flash(_("The edge case stands in the draft of the codebook. A manager publishes it."))
    return redirect(url_for("gaps.page", slug=g.place.slug), 303)
