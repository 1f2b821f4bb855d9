"""Exports: the page that offers them, and the streamed download."""

from flask import Blueprint, Response, abort, current_app, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from annotator.domain.roles import Permission
from annotator.services.exports.formats import FORMATS, export
from annotator.services.exports.records import counts
from annotator.web.access import requires

bp = Blueprint("exports", __name__)

FIELD_MEANINGS = (
    ("article_id, article_title, outlet, byline, url, published_on, language", _l("the article")),
    (
        "claim_id, claim_number, claim_kind",
        _l("the claim; its number counts from 1 in reading order; headline or body"),
    ),
    (
        "start, end, quote",
        _l("where the claim stands in the article’s text, in Unicode code points, end not included; its words"),
    ),
    ("claim_retired", _l("true if the claim was cut anew or set aside since")),
    ("reviewer", _l("a pseudonym, the same in every export of this installation")),
    ("label, kind, skip_reason", _l("the verdict: a label with its kind, or the reason for skipping")),
    ("marks", _l("the words that decided it, with their offsets in the article")),
    ("flagged, also_attributed, source_name, evidence_url, note, confidence", _l("what the reviewer added")),
    (
        "source_kind, speech, depth, continues_claim_id, rewrite, path",
        _l("the card: who speaks and how, the claim that is gone on with, a neutral rewrite; the answers to the rules"),
    ),
    ("exposure", _l("whether a suggestion had been shown before: none, cues or label")),
    ("codebook_version, codebook_digest", _l("the codebook that the verdict was given under, and its SHA-256")),
    ("verdict_id, revision, first, standing, undoes_verdict_id", _l("its place in the history")),
    (
        "carried_from",
        _l("the verdicts on earlier claims that it was carried over from, or confirms, when the claims were cut anew"),
    ),
    ("seconds, given_at", _l("how long the reviewer looked at the claim; when the verdict was stored (UTC)")),
)


@bp.get("/projects/<slug>/export")
@requires(Permission.EXPORT)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Offer the formats and explain the fields."""
    return render_template("exports/page.html", project=g.place, counts=counts(g.place.id), fields=FIELD_MEANINGS)


@bp.get("/projects/<slug>/export.<name>")
@requires(Permission.EXPORT)
def download(slug: str, name: str) -> ResponseReturnValue:
    """Stream the project in a format; `?history=1` adds the verdicts that were replaced."""
    if name not in FORMATS:
        abort(404)
    history = request.args.get("history") == "1"
    body = stream_with_context(export(g.place.id, name, history=history))
    response = Response(body, mimetype=FORMATS[name].media_type)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{slug}-verdicts{"-history" if history else ""}.{name}"'
    )
    current_app.logger.info("export of %s as %s by person %s", slug, name, g.viewer.id)
    return response
