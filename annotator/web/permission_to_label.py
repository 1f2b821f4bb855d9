"""Who may label an article: where work is planned or handed out, those who have it; the others read it."""

from flask import abort, g
from flask_babel import lazy_gettext as _l

from annotator.storage.assignments import NOT_GIVEN, UNQUALIFIED, refusal_of

REASONS = {
    NOT_GIVEN: _l("This article is not on your list, so you can read it, but not label it."),
    UNQUALIFIED: _l("The articles of this project open once you have passed its qualification."),
}


def not_theirs(reason: str) -> str:
    """Say why the viewer may not label an article."""
    return str(REASONS[reason])


def refusal_here(article_id: int) -> str:
    """Return why the viewer may not label an article, nothing if they may."""
    reason = refusal_of(article_id, g.viewer.id)
    return "" if reason is None else not_theirs(reason)


def require_theirs(article_id: int) -> None:
    """Refuse those who may not label an article, and say why."""
    refusal = refusal_here(article_id)
    if refusal:
        abort(403, refusal)
