"""The next article: a reviewer takes it, and begins at its first claim."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from annotator.domain.roles import Permission
from annotator.services import hand_out
from annotator.web.access import requires
from annotator.web.desk_lists import bp
from annotator.web.errors import problem, wants_json

__all__ = ["bp"]

REASONS = {
    "none-left": _l("There is no article left for you here: each has all the reviewers that it needs."),
    "quota": _l("You have as many claims as the manager set for you. Thank you for the work."),
    "finish-first": _l("You have three articles that are not finished. Finish one, then take the next."),
    "unqualified": _l("The articles of this project open once you have passed its qualification."),
    "no-role": _l("You have no role in this project, so nothing is given to you to label."),
    "not-next": _l("In this project articles are given out by its manager."),
}


@bp.post("/projects/<slug>/next")
@requires(Permission.TAG)
def take_next(slug: str) -> ResponseReturnValue:
    """Give the viewer the next article, or say why there is none."""
    try:
        article_id = hand_out.take_next(g.place.id, g.viewer.id)
    except hand_out.NothingNext as error:
        if wants_json():
            return problem(409, str(REASONS[error.reason]))
        flash(str(REASONS[error.reason]))
        return redirect(url_for("tagging.queue", project=slug), 303)
    return redirect(url_for("tagging.resume", article_id=article_id), 303)
