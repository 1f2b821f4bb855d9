"""An article's page with its provenance sheet, the bytes that it came from, and the look at its live page."""

import shlex
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, g, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from annotator.domain.roles import Permission
from annotator.services.articles import original_of, original_size
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.web.access import requires
from annotator.web.article_page import FACT_NAMES, ArticleView, build_page
from annotator.web.articles import bp
from annotator.web.errors import problem, wants_json
from annotator.web.file_names import safe_file_name
from annotator.web.forms import is_web_address
from annotator.web.numbers import whole
from annotator.web.outside import BUSY_SECONDS, reading
from annotator.web.security import CONTENT_SECURITY_POLICY

__all__ = ["bp"]

VERIFY = "sha256sum"
"""The command that computes the checksum of a download."""
ROW = "application/json"
"""The media type of a row of a table: what is kept of it is the row, whatever its file was called."""
SUFFIXES = {
    "text/plain": "txt",
    "text/markdown": "md",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    ROW: "json",
}
"""How the name of a download ends when the article came without a file name."""
PHRASES = (
    _l("paste"), _l("plain text"), _l("all text of the page"), _l("sent by a form"), _l("given by hand"),
    _l("given for the import"), _l("corrected by hand"), _l("detected in the text"), _l("first sentence"),
    _l("first heading"), _l("front matter"), _l("page metadata"), _l("canonical link"), _l("address of the page"),
    _l("lang attribute"), _l("document properties"), _l("document properties (created)"), _l("byte order mark"),
    _l("the bytes are valid UTF-8"), _l("JSON is UTF-8"), _l("declared by the server"), _l("declared by the document"),
    _l("only ASCII characters, which are the same in every charset"),
    _l("Word documents are XML, which names its charset"), _l("the letters of a PDF are known from its fonts"),
)  # fmt: skip
"""What the floors below say of a text's origin, listed here so that the catalogues have it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the provenance sheet; `look` says how it is drawn: text, code, address, or time."""

    name: str
    value: Any
    look: str = "text"


@bp.get("/articles/<int:article_id>/about")
@requires(Permission.READ)
def show(article_id: int) -> ResponseReturnValue:
    """Show an article with its claims, where it came from, and what was done to it."""
    return page(article_id)


def page(article_id: int, trouble: str = "", status: int = 200) -> Response:
    """Render an article's page, with what went wrong when its live page was to be read."""
    view = build_page(article_id)
    body = render_template(
        "articles/show.html",
        page=view,
        project=g.place,
        facts=provenance(view),
        known=known_from(view.article),
        address=view.article.url if is_web_address(view.article.url) else "",
        trouble=trouble,
        verify=f"{VERIFY} {shlex.quote(download_name(view.article))}",
    )
    return make_response(body, status)


def provenance(view: ArticleView) -> list[Fact]:
    """Return the lines of the provenance sheet; what is not known has none."""
    article = view.article
    facts = [
        Fact(_("Way in"), way_in(article)),
        Fact(_("Added"), (article.added_at, view.added_by), "time"),
        Fact(_("File"), article.file_name),
        Fact(_("Fetched"), (article.fetched_at, None) if article.fetched_at else None, "time"),
        Fact(_("Fetched from"), article.final_url, "address"),
        Fact(_("Kind of the original"), article.media_type, "code"),
        Fact(_("Size of the original"), _("%(bytes)s bytes", bytes=whole(original_size(article)))),
        Fact(_("Character set"), charset_of(article)),
        Fact(_("Extraction"), _(article.extraction)),
        Fact(_("Version"), article.extraction_version),
        Fact(_("SHA-256 of the original"), article.original_sha256, "code"),
        Fact(_("SHA-256 of the text"), article.text_sha256, "code"),
    ]
    return [fact for fact in facts if fact.value]


def way_in(article: Article) -> str:
    """Say by which door an article came in."""
    if article.fetched_at:
        door = _("Fetched from a web address")
    elif article.media_type == ROW:
        door = _("A row of a table")
    elif article.file_name:
        door = _("A file")
    else:
        door = _("Pasted") if article.extraction == "paste" else _("Added by the server’s own command")
    return str(door)


def charset_of(article: Article) -> str:
    """Say what the bytes were read as, and how that was decided."""
    if not article.charset_reason:
        return article.charset
    return str(_("%(charset)s (%(reason)s)", charset=article.charset, reason=_(article.charset_reason)))


def known_from(article: Article) -> list[tuple[str, str]]:
    """Return how each fact is known."""
    return [(str(name), _(str(article.sources[fact]))) for fact, name in FACT_NAMES.items() if fact in article.sources]


@bp.get("/articles/<int:article_id>/original")
@requires(Permission.READ_REPORTS)
def original(article_id: int) -> ResponseReturnValue:
    """Send the bytes that an article came from: as a file to keep, never as a page of ours."""
    article = db.session.get(Article, article_id) or abort(404)
    answer = send_file(
        BytesIO(original_of(article)),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=download_name(article),
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; sandbox"
    return answer


def download_name(article: Article) -> str:
    """Return the file name that a download of the original gets."""
    suffix = SUFFIXES.get(article.media_type.partition(";")[0].strip().lower(), "bin")
    return safe_file_name("" if article.media_type == ROW else article.file_name, f"article-{article.id}.{suffix}")


@bp.post("/articles/<int:article_id>/check")
@requires(Permission.ADD_ARTICLES)
def check(article_id: int) -> ResponseReturnValue:
    """Fetch an article's address again and show what changed there; nothing here is replaced."""
    # What comes with them is slow to load, and no other page needs it.
    from annotator.domain.extraction.extracted import NotReadable
    from annotator.services import fetching, ingest, live_articles

    article = db.session.get(Article, article_id) or abort(404)
    if not reading.acquire(blocking=False):
        answer = trouble(article_id, 503, _("Other pages are being read at this moment. Try again in a few seconds."))
        answer.headers["Retry-After"] = BUSY_SECONDS
        return answer
    try:
        found = live_articles.check_again(article, g.viewer.id)
    except fetching.FetchingOff as error:
        return trouble(article_id, 403, str(error))
    except fetching.QuotaSpent as error:
        return trouble(article_id, 429, str(error))
    except (fetching.NotFetched, live_articles.NoAddress, NotReadable, ingest.NotAnArticle) as error:
        return trouble(article_id, 422, str(error))
    finally:
        reading.release()
    flash(_("The live page has changed.") if found.is_changed else _("The live page still says the same."))
    return redirect(url_for("articles.show", article_id=article_id, _anchor="live"), 303)


def trouble(article_id: int, status: int, message: str) -> Response:
    """Answer that the live page could not be read."""
    return problem(status, _(message)) if wants_json() else page(article_id, _(message), status)
