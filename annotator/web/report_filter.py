"""The report's filter: a GET form, so that a filtered report has an address of its own that others can open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, IntegerField, SelectMultipleField, ValidationError
from wtforms.validators import NumberRange, Optional

from annotator.domain.report_filter import Filter
from annotator.storage import report_names
from annotator.storage.database import AnyRow
from annotator.web.access import Place
from annotator.web.forms import OptionField

LARGEST = 2**31 - 1
MOST = 500
"""How many articles and reviewers a filter may name."""
ROUNDS = (("standing", _l("What reviewers say now")), ("first", _l("What they said first")))
FIELDS = ("article", "reviewer", "label", "since", "until", "version", "round")


class BadFilter(ValueError):
    """The address asks for something that no filter can mean; `errors` are sentences by field."""

    def __init__(self, errors: dict[str, Sequence[str]]) -> None:
        """Keep the errors."""
        super().__init__("the filter is not valid")
        self.errors = errors


def _number(value: Any) -> int:
    """Read a plain number from an address."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST):
        raise ValueError(text)
    return int(text)


class FilterForm(Form):
    """What the report is limited to, as it stands in the page's address."""

    article = SelectMultipleField(_l("Articles"), coerce=_number, validate_choice=False)
    reviewer = SelectMultipleField(_l("Reviewers"), coerce=_number, validate_choice=False)
    label = SelectMultipleField(_l("Labels"), validate_choice=False)
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])
    version = IntegerField(_l("Codebook version"), [Optional(), NumberRange(1, LARGEST)])
    round = OptionField(_l("Verdicts"), ROUNDS, default="standing")

    def validate_until(self, field: DateField) -> None:
        """Refuse a span that ends before it begins."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_l("The last day lies before the first."))

    def validate_article(self, field: SelectMultipleField) -> None:
        """Refuse lists that no form of ours can send."""
        _check_length(field)

    def validate_reviewer(self, field: SelectMultipleField) -> None:
        """Refuse lists that no form of ours can send."""
        _check_length(field)

    def validate_label(self, field: SelectMultipleField) -> None:
        """Refuse lists that no form of ours can send."""
        _check_length(field)


def _check_length(field: SelectMultipleField) -> None:
    if len(field.data or ()) > MOST:
        raise ValidationError(_l("A filter can name 500 at most."))


@dataclass(frozen=True)
class Choices:
    """What the form offers: articles and reviewers of the project, and the numbers of its codebook versions."""

    articles: Sequence[AnyRow]
    has_more_articles: bool
    reviewers: Sequence[AnyRow]
    versions: Sequence[int]


def wanted_from(args: MultiDict[str, str]) -> Filter:
    """Read a filter from an address; raises BadFilter. An empty field limits nothing."""
    given = MultiDict((name, value) for name, value in args.items(multi=True) if value.strip())
    form = FilterForm(given)
    if not form.validate():
        raise BadFilter({name: tuple(map(str, errors)) for name, errors in form.errors.items() if name})
    return Filter(
        articles=tuple(sorted(set(form.article.data or ()))),
        reviewers=tuple(sorted(set(form.reviewer.data or ()))),
        labels=tuple(sorted(set(form.label.data or ()))),
        since=form.since.data,
        until=form.until.data,
        version=form.version.data,
        round=form.round.data,
    )


def arguments_of(wanted: Filter) -> dict[str, Any]:
    """Return a filter as the arguments of an address."""
    found: dict[str, Any] = {
        "article": list(wanted.articles),
        "reviewer": list(wanted.reviewers),
        "label": list(wanted.labels),
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
        "version": wanted.version,
        "round": wanted.round if wanted.round != "standing" else None,
    }
    return {name: value for name, value in found.items() if value}


def choices_of(place: Place, wanted: Filter) -> Choices:
    """Return what the form offers in this project."""
    articles = report_names.articles_to_choose(place.id, wanted.articles, MOST)
    return Choices(
        articles=articles[:MOST],
        has_more_articles=len(articles) > MOST,
        reviewers=report_names.reviewers(place.id),
        versions=[row.number for row in report_names.versions(place.id)],
    )
